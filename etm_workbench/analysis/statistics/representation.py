"""Representation: people of a designated group against their availability in the workforce, in people and in points."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, nan

from etm_workbench.analysis.statistics.inputs import Count, count_of
from etm_workbench.analysis.statistics.notes import BENCHMARK_KNOWN, join
from etm_workbench.analysis.statistics.result import Alternative, Result
from etm_workbench.analysis.statistics.shares import binomial_test


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RepresentationGap(Result):
    """Observed less expected, in people and as a share.

    `estimate`, `low`, `high`: share less availability, from -1 to 1 (points when multiplied by 100). `expected_people`:
    availability × people. `gap_people`, `low_people`, `high_people`: the same gap in people; negative for too few.
    `shortfall`: whole people missing to reach availability, 0 when reached.
    """

    availability: float
    observed_people: int
    expected_people: float
    gap_people: float
    low_people: float
    high_people: float
    shortfall: int


_ROUNDING = 1e-9


def representation_gap(
    count: Count, availability: float, *, alternative: Alternative = "two-sided", level: float = 0.95
) -> RepresentationGap:
    """The gap between a group's people and its workforce availability, with exact interval and test.

    Gap: x - nA people, x/n - A as a share. Interval: Clopper-Pearson limits of the share, less A; times n for people.
    Test: exact binomial of the share against A.

    Parameters
    ----------
    count : (int, int)
        People of the group, and all people.
    availability : float
        Workforce availability A, 0 to 1, as of the same date.
    alternative : {"two-sided", "less", "greater"}
        `less`: is the group under-represented.
    level : float
        Confidence level.

    Returns
    -------
    RepresentationGap
        No people: NaN gap as a share, 0 people expected, p = 1 and a note.

    Raises
    ------
    BadInput
        Not counts, an availability outside 0 to 1.

    Notes
    -----
    People who did not identify themselves are not of the group here; bounds for them: `missing.share_bounds`. Ties do
    not arise. Source: Clopper and Pearson 1934 as in `shares.binomial_test`.

    Examples
    --------
    >>> gap = representation_gap((2, 45), 0.09)
    >>> round(gap.gap_people, 2), gap.shortfall, round(gap.p_value, 3)
    (-2.05, 3, 0.433)
    """
    observed, people = count_of(count, "count")
    test = binomial_test(count, availability, alternative=alternative, level=level)
    expected = people * availability
    return RepresentationGap(
        method="representation_gap",
        n=people,
        statistic=observed,
        p_value=test.p_value,
        quantity="difference",
        estimate=test.estimate - availability if people else nan,
        low=test.low - availability,
        high=test.high - availability,
        level=level,
        alternative=alternative,
        note=join(test.note, BENCHMARK_KNOWN),
        availability=availability,
        observed_people=observed,
        expected_people=expected,
        gap_people=observed - expected,
        low_people=people * (test.low - availability),
        high_people=people * (test.high - availability),
        shortfall=max(0, ceil(expected - _ROUNDING) - observed),
    )
