"""The policy dial: what a change of rules would hide or show over the tables that are planned.

Nothing leaves: it answers the policy's owner with counts of cells, before the file is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from etm_workbench.errors import CannotProtect
from etm_workbench.protected import Withheld
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.protect import protect
from etm_workbench.protection.scope import ReleaseScope
from etm_workbench.sensitive import SensitiveTable, Sensitivity, open_evidence


@dataclass(frozen=True, slots=True)
class Setting:
    """What one policy does to planned tables.

    Parameters
    ----------
    label : str
        The setting's name.
    is_safe : bool
        Whether the tables can be released together at all.
    cells, hidden, people : mapping of str to int
        For each table: its cells, those hidden, and the people in them.
    newly_hidden, newly_shown : mapping of str to int
        Cells that the first setting shows and this one hides, and the other way round.
    """

    label: str
    is_safe: bool
    cells: Mapping[str, int]
    hidden: Mapping[str, int]
    people: Mapping[str, int]
    newly_hidden: Mapping[str, int]
    newly_shown: Mapping[str, int]


def dial(
    tables: Mapping[str, SensitiveTable], policies: Mapping[str, Policy], *, scope: ReleaseScope
) -> tuple[Setting, ...]:
    """What each policy hides of the tables, compared with the first.

    Parameters
    ----------
    tables : mapping of str to SensitiveTable
        Planned to leave together.
    policies : mapping of str to Policy
        Settings by label, the present one first; `with_threshold` makes variants.
    scope : ReleaseScope
        Whose records.

    Returns
    -------
    tuple of Setting
        In the order given; each is what a release under that policy would be.
    """
    dark = {label: _hidden(tables, policy, scope) for label, policy in policies.items()}
    first = next(iter(dark.values()), None)
    return tuple(_setting(label, tables, mask, first) for label, mask in dark.items())


def with_threshold(policy: Policy, threshold: int, *, of: Sensitivity, width: int | None = None) -> Policy:
    """The policy with another threshold, and width if given, for one class; for the dial, not for releases."""
    rules = policy.classes.of(of)
    changed = rules.model_copy(update={"threshold": threshold, "width": rules.width if width is None else width})
    return policy.model_copy(update={"classes": policy.classes.model_copy(update={of: changed})})


def settings_of(policy: Policy, of: Sensitivity, thresholds: Iterable[int]) -> dict[str, Policy]:
    """The policy as it stands under `now`, then one a threshold of one class under that number.

    The width that hidden cells keep stays as the policy has it, but never above the threshold: a cell of so
    few people cannot be asked to hide among more.
    """
    width = policy.classes.of(of).width
    turned = {str(t): with_threshold(policy, t, of=of, width=min(width, t)) for t in thresholds}
    return {"now": policy, **turned}


Masks = Mapping[str, np.ndarray]


def _hidden(tables: Mapping[str, SensitiveTable], policy: Policy, scope: ReleaseScope) -> Masks | None:
    try:
        made = protect(tables, policy, scope)
    except CannotProtect:
        return None
    return {name: np.array([isinstance(c, Withheld) for c in table.figure().cells]) for name, table in made.items()}


def _setting(label: str, tables: Mapping[str, SensitiveTable], mask: Masks | None, first: Masks | None) -> Setting:
    everything = {name: np.ones(len(table.cells), bool) for name, table in tables.items()}
    now, before = mask or everything, first or everything
    counts = {name: open_evidence(table).counts for name, table in tables.items()}
    return Setting(
        label=label,
        is_safe=mask is not None,
        cells={name: len(table.cells) for name, table in tables.items()},
        hidden={name: int(dark.sum()) for name, dark in now.items()},
        people={name: int(counts[name][dark].sum()) for name, dark in now.items()},
        newly_hidden={name: int((dark & ~before[name]).sum()) for name, dark in now.items()},
        newly_shown={name: int((before[name] & ~dark).sum()) for name, dark in now.items()},
    )
