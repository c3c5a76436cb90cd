"""The chooser: for every organization of 2025 by its real size, and in general."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

import etm_workbench.analysis.statistics as st
from etm_workbench.analysis.statistics.choices import CHOICES, Outcome, Question
from etm_workbench.errors import BadInput

HEADCOUNT = Path(__file__).parents[3] / "data" / "reference" / "ex_headcount.csv"
DECISIONS = Path(__file__).with_name("decisions_2025.csv")
ASKED = [
    ("part_against_rest", "yes_no", "different_people"),
    ("part_against_rest", "ordered", "different_people"),
    ("part_against_rest", "unordered", "different_people"),
    ("part_against_rest", "partly_ordered", "different_people"),
    ("part_against_benchmark", "yes_no", "different_people"),
    ("part_against_benchmark", "unordered", "different_people"),
    ("same_level_mix", "yes_no", "different_people"),
    ("movement", "yes_no", "same_people_two_cycles"),
    ("movement", "ordered", "same_people_two_cycles"),
    ("movement", "unordered", "same_people_two_cycles"),
    ("movement", "ordered", "same_people_more_cycles"),
]
PROFILE = np.array([0.12, 0.10, 0.45, 0.18, 0.05, 0.10])


def organization_sizes() -> dict[str, int]:
    sizes: dict[str, int] = defaultdict(int)
    for row in csv.DictReader(HEADCOUNT.read_text("utf-8").splitlines()):
        if row["year"] == "2025":
            sizes[row["org_id"]] += int(row["headcount"])
    return dict(sizes)


SIZES = organization_sizes()


def decisions(size: int) -> dict[str, str]:
    return {
        f"{question} / {outcome} / {people}": st.choose(question, outcome=outcome, n=size, people=people).method
        for question, outcome, people in ASKED
    }


def test_every_organization_of_2025_has_the_listed_decisions() -> None:
    listed = list(csv.DictReader(DECISIONS.read_text("utf-8").splitlines()))
    found = [
        {"org_id": org, "executives": str(size)} | decisions(size)
        for org, size in sorted(SIZES.items(), key=lambda item: (item[1], item[0]))
    ]
    assert listed == found


def test_there_are_89_organizations_and_9340_executives() -> None:
    assert (89, 9340) == (len(SIZES), sum(SIZES.values()))


@pytest.mark.parametrize("size", sorted({size for size in SIZES.values() if size < 20}))
def test_small_organizations_always_get_an_exact_method(size: int) -> None:
    inexact = [asked for asked in ASKED if not st.choose(asked[0], outcome=asked[1], n=size, people=asked[2]).exact]
    assert [] == inexact


def answer_of(choice: st.Choice, size: int, rng: np.random.Generator) -> float:
    """The p-value that the chosen function gives for a drawn organization of this size."""
    here, service = rng.multinomial(size, PROFILE), rng.multinomial(9000, PROFILE)
    place, rest = np.repeat(np.arange(6.0), here), np.repeat(np.arange(6.0), service)
    later = rng.integers(0, 5, (size, 3)).astype(float)
    moved = np.zeros((6, 6), dtype=int)
    np.add.at(moved, (place.astype(int), rng.permutation(place).astype(int)), 1)
    yes = (place == 0).astype(int)
    calls = {
        "part_of_whole": lambda f: f((here[0], size), (here[0] + service[0], size + 9000)),
        "against_benchmark": lambda f: f((here[0], size), 0.12),
        "mann_whitney": lambda f: f(place, rest),
        "brunner_munzel": lambda f: f(place, rest),
        "freeman_halton": lambda f: f([here, service], rng=rng),
        "chi_square": lambda f: f([here, service]),
        "compare_profiles": lambda f: f(here, service, order=[1, 2, 3, 4, None, None]).ordered,
        "multinomial_test": lambda f: f(here, PROFILE, rng=rng),
        "goodness_of_fit": lambda f: f(here, PROFILE),
        "mantel_haenszel_exact": lambda f: f([[[here[0], size - here[0]], [service[0], 9000 - service[0]]]]),
        "mantel_haenszel": lambda f: f([[[here[0], size - here[0]], [service[0], 9000 - service[0]]]]),
        "mcnemar": lambda f: f([[yes.sum(), 0], [size - yes.sum(), 0]]),
        "signed_rank": lambda f: f(later[:, 0], later[:, 1]),
        "stuart_maxwell_exact": lambda f: f(moved, rng=rng, budget=st.Budget(draws=2_000)),
        "stuart_maxwell": lambda f: f(moved),
        "friedman_simulated": lambda f: f(later, rng=rng, budget=st.Budget(draws=2_000)),
        "friedman": lambda f: f(later),
    }
    return calls[choice.method](choice.function).p_value


@pytest.mark.parametrize("size", [1, 2, 3, 5, 12, 29, 110])
def test_the_chosen_function_answers_for_an_organization_of_that_size(size: int) -> None:
    rng = np.random.default_rng(size)
    for question, outcome, people in ASKED:
        p_value = answer_of(st.choose(question, outcome=outcome, n=size, people=people), size, rng)
        assert 0 <= p_value <= 1, (question, outcome, people)


@pytest.mark.parametrize("question", get_args(Question))
def test_every_question_has_a_method_at_any_size(question: str) -> None:
    for line in (line for line in CHOICES if line.question == question):
        for n in (0, 1, 12, 30, 819, 10_000):
            for outcome in line.outcomes:
                assert st.choose(question, outcome=outcome, n=n, people=line.people[0]).method in st.METHODS


@pytest.mark.parametrize("line", CHOICES, ids=lambda line: f"{line.question}-{line.method}")
def test_every_line_names_a_method_of_the_catalogue(line) -> None:
    assert line.method in st.METHODS


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_a_part_against_the_rest_has_a_method_for_every_kind_of_answer(outcome: str) -> None:
    assert st.choose("part_against_rest", outcome=outcome, n=12).why.fr


def test_a_choice_can_be_overruled() -> None:
    choice = st.choose("part_against_rest", n=12, method="fisher_exact")
    assert (st.fisher_exact, True) == (choice.function, choice.overruled)


def test_an_overruled_choice_names_what_was_recommended() -> None:
    choice = st.choose("part_against_rest", n=12, method="fisher_exact")
    assert "part_of_whole" == choice.alternatives[0]


def test_a_question_that_the_answer_does_not_allow_is_refused() -> None:
    with pytest.raises(BadInput, match="agreement"):
        st.choose("agreement", n=12, people="different_people")


def test_an_unknown_method_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(BadInput, match="Did you mean 'fisher_exact'"):
        st.choose("part_against_rest", n=12, method="fisher_exat")
