"""An organization against the service that contains it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

import etm_workbench.analysis.statistics as st
from etm_workbench.errors import BadInput


def test_the_part_is_tested_against_the_rest_not_the_whole() -> None:
    result = st.part_of_whole((8, 20), (1890, 9000))
    expected = stats.fisher_exact([[8, 12], [1882, 7098]]).pvalue
    assert expected == pytest.approx(result.p_value)


def test_both_shares_and_the_whole_are_shown() -> None:
    result = st.part_of_whole((8, 20), (1890, 9000))
    expected = (8 / 20, 1882 / 8980, 1890 / 9000)
    assert expected == pytest.approx((result.part_share, result.rest_share, result.whole_share))


@given(n=some.integers(0, 15), rest=some.integers(0, 40), data=some.data())
def test_a_part_of_any_size_has_an_exact_p(n: int, rest: int, data) -> None:
    x, y = data.draw(some.integers(0, n)), data.draw(some.integers(0, rest))
    result = st.part_of_whole((x, n), (x + y, n + rest))
    assert 0 < result.p_value <= 1


# contingencytables' test suite: Fisher mid-P of the table (0, 16, 15, 57) is 0.04466, Fisher's p 0.06287.
@pytest.mark.parametrize(("mid_p", "expected"), [(False, 0.06287), (True, 0.04466)])
def test_mid_p_as_in_another_program(mid_p: bool, expected: float) -> None:
    assert expected == pytest.approx(st.part_of_whole((0, 16), (15, 88), mid_p=mid_p).p_value, abs=5e-6)


def test_a_part_that_is_the_whole_has_nothing_to_be_compared_with() -> None:
    result = st.part_of_whole((3, 12), (3, 12))
    assert (1, True) == (result.p_value, np.isnan(result.rest_share))
    assert result.note is not None


def test_a_part_that_does_not_fit_its_whole_is_refused() -> None:
    with pytest.raises(BadInput, match="whole"):
        st.part_of_whole((8, 20), (5, 9000))


def test_a_benchmark_is_a_fixed_share() -> None:
    result, test = st.against_benchmark((8, 20), 0.21), st.binomial_test((8, 20), 0.21)
    expected = (test.p_value, test.estimate - 0.21, test.low - 0.21, test.high - 0.21)
    assert expected == pytest.approx((result.p_value, result.estimate, result.low, result.high))


def test_a_benchmark_says_that_it_is_taken_as_known() -> None:
    note = st.against_benchmark((8, 20), 0.21).note
    assert note is not None
    assert "benchmark" in note.en


def test_limits_narrow_as_more_of_the_population_answer() -> None:
    few, many = (st.finite_population_share((x, 2 * x), 40) for x in (5, 18))
    assert many.high - many.low < few.high - few.low


def test_everybody_answered_leaves_nothing_to_be_wrong_about() -> None:
    result = st.finite_population_share((8, 20), 20)
    assert (0.4, 0.4, 0.4) == (result.low, result.estimate, result.high)


@given(population=some.integers(1, 25), data=some.data())
def test_exact_limits_of_a_finite_population_cover_at_their_level(population: int, data) -> None:
    answered, kind = data.draw(some.integers(1, population)), data.draw(some.integers(0, population))
    counts = np.arange(max(0, answered - (population - kind)), min(answered, kind) + 1)
    limits = [st.finite_population_share((int(x), answered), population) for x in counts]
    inside = np.array([limit.low <= kind / population <= limit.high for limit in limits])
    assert stats.hypergeom.pmf(counts, population, kind, answered)[inside].sum() >= 0.95 - 1e-9


def test_a_mean_of_everybody_has_no_error() -> None:
    assert st.finite_population_mean(3.0, 1.0, n=20, population=20).standard_error == 0


def test_more_answers_than_people_are_refused() -> None:
    with pytest.raises(BadInput, match="more answers than people"):
        st.finite_population_share((8, 20), 12)
