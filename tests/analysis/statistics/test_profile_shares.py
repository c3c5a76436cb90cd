"""Whole profiles against known shares, and gaps to availability."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

import etm_workbench.analysis.statistics as st
from etm_workbench.errors import BadInput

PROFILE = some.lists(some.integers(0, 4), min_size=4, max_size=4)
SHARES = np.array([0.1, 0.2, 0.3, 0.4])


@pytest.mark.parametrize("ordering", ["probability", "chi_square"])
@given(PROFILE)
def test_the_exact_p_is_that_of_every_profile(ordering: str, observed) -> None:
    people = sum(observed)
    profiles = [p for p in product(range(people + 1), repeat=4) if sum(p) == people]
    chances = stats.multinomial.pmf(profiles, people, SHARES)
    if ordering == "probability":
        extreme = -np.log(chances)
        seen = -stats.multinomial.logpmf(observed, people, SHARES)
    else:
        expected = np.maximum(people * SHARES, 1e-300)
        extreme = ((np.array(profiles) - people * SHARES) ** 2 / expected).sum(axis=1)
        seen = ((np.array(observed) - people * SHARES) ** 2 / expected).sum()
    exact = chances[extreme >= seen - 1e-7].sum()
    assert exact == pytest.approx(st.multinomial_test(observed, SHARES, ordering=ordering).p_value)


def test_two_categories_are_the_exact_binomial() -> None:
    binomial, multinomial = st.binomial_test((8, 20), 0.21), st.multinomial_test([8, 12], [0.21, 0.79])
    assert binomial.p_value == pytest.approx(multinomial.p_value)


def test_a_profile_of_a_large_organization_is_simulated() -> None:
    result = st.multinomial_test(
        [160, 180, 200, 279], SHARES, budget=st.Budget(steps=1_000, draws=2_000), rng=np.random.default_rng(1)
    )
    assert result.error >= 0
    assert result.note is not None


def test_residuals_say_which_category_differs() -> None:
    residuals = st.multinomial_test([12, 2, 3, 3], SHARES).standardized_residuals
    assert 0 == int(np.argmax(np.abs(residuals)))


def test_somebody_where_nobody_can_be_is_impossible() -> None:
    assert 0 == st.multinomial_test([3, 1], [1.0, 0.0]).p_value


@pytest.mark.parametrize("test", [st.goodness_of_fit, st.multinomial_test])
def test_nobody_gives_p_1_and_a_note(test) -> None:
    result = test([0, 0, 0, 0], SHARES)
    assert result.p_value == 1
    assert result.note is not None


def test_shares_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(BadInput, match="adds up to"):
        st.multinomial_test([3, 4], [0.2, 0.2])


@pytest.mark.parametrize("method", ["sison_glaz", "goodman", "quesenberry_hurst", "bonferroni_exact"])
@pytest.mark.parametrize("observed", [[23, 12, 44], [3, 0, 1], [0, 0, 5], [1, 0, 0]])
def test_simultaneous_intervals_hold_their_shares(method: str, observed) -> None:
    found = st.multinomial_intervals(observed, method=method)
    slack = 1e-9
    assert (found.low <= found.estimate + slack).all()
    assert (found.estimate <= found.high + slack).all()


def test_goodman_is_the_score_interval_at_the_level_shared_out() -> None:
    each = st.share_intervals([23, 12, 44], [79] * 3, level=1 - 0.05 / 3)
    goodman = st.multinomial_intervals([23, 12, 44], method="goodman")
    assert [*each.low, *each.high] == pytest.approx([*goodman.low, *goodman.high])


def test_sison_glaz_takes_the_same_whole_number_of_people_off_each_share() -> None:
    found = st.multinomial_intervals([23, 12, 44])
    assert [8.0, 8.0, 8.0] == pytest.approx(79 * (found.estimate - found.low))


def test_exact_simultaneous_intervals_cover_at_their_level() -> None:
    people, shares = 6, np.array([0.2, 0.3, 0.5])
    profiles = [p for p in product(range(people + 1), repeat=3) if sum(p) == people]
    covered = 0.0
    for profile in profiles:
        found = st.multinomial_intervals(profile, method="bonferroni_exact")
        inside = ((found.low <= shares) & (shares <= found.high)).all()
        covered += inside * stats.multinomial.pmf(profile, people, shares)
    assert covered >= 0.95


def test_a_gap_in_people_and_in_points() -> None:
    gap = st.representation_gap((2, 45), 0.09)
    assert (-2.05, 2 / 45 - 0.09, 3) == pytest.approx((gap.gap_people, gap.estimate, gap.shortfall))


def test_the_limits_of_a_gap_are_clopper_and_pearsons() -> None:
    gap, exact = st.representation_gap((2, 45), 0.09), st.binomial_test((2, 45), 0.09)
    expected = (45 * (exact.low - 0.09), 45 * (exact.high - 0.09), exact.p_value)
    assert expected == pytest.approx((gap.low_people, gap.high_people, gap.p_value))


def test_reaching_availability_leaves_no_shortfall() -> None:
    assert 0 == st.representation_gap((9, 100), 0.09).shortfall


def test_no_people_have_no_gap() -> None:
    gap = st.representation_gap((0, 0), 0.09)
    assert (1, 0) == (gap.p_value, gap.shortfall)
    assert np.isnan(gap.estimate)
