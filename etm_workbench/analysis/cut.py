"""The table of everybody asked, for a table of those who gave some answer: the answer becomes a dimension.

`total here` less `answered there` counts those who answered otherwise, and a group in which everybody gave the answer
is known to have given it. Both are seen only where the answer is a dimension and everybody who was asked stands in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from etm_workbench.analysis.dimensions import dimension_of
from etm_workbench.cadre import Cadre
from etm_workbench.sensitive import ANSWERED, EITHER, MISSING, TOTAL, CutFrom, Dimension, Node, SensitiveTable

BUT = "BUT"  # with codes after it: any other answer
NOT_STARTED = "NOT_STARTED"
_STATES = {"executive": "executive_status", "manager": "manager_status"}  # of each section of the questionnaire
Codes = tuple[str, ...]


def cut_from(cadre: Cadre, table: SensitiveTable, *, count: Callable[..., SensitiveTable]) -> CutFrom:
    """The table that a table of those who gave some answers is cut from.

    Parameters
    ----------
    cadre : Cadre
        Narrowed by answers; its `asked` are the records before.
    table : SensitiveTable
        Made of it.
    count : callable
        Makes a table of a cadre, a name and dimensions.
    """
    kept = {variable: codes for variable, codes in cadre.filters if variable in (table.answer_filters or ())}
    asked = cadre.records if cadre.asked is None else cadre.asked
    opened = {variable: codes for variable, codes in cadre.filters if variable not in kept}
    # Filters that keep every answer are among these: who gave none was not asked.
    everybody = replace(replace(cadre, records=asked, filters=(), narrowed=None).where(**opened), narrowed=None)
    dimensions = [d for d in table.dimensions if d.variable not in kept and not _only_of_those(cadre, d, kept)]
    whole = [_over(everybody, dimension) for dimension in dimensions]
    for variable, codes in kept.items():
        dimension, records = _of_answers(everybody, variable, codes)
        everybody = replace(everybody, records=records)
        whole.append(dimension)
    made = count(everybody, f"{table.name} of everybody", tuple(whole))
    names = [dimension.variable for dimension in table.dimensions]
    meant = [{code: _among(d, code, kept.get(d.variable, ())) for code in d.codes} for d in table.dimensions]
    keys = [dict(zip(names, (m[c] for m, c in zip(meant, key, strict=True)), strict=True)) for key in table.cells]
    return CutFrom(made, np.array([_position(key, whole, kept) for key in keys], np.int64))


def _over(everybody: Cadre, dimension: Dimension) -> Dimension:
    """The same dimension where it is about more people, who may stand under codes that it lacks."""
    known = dimension.variable in everybody.codebook.variables or dimension.variable in ("organization", "cluster")
    if not known:
        return dimension
    wider = dimension_of(everybody, dimension.variable)
    return wider if set(dimension.codes) <= set(wider.codes) else dimension


def _of_answers(everybody: Cadre, variable: str, codes: Codes) -> tuple[Dimension, pd.DataFrame]:
    """The dimension of an answer, with a node for those kept; the records with its values."""
    records = everybody.records
    entry = everybody.codebook.variables.get(variable)
    if entry is not None and entry.sensitivity != "identifier" and entry.type in ("code", "codes", "boolean"):
        dimension = dimension_of(everybody, variable)
        if len(codes) == 1 and codes[0] in dimension.codes:
            return dimension, records
        if entry.type != "codes" and set(codes) & set(dimension.codes):
            return _joined(dimension, codes), records
    sensitivity = "judgement" if entry is None or entry.sensitivity == "identifier" else entry.sensitivity
    either, other = EITHER.join(codes), EITHER.join((BUT, *codes))
    met = records.index.isin(everybody.where(**{variable: codes}).records.index)
    answers = pd.Series(np.where(met, either, other), index=records.index, dtype=object)
    answers = answers.where(records[variable].notna(), None)
    return Dimension.answered(variable, [either, other], sensitivity=sensitivity), records.assign(**{variable: answers})


def _joined(dimension: Dimension, codes: Codes) -> Dimension:
    """The dimension with one more node, of those who gave any of these answers."""
    either = EITHER.join(codes)
    parent = next(node.parent for node in dimension.nodes if node.code in codes)
    nodes = [Node(node.code, either) if node.code in codes else node for node in dimension.nodes]
    return replace(dimension, nodes=(Node(either, parent), *nodes))


def _only_of_those(cadre: Cadre, dimension: Dimension, kept: Mapping[str, Codes]) -> bool:
    """Whether a question stands in a section that nobody but those who gave the answers began: others were not asked.

    That others happen to be silent is not enough: where they were asked, how many are silent says something of them.
    """
    entry, asked = cadre.codebook.variables.get(dimension.variable), cadre.asked
    state = _STATES.get(entry.section, "") if entry is not None else ""
    if asked is None or state not in kept or set(kept[state]) != {*cadre.codebook.codes(state)} - {NOT_STARTED}:
        return False
    others = asked[~asked.index.isin(cadre.records.index)]
    return len(others) > 0 and not bool(others[dimension.variable].notna().any())


def _among(dimension: Dimension, code: str, answers: Codes) -> str:
    """What a code means among those who gave these answers: a band that holds them all is all of them."""
    under, below = {code}, {code}
    while below := {child for one in below for child in dimension.children(one)}:
        under |= below
    inside = under & set(answers)
    if code in (TOTAL, MISSING) or not inside:
        return code
    return next(iter(inside)) if len(inside) == 1 else ANSWERED if inside == set(answers) else code


def _position(key: Mapping[str, str], whole: Sequence[Dimension], kept: Mapping[str, Codes]) -> int:
    """Where the table of everybody has a cell of the table cut from it; -1 for nowhere."""
    codes = {dimension.variable: key.get(dimension.variable, TOTAL) for dimension in whole}
    if any(code != TOTAL for variable, code in key.items() if variable not in codes):
        return -1
    for variable, answers in kept.items():
        if codes[variable] in (TOTAL, ANSWERED):
            codes[variable] = EITHER.join(answers)
        elif codes[variable] == MISSING or codes[variable] not in answers:
            return -1
    places = []
    for dimension in whole:
        if codes[dimension.variable] not in dimension.codes:
            return -1
        places.append(dimension.codes.index(codes[dimension.variable]))
    return int(np.ravel_multi_index(places, [len(dimension.nodes) for dimension in whole]))
