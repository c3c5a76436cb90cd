"""Results are frozen, plain and the same everywhere."""

from __future__ import annotations

import dataclasses
import inspect
import pickle

import numpy as np
import pytest

import etm_workbench.analysis.statistics as st
from etm_workbench.analysis.statistics.monte_carlo import simulate
from etm_workbench.errors import BadInput

FUNCTIONS = {name: getattr(st, name) for name in st.__all__ if inspect.isfunction(getattr(st, name))}


def test_a_result_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        st.binomial_test((3, 12)).p_value = 0.0  # type: ignore[misc]


def test_numbers_are_plain_floats() -> None:
    assert type(st.fisher_exact(np.array([[3, 1], [1, 3]])).p_value) is float


def test_a_result_can_be_sent_to_another_process() -> None:
    result = st.part_of_whole((3, 12), (300, 1200))
    assert repr(result) == repr(pickle.loads(pickle.dumps(result)))


def test_a_result_shows_only_what_it_has() -> None:
    assert "<score: n=12, statistic=3, df=1" == repr(st.score_test((3, 12), correct=False))[:31]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_formula_source_missing_ties_and_shows_an_example(name: str) -> None:
    text = inspect.getdoc(FUNCTIONS[name]) or ""
    lacking = [
        part for part in ("Parameters", "Returns", "Raises", "Notes", "issing", "Examples", ">>>") if part not in text
    ]
    if "ource" not in text:
        lacking.append("source")
    if not any(
        word in text.lower() for word in ("tie", "tied", "equal p-values", "as extreme", "as probable", "equal answers")
    ):
        lacking.append("ties")
    assert [] == lacking


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_takes_more_than_five_parameters(name: str) -> None:
    assert len(inspect.signature(FUNCTIONS[name]).parameters) <= 5


def test_every_exported_name_exists() -> None:
    assert [] == [name for name in st.__all__ if not hasattr(st, name)]


def test_a_simulated_p_is_never_zero() -> None:
    found = simulate(np.zeros, at_least=1.0, draws=999)
    assert 0.001 == found.p_value


def test_a_budget_without_draws_is_refused() -> None:
    with pytest.raises(BadInput, match="no work"):
        st.Budget(draws=0)


@pytest.mark.parametrize("method", st.METHODS.values(), ids=lambda method: method.name)
def test_every_method_has_a_title_in_both_languages(method: st.Method) -> None:
    assert method.title.en
    assert method.title.fr
