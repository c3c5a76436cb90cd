"""`etm microdata`: the file, its sheets in both languages, and refusals that say which column is meant."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from etm_workbench.cli import main
from etm_workbench.errors import BadCodebook, BadInput
from etm_workbench.protection.microdata import Microdata, load_sharing_policy, measure

HR = Path(__file__).parents[3] / "benchmarks" / "data" / "hr_synth_seed1.csv.gz"
SPEC = """
key = ["org", "level", "sex", "age"]
sensitive = ["placement"]
leave_out = ["name"]
person = "pri"
purpose = "a study of mobility"
[hierarchies]
org = "clusters.csv"
[importance]
level = 3.0
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A file of 3,000 fictional people, its spec and its hierarchy."""
    place = tmp_path_factory.mktemp("shared")
    people = pd.read_csv(HR, dtype=str).head(3000)
    clusters = people[["org", "cluster"]].drop_duplicates()
    clusters.to_csv(place / "clusters.csv", index=False)
    people = people[["org", "level", "sex", "age", "placement"]].assign(
        name=[f"Canary Surname{number}" for number in range(3000)], pri=[f"{700000 + n}" for n in range(3000)]
    )
    people.to_csv(place / "people.csv", index=False)
    (place / "people.toml").write_text(SPEC)
    return place


@pytest.fixture(scope="module")
def made(folder):
    """What the command writes of it for researchers."""
    run(folder, "--out", folder / "shared.csv", "--key-file", folder / "keys" / "study")
    return folder / "shared.csv"


def run(folder, *more, policy="researchers", spec="people.toml"):
    """The code the command ends with."""
    try:
        main(
            ["microdata", str(folder / "people.csv"), "--policy", policy, "--spec", str(folder / spec), *map(str, more)]
        )
    except SystemExit as ended:
        return ended.code
    return 0


def test_shared_file_holds_to_the_policy(made):
    policy = load_sharing_policy("researchers")
    found = measure(Microdata(pd.read_csv(made, dtype=str), ("org", "level", "sex", "age"), ("placement",)))
    assert (True, True, True) == (found.k >= policy.k, found.l >= policy.l, found.t <= policy.t + 1e-9)


def test_names_and_numbers_of_people_do_not_leave(made):
    text = made.read_text()
    assert "Canary" not in text
    assert not {str(number) for number in range(700000, 703000)} & set(pd.read_csv(made, dtype=str)["pri"])


def test_records_leave_in_another_order(made, folder):
    before, after = (pd.read_csv(path, dtype=str)["placement"].tolist() for path in (folder / "people.csv", made))
    assert before[: len(after)] != after


@pytest.mark.parametrize(("language", "words"), [("en", "may still be found"), ("fr", "peut encore y être retrouvé")])
def test_sheet_says_in_each_language_that_somebody_may_be_found(made, language, words):
    text = made.with_suffix(f".{language}.md").read_text()
    assert words in text
    assert "anonym" not in text.lower()


def test_both_sheets_hold_the_same_numbers(made):
    def numbers(language):
        text = made.with_suffix(f".{language}.md").read_text().replace("\u00a0", "").replace("\u202f", "")
        text = text.replace(",", "." if language == "fr" else "").replace("%", "")
        return [cell.strip() for line in text.splitlines() if line.startswith("|") for cell in line.split("|")[2:-1]][
            10:
        ]

    assert [n for n in numbers("en") if n[:1].isdigit()] == [n for n in numbers("fr") if n[:1].isdigit()]


def test_figures_come_as_json(folder, capsys):
    capsys.readouterr()
    assert 0 == run(
        folder, "--out", folder / "b.csv", "--key-file", folder / "keys" / "b", "--json", policy="departments"
    )
    found = json.loads(capsys.readouterr().out)
    assert found["after"]["measures"]["k"] >= 3
    assert found["after"]["risk"]["expected"] < found["before"]["risk"]["expected"]


def test_answers_drawn_anew_come_with_their_chances(folder):
    (folder / "drawn.toml").write_text(SPEC + "[stay]\nplacement = 0.9\n")
    assert 0 == run(folder, "--out", folder / "drawn.csv", "--key-file", folder / "k", spec="drawn.toml")
    assert "drawn anew: placement" in (folder / "drawn.en.md").read_text()


def test_presence_is_measured_against_a_population(folder, capsys):
    out = folder / "presence.csv"
    capsys.readouterr()
    run(folder, "--out", out, "--key-file", folder / "k2", "--population", folder / "people.csv", "--json")
    least, most = json.loads(capsys.readouterr().out)["presence"]
    assert (True, True) == (0 <= least <= most, 0.5 < most <= 1)


def test_rotated_key_gives_everybody_another_pseudonym(folder, made):
    before = set(pd.read_csv(made, dtype=str)["pri"])
    assert 0 == run(folder, "--out", folder / "rotated.csv", "--key-file", folder / "keys" / "study", "--rotate-key")
    assert set() == before & set(pd.read_csv(folder / "rotated.csv", dtype=str)["pri"])


def test_nothing_is_overwritten(folder, made):
    assert 14 == run(folder, "--out", made, "--key-file", folder / "k")


def test_people_without_a_key_are_refused(folder):
    assert 14 == run(folder, "--out", folder / "nokey.csv")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('leave_out = ["name"]', ""), "'name' is in the file and not in the spec"),
        (('"sex", ', '"sexe", '), "Did you mean 'sex'?"),
        (('"age"]', '"age", "placement"]'), "'placement' is named 2 times"),
        (("level = 3.0", "placement = 3.0"), "importance.placement is about no such variable"),
        (('key = ["org", "level", "sex", "age"]', "key = []"), "key: Tuple should have at least 1 item"),
        (("[importance]", "[importances]"), "importances: Extra inputs are not permitted"),
        (("key = [", "key = "), "is not valid TOML"),
    ],
    ids=["not named", "misspelt", "twice", "no such variable", "no key", "unknown part", "no TOML"],
)  # fmt: skip
def test_spec_that_does_not_fit_is_refused(folder, capsys, change, words):
    (folder / "wrong.toml").write_text(SPEC.replace(*change))
    assert 12 == run(folder, "--out", folder / "wrong.csv", "--key-file", folder / "k", spec="wrong.toml")
    assert words in capsys.readouterr().err


def test_missing_hierarchy_is_refused(folder):
    (folder / "lost.toml").write_text(SPEC.replace("clusters.csv", "lost.csv"))
    assert 14 == run(folder, "--out", folder / "lost.csv", "--key-file", folder / "k", spec="lost.toml")


def test_file_that_only_losing_many_records_would_make_hold_is_refused(folder, tmp_path):
    people = pd.DataFrame({"org": ["A"] * 8, "level": list("12345678"), "placement": list("abababab")})
    people.to_csv(tmp_path / "people.csv", index=False)
    (tmp_path / "people.toml").write_text('key = ["org", "level"]\nsensitive = ["placement"]\nrecoding = "full"\n')
    assert 17 == run(tmp_path, "--out", tmp_path / "out.csv")


@pytest.mark.parametrize("recipients", ["departments", "researchers"])
def test_policy_has_an_owner_and_both_languages(recipients):
    policy = load_sharing_policy(recipients)
    assert all([policy.owner, policy.en, policy.fr, policy.source])


def test_unknown_recipients_are_offered_the_nearest():
    with pytest.raises(BadInput, match="Did you mean 'researchers'"):
        load_sharing_policy("researcher")


def test_wrong_policy_names_its_file(tmp_path):
    place = tmp_path / "policies" / "microdata"
    place.mkdir(parents=True)
    (place / "friends.toml").write_text("k = 1\n")
    with pytest.raises(BadCodebook, match=r"friends\.toml"):
        load_sharing_policy("friends", folder=tmp_path)
