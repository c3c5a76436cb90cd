"""A placement profile whose categories only partly have an order.

Develop, well placed, ready for lateral movement and ready for advancement can be put in order; new in role and
transition cannot, and giving them a place would invent an answer. So people are compared twice: on whether they are
in each category without an order, out of everybody; and on the order, among those who have a place in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from etm_workbench.analysis.statistics.contingency import chi_square
from etm_workbench.analysis.statistics.inputs import same_length, whole_counts
from etm_workbench.analysis.statistics.many import DEFAULT_RULE, Page, Rule, compare_many
from etm_workbench.analysis.statistics.ordered import answers_from_counts, mann_whitney
from etm_workbench.analysis.statistics.result import FloatArray, Result


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ProfileComparison:
    """A part's profile against the rest's.

    Parameters
    ----------
    ordered : Result
        Mann-Whitney among people whose category has a place in the order.
    apart : Page
        One comparison a category without an order, out of everybody, in the categories' order.
    apart_positions : tuple of int
        Which categories those are.
    standardized_residuals : ndarray of float
        The part's, one a category: where its profile differs, whatever the order.
    """

    ordered: Result
    apart: Page
    apart_positions: tuple[int, ...]
    standardized_residuals: FloatArray


def compare_profiles(
    part: ArrayLike, rest: ArrayLike, *, order: Sequence[float | None], rule: Rule = DEFAULT_RULE
) -> ProfileComparison:
    """A part's profile of placements against the rest's, respecting which placements have an order.

    Parameters
    ----------
    part, rest : array of int, one entry a category
        People in each category; the rest does not include the part.
    order : sequence of float or None, same length
        Each category's place, larger for higher; None for a category without one.
    rule : Rule
        Error, control and level.

    Returns
    -------
    ProfileComparison
        The ordered test's p-value is not adjusted with the others: read both through one page's `judge_results` and
        `judge`, or adjust them together.

    Raises
    ------
    BadInput
        Not counts, different lengths.

    Notes
    -----
    Missing answers are left out beforehand. Categories with equal places tie. Source: `ordered.mann_whitney` and
    `many.compare_many`.

    Examples
    --------
    >>> profile = compare_profiles([3, 9, 2, 4, 5], [900, 4000, 800, 1500, 300], order=[1, 2, 3, 4, None])
    >>> round(profile.ordered.estimate, 3), profile.apart.family.p_values.round(5)
    (0.493, array([0.00195]))
    """
    here, there = whole_counts(part, "part").ravel(), whole_counts(rest, "rest").ravel()
    same_length({"part": here, "rest": there, "order": np.zeros(len(order))})
    places = np.array([np.nan if place is None else place for place in order], dtype=float)
    placed = ~np.isnan(places)
    apart = np.flatnonzero(~placed)
    return ProfileComparison(
        ordered=mann_whitney(
            answers_from_counts(places[placed], here[placed]),
            answers_from_counts(places[placed], there[placed]),
            level=rule.level,
        ),
        apart=compare_many(
            here[apart],
            np.full(apart.size, here.sum()),
            there[apart],
            np.full(apart.size, there.sum()),
            rule=rule,
        ),
        apart_positions=tuple(apart.tolist()),
        standardized_residuals=chi_square(np.stack([here, there]), correct=False).standardized_residuals[0],
    )
