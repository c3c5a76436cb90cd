"""The cells of an answer before there is one: which codes and figures its table will have."""

from __future__ import annotations

from collections.abc import Iterator

from etm_workbench.codebook import Codebook
from etm_workbench.errors import nearest
from etm_workbench.reporting.adhoc.definition import AdhocFile, CellAddress
from etm_workbench.sensitive import ANSWERED, MISSING, TOTAL

COMPARED = ("difference", "low", "high", "p_adjusted", "visible")


def known_codes(variable: str, codebook: Codebook) -> tuple[str, ...]:
    """The codes of a variable as they hold in the codebook's cycle; none for a variable without categories."""
    if variable == "organization":
        return tuple(codebook.organizations)
    if variable not in codebook.variables:
        return ()
    entry = codebook.variables[variable]
    if entry.type == "boolean":
        return ("true", "false")
    return codebook.codes(variable) if entry.code_list else ()


def cell_reference(asked: AdhocFile, address: CellAddress, codebook: Codebook) -> Iterator[str]:
    """What is wrong with a cell that a sentence names; nothing when the answer will have it."""
    figures = (*asked.figures, *(COMPARED if asked.comparator == "service" else ()))
    if address.figure not in figures:
        yield f"the answer has no figure '{address.figure}'. {nearest(address.figure, figures)}"
    for variable, code in address.codes.items():
        if variable not in asked.dimensions:
            yield f"'{variable}' is not among rows and columns. {nearest(variable, asked.dimensions)}"
            continue
        known = asked.cycles if variable == "cycle" else (*known_codes(variable, codebook), TOTAL, ANSWERED, MISSING)
        if code not in known:
            yield f"'{variable}' has no code '{code}'. {nearest(code, known)}"
    if "cycle" in asked.dimensions and "cycle" not in address.codes:
        yield f"which cycle is meant is not said. Add cycle, one of {', '.join(asked.cycles)}."
