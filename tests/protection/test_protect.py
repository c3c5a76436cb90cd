"""Small cadres before and after protection, drawn: what is hidden with what, and why."""

from __future__ import annotations

import numpy as np
import pytest

from etm_workbench.analysis.measures import with_shares
from etm_workbench.errors import BadInput, CannotProtect
from etm_workbench.protected import Shown, Withheld
from etm_workbench.protection.protect import protect

COLUMNS = ("READY_ADV", "WELL_PLACED", "DEVELOP", "ANSWERED")
ROWS = ("128", "126", "136", "TOTAL")


@pytest.fixture
def protected(fictional, count, small_policy):
    """Protects counts of a cadre: `protected(cadre, name=(variables), …)`."""

    def release(cadre, **tables):
        made = {name: count(cadre, name, *variables) for name, variables in tables.items()}
        return protect(made, small_policy, fictional.scope)

    return release


def drawing(text):
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def test_small_cell_takes_a_partner_in_its_row_and_in_its_column(fictional, protected):
    cadre = fictional.drawn(
        """
             READY_ADV WELL_PLACED DEVELOP
        128      3         20        15
        126     12         30        16
        136     14         40        17
        """
    )
    release = protected(cadre, map=("organization", "placement"))
    expected = drawing(
        """
        x 20 x 38
        x 30 x 58
        14 40 17 71
        29 90 48 167
        """
    )
    assert expected == fictional.picture(release["map"], ROWS, COLUMNS)


def test_table_of_large_cells_is_shown_whole(fictional, protected):
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 9 20 15\n 126 12 30 16\n 136 14 40 17")
    shown = protected(cadre, map=("organization", "placement"))["map"].figure().cells
    assert all(isinstance(cell, Shown) for cell in shown)


def test_zero_is_shown_where_its_group_is_large_and_mixed(fictional, protected):
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 0 20 15\n 126 12 30 16\n 136 14 40 17")
    table = protected(cadre, map=("organization", "placement"))["map"]
    assert Shown(0.0) == table.cell(organization="128", placement="READY_ADV")


def test_small_group_has_every_answer_hidden_its_zeros_too(fictional, protected):
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 0 2 1\n 126 12 30 16\n 136 14 40 17")
    table = protected(cadre, map=("organization", "placement"))["map"]
    assert [Withheld("small_group")] * 3 == [table.cell(organization="128", placement=code) for code in COLUMNS[:3]]


def test_group_that_gave_one_answer_is_closed(fictional, protected):
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 0 30 0\n 126 12 30 16\n 136 14 40 17")
    table = protected(cadre, map=("organization", "placement"))["map"]
    assert "x x x 30" == fictional.picture(table, ["128"], COLUMNS)


def test_establishment_counts_are_shown_however_small(fictional, protected):
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 0 1 0\n 126 12 30 16\n 136 14 40 17")
    table = protected(cadre, heads=("organization", "level"))["heads"]
    assert Shown(1.0) == table.cell(organization="128", level="EX-01")


def test_same_cell_is_hidden_in_both_tables_that_hold_it(fictional, protected):
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 3 20 15\n 126 12 30 16\n 136 14 40 17")
    release = protected(cadre, map=("organization", "placement"), levels=("organization", "level", "placement"))
    hidden = {cell for cell, value in release["map"].rows() if isinstance(value, Withheld)}
    for organization, code in hidden:
        cell = release["levels"].cell(organization=organization, level="EX-01", placement=code)
        assert isinstance(cell, Withheld)


def test_difference_of_two_tables_is_not_given_away(fictional, count, small_policy):
    # 33 people of the organization are EX-01; the two EX-02 are the difference of the two tables.
    people = [
        {"level": level, "placement": code}
        for level, code, number in (
            ("EX-01", "READY_ADV", 10),
            ("EX-01", "WELL_PLACED", 12),
            ("EX-01", "DEVELOP", 11),
            ("EX-02", "READY_ADV", 1),
            ("EX-02", "DEVELOP", 1),
        )
        for _ in range(number)
    ]
    cadre = fictional.cadre_of(people)
    tables = {"all": count(cadre, "all", "placement"), "ex1": count(cadre.where(level="EX-01"), "ex1", "placement")}
    release = protect(tables, small_policy, fictional.scope)
    for code in ("READY_ADV", "DEVELOP"):
        both = [release[name].cell(placement=code) for name in ("all", "ex1")]
        assert any(isinstance(cell, Withheld) for cell in both)


def test_two_people_who_answered_differently_do_not_make_a_release_unsafe(fictional, protected):
    # Each knows the own answer, and not that nobody else gave it: the zeros of their group are hidden.
    people = [{"sex": sex} for sex in ("F", "M") for _ in range(20)]
    people += [{"sex": sex, "level": "EX-02"} for sex in ("F", "M")]
    table = protected(fictional.cadre_of(people), t=("level", "sex"))["t"]
    assert [Withheld("small_group")] * 2 == [table.cell(level="EX-02", sex=sex) for sex in ("F", "M")]


def test_share_is_withheld_with_the_cells_it_is_made_of(fictional, count, small_policy):
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 3 20 15\n 126 12 30 16\n 136 14 40 17")
    table = with_shares(count(cadre, "map", "organization", "placement"), "placement")
    made = protect({"map": table}, small_policy, fictional.scope)["map"]
    for key, share in made.rows("share"):
        if isinstance(made.cell(**dict(zip(made.variables, key, strict=True))), Withheld):
            assert isinstance(share, Withheld)


def test_several_answers_do_not_give_away_who_did_not_choose_one(fictional, count, small_policy):
    # All but two of forty would go to another region: the two are as identifying as a count of two.
    people = [{"mobility": ("OTHER_REGION",)} for _ in range(38)] + [{"mobility": ("NONE",)} for _ in range(2)]
    table = count(fictional.cadre_of(people), "mobility", "mobility")
    made = protect({"mobility": table}, small_policy, fictional.scope)["mobility"]
    assert isinstance(made.cell(mobility="OTHER_REGION"), Withheld)


def test_public_reason_does_not_say_which_cell_is_the_small_one(fictional, protected):
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 3 20 15\n 126 12 30 16\n 136 14 40 17")
    table = protected(cadre, map=("organization", "placement"))["map"]
    reasons = {cell.reason for cell in table.figure().cells if isinstance(cell, Withheld)}
    assert {"protected"} == reasons


def test_same_release_is_protected_the_same_way_twice(fictional, protected):
    cadre = fictional.random_cadre(np.random.default_rng(5), 300)
    first, second = (protected(cadre, map=("organization", "level", "placement")) for _ in range(2))
    assert first["map"].to_payload() == second["map"].to_payload()


def test_explanation_names_partners_and_a_coarser_cut(fictional, protected):
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 3 20 15\n 126 12 30 16\n 136 14 40 17")
    table = protected(cadre, map=("organization", "placement"))["map"]
    why = table.why(organization="128", placement="DEVELOP")
    assert ("protected", {("128", "READY_ADV"), ("126", "DEVELOP")}, ("organization", "placement")) == (
        why.rule,
        set(why.partners),
        why.coarser,
    )


def test_release_without_tables_is_refused(fictional, small_policy):
    with pytest.raises(BadInput, match="at least one table"):
        protect({}, small_policy, fictional.scope)


def test_name_in_the_release_replaces_the_name_of_the_table(fictional, count, small_policy):
    table = count(fictional.cadre_of([{}] * 30), "first", "level")
    assert "second" == protect({"second": table}, small_policy, fictional.scope)["second"].name


def test_proof_counts_what_is_hidden(fictional, protected):
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 3 20 15\n 126 12 30 16\n 136 14 40 17")
    proof = protected(cadre, map=("organization", "placement")).manifest.proof
    assert (4, 1, 0) == (proof["hidden"], proof["sensitive"], proof["breaches"])


def test_canary_never_leaves(fictional, count, small_policy):
    # One person alone gave an answer nobody else gave; no cell may say so, in any table of the release.
    people = [{"placement": "WELL_PLACED", "organization": o} for o in ("128", "126") for _ in range(40)]
    people += [{"placement": "READY_ADV", "organization": o} for o in ("128", "126") for _ in range(9)]
    people += [{"placement": "TRANSITION", "organization": "128"}]
    cadre = fictional.cadre_of(people)
    tables = {"a": count(cadre, "a", "placement"), "b": count(cadre, "b", "organization", "placement")}
    try:
        release = protect(tables, small_policy, fictional.scope)
    except CannotProtect:
        return
    shown = [release["a"].cell(placement="TRANSITION"), release["b"].cell(organization="128", placement="TRANSITION")]
    assert all(isinstance(cell, Withheld) for cell in shown)


def _mobile(people):
    """Executives who each named one or two moves; everyone answered but a few."""
    moves = (("OTHER_REGION",), ("ABROAD",), ("OTHER_REGION", "INTERCHANGE"), ("ABROAD", "INTERCHANGE"))
    return [{"mobility": moves[n % 4] if n < people - 12 else None} for n in range(people)]


def test_several_answers_of_many_people_are_shown(fictional, protected):
    release = protected(fictional.cadre_of(_mobile(132)), moves=("mobility",))
    named = [release["moves"].cell(mobility=code) for code in ("OTHER_REGION", "ABROAD", "INTERCHANGE")]
    assert [Shown(60.0), Shown(60.0), Shown(60.0)] == named


def test_filter_by_level_and_answer_gives_the_number_that_the_map_shows(fictional, count, small_policy):
    cadre = fictional.cadre_of(
        [
            {
                "placement": "READY_ADV" if n < 60 else "WELL_PLACED",
                "readiness": None if n < 3 else ("NOW", "Y1_2")[n % 2],
            }
            for n in range(150)
        ]
    )
    chosen = cadre.where(level=("EX-01",))
    ready = chosen.where(placement=("READY_ADV",))
    tables = {"map": count(chosen, "map", "placement"), "readiness": count(ready, "readiness", "readiness")}
    release = protect(tables, small_policy, fictional.scope)
    assert release["map"].cell(placement="READY_ADV") == release["readiness"].cell()


def test_group_in_which_everybody_gave_the_answer_is_not_counted_by_a_filter(fictional, count, small_policy):
    cadre = fictional.cadre_of(
        [
            {"region": ("NCR", "ON")[n % 2], "placement": "READY_ADV" if n % 2 or n % 3 else "WELL_PLACED"}
            for n in range(120)
        ]
    )
    ready = cadre.where(placement="READY_ADV")
    release = protect({"ready": count(ready, "ready", "region")}, small_policy, fictional.scope)
    assert isinstance(release["ready"].cell(region="ON"), Withheld)


def test_questions_that_few_left_open_can_stand_beside_one_another(fictional, count, small_policy):
    cadre = fictional.cadre_of(
        [
            {
                "placement": "READY_ADV" if n < 120 else "WELL_PLACED",
                "readiness": None if n % 40 == 0 else ("NOW", "Y1_2", "Y3_5")[n % 3],
                "willingness_advancement": None if n % 30 == 0 else ("YES", "NO", "CONDITIONS")[n % 3],
            }
            for n in range(200)
        ]
    )
    ready = cadre.where(placement=("READY_ADV",))
    tables = {name: count(ready, name, name) for name in ("readiness", "willingness_advancement")}
    release = protect(tables, small_policy, fictional.scope)
    few = [release[name].cell(**{name: "MISSING"}) for name in tables]
    assert all(isinstance(cell, Withheld) for cell in few)


def test_several_answers_by_an_answer_that_lasts_add_up(fictional, service, count):
    cadre = fictional.cadre_of(
        [
            {
                "sex": "FM"[n % 2],
                "mobility": ("SAME_ORGANIZATION",) if n % 3 else ("OTHER_ORGANIZATION", "OTHER_REGION"),
            }
            for n in range(80)
        ]
    )
    release = protect({"wishes": count(cadre, "wishes", "sex", "mobility")}, service, fictional.scope)
    assert isinstance(release["wishes"].cell(sex="TOTAL", mobility="SAME_ORGANIZATION"), Shown)
