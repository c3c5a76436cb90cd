"""Shared files: measured as other programs measure them, coarsened little, never shown or called free of risk."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etm_workbench.errors import BadInput, CannotProtect, UnprotectedOutput
from etm_workbench.protection.microdata import (
    SUPPRESSED,
    Demands,
    Hierarchy,
    Microdata,
    PseudonymKey,
    best_recoding,
    chances,
    individual_risk,
    kept,
    measure,
    post_randomize,
    presence,
    pseudonyms,
    read_key,
    recode,
    rotate_key,
    special_uniques,
    suppress_locally,
)
from etm_workbench.protection.microdata.risk import class_frequencies
from etm_workbench.protection.microdata.utility import cramers_v, variation

DATA = Path(__file__).parent / "data"
HR = Path(__file__).parents[3] / "benchmarks" / "data" / "hr_synth_seed1.csv.gz"
WEIGHTS = np.array([18.0, 45.5, 39.0, 17.0, 92.0, 8.0, 123.5, 51.0])
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


@pytest.mark.parametrize(("name", "expected"), [("k", 5), ("l", 4), ("alpha", 0.5)])
def test_measures_of_the_students_file_with_five_alike_are_those_of_pycanon(name, expected):
    records = pd.read_csv(DATA / "StudentsMath_Score_k5.csv")
    assert expected == getattr(measure(Microdata(records, STUDENTS, ("Score",))), name)


def test_three_alike_who_all_have_one_illness_are_not_diverse():
    # pycanon's recoded hospital file: 2 to 3 alike; the three men of one state all have the same illness.
    records = pd.read_csv(DATA / "hospital_anonymized.csv")
    found = measure(Microdata(records, ("age", "gender", "city"), ("disease",)))
    assert (2, 1, 1.0) == (found.k, found.l, found.alpha)


def test_frequencies_are_those_of_sdcmicro(eight):
    inside, outside = class_frequencies(eight, WEIGHTS)
    assert [3, 1, 3, 1, 2, 2, 1, 3] == inside.tolist()
    assert [108.0, 45.5, 108.0, 17.0, 100.0, 100.0, 123.5, 108.0] == outside.tolist()


# Blanked answers measured with sdcMicro 5.8.1, kAnon on the same keys: 4,395 for k = 3 and 6,173 for k = 5.
@pytest.mark.parametrize(("k", "peer", "share"), [(3, 4395, 0.5), (5, 6173, 0.55)])
def test_coarser_codes_save_half_of_the_blanks(hr, k, peer, share):
    cluster = Hierarchy("org", (dict(zip(hr.records["org"], hr.records["cluster"], strict=True)),))
    shared = suppress_locally(hr, Demands(k), hierarchies=[cluster])
    assert (shared.records[list(hr.key_variables)] == SUPPRESSED).to_numpy().sum() <= share * peer
    assert shared.dropped <= 1


@pytest.mark.parametrize("k", [2, 3, 5])
def test_every_record_looks_like_k_less_one_others_blanks_being_a_category(hr, k):
    assert measure(suppress_locally(hr, Demands(k))).k >= k


@pytest.mark.parametrize("demands", [Demands(3, 2), Demands(3, 3), Demands(5, 2, 0.4), Demands(3, 1, 0.3)], ids=str)
def test_every_group_holds_to_diversity_and_closeness_too(hr, demands):
    cluster = Hierarchy("org", (dict(zip(hr.records["org"], hr.records["cluster"], strict=True)),))
    found = measure(suppress_locally(hr, demands, hierarchies=[cluster]))
    assert (True, True, True) == (found.k >= demands.k, found.l >= demands.l, found.t <= demands.t + 1e-9)


def test_more_is_blanked_the_more_is_demanded(hr):
    blanks = [
        int((suppress_locally(hr, demands).records[list(hr.key_variables)] == SUPPRESSED).to_numpy().sum())
        for demands in (Demands(3), Demands(3, 2), Demands(3, 3), Demands(3, 3, 0.3))
    ]
    assert sorted(blanks) == blanks


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("demands", [Demands(2, 2), Demands(4, 2, 0.35)], ids=str)
def test_small_files_hold_too_also_when_records_are_left_out(demands, seed):
    rng = np.random.default_rng(seed)
    records = pd.DataFrame({name: rng.integers(0, 4, 40).astype(str) for name in "abs"})
    shared = suppress_locally(Microdata(records, ("a", "b"), ("s",)), demands)
    found = measure(shared)
    assert 40 == len(shared.records) + shared.dropped
    assert (True, True, True) == (found.k >= demands.k, found.l >= demands.l, found.t <= demands.t + 1e-9)


def test_no_answer_is_an_answer_of_its_own():
    data = Microdata(pd.DataFrame({"a": list("xxyy"), "s": ["p", None, None, None]}), ("a",), ("s",))
    assert (1, 1.0) == (measure(data).l, measure(data).alpha)


@pytest.mark.parametrize("demands", [(1,), (2, 0), (2, 1, 0.0), (2, 1, 1.5)])
def test_demands_that_ask_nothing_or_the_impossible_are_refused(demands):
    with pytest.raises(BadInput, match="k = "):
        Demands(*demands)


@pytest.fixture(scope="module")
def hospital():
    """The patients of anjana's own test, with its hierarchies."""
    records = pd.read_csv(DATA / "hospital_extended.csv", dtype=str)
    ages = [{age: f"[{int(age) // w * w}, {int(age) // w * w + w}[" for age in records["age"]} for w in (5, 10, 20)]
    whole = {name: dict.fromkeys(records[name], SUPPRESSED) for name in ("age", "gender", "city")}
    hierarchies = [Hierarchy("age", (*ages, whole["age"])), *(Hierarchy(n, (whole[n],)) for n in ("gender", "city"))]
    return Microdata(records, ("age", "gender", "city"), ("disease",)), hierarchies


def test_recoding_for_two_alike_is_that_of_anjana(hospital):
    # Its test expects ages in tens, and gender and city as they were, with nobody left out.
    data, hierarchies = hospital
    found = best_recoding(data, Demands(2), hierarchies)
    assert ({"age": 2, "gender": 0, "city": 0}, 13) == (found.steps, len(found.data.records))


def test_recoding_for_two_illnesses_loses_less_than_that_of_anjana(hospital):
    # Its test expects ages in tens and no city; ages in fives will do.
    data, hierarchies = hospital
    found = best_recoding(data, Demands(2, 2), hierarchies)
    assert {"age": 1, "gender": 0, "city": 1} == found.steps
    assert (2, 2) == (measure(found.data).k, measure(found.data).l)


def test_no_recoding_that_loses_less_would_do(hospital):
    # By trying all thirty choices of steps.
    data, hierarchies = hospital
    found = best_recoding(data, Demands(2, 2), hierarchies)
    better = []
    for steps in np.ndindex(5, 2, 2):
        recoded = data
        for hierarchy, step in zip(hierarchies, steps, strict=True):
            recoded = recode(recoded, hierarchy, step) if step else recoded
        if measure(recoded).k >= 2 and measure(recoded).l >= 2:
            better.append(_loss(data, recoded))
    assert min(better) == pytest.approx(found.loss)


def _loss(data, recoded):
    """Codes no longer told apart, worked out record by record."""
    lost = []
    for name in data.key_variables:
        old, new = data.records[name], recoded.records[name]
        together = [old[new == code].nunique() - 1 for code in new]
        lost.append(np.mean(together) / max(old.nunique() - 1, 1))
    return float(np.mean(lost))


def test_recoding_of_the_seven_people_of_arx_is_the_one_found_by_hand():
    # Its example data and hierarchies, k = 3, nobody left out. Zip codes have to lose three digits; then all of age
    # goes, or the sexes and half of age, which lose more.
    records = pd.DataFrame(
        [("34", "male", "81667"), ("45", "female", "81675"), ("66", "male", "81925"), ("70", "female", "81931"),
         ("34", "female", "81931"), ("70", "male", "81931"), ("45", "male", "81931")],
        columns=["age", "gender", "zipcode"],
    )  # fmt: skip
    zips = [{z: z[: 5 - n] + "*" * n for z in records["zipcode"]} for n in range(1, 6)]
    hierarchies = [
        Hierarchy("age", ({"34": "<50", "45": "<50", "66": ">=50", "70": ">=50"}, dict.fromkeys(records["age"], "*"))),
        Hierarchy("gender", (dict.fromkeys(records["gender"], "*"),)),
        Hierarchy("zipcode", tuple(zips)),
    ]
    found = best_recoding(Microdata(records, ("age", "gender", "zipcode"), ()), Demands(3), hierarchies)
    assert {"age": 2, "gender": 0, "zipcode": 3} == found.steps
    assert 2 / 3 == pytest.approx(found.loss)


def test_recoding_that_nothing_makes_hold_is_refused(hospital):
    data, hierarchies = hospital
    with pytest.raises(CannotProtect, match="Not even the coarsest"):
        best_recoding(data, Demands(14), hierarchies)


def test_recoding_may_leave_a_few_records_out(hospital):
    data, hierarchies = hospital
    found = best_recoding(data, Demands(2), hierarchies, most_dropped=0.1)
    assert (1, 12) == (found.data.dropped, len(found.data.records))
    assert found.loss < best_recoding(data, Demands(2), hierarchies).loss


def test_records_that_are_alike_stay_whole():
    data = Microdata(pd.DataFrame({"a": list("xxxy"), "b": list("pppq")}), ("a", "b"), ())
    assert ["x", "x", "x"] == suppress_locally(data, Demands(3)).records["a"].tolist()


def test_record_that_nothing_makes_alike_is_left_out_and_counted():
    data = Microdata(pd.DataFrame({"a": list("xxxy")}), ("a",), ())
    assert 1 == suppress_locally(data, Demands(3)).dropped


def test_more_important_variable_is_blanked_less():
    rng = np.random.default_rng(3)
    records = pd.DataFrame({name: rng.integers(0, 6, 300).astype(str) for name in "abc"})
    data = Microdata(records, ("a", "b", "c"), ())
    plain, spared = (suppress_locally(data, Demands(3), importance=weights) for weights in ({}, {"a": 5.0}))
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


def test_risk_of_a_sample_is_that_of_sdcmicro(eight):
    # Its test of the exact form expects these.
    expected = [0.01355297, 0.08579129, 0.01355297, 0.17707583, 0.01877883, 0.01877883, 0.03931625, 0.01355297]
    assert expected == pytest.approx(chances(eight, WEIGHTS).tolist(), abs=5e-9)


def test_risk_of_many_alike_stays_in_range():
    data = Microdata(pd.DataFrame({"a": ["x"] * 400}), ("a",), ())
    assert 1 / 4000 < individual_risk(data, weights=np.full(400, 10.0)).highest < 1 / 3900


GUIDE = {
    "residence": [*["U"] * 4, "R", *["U"] * 5],
    "gender": list("FFFMFMFMFF"),
    "education": ["SI", "SI", "PI", "SC", "SC", "SC", "PC", "PS", "SI", "SI"],
    "labor": list("EENEUENUNN"),
}
BOOK = {
    "age": [*["20s"] * 7, "60s"],
    "gender": list("mmmmfffm"),
    "income": [*["50k+"] * 2, *["50k-"] * 6],
    "education": [*["high"] * 4, "university", "high", "middle", "university"],
}


@pytest.mark.parametrize(
    ("records", "expected"),
    [(GUIDE, [0, 0, 6, 0, 12, 0, 6, 10, 0, 0]), (BOOK, [0, 0, 0, 0, 4, 2, 6, 8])],
    ids=["practice guide of the survey network", "book of Templ"],
)
def test_special_uniques_score_as_sdcmicro_expects(records, expected):
    assert expected == special_uniques(Microdata(pd.DataFrame(records), tuple(records), ())).tolist()


def test_presence_is_the_share_of_look_alikes_who_are_in_the_file():
    everybody = Microdata(pd.DataFrame({"a": list("xxxxyy")}), ("a",), ())
    some = Microdata(pd.DataFrame({"a": list("xy")}), ("a",), ())
    assert (0.25, 0.5) == presence(some, everybody)


def test_presence_counts_everybody_whom_a_coarser_or_blank_record_fits():
    everybody = Microdata(pd.DataFrame({"a": list("xxyyz"), "b": list("ppppq")}), ("a", "b"), ())
    some = Microdata(pd.DataFrame({"a": ["xy", "z"], "b": ["p", SUPPRESSED]}), ("a", "b"), ())
    wider = Hierarchy("a", ({"x": "xy", "y": "xy", "z": "z"},))
    assert (0.25, 1.0) == presence(some, everybody, hierarchies=[wider])


def test_presence_is_nothing_for_people_whom_no_record_fits():
    everybody = Microdata(pd.DataFrame({"a": list("xxy")}), ("a",), ())
    assert (0.0, 0.5) == presence(Microdata(pd.DataFrame({"a": ["x"]}), ("a",), ()), everybody)


def test_randomized_answers_keep_their_shares_on_average(hr):
    moved, drawn = post_randomize(hr, "placement", stay=0.8, rng=np.random.default_rng(1))
    before, after = (d.records["placement"].value_counts(normalize=True).sort_index() for d in (hr, moved))
    assert np.abs(before - after).max() < 0.02
    assert np.allclose(before.to_numpy() @ drawn.chances, before.to_numpy())


def test_counts_worked_back_from_randomized_answers_are_unbiased(hr):
    # Of one small organization, whose shares are not the file's: 400 drawings, their mean against the truth.
    inside = (hr.records["org"] == hr.records["org"].value_counts().index[5]).to_numpy()
    truth = hr.records["placement"][inside].value_counts().sort_index()
    estimates, errors = [], []
    rng = np.random.default_rng(7)
    for _ in range(400):
        moved, drawn = post_randomize(hr, "placement", stay=0.7, rng=rng)
        found = moved.records["placement"][inside].value_counts().reindex(list(drawn.codes), fill_value=0)
        estimate, error = drawn.estimate(found.to_numpy())
        estimates.append(estimate)
        errors.append(error)
    mean, spread = np.mean(estimates, axis=0), np.std(estimates, axis=0)
    wanted = truth.reindex(list(drawn.codes), fill_value=0).to_numpy()
    assert (np.abs(mean - wanted) < 4 * spread / np.sqrt(400)).all()
    assert np.allclose(np.mean(errors, axis=0), spread, rtol=0.15)


def test_answers_that_never_stay_are_refused(hr):
    with pytest.raises(BadInput, match="chance 0"):
        post_randomize(hr, "placement", stay=0.0, rng=np.random.default_rng(1))


def test_what_is_kept_of_a_variable_adds_up():
    before = Microdata(pd.DataFrame({"a": list("xxyy")}), ("a",), ())
    after = Microdata(pd.DataFrame({"a": ["x", SUPPRESSED, "z", "y"]}), ("a",), ())
    (found,) = kept(before, after)
    assert (0.5, 0.25, 0.25, 0.5) == (found.whole, found.coarser, found.blank, found.distance)


def test_two_columns_that_say_the_same_hang_together_wholly():
    one = pd.Series(list("abcd") * 25)
    assert 1.0 == pytest.approx(cramers_v(one, one))


def test_two_columns_that_know_nothing_of_one_another_do_not():
    assert 0.0 == cramers_v(pd.Series(list("aabb") * 20), pd.Series(list("abab") * 20))


def test_shares_of_other_codes_are_wholly_apart():
    assert 1.0 == variation(pd.Series(["a"]), pd.Series(["b"]))


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


def test_key_is_made_once_and_readable_by_its_owner_alone(tmp_path):
    path = tmp_path / "keys" / "study"
    assert read_key(path, "study") == read_key(path, "study")
    assert 0o600 == path.stat().st_mode & 0o777


def test_rotated_key_shares_no_pseudonym_and_the_old_one_is_kept(tmp_path):
    path = tmp_path / "study"
    first = read_key(path, "study")
    old = rotate_key(path)
    assert set() == set(pseudonyms(["a", "b"], first)) & set(pseudonyms(["a", "b"], read_key(path, "study")))
    assert first == read_key(old, "study")


def test_file_that_holds_no_key_is_refused(tmp_path):
    (tmp_path / "study").write_text("not a key")
    with pytest.raises(BadInput, match="no pseudonym key"):
        read_key(tmp_path / "study", "study")


def test_file_shows_structure_only(hr):
    assert "<Microdata: 6 key and 1 sensitive variables>" == repr(hr)
    with pytest.raises(UnprotectedOutput):
        pickle.dumps(hr)
