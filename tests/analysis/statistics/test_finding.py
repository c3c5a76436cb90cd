"""Nothing is said that the test does not allow."""

from __future__ import annotations

from math import isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as some

import etm_workbench.analysis.statistics as st
from etm_workbench.errors import BadInput

COUNTS = some.tuples(some.integers(0, 30), some.integers(0, 30)).map(lambda pair: (min(pair), max(pair)))


def one(x: int, n: int, *, relevant: float | None = None) -> st.Finding:
    return st.judge(st.compare_many([x], [n], [1882], [8980]), relevant=relevant)[0]


@pytest.mark.parametrize(
    ("x", "n", "relevant", "direction"),
    [
        (12, 20, None, "higher"),
        (0, 40, None, "lower"),
        (5, 20, None, "no_difference_shown"),
        (5, 20, 0.5, "no_difference_shown"),
        (5, 20, 0.1, "cannot_tell"),
        (1, 1, None, "cannot_tell"),
        (0, 0, None, "cannot_tell"),
    ],
)
def test_direction(x: int, n: int, relevant: float | None, direction: str) -> None:
    assert direction == one(x, n, relevant=relevant).direction


@given(some.lists(COUNTS, min_size=1, max_size=6))
def test_a_direction_is_claimed_only_when_marked_after_adjustment(pairs) -> None:
    page = st.compare_many(*zip(*pairs, strict=True), [200] * len(pairs), [900] * len(pairs))
    for finding in st.judge(page, relevant=0.2):
        claimed = finding.direction in ("higher", "lower")
        assert claimed == (finding.p_adjusted <= page.rule.alpha)


@given(some.lists(COUNTS, min_size=1, max_size=6))
def test_what_was_marked_was_visible(pairs) -> None:
    page = st.compare_many(*zip(*pairs, strict=True), [200] * len(pairs), [900] * len(pairs))
    for finding in st.judge(page):
        if finding.direction == "higher":
            assert finding.visible_higher <= finding.estimate - finding.reference + 1e-12
        if finding.direction == "lower":
            assert finding.visible_lower >= finding.estimate - finding.reference - 1e-12


def test_a_finding_carries_what_its_sentence_needs() -> None:
    finding = one(8, 20)
    assert (20, 0.4, 1) == (finding.n, finding.estimate, finding.comparisons)
    assert finding.reference == pytest.approx(1882 / 8980)


def test_more_comparisons_make_a_claim_harder() -> None:
    alone = st.judge(st.compare_many([9], [20], [1882], [8980]))[0]
    page = st.judge(st.compare_many([9] + [4] * 39, [20] * 40, [1882] * 40, [8980] * 40))[0]
    assert ("higher", "no_difference_shown") == (alone.direction, page.direction)
    assert page.visible_higher > alone.visible_higher


def test_results_of_other_tests_are_judged_together() -> None:
    results = [st.fisher_exact([[9, 1], [30, 70]]), st.fisher_exact([[2, 2], [30, 70]])]
    assert ["higher", "no_difference_shown"] == [finding.direction for finding in st.judge_results(results)]


def test_a_method_whose_assumptions_fail_cannot_tell() -> None:
    results = [st.brunner_munzel([1, 1, 2], [4, 4, 4, 5])]
    assert "cannot_tell" == st.judge_results(results)[0].direction


def test_simulation_error_never_makes_a_mark() -> None:
    close = st.Result(method="simulated", n=30, p_value=0.049, error=0.001, quantity="difference", estimate=0.3)
    assert "no_difference_shown" == st.judge_results([close])[0].direction


def test_a_result_without_a_p_value_cannot_tell_and_is_not_counted() -> None:
    blank = st.Result(method="none", n=0, p_value=nan, quantity="difference", estimate=nan)
    finding = st.judge_results([blank])[0]
    assert ("cannot_tell", 0, True) == (finding.direction, finding.comparisons, isnan(finding.p_adjusted))


def test_an_estimate_without_a_value_of_no_effect_is_refused() -> None:
    with pytest.raises(BadInput, match="share"):
        st.judge_results([st.binomial_test((3, 12), 0.2)])


def test_a_relevant_difference_in_points_is_refused() -> None:
    with pytest.raises(BadInput, match="0 to 1"):
        one(3, 12, relevant=10)
