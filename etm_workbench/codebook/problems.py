"""What is wrong in a codebook as a whole: references, repeated codes, spellings and headings shared by two."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from etm_workbench.codebook.organizations import Cluster, Organization
from etm_workbench.codebook.variables import Code, CodeList, Cycle, Variable
from etm_workbench.errors import BadCodebook, nearest

_SHOWN = 20
_PLAIN = {
    "missing": "is missing",
    "string_too_short": "is empty",
    "extra_forbidden": "is not known; see the other entries of the file",
}


def raise_if_any(problems: Iterable[str]) -> None:
    """Refuse the codebook when there are problems, naming the first twenty and how many there are.

    Raises
    ------
    BadCodebook
        There is at least one problem.
    """
    found = list(problems)
    if not found:
        return
    counted = "1 problem" if len(found) == 1 else f"{len(found)} problems"
    shown = "\n".join(f"- {problem}" for problem in found[:_SHOWN])
    rest = f"\n… and {len(found) - _SHOWN} more." if len(found) > _SHOWN else ""
    raise BadCodebook(f"The data folder has {counted}, each to be mended in its file:\n{shown}{rest}")


def of_entry(file: str, name: str, refusal: ValidationError) -> Iterator[str]:
    """What is wrong in one entry of a file, one sentence a field, in the words of its keeper."""
    for error in refusal.errors():
        field = ".".join(map(str, error["loc"])) or "entry"
        yield f"{file} [{name}] {field} {_PLAIN.get(error['type']) or _said(error)}."


def _said(error: ErrorDetails) -> str:
    if error["type"] == "literal_error":
        return f"must be {error['ctx']['expected']}"
    said = error["msg"].removeprefix("Value error, ")
    return f"is wrong: {said[:1].lower()}{said[1:]}"


def between_entries(
    variables: Mapping[str, Variable], lists: Mapping[str, CodeList], cycles: Mapping[str, Cycle]
) -> Iterator[str]:
    """Problems that show only when variables, lists and cycles are read together, one sentence each."""
    for variable in variables.values():
        yield from _of_variable(variable, lists)
        yield from _unknown_cycles(f"Variable '{variable.name}'", (variable.since, variable.until), cycles)
    yield from _shared_headings(variables)
    for entry in lists.values():
        yield from _of_list(entry, cycles)


def of_clusters(organizations: Mapping[str, Organization], clusters: Mapping[str, Cluster]) -> Iterator[str]:
    """Organizations whose cluster is not declared, one sentence a cluster."""
    for unknown in sorted({o.cluster for o in organizations.values()} - set(clusters)):
        where = [o.identifier for o in organizations.values() if o.cluster == unknown]
        yield f"organizations.csv puts {', '.join(where)} in the cluster '{unknown}', which clusters.csv lacks."


def _of_variable(variable: Variable, lists: Mapping[str, CodeList]) -> Iterator[str]:
    coded = variable.type in ("code", "codes") and variable.name != "organization"
    if coded and variable.code_list is None:
        yield f"Variable '{variable.name}' is coded and names no code list."
    elif variable.code_list is not None and variable.code_list not in lists:
        close = nearest(variable.code_list, lists)
        yield f"Variable '{variable.name}' names the code list '{variable.code_list}', which is not declared. {close}"
    if None not in (variable.minimum, variable.maximum) and (variable.minimum or 0) > (variable.maximum or 0):
        yield f"Variable '{variable.name}' has a minimum above its maximum."


def _shared_headings(variables: Mapping[str, Variable]) -> Iterator[str]:
    owners: dict[str, set[str]] = defaultdict(set)
    for variable in variables.values():
        for heading in (variable.name, variable.en, variable.fr, *variable.headers):
            owners[heading.casefold()].add(variable.name)
    for heading, names in owners.items():
        if len(names) > 1:
            yield f"The heading '{heading}' belongs to {' and '.join(sorted(names))}."


def _of_list(entry: CodeList, cycles: Mapping[str, Cycle]) -> Iterator[str]:
    where = f"Code list '{entry.name}'"
    for name, times in Counter(code.code for code in entry.codes).items():
        if times > 1:
            yield f"{where} declares '{name}' {times} times."
    owners: dict[str, set[str]] = defaultdict(set)
    for code in entry.codes:
        for spelling in _spellings(code):
            owners[spelling.casefold()].add(code.code)
        limits = (code.since, code.until, *(label.until for label in code.earlier_labels))
        yield from _unknown_cycles(f"{where}, code '{code.code}'", limits, cycles)
    for spelling, codes in owners.items():
        if len(codes) > 1:
            yield f"{where}: '{spelling}' means {' and '.join(sorted(codes))}."


def _spellings(code: Code) -> Iterator[str]:
    yield from (code.code, code.en, code.fr, *code.synonyms)
    for label in code.earlier_labels:
        yield from (label.en, label.fr)


def _unknown_cycles(where: str, limits: Iterable[str | None], cycles: Mapping[str, Cycle]) -> Iterator[str]:
    for limit in limits:
        if limit is not None and limit not in cycles:
            yield f"{where} names the cycle '{limit}', which is not declared. {nearest(limit, cycles)}"
