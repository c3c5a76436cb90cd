"""The labels a document carries: of every code its tables show, from the codebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.codebook.codebook import Codebook
from etm_workbench.errors import WorkbenchError
from etm_workbench.presentation.document import VARIABLE, Labels
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.presentation.words import COMMON_CODES
from etm_workbench.protected import ProtectedTable


def labels_for(
    codebook: Codebook, tables: Iterable[ProtectedTable | TableData], *, extra: Labels | None = None
) -> dict[str, dict[str, Bilingual]]:
    """Labels of every variable and code of the tables, from the codebook.

    Parameters
    ----------
    codebook : Codebook
        Of the cycle reported on.
    tables : iterable of ProtectedTable
        Whose dimensions need labels.
    extra : mapping of variable to mapping of code to Bilingual, optional
        For constructed dimensions (`population`, a comparator), and to overrule the codebook.

    Returns
    -------
    dict of variable to dict of code to Bilingual
        A variable's own name stands under `@variable`. What the codebook does not know and `extra` does
        not give is left out; the document then refuses it, naming all that is missing. A cycle and a
        calendar year are their own labels.
    """
    labels: dict[str, dict[str, Bilingual]] = {}
    for table in tables:
        data = TableData.of(table)
        for variable in data.variables:
            known = labels.setdefault(variable, {})
            known.update(_labels(codebook, variable, data.codes(variable)))
    for variable, given in (extra or {}).items():
        labels.setdefault(variable, {}).update(given)
    return labels


def roster_labels(codebook: Codebook, columns: Iterable[str]) -> dict[str, dict[str, Bilingual]]:
    """Labels of a list of names: of `name`, and of every column that the codebook knows, with its codes."""
    labels: dict[str, dict[str, Bilingual]] = {"name": {VARIABLE: Bilingual("Name", "Nom")}}
    for column in columns:
        if column not in codebook.variables:
            continue
        variable = codebook.variables[column]
        labels[column] = {VARIABLE: variable.label}
        if variable.code_list or variable.type in ("code", "codes"):
            labels[column] |= {code: codebook.label(column, code) for code in codebook.codes(column)}
    return labels


def _labels(codebook: Codebook, variable: str, codes: Iterable[str]) -> Mapping[str, Bilingual]:
    found: dict[str, Bilingual] = {}
    if variable in codebook.variables:
        found[VARIABLE] = codebook.variables[variable].label
    for code in codes:
        if code in COMMON_CODES:
            continue
        if code in codebook.cycles or (code.isdecimal() and variable != "organization"):
            found[code] = Bilingual(code, code)
            continue
        try:
            found[code] = codebook.label(variable, code)
        except WorkbenchError:
            continue  # a constructed code: `extra` names it, or the document asks for it
    return found
