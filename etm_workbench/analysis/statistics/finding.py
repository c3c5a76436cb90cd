"""What a test allows to be said, and nothing more.

Presentation turns a `Finding` into a sentence in each language; here is decided what the sentence may
claim. The rule:

- *higher* or *lower*: only when the comparison is marked after adjustment for everything on its page;
- *cannot tell*: not marked, and no difference small enough to matter could have been marked at this size;
- *no difference shown*: not marked though such a difference could have been. It never means *equal*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Literal

import numpy as np

from etm_workbench.analysis.statistics.many import DEFAULT_RULE, Page, Rule
from etm_workbench.analysis.statistics.multiplicity import Control, Family, family
from etm_workbench.analysis.statistics.result import Result
from etm_workbench.codebook import Bilingual
from etm_workbench.errors import BadInput, nearest

Direction = Literal["higher", "lower", "no_difference_shown", "cannot_tell"]
_NO_EFFECT = {
    "difference": 0.0,
    "shift": 0.0,
    "gamma": 0.0,
    "cliffs_delta": 0.0,
    "log_odds": 0.0,
    "kappa": 0.0,
    "ratio": 1.0,
    "odds_ratio": 1.0,
    "probability_of_superiority": 0.5,
}
_TWO_ERRORS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What may be said of one comparison.

    Parameters
    ----------
    direction : Direction
        `higher`, `lower`, `no_difference_shown` or `cannot_tell`.
    n : int
        People in the part.
    estimate, reference : float
        The part's number and the one it is compared with (shares from 0 to 1, or the value of no effect).
    low, high : float
        Interval of their difference alone, or of the estimate when the reference is no effect.
    p_value, p_adjusted : float
        Before and after adjustment; NaN when nothing could be tested.
    comparisons : int
        How many tests the page holds.
    control : Control
        How they were adjusted.
    visible_higher, visible_lower : float
        The nearest differences that would have been marked at this size, from -1 to 1; NaN when none could.
    note : Bilingual or None
        What else a reader must know.
    """

    direction: Direction
    n: int
    estimate: float
    reference: float
    low: float
    high: float
    p_value: float
    p_adjusted: float
    comparisons: int
    control: Control
    visible_higher: float = nan
    visible_lower: float = nan
    note: Bilingual | None = None


def judge(page: Page, *, relevant: float | None = None) -> tuple[Finding, ...]:
    """What may be said of each comparison of a page.

    Parameters
    ----------
    page : Page
        From `compare_many`.
    relevant : float, optional
        Smallest difference that matters to the reader, from 0 to 1, from the policy. An unmarked comparison
        that could not have shown it in either direction is `cannot_tell`. Without it, only one that could not
        have shown any difference is.

    Returns
    -------
    tuple of Finding
        One a comparison, in the page's order.

    Raises
    ------
    BadInput
        A relevant difference outside 0 to 1.

    Notes
    -----
    A comparison that could not be tested (a missing p-value, NaN) is `cannot_tell`. Ties at alpha are marked.
    Source: the rule above; that absence of a mark is not equality: Altman and Bland, BMJ 311, 1995, 485.

    Examples
    --------
    >>> from etm_workbench.analysis.statistics.many import compare_many
    >>> page = compare_many([8, 3, 1], [12, 12, 2], [1882] * 3, [8980] * 3)
    >>> [finding.direction for finding in judge(page, relevant=0.5)]
    ['higher', 'no_difference_shown', 'cannot_tell']
    """
    if relevant is not None and not 0 <= relevant <= 1:
        raise BadInput(f"'relevant' is {relevant}.", expected="A difference of shares, from 0 to 1.")
    return tuple(_of_page(page, position, relevant) for position in range(page.totals.size))


def judge_results(results: Sequence[Result], *, rule: Rule = DEFAULT_RULE) -> tuple[Finding, ...]:
    """What may be said of tests that are read together, whatever their methods.

    Parameters
    ----------
    results : sequence of Result
        All tests of the page; each with a p-value and an estimate that has a value of no effect.
    rule : Rule
        Error and control of the page.

    Returns
    -------
    tuple of Finding
        One a result. One whose assumptions are not met is `cannot_tell`. A simulated p-value is raised by two of
        its standard errors before adjustment, so that chance in the simulation never makes a mark.

    Raises
    ------
    BadInput
        An estimate without a known value of no effect.

    Notes
    -----
    A missing p-value (NaN) is `cannot_tell` and not counted. Ties at alpha are marked. Source: as `judge`.

    Examples
    --------
    >>> from etm_workbench.analysis.statistics.contingency import fisher_exact
    >>> judge_results([fisher_exact([[9, 1], [30, 70]]), fisher_exact([[2, 2], [30, 70]])])[0].direction
    'higher'
    """
    # np.minimum keeps NaN, where Python's min would turn an untested p into 1.
    raised = np.minimum([result.p_value + _TWO_ERRORS * result.error for result in results], 1.0)
    page = family(raised, alpha=rule.alpha, control=rule.control)
    return tuple(_of_result(result, page, position) for position, result in enumerate(results))


def _of_page(page: Page, position: int, relevant: float | None) -> Finding:
    higher, lower = float(page.visible_higher[position]), float(page.visible_lower[position])
    difference = float(page.difference[position])
    return Finding(
        direction=_direction(page.family, position, difference, seen=_could_be_seen(higher, -lower, relevant)),
        n=int(page.totals[position]),
        estimate=float(page.share[position]),
        reference=float(page.rest_share[position]),
        low=float(page.low[position]),
        high=float(page.high[position]),
        p_value=float(page.family.p_values[position]),
        p_adjusted=float(page.family.adjusted[position]),
        comparisons=page.family.comparisons,
        control=page.family.control,
        visible_higher=higher,
        visible_lower=lower,
    )


def _of_result(result: Result, page: Family, position: int) -> Finding:
    if result.quantity not in _NO_EFFECT:
        raise BadInput(
            f"The estimate '{result.quantity}' of method '{result.method}' has no value of no effect.",
            expected=f"One of {', '.join(_NO_EFFECT)}.",
            remedy=nearest(result.quantity, _NO_EFFECT),
        )
    reference = _NO_EFFECT[result.quantity]
    trusted = result.assumptions_met and not isnan(result.estimate)
    return Finding(
        direction=_direction(page, position, result.estimate - reference, seen=trusted) if trusted else "cannot_tell",
        n=int(result.n),
        estimate=result.estimate,
        reference=reference,
        low=result.low,
        high=result.high,
        p_value=result.p_value,
        p_adjusted=float(page.adjusted[position]),
        comparisons=page.comparisons,
        control=page.control,
        note=result.note,
    )


def _direction(page: Family, position: int, difference: float, *, seen: bool) -> Direction:
    if isnan(page.p_values[position]):
        return "cannot_tell"
    if page.marked[position] and difference != 0:
        return "higher" if difference > 0 else "lower"
    return "no_difference_shown" if seen else "cannot_tell"


def _could_be_seen(higher: float, lower: float, relevant: float | None) -> bool:
    """Whether some difference that matters would have been marked, in either direction."""
    reachable = [size for size in (higher, lower) if not isnan(size)]
    return bool(reachable) and (relevant is None or min(reachable) <= relevant)
