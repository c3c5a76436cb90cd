"""What could be seen at a size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some
from scipy import stats

import etm_workbench.analysis.statistics as st
from etm_workbench.errors import BadInput


@given(
    n=some.integers(1, 8), m=some.integers(1, 12), shares=some.tuples(some.floats(0.05, 0.95), some.floats(0.05, 0.95))
)
def test_power_of_a_part_is_the_sum_over_every_outcome(n: int, m: int, shares) -> None:
    p, q = shares
    assume(p != q)
    expected = 0.0
    for x in range(n + 1):
        for y in range(m + 1):
            right = (x / n - y / m) * np.sign(p - q) > 0
            if right and stats.fisher_exact([[x, n - x], [y, m - y]]).pvalue <= 0.193:
                expected += stats.binom.pmf(x, n, p) * stats.binom.pmf(y, m, q)
    assert expected == pytest.approx(st.power_of_part(p, q, part_people=n, rest_people=m, alpha=0.193), abs=1e-9)


def test_equal_shares_are_marked_no_more_often_than_alpha() -> None:
    assert 0 < st.power_of_part(0.2, 0.2, part_people=30, rest_people=900, alpha=0.05) <= 0.05


def test_nobody_in_the_part_has_no_power() -> None:
    assert 0 == st.power_of_part(0.9, 0.2, part_people=0, rest_people=900, alpha=0.05)


def test_the_detectable_difference_has_the_wanted_power() -> None:
    higher, lower = st.detectable_difference(40, 900, rest_share=0.3, alpha=0.05)
    found = [st.power_of_part(0.3 + gap, 0.3, part_people=40, rest_people=900, alpha=0.05) for gap in (higher, lower)]
    assert [0.8, 0.8] == pytest.approx(found, abs=1e-3)


def test_a_part_of_two_can_show_nothing() -> None:
    found = st.visible_difference(2, (1890, 9000), alpha=0.01) + st.detectable_difference(
        2, 8998, rest_share=0.21, alpha=0.01
    )
    assert np.isnan(found).all()


def test_the_visible_difference_is_marked_and_the_next_smaller_one_is_not() -> None:
    higher, _ = st.visible_difference(20, (1890, 9000), alpha=0.05)
    x = next(x for x in range(21) if x / 20 - (1890 - x) / 8980 >= higher - 1e-12)
    marked, smaller = (st.part_of_whole((count, 20), (1890, 9000)).p_value for count in (x, x - 1))
    assert marked <= 0.05 < smaller


# R's help page of power.prop.test: 50 people a group, 0.50 against 0.75, power 0.740; and 0.90 for n = 76.7.
@pytest.mark.parametrize(("n", "power"), [(50, 0.7401659), (76.7069301141077, 0.9)])
def test_power_as_in_power_prop_test(n: float, power: float) -> None:
    assert power == pytest.approx(st.power_of_shares(0.5, 0.75, n=n), rel=1e-5)


def test_one_sided_power_is_larger() -> None:
    two, one = (st.power_of_shares(0.5, 0.75, n=50, alternative=side) for side in ("two-sided", "one-sided"))
    assert one > two


def test_detectable_share_and_needed_people_are_inverse() -> None:
    share = st.detectable_share(0.5, n=76.7069301141077, power=0.9)
    assert 0.75 == pytest.approx(share)


def test_three_people_a_group_cannot_tell_anything_from_a_half() -> None:
    assert np.isnan(st.detectable_share(0.5, n=3, power=0.9))


def test_equal_shares_need_no_number_of_people() -> None:
    with pytest.raises(BadInput, match="equal"):
        st.needed_people(0.3, 0.3)
