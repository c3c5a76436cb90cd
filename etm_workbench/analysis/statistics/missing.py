"""Incomplete returns: what could be said whatever the missing answers are.

The estimate supposes that those who did not answer are like those who did. The bounds beside it suppose nothing:
all the missing are of the kind, or none is. A comparison that holds at both ends holds whatever they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from etm_workbench.analysis.statistics.inputs import Count, count_of, whole_counts
from etm_workbench.analysis.statistics.notes import NOBODY, SELF_SELECTED, join
from etm_workbench.analysis.statistics.part_of_whole import PartOfWhole, part_of_whole
from etm_workbench.analysis.statistics.result import Result
from etm_workbench.analysis.statistics.shares import ShareMethod, share_interval
from etm_workbench.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Bounded(Result):
    """A share with its bounds whatever the missing answers are.

    `estimate`, `low`, `high`: of those who answered. `lowest`, `highest`: the share if none, or all, of the missing
    are of the kind. `lowest_limit`, `highest_limit`: the same with the uncertainty of the interval on top. All from 0
    to 1. `answered_share`: answers over people.
    """

    lowest: float
    highest: float
    lowest_limit: float
    highest_limit: float
    answered_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundedComparison:
    """A comparison of part and rest at both ends of what the missing answers could be.

    `answered`: as answered. `lowest`, `highest`: with the missing all against, and all for, the part standing higher.
    `verdict`: `holds` when all three are marked on the same side, `depends` when some are, `not_shown` when none is.
    """

    answered: PartOfWhole
    lowest: PartOfWhole
    highest: PartOfWhole
    verdict: Literal["holds", "depends", "not_shown"]


def share_bounds(
    count: Count,
    people: int,
    *,
    self_selected: bool = False,
    method: ShareMethod = "wilson",
    level: float = 0.95,
) -> Bounded:
    """A share among those who answered, with bounds over everybody.

    With x of a who answered and N people: x/N and (x + N - a)/N.

    Parameters
    ----------
    count : (int, int)
        People of one kind, and all who answered.
    people : int
        Everybody, answered or not.
    self_selected : bool
        Whether they answered of their own choice (EX-01 and EX-02 by the submission rules): adds a note.
    method, level
        As for `shares.share_interval`.

    Returns
    -------
    Bounded
        Nobody answered: NaN estimate, bounds 0 and 1, and a note.

    Raises
    ------
    BadInput
        More answers than people, not counts.

    Notes
    -----
    Missing answers are what this is about; ties do not arise.

    Source: Manski, Partial Identification of Probability Distributions, 2003, ch. 1 (worst-case bounds).

    Examples
    --------
    >>> bounds = share_bounds((8, 15), 20)
    >>> bounds.lowest, bounds.highest
    (0.4, 0.65)
    """
    part, answered = count_of(count, "count")
    missing = _missing(answered, people)
    estimate = share_interval((part, answered), method=method, level=level)
    ends = [share_interval((end, people), method=method, level=level) for end in (part, part + missing)]
    return Bounded(
        method="share_bounds",
        n=answered,
        quantity="share",
        estimate=estimate.estimate,
        low=estimate.low,
        high=estimate.high,
        level=level,
        note=join(NOBODY if not answered else None, SELF_SELECTED if self_selected else None),
        lowest=part / people if people else 0.0,
        highest=(part + missing) / people if people else 1.0,
        lowest_limit=ends[0].low,
        highest_limit=ends[1].high,
        answered_share=answered / people if people else 0.0,
    )


def compared_bounds(
    part: Count, whole: Count, *, part_people: int, whole_people: int, alpha: float
) -> BoundedComparison:
    """A part against the rest of the whole, whatever the missing answers are.

    The test of `part_of_whole` three times: as answered; with the part's missing all not of the kind and the rest's
    all of it; and the other way round.

    Parameters
    ----------
    part, whole : (int, int)
        People of one kind, and all who answered, in the part and in the whole that contains it.
    part_people, whole_people : int
        Everybody in each, answered or not.
    alpha : float
        Error allowed to each test, from the policy; divide it by the comparisons of the page.

    Returns
    -------
    BoundedComparison
        `holds` only when the part is marked on the same side at both ends.

    Raises
    ------
    BadInput
        More answers than people, a part that does not fit its whole.

    Notes
    -----
    Missing answers are what this is about; ties as in `part_of_whole`. Source: Manski 2003, ch. 1.

    Examples
    --------
    >>> compared_bounds((12, 18), (300, 1500), part_people=20, whole_people=1520, alpha=0.05).verdict
    'holds'
    """
    (x, n), (all_x, all_n) = count_of(part, "part"), count_of(whole, "whole")
    missing_part, missing_whole = _missing(n, part_people), _missing(all_n, whole_people)
    missing_rest = missing_whole - missing_part
    if missing_rest < 0:
        raise BadInput(
            "More answers are missing in the part than in the whole.",
            expected="The whole counts everybody, the part included.",
            remedy="Add the part's people to the whole's.",
        )
    answered = part_of_whole((x, n), (all_x, all_n))
    lowest = part_of_whole((x, part_people), (all_x + missing_rest, whole_people))
    highest = part_of_whole((x + missing_part, part_people), (all_x + missing_part, whole_people))
    sides = {float(np.sign(test.estimate)) if test.p_value <= alpha else 0.0 for test in (answered, lowest, highest)}
    verdict: Literal["holds", "depends", "not_shown"] = "depends"
    if len(sides) == 1:
        verdict = "not_shown" if sides == {0.0} else "holds"
    return BoundedComparison(answered=answered, lowest=lowest, highest=highest, verdict=verdict)


def _missing(answered: int, people: int) -> int:
    total = int(whole_counts(people, "people"))
    if answered > total:
        raise BadInput(
            "There are more answers than people.",
            expected="people no smaller than the number who answered.",
            remedy="Count people at the same date as the answers.",
        )
    return total - answered
