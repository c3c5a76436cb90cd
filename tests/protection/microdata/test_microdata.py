"""Shared files: measured as other programs measure them, coarsened little, never shown or called free of risk."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etm_workbench.errors import BadInput, UnprotectedOutput
from etm_workbench.protection.microdata import (
    Hierarchy,
    Microdata,
    PseudonymKey,
    individual_risk,
    measure,
    pseudonyms,
    recode,
    sheet,
    special_uniques,
    suppress_locally,
)
from etm_workbench.protection.microdata.measures import presence
from etm_workbench.protection.microdata.recode import post_randomize
from etm_workbench.protection.microdata.risk import class_frequencies
from etm_workbench.protection.microdata.sheet import blanked

DATA = Path(__file__).parent / "data"
HR = Path(__file__).parents[3] / "benchmarks" / "data" / "hr_synth_seed1.csv.gz"
STUDENTS = ("Teacher", "Gender", "Ethnic", "Freeredu", "wesson")


@pytest.fixture(scope="module")
def students():
    return Microdata(pd.read_csv(DATA / "StudentsMath_Score.csv"), STUDENTS, ("Score",))


@pytest.fixture(scope="module")
def hr():
    records = pd.read_csv(HR, dtype=str)
    return Microdata(records, ("org", "level", "sex", "age", "eth", "dis"), ("placement",))


@pytest.fixture
def eight():
    """The records of sdcMicro's own test of frequencies."""
    rows = {"A": [2, 3, 2, 2, 3, 3, 1, 2], "B": [3, 3, 3, 3, 3, 3, 4, 3], "C": [1, 3, 1, 2, 1, 1, 1, 1]}
    return Microdata(pd.DataFrame(rows), ("A", "B", "C"), ())


@pytest.mark.parametrize(
    ("name", "expected"),
    [("k", 1), ("l", 1), ("alpha", 1), ("beta", 71.0), ("enhanced_beta", 5.375278407684164),
     ("delta", 4.276666119016055), ("t", 0.4165919952210274)],
)  # fmt: skip
def test_measures_of_the_students_file_are_those_of_pycanon(students, name, expected):
    assert expected == pytest.approx(getattr(measure(students), name), rel=1e-12)


def test_frequencies_are_those_of_sdcmicro(eight):
    inside, outside = class_frequencies(eight, np.array([18.0, 45.5, 39.0, 17.0, 92.0, 8.0, 123.5, 51.0]))
    assert [3, 1, 3, 1, 2, 2, 1, 3] == inside.tolist()
    assert [108.0, 45.5, 108.0, 17.0, 100.0, 100.0, 123.5, 108.0] == outside.tolist()


# Blanked answers measured with sdcMicro 5.8.1, kAnon on the same keys: 4,395 for k = 3 and 6,173 for k = 5.
@pytest.mark.parametrize(("k", "peer", "share"), [(3, 4395, 0.5), (5, 6173, 0.55)])
def test_coarser_codes_save_half_of_the_blanks(hr, k, peer, share):
    cluster = Hierarchy("org", (dict(zip(hr.records["org"], hr.records["cluster"], strict=True)),))
    shared = suppress_locally(hr, k, hierarchies=[cluster])
    assert blanked(shared) <= share * peer
    assert shared.dropped <= 1


@pytest.mark.parametrize("k", [2, 3, 5])
def test_every_record_looks_like_k_less_one_others_blanks_being_a_category(hr, k):
    assert measure(suppress_locally(hr, k)).k >= k


def test_records_that_are_alike_stay_whole():
    data = Microdata(pd.DataFrame({"a": list("xxxy"), "b": list("pppq")}), ("a", "b"), ())
    assert ["x", "x", "x"] == suppress_locally(data, 3).records["a"].tolist()


def test_record_that_nothing_makes_alike_is_left_out_and_counted():
    data = Microdata(pd.DataFrame({"a": list("xxxy")}), ("a",), ())
    assert 1 == suppress_locally(data, 3).dropped


def test_more_important_variable_is_blanked_less():
    rng = np.random.default_rng(3)
    records = pd.DataFrame({name: rng.integers(0, 6, 300).astype(str) for name in "abc"})
    data = Microdata(records, ("a", "b", "c"), ())
    plain, spared = (suppress_locally(data, 3, importance=weights) for weights in ({}, {"a": 5.0}))
    assert (spared.records["a"] == "*").sum() < (plain.records["a"] == "*").sum()


def test_recoding_replaces_codes_for_everybody(hr):
    cluster = Hierarchy("org", (dict(zip(hr.records["org"], hr.records["cluster"], strict=True)),))
    assert set(hr.records["cluster"]) == set(recode(hr, cluster).records["org"])


def test_recoding_with_a_hierarchy_that_lacks_a_code_is_refused(hr):
    with pytest.raises(BadInput, match="lacks codes"):
        recode(hr, Hierarchy("org", ({"O00": "C00"},)))


def test_risk_of_everybodys_file_is_one_over_those_who_look_alike(eight):
    risk = individual_risk(eight)
    assert (5.0, 1.0, 3) == (pytest.approx(risk.expected), risk.highest, risk.uniques)


def test_risk_falls_when_records_stand_for_more_people(eight):
    few, many = (individual_risk(eight, weights=np.full(8, weight)).expected for weight in (2.0, 50.0))
    assert many < few


def test_special_uniques_are_those_with_small_unique_sets(eight):
    # Record 7 is unique by A alone and by B alone; record 2 and 4 by C alone; the others by nothing.
    assert [0, 2, 0, 2, 0, 0, 4, 0] == special_uniques(eight).tolist()


def test_presence_is_the_share_of_look_alikes_who_are_in_the_file():
    everybody = Microdata(pd.DataFrame({"a": list("xxxxyy")}), ("a",), ())
    some = Microdata(pd.DataFrame({"a": list("xy")}), ("a",), ())
    assert (0.25, 0.5) == presence(some, everybody)


def test_randomized_answers_keep_their_shares_on_average(hr):
    moved, chances = post_randomize(hr, "placement", stay=0.8, rng=np.random.default_rng(1))
    before, after = (d.records["placement"].value_counts(normalize=True).sort_index() for d in (hr, moved))
    assert np.abs(before - after).max() < 0.02
    assert np.allclose(before.to_numpy() @ chances, before.to_numpy())


def test_pseudonyms_of_two_purposes_share_nothing():
    people = [f"p{number}" for number in range(50)]
    first, second = (set(pseudonyms(people, PseudonymKey(bytes(32), purpose))) for purpose in ("study", "audit"))
    assert (50, set()) == (len(first), first & second)


def test_pseudonyms_of_a_rotated_key_share_nothing():
    first, second = (set(pseudonyms(["a", "b"], PseudonymKey(bytes([b]) * 32, "study"))) for b in (1, 2))
    assert set() == first & second


def test_short_key_is_refused_without_being_shown():
    with pytest.raises(BadInput) as refused:
        PseudonymKey(b"hunter2", "study")
    assert "hunter2" not in str(refused.value)


def test_sheet_says_what_holds_and_never_that_a_file_is_anonymous(hr):
    for sentence in sheet(hr, suppress_locally(hr, 3)):
        assert "anonym" not in f"{sentence.en} {sentence.fr}".lower()


def test_file_shows_structure_only(hr):
    assert "<Microdata: 6 key and 1 sensitive variables>" == repr(hr)
    with pytest.raises(UnprotectedOutput):
        pickle.dumps(hr)
