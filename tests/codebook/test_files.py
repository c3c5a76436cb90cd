"""The codebook's files: both languages, evidence, and what changes from cycle to cycle."""

from __future__ import annotations

import csv

import pytest

from etm_workbench import settings
from etm_workbench.codebook import load_codebook

# Words that both languages write alike.
SAME_IN_BOTH = {
    "EX-01", "EX-02", "EX-03", "EX-04", "EX-05", "A", "B", "C", "BBB", "CBC", "CCC",
    "Communications", "Manitoba", "Saskatchewan", "Alberta", "Yukon", "Nunavut", "Mentorat", "Population",
}  # fmt: skip
PROMISED = (
    "person_id given_name family_name email organization branch "
    "position_title level acting_level region position_bilingual sle_reading "
    "sle_writing sle_oral sle_reading_expires_on sle_writing_expires_on sle_oral_expires_on sle_override_reason "
    "sex birth_year first_official_language placement readiness mobility "
    "aspiration competency_strengths competency_development learning_needs functional_community risk_of_loss "
    "impact_of_loss retirement_horizon retirement_eligible_on performance_rating executive_completed_on "
    "manager_completed_on "
    "feedback_given_on appointed_to_level_on "
)


def rows(name):
    with (settings.data_folder() / "reference" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def labels(codebook):
    for variable in codebook.variables.values():
        yield variable.name, variable.en, variable.fr
    for entry in codebook.code_lists.values():
        yield entry.name, entry.en, entry.fr
        for code in entry.codes:
            yield f"{entry.name}.{code.code}", code.en, code.fr
    for cluster in codebook.clusters.values():
        yield cluster.identifier, cluster.title.en, cluster.title.fr


@pytest.mark.parametrize("name", PROMISED.split())
def test_a_promised_variable_is_there(codebook, name):
    assert name in codebook.variables


def test_french_is_not_english_again(codebook):
    assert [] == [name for name, en, fr in labels(codebook) if en == fr and en not in SAME_IN_BOTH]


def test_french_labels_use_typographic_apostrophes(codebook):
    assert [] == [name for name, _, fr in labels(codebook) if "'" in fr]


def test_every_variable_has_a_source(codebook):
    assert [] == [v.name for v in codebook.variables.values() if len(v.source) < 20]


def test_names_and_free_text_are_identifiers(codebook):
    free_text = {"given_name", "family_name", "email", "pri", "person_id", "career_objective", "manager_comments"}
    assert {"identifier"} == {codebook.variables[name].sensitivity for name in free_text}


@pytest.mark.parametrize("name", ["placement", "readiness", "retirement_horizon", "performance_rating", "risk_of_loss"])
def test_an_opinion_is_a_judgement(codebook, name):
    assert codebook.variables[name].sensitivity == "judgement"


def test_equity_groups_are_not_in_the_questionnaire(codebook):
    assert {"equity"} == {codebook.variables[name].section for name in ("equity_groups", "equity_form_returned")}


def test_a_placement_label_changed_after_the_first_cycle():
    before, after = (load_codebook(cycle).label("placement", "WELL_PLACED") for cycle in ("2023-24", "2024-25"))
    assert ("Fit", "Well-Placed in Role") == (before.en, after.en)


def test_a_french_lateral_label_changed_after_the_first_cycle():
    before, after = (load_codebook(cycle).label("placement", "READY_LAT") for cycle in ("2023-24", "2024-25"))
    assert ("Prêt pour un mouvement latéral", "Prêt pour un transfert latéral") == (before.fr, after.fr)


@pytest.mark.parametrize(("cycle", "count"), [("2023-24", 6), ("2024-25", 7), ("2025-26", 7)])
def test_the_seventh_competency_came_later(cycle, count):
    assert count == len(load_codebook(cycle).codes("competency_strengths"))


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_a_cycle_is_held_against_the_headcount_of_its_march(codebook, year):
    cycle = codebook.cycles[f"{year}-{year % 100 + 1}"]
    assert (year, 3, 31) == cycle.headcount_on.timetuple()[:3]


def test_cycle_dates_are_in_order(codebook):
    for cycle in codebook.cycles.values():
        dates = [cycle.headcount_on, cycle.opens_on, cycle.finalized_on, cycle.submitted_on]
        assert dates == sorted(dates)


def test_every_organization_of_the_headcounts_is_declared(codebook):
    assert {row["org_id"] for row in rows("ex_headcount.csv")} <= set(codebook.organizations)


def test_all_published_cells_are_there():
    cells = rows("ex_headcount.csv")
    assert (5135, 819) == (len(cells), sum(row["headcount"] == "1" for row in cells))


def test_no_cell_is_published_twice():
    cells = rows("ex_headcount.csv")
    assert len(cells) == len({(row["year"], row["org_id"], row["level"]) for row in cells})


@pytest.mark.parametrize(("cycle", "count"), [("2023-24", 88), ("2024-25", 89), ("2025-26", 89)])
def test_organizations_of_a_cycle_are_those_with_executives(cycle, count):
    assert count == len(load_codebook(cycle).codes("organization"))


@pytest.mark.parametrize(
    "name",
    ["organizations.csv", "clusters.csv", "ex_demographics.csv", "ee_representation.csv", "glossary.csv",
     "key_leadership_competencies.csv"],
)  # fmt: skip
def test_every_reference_row_says_evidence_and_source(name):
    assert [] == [row for row in rows(name) if not row["source"] or row["evidence"] not in
                  {"sourced", "derived", "secondary", "assumed"}]  # fmt: skip


def test_the_cluster_grouping_is_marked_as_ours():
    assert {"assumed"} == {row["evidence"] for row in rows("clusters.csv")}


def test_a_french_name_that_was_not_found_stays_empty():
    unknown = {row["abbr_en"] for row in rows("glossary.csv") if not row["term_fr"]}
    assert {"ETMS", "TMQ", "COSO", ""} == unknown
