"""The cells of an answer before there is one: which codes and figures its table will have."""

from __future__ import annotations

from collections.abc import Iterator

from etm_workbench.codebook import Bilingual, Codebook
from etm_workbench.reporting.adhoc.definition import AdhocFile, CellAddress
from etm_workbench.reporting.problems import listed, offered, problem
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


def cell_reference(asked: AdhocFile, address: CellAddress, codebook: Codebook) -> Iterator[Bilingual]:
    """What is wrong with a cell that a sentence names; nothing when the answer will have it."""
    figures = (*asked.figures, *(COMPARED if asked.comparator == "service" else ()))
    if address.figure not in figures:
        yield problem(
            f"the answer has no figure '{address.figure}'.",
            f"la réponse n’a pas de chiffre « {address.figure} ».",
            offer=offered(address.figure, figures),
        )
    for variable, code in address.codes.items():
        if variable not in asked.dimensions:
            yield problem(
                f"'{variable}' is not among rows and columns.",
                f"« {variable} » n’est ni dans rows ni dans columns.",
                offer=offered(variable, asked.dimensions),
            )
            continue
        known = asked.cycles if variable == "cycle" else (*known_codes(variable, codebook), TOTAL, ANSWERED, MISSING)
        if code not in known:
            yield problem(
                f"'{variable}' has no code '{code}'.",
                f"« {variable} » n’a pas de code « {code} ».",
                offer=listed(code, known),
            )
    if "cycle" in asked.dimensions and "cycle" not in address.codes:
        cycles = ", ".join(asked.cycles)
        yield problem(
            f"which cycle is meant is not said. Add cycle, one of {cycles}.",
            f"le cycle visé n’est pas dit. Ajoutez cycle, parmi {cycles}.",
        )
