"""Twins of a bundle: which tables they are made of, and the real records to hold one against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etm_workbench.bundle import Bundle
from etm_workbench.protected import ProtectedTable
from etm_workbench.protection.twin import Fidelity, TwinRisk, draw, fidelity, fit, margins_of, twin_risk
from etm_workbench.reporting.session import open_workbench


@dataclass(frozen=True, slots=True, repr=False)
class Twin:
    """A fictional file and how near it is to what was released.

    Parameters
    ----------
    people : DataFrame
        One row a fictional person: `fictional_record`, then a column a variable.
    fidelity : Fidelity
        Measured against the released tables.
    population_of : ProtectedTable
        A table that says whom the twin stands for.
    """

    people: pd.DataFrame
    fidelity: Fidelity
    population_of: ProtectedTable

    @property
    def variables(self) -> tuple[str, ...]:
        """Columns that hold codes."""
        return tuple(str(name) for name in self.people.columns[1:])


def make_twin(bundle: Bundle, names: Sequence[str], *, rng: np.random.Generator) -> Twin:
    """A twin that adds up to tables of a bundle.

    Parameters
    ----------
    bundle : Bundle
        Released tables; nothing else is read.
    names : sequence of str
        Which tables; all when empty.
    rng : Generator
        Another one gives another twin, as good.

    Raises
    ------
    BadInput
        The tables do not go together; the message says which to leave out.
    """
    chosen = {name: bundle[name] for name in (names or bundle)}
    margins = margins_of(chosen)
    cells = fit(margins)
    people = draw(margins, cells, rng)
    return Twin(people, fidelity(margins, cells, people), next(iter(chosen.values())))


def risk_of(twin: Twin, bundle: Bundle, store: str | None) -> TwinRisk:
    """How a twin lies beside the records that the bundle was made of.

    Raises
    ------
    BadInput
        The store does not hold them.
    """
    population = twin.population_of.population
    with open_workbench(population.cycles[0], audience=bundle.manifest.audience, store=store) as workbench:
        view = workbench.service
        if bundle.manifest.organizations:
            view = view.where(organization=bundle.manifest.organizations)
        for variable, codes in population.filters:
            view = view.where(**{variable: codes})
        real = view.cadre.records[list(twin.variables)].astype(object)
    real = real.where(real.notna(), None).replace({True: "true", False: "false"})
    return twin_risk(twin.people, real, twin.variables)
