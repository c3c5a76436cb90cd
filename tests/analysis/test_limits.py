"""Organizations' shares beside the limits that chance sets at their size."""

from __future__ import annotations

import pytest

from etm_workbench.analysis.limits import with_limits
from etm_workbench.analysis.measures import with_shares
from etm_workbench.analysis.tabulate import count
from etm_workbench.errors import BadInput

# 128 has 20 people of whom 4 are women, 126 has 80 of whom 16 are: the service's share is one in five.
PEOPLE = [
    (f"{organization}-{i}", organization, "EX-01", None, None, "F" if i < women else "M")
    for organization, people, women in (("128", 20, 4), ("126", 80, 16))
    for i in range(people)
]


@pytest.fixture
def limits(build_cadre):
    table = with_limits(with_shares(count(build_cadre(PEOPLE), "table", "organization", "sex"), "sex"), "sex")

    def of(figure: str, organization: str = "128") -> float:
        values = {f.name: f.values for f in table.figures}[figure]
        return float(values[table.cells.index((organization, "F"))])

    return of


def test_the_target_is_the_whole_services_share(limits) -> None:
    assert 0.2 == pytest.approx(limits("target"))


def test_limits_are_exact_binomial(limits) -> None:
    # 20 people around 0.2: P(X >= 8) = 0.032 is above 0.025, P(X >= 9) = 0.010 is not (R's pbinom).
    assert 0.4 == pytest.approx(limits("high_95"))


def test_small_organizations_have_wider_limits(limits) -> None:
    assert limits("high_95") > limits("high_95", "126")


def test_the_outer_limits_hold_the_inner_ones(limits) -> None:
    assert limits("low_998") <= limits("low_95") < limits("high_95") <= limits("high_998")


def test_people_are_those_who_answered(limits) -> None:
    assert 20 == limits("people")


def test_a_table_by_something_else_is_refused(build_cadre) -> None:
    with pytest.raises(BadInput, match="By organization and sex"):
        with_limits(count(build_cadre(PEOPLE), "table", "level", "sex"), "sex")
