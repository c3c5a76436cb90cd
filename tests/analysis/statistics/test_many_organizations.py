"""Funnels, dispersion, shrunken estimates."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

import etm_workbench.analysis.statistics as st
from etm_workbench.errors import BadInput

COUNTS = some.tuples(some.integers(1, 60), some.floats(0.02, 0.98))


@given(COUNTS)
def test_a_share_is_outside_exactly_when_its_tail_is_small(size) -> None:
    n, target = size
    counts = np.arange(n + 1)
    tail = np.minimum(stats.binom.cdf(counts, n, target), stats.binom.sf(counts - 1, n, target))
    funnel = st.share_funnel([n], target, levels=(0.95,))
    outside = [funnel.outside([count / n])[0] > 0 for count in counts]
    close = np.abs(tail - 0.025) < 1e-12
    assert (tail <= 0.025)[~close].tolist() == np.array(outside)[~close].tolist()


@given(COUNTS)
def test_over_dispersion_widens_the_limits(size) -> None:
    n, target = size
    exact, wide = st.share_funnel([n], target), st.share_funnel([n], target, correlation=0.05)
    assert (wide.low <= exact.low).all()
    assert (wide.high >= exact.high).all()


def test_interpolated_limits_lie_about_the_exact_ones() -> None:
    exact, smooth = (st.share_funnel([40], 0.2, method=method) for method in ("exact", "interpolated"))
    assert (np.abs(exact.high - smooth.high) <= 1 / 40).all()


def test_an_organization_without_people_is_never_outside() -> None:
    funnel = st.share_funnel([0], 0.2)
    assert (0, 1) == (funnel.low[0, 0], funnel.high[0, 0])


def test_nothing_expected_is_never_outside() -> None:
    funnel = st.ratio_funnel([0.0])
    assert (0, inf) == (funnel.low[0, 0], funnel.high[0, 0])


def test_normal_limits_cannot_be_over_dispersed_by_correlation() -> None:
    with pytest.raises(BadInput, match="correlation"):
        st.share_funnel([12], 0.2, method="normal", correlation=0.1)


def test_chance_alone_has_a_phi_of_about_one() -> None:
    rng, sizes = np.random.default_rng(3), np.full(400, 50)
    found = st.dispersion_of_shares(rng.binomial(sizes, 0.2), sizes, trim=0.0)
    assert (1.0, True) == (pytest.approx(found.phi, abs=0.2), found.p_value > 0.01)


def test_organizations_that_differ_have_a_phi_above_one() -> None:
    rng, sizes = np.random.default_rng(3), np.full(200, 80)
    found = st.dispersion_of_shares(rng.binomial(sizes, rng.beta(4, 16, 200)), sizes, trim=0.0)
    assert found.phi > 3
    assert found.tau_squared == pytest.approx(4 * 16 / 400 / 21, rel=0.35)  # the variance of beta(4, 16)


def test_square_root_scale_as_in_funnelplotr() -> None:
    # FunnelPlotR's test of phi: with 2 (sqrt(O) - sqrt(E)) it is 3.222418.
    observed, expected = [100, 150, 180, 80, 120, 225], [108, 112, 165, 95, 100, 220]
    assert 3.222418 == pytest.approx(st.dispersion_of_ratios(observed, expected, transform="square_root").phi, abs=5e-7)


def test_winsorized_extremes_are_moved_not_left_out() -> None:
    args = ([100, 150, 180, 80, 120, 225, 90, 100, 60, 300], [100.0] * 10)
    left_out, moved = (st.dispersion_of_ratios(*args, extremes=way) for way in ("leave_out", "winsorize"))
    assert (8, 10) == (left_out.units, moved.units)


def test_the_fitted_spread_is_the_likeliest() -> None:
    part, total = np.array([2, 9, 4, 30, 1]), np.array([12, 20, 40, 90, 15])
    fitted = st.fit_beta_binomial(part, total)

    def likelihood(mean: float, weight: float) -> float:
        return float(stats.betabinom.logpmf(part, total, mean * weight, (1 - mean) * weight).sum())

    best = likelihood(fitted.mean, fitted.weight)
    moved = [(fitted.mean * m, fitted.weight * w) for m in (0.97, 1, 1.03) for w in (0.9, 1, 1.1)]
    assert best >= max(likelihood(*place) for place in moved) - 1e-6


def test_a_small_organization_is_drawn_further() -> None:
    found = st.shrink([1, 40], [2, 80], prior=st.BetaBinomial(0.2, 20))
    assert (20 / 22, 20 / 100) == pytest.approx(tuple(found.pull))
    assert ((1 + 4) / 22, (40 + 4) / 100) == pytest.approx(tuple(found.estimate))


def test_organizations_that_do_not_differ_all_get_the_common_share() -> None:
    found = st.shrink([10, 20, 30], [50, 100, 150])
    assert ([0.2] * 3, inf) == (pytest.approx(found.estimate), found.prior.weight)
    assert "no more than chance" in found.label.en


def test_a_shrunken_estimate_is_labelled_in_both_languages() -> None:
    label = st.shrink([2, 9], [12, 20]).label
    assert "not an observed share" in label.en
    assert "pas une part observée" in label.fr


def test_an_organization_without_people_has_no_observed_share() -> None:
    found = st.shrink([0, 9, 1], [0, 20, 20])
    assert np.isnan(found.observed[0])
    assert 0 < found.estimate[0] < 1


@pytest.mark.parametrize(
    ("part", "total"), [([], []), ([0, 0], [0, 0]), ([0, 0], [5, 9]), ([5, 9], [5, 9]), ([3], [9])]
)
def test_spread_is_defined_whatever_the_counts(part, total) -> None:
    assert inf == st.fit_beta_binomial(part, total).weight
