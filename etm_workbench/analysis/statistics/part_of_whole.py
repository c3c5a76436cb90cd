"""An organization against the public service that contains it.

Testing an organization against a service share that includes its own people compares it partly with
itself. So the whole is divided: the part against the rest, both shares shown. Given how many people of the
kind there are in the whole, their number in a part drawn at random is hypergeometric; that is Fisher's
exact test of part against rest.

When only a released benchmark is held, not the counts behind it, `against_benchmark` is what can be said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan

import numpy as np

from etm_workbench.analysis.statistics.conditional_odds import TIE, ConditionalOdds, one_table
from etm_workbench.analysis.statistics.inputs import Count, count_of, probability, side
from etm_workbench.analysis.statistics.notes import (
    BENCHMARK_KNOWN,
    NO_VARIATION,
    NOBODY,
    SAME_PEOPLE,
    WHOLE_IS_PART,
    join,
)
from etm_workbench.analysis.statistics.result import Alternative, Result
from etm_workbench.analysis.statistics.shares import binomial_test
from etm_workbench.analysis.statistics.two_shares import share_difference
from etm_workbench.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PartOfWhole(Result):
    """A part compared with the rest of the whole, with the three shares (0 to 1) a reader may ask for.

    `estimate`, `low`, `high`: part minus rest. `whole_share` includes the part.
    """

    part_share: float
    rest_share: float
    whole_share: float


def part_of_whole(
    part: Count,
    whole: Count,
    *,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
    mid_p: bool = False,
) -> PartOfWhole:
    """Exact test that a part does not differ from the rest of the whole that contains it.

    P(x) = C(K, x) C(N - K, n - x) / C(N, n), K people of the kind among N, n in the part. Two-sided p adds the
    outcomes no more probable than the observed one.

    Parameters
    ----------
    part : (int, int)
        People of one kind in the part, and all people in the part.
    whole : (int, int)
        The same for the whole, the part included.
    alternative : {"two-sided", "less", "greater"}
        Side of part minus rest.
    level : float
        Confidence level of the difference (Newcombe's interval).
    mid_p : bool
        Count outcomes as probable as the observed one by half: closer to its level on average, but not
        guaranteed to keep it.

    Returns
    -------
    PartOfWhole
        The difference of part and rest from -1 to 1, and the shares of part, rest and whole. An empty part or
        rest, or nobody or everybody of the kind, gives p = 1 and a note.

    Raises
    ------
    BadInput
        Not counts, or a part that does not fit into its whole.

    Notes
    -----
    Missing answers are left out of both beforehand (see `missing.compared_bounds`). Ties in probability count
    within a relative 1e-7.

    Source: Fisher, Journal of the Royal Statistical Society 98, 1935, 39-82; Newcombe, Statistics in Medicine
    17, 1998, 873-890; mid-p: Lancaster, Journal of the American Statistical Association 56, 1961, 223-234.

    Examples
    --------
    >>> result = part_of_whole((8, 20), (1890, 9000))
    >>> result, round(result.rest_share, 4)
    (<part_of_whole: n=20, statistic=8, p_value=0.0506583, quantity=difference, estimate=0.190423, low=0.00902849,
    high=0.404003, level=0.95, part_share=0.4, rest_share=0.209577, whole_share=0.21>, 0.2096)
    """
    (x, n), (all_x, all_n) = count_of(part, "part"), count_of(whole, "whole")
    rest_x, rest_n = all_x - x, all_n - n
    if rest_x < 0 or rest_n < rest_x:
        raise BadInput(
            "The part holds people whom the whole does not.",
            expected="The whole counts everybody, the part included.",
            remedy="Add the part to the whole, or compare two separate groups with fisher_exact.",
        )
    probability(level, "level", closed=False)
    difference = share_difference((x, n), (rest_x, rest_n), level=level, alternative=side(alternative))
    result = PartOfWhole(
        method="part_of_whole",
        n=n,
        p_value=1,
        quantity="difference",
        estimate=difference.estimate,
        low=difference.low,
        high=difference.high,
        level=level,
        alternative=alternative,
        part_share=x / n if n else nan,
        rest_share=rest_x / rest_n if rest_n else nan,
        whole_share=all_x / all_n if all_n else nan,
        note=SAME_PEOPLE,
    )
    if not n or not rest_n:
        return replace(result, note=NOBODY if not n else WHOLE_IS_PART)
    distribution, observed = one_table(np.array([[x, n - x], [rest_x, rest_n - rest_x]]))
    if distribution.log_weights.size == 1:
        return replace(result, note=join(NO_VARIATION, SAME_PEOPLE))
    p_value = distribution.p_value(observed, alternative=alternative)
    if mid_p:
        p_value -= _as_probable(distribution, observed, alternative) / 2
    return replace(result, statistic=x, p_value=p_value)


def against_benchmark(
    count: Count, benchmark: float, *, alternative: Alternative = "two-sided", level: float = 0.95
) -> Result:
    """Exact test of a share against a released benchmark whose counts are not held.

    The binomial test of `shares.binomial_test`; the Clopper-Pearson limits are given as differences from the
    benchmark.

    Parameters
    ----------
    count : (int, int)
        People of one kind, and all people who answered.
    benchmark : float
        The benchmark's share, 0 to 1.
    alternative : {"two-sided", "less", "greater"}
        Side of share minus benchmark.
    level : float
        Confidence level.

    Returns
    -------
    Result
        `estimate`, `low`, `high`: share minus benchmark, from -1 to 1.

    Raises
    ------
    BadInput
        As `binomial_test`.

    Notes
    -----
    Missing answers are left out beforehand; ties do not arise. The benchmark's own uncertainty and the
    organization's people within it are ignored, and the note says so: use `part_of_whole` when counts are held.

    Source: as `binomial_test`.

    Examples
    --------
    >>> against_benchmark((8, 20), 0.21)
    <against_benchmark: n=20, statistic=8, p_value=0.050888, quantity=difference, estimate=0.19, low=-0.0188099,
    high=0.429457, level=0.95>
    """
    test = binomial_test(count, benchmark, alternative=alternative, level=level)
    return replace(
        test,
        method="against_benchmark",
        quantity="difference",
        estimate=test.estimate - benchmark,
        low=test.low - benchmark,
        high=test.high - benchmark,
        note=join(test.note, BENCHMARK_KNOWN),
    )


def _as_probable(distribution: ConditionalOdds, observed: int, alternative: Alternative) -> float:
    """Probability of the observed outcome, with its equals when both sides are tested."""
    chances = distribution.probabilities(1.0)
    chance = chances[observed - distribution.first]
    if alternative != "two-sided":
        return float(chance)
    return float(chances[np.abs(chances - chance) <= chance * TIE].sum())
