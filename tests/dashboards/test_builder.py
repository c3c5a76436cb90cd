"""The builder: values become a protected preview, a saved definition, an export; a preview releases nothing."""

from __future__ import annotations

import base64
import html

import pytest

from etm_workbench.codebook import LANGUAGES, load_codebook
from etm_workbench.reporting.adhoc import check_definition, read_definition
from etm_workbench.reporting.dashboards import Viewing, answer
from etm_workbench.reporting.dashboards.builder_question import Allowed, build, restatement
from etm_workbench.reporting.dashboards.builder_saving import folder_of
from tests.dashboards.conftest import CYCLES, DELEGATE, HOSTILE, OTHER_HEAD, SCRIPT

OWN = "132"
VALUES = {
    "rows_1": "placement", "rows_2": "", "columns_1": "level", "measure": "count", "share_of": "",
    "comparator": "none", "charts": [], "scope": OWN, "audience": "own_organization", "cycles": [CYCLES[-1]],
    "population": {}, "question_en": "", "question_fr": "", "purpose_en": "", "purpose_fr": "", "owner": "",
    "name": "", "format": "html",
}  # fmt: skip
WORDED = {
    "question_en": "Where do they stand?", "question_fr": "Où en sont-ils?", "purpose_en": "A talk.",
    "purpose_fr": "Un entretien.", "owner": "Delegate", "name": "where_they_stand",
}  # fmt: skip
ALONE = Allowed((OWN,), whole_service=True, audiences=("own_organization", "service", "public"))


@pytest.fixture
def ask(service_url):
    """Sends a question of the builder's page: `ask("preview", measure="share")`."""

    def asked(kind, *, viewer=DELEGATE, **values):
        return answer(
            "builder",
            Viewing(viewer, organization=OWN, store=service_url),
            {"kind": kind, "values": {**VALUES, **values}},
        )

    return asked


@pytest.fixture
def embedded(service_folder, service_url):
    """The same store as its keeper's own: nobody is on an access list."""
    import sqlite3

    with sqlite3.connect(service_url.removeprefix("sqlite:///")) as connection:
        connection.execute("DELETE FROM access_entry")
    connection.close()
    return Viewing(organization=OWN, store=service_url)


def releases(viewing):
    with viewing.open_store() as store:
        return len(store.read_releases())


def built(**values):
    return build({**VALUES, **values}, load_codebook(CYCLES[-1]), ALONE)


def problems(**values):
    return [problem.en for problem in built(**values).problems]


def test_preview_restates_the_question_in_both_languages(ask):
    english, french = ask("preview")["html"]
    assert ("How many executives of" in english, "Nombre de cadres supérieurs" in french) == (True, True)


def test_preview_says_how_many_people_it_is_about(ask):
    assert "61 executives" in ask("preview")["html"][0].replace("\u00a0", " ")


def test_preview_says_that_nothing_was_recorded(ask):
    assert "nothing was released or recorded" in ask("preview")["html"][0]


def test_preview_for_a_wider_audience_is_protected(embedded):
    seen = answer("builder", embedded, {"kind": "preview", "values": {**VALUES, "audience": "service"}})
    assert "cells are withheld" in seen["html"][0]


def test_preview_names_the_cut_that_would_hide_less(embedded):
    values = {**VALUES, "audience": "service", "columns_1": "region"}
    assert "Without “Region of work”" in answer("builder", embedded, {"kind": "preview", "values": values})["html"][0]


def test_preview_writes_nothing_to_the_ledger(embedded):
    for audience in ("service", "public"):
        answer("builder", embedded, {"kind": "preview", "values": {**VALUES, "audience": audience, "measure": "share"}})
    compared = {**VALUES, "measure": "share", "comparator": "service"}
    answer("builder", embedded, {"kind": "preview", "values": compared})
    assert 0 == releases(embedded)


def test_comparison_that_was_not_released_is_said_to_be_missing(embedded):
    values = {**VALUES, "measure": "share", "comparator": "service"}
    assert "have not been released" in answer("builder", embedded, {"kind": "preview", "values": values})["html"][0]


def test_export_for_a_wider_audience_is_a_release(embedded):
    values = {**VALUES, **WORDED, "audience": "service", "rows_1": "sex", "columns_1": ""}
    made = answer("builder", embedded, {"kind": "export", "values": values})
    assert (True, 1) == (made["ok"] and bool(made["files"]), releases(embedded))


@pytest.mark.parametrize(("ending", "start"), [("html", b"<!DOCTYPE html>"), ("pdf", b"%PDF"), ("xlsx", b"PK")])
def test_export_comes_in_the_format_asked_for(ask, ending, start):
    (file,) = ask("export", **WORDED, format=ending)["files"]
    content = base64.b64decode(file["base64"]).lstrip()
    assert (f"where_they_stand.en.{ending}", start) == (file["name"], content[: len(start)])


def test_script_in_the_words_of_a_question_comes_escaped_in_its_page(ask):
    (file,) = ask("export", **{**WORDED, "question_en": HOSTILE, "purpose_en": HOSTILE, "owner": SCRIPT})["files"]
    page = base64.b64decode(file["base64"]).decode()
    assert (False, False, True) == (SCRIPT in page, "<img" in page, html.escape(SCRIPT) in page)


def test_saved_definition_passes_the_check_of_ad_hoc_reports(ask):
    (file,) = ask("save", **WORDED, population={"level": ["EX-01", "EX-02"]})["files"]
    place = folder_of(DELEGATE) / file["name"]
    assert base64.b64decode(file["base64"]) == place.read_bytes()
    people = read_definition(place)[0].population
    assert ((), {"level": ("EX-01", "EX-02")}) == (check_definition(place).problems, people)


def test_definitions_of_two_viewers_lie_apart():
    assert folder_of(DELEGATE) != folder_of(OTHER_HEAD)


def test_hostile_identity_names_no_other_folder():
    assert folder_of("x").parent == folder_of("../../etc").parent


def test_question_that_counts_the_same_is_pointed_out(ask):
    ask("save", **WORDED)
    assert "where_they_stand" in ask("preview")["html"][0]


def test_saved_definition_is_not_overwritten_by_another_question(ask):
    ask("save", **WORDED)
    changed = ask("save", **WORDED, measure="share")
    assert ("already saved" in changed["html"][0], None) == (True, changed.get("files"))


def test_saving_needs_words_in_both_languages(ask):
    unworded = ask("save", **{**WORDED, "question_fr": ""})
    assert "in both languages" in unworded["html"][0]


@pytest.mark.parametrize("name", ["../x", "", "a b", "é"])
def test_name_that_is_no_file_name_is_refused(ask, name):
    assert "Give the definition a name" in ask("save", **{**WORDED, "name": name})["html"][0]


@pytest.mark.parametrize(
    "values",
    [
        {"rows_1": "given_name"},
        {"rows_1": "equity_groups"},
        {"scope": "47"},
        {"audience": "public"},
        {"population": {"level": ["' OR 1=1"]}},
        {"cycles": "2025-26; x"},
        {"measure": "mean"},
        {"charts": ["../x"]},
    ],
    ids=lambda values: next(iter(values)),
)
def test_values_that_the_form_does_not_offer_count_nothing(ask, values):
    html = ask("preview", **values)["html"][0]
    assert ("<table" in html, "Still to be settled" in html) == (False, True)


def test_delegate_on_a_list_writes_for_the_own_organization_only(ask):
    assert "Reload the page" in ask("preview", audience="service")["html"][0]


def test_somebody_elses_organization_is_refused(service_url):
    viewing = Viewing(OTHER_HEAD, organization=OWN, store=service_url)
    assert answer("builder", viewing, {"kind": "preview", "values": VALUES})["ok"] is False


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"rows_1": ""}, "Choose a variable for the rows."),
        ({"rows_2": "placement"}, "A variable is named twice."),
        ({"measure": "share", "share_of": "sex"}, "Shares are asked of a variable"),
        ({"comparator": "service"}, "Numbers of groups of different sizes"),
        ({"comparator": "service", "measure": "share", "rows_2": "sex"}, "A comparison takes one cycle"),
        (
            {"comparator": "service", "measure": "share", "scope": "SERVICE", "audience": "public"},
            "nothing to be",
        ),
        ({"cycles": []}, "Tick at least one cycle."),
        ({"scope": "SERVICE"}, "Unprotected numbers are for"),
    ],
    ids=lambda value: "" if isinstance(value, str) else "+".join(value),
)
def test_what_is_still_to_be_settled_is_said(values, said):
    assert any(said in problem for problem in problems(**values))


def test_problems_are_said_in_both_languages():
    assert all(problem.en != problem.fr for problem in built(rows_1="").problems)


def test_shares_are_of_the_first_variable_unless_said():
    assert "placement" == built(measure="share").asked.share_of


def test_restatement_names_population_comparison_and_readers():
    asked = built(measure="share", comparator="service", population={"level": ["EX-01"]}).asked
    words = restatement(asked, load_codebook(CYCLES[-1]))
    wanted = {"en": ("EX-01", "exact test", "deputy head"), "fr": ("EX-01", "test exact", "administrateur général")}
    assert [True] * 6 == [part in words.in_language(language) for language in LANGUAGES for part in wanted[language]]


def test_braces_in_a_readers_words_open_no_slot(ask):
    (file,) = ask("export", **{**WORDED, "purpose_en": "For {people} here."})["files"]
    assert b"For (people) here." in base64.b64decode(file["base64"])
