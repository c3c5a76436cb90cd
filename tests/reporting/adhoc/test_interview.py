"""The questions that put a definition together: asked once each, understood in either language, taken back."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from etm_workbench.cli.main import etm
from etm_workbench.reporting.adhoc import check_definition, definition_text, read_definition
from etm_workbench.reporting.adhoc.interview import BACK, drafted, interview

WORDS = {
    "question.en": "Do women and men aspire alike?",
    "question.fr": "Femmes et hommes aspirent-ils à la même chose?",
    "purpose.en": "To plan.",
    "purpose.fr": "Planifier.",
    "owner": "Delegate (role)",
}
OURS = {**WORDS, "audience": "own_organization", "organization": "128", "cycles": "2025-26"}


class Somebody:
    """Answers by entry, each answer once and the last one from then on; keeps what was asked and said."""

    def __init__(self, **answers):
        self.answers = {entry: [given] if isinstance(given, str) else list(given) for entry, given in answers.items()}
        self.asked, self.said = [], []

    def __call__(self, question, wrong):
        self.asked.append(question.entry)
        self.said += [wrong.en] if wrong else []
        left = self.answers.get(question.entry, [""])
        return left.pop(0) if len(left) > 1 else left[0]


def test_with_nothing_but_enter_the_usual_answers_stand() -> None:
    made = interview({**OURS, "rows": "placement"}, Somebody())
    assert ("count", "none", "bars") == (made["measure"], made["comparator"], made["charts"])


def test_the_newest_cycle_is_the_usual_one() -> None:
    given = {entry: answer for entry, answer in OURS.items() if entry != "cycles"}
    assert "2025-26" == interview({**given, "rows": "level"}, None)["cycles"]


@pytest.mark.parametrize(
    "said", ["26", "placement", "Talent map placement", "placement au tableau de gestion des talents"]
)
def test_a_choice_is_named_by_number_code_or_label(said) -> None:
    assert "placement" == interview(OURS, Somebody(rows=said))["rows"]


@pytest.mark.parametrize("said", ["124", "FIN", "department of finance canada", "Ministère des Finances Canada"])
def test_an_organization_is_named_by_identifier_acronym_or_title(said) -> None:
    given = {entry: answer for entry, answer in OURS.items() if entry != "organization"}
    assert "124" == interview({**given, "rows": "level"}, Somebody(organization=said))["organization"]


def test_an_answer_that_is_not_understood_is_asked_again_with_an_offer() -> None:
    somebody = Somebody(rows=["levle", "level"])
    assert "level" == interview(OURS, somebody)["rows"]
    assert ["'levle' is not among the choices. Did you mean 'level'?"] == somebody.said


def test_an_answer_that_is_needed_is_asked_for_until_it_comes() -> None:
    somebody = Somebody(rows=["", "level"])
    interview(OURS, somebody)
    assert ["An answer is needed here."] == somebody.said


def test_the_same_text_in_both_languages_is_not_taken() -> None:
    given = {entry: answer for entry, answer in OURS.items() if entry != "question.fr"}
    somebody = Somebody(**{"question.fr": [WORDS["question.en"], WORDS["question.fr"]]})
    assert WORDS["question.fr"] == interview({**given, "rows": "level"}, somebody)["question.fr"]


def test_going_back_asks_the_question_before_again() -> None:
    somebody = Somebody(rows=["level", "placement"], columns=[BACK, "level"])
    made = interview(OURS, somebody)
    assert ("placement", "level") == (made["rows"], made["columns"])
    assert ["rows", "columns", "rows", "columns"] == somebody.asked[:4]


def test_going_back_from_the_first_question_asks_it_again() -> None:
    given = {entry: answer for entry, answer in OURS.items() if entry != "question.en"}
    made = interview({**given, "rows": "level"}, Somebody(**{"question.en": [BACK, "Who?"]}))
    assert "Who?" == made["question.en"]


def test_people_are_narrowed_variable_by_variable() -> None:
    people = ["Substantive level", "1,2", "sex", "Femmes", ""]
    made = interview({**OURS, "rows": "placement"}, Somebody(population=people))
    assert {"level": ("EX-01", "EX-02"), "sex": ("F",)} == drafted(made).population


def test_what_earlier_answers_settle_is_not_asked() -> None:
    somebody = Somebody(rows="level")
    interview(OURS, somebody)
    assert {"rows", "columns", "population", "measure", "charts"} == set(somebody.asked)


def test_a_comparison_is_offered_for_shares_only() -> None:
    somebody = Somebody(rows="placement", measure="share", comparator="2")
    made = interview(OURS, somebody)
    assert ("placement", "service", "bars,differences") == (made["share_of"], made["comparator"], made["charts"])


def test_only_charts_that_fit_are_offered() -> None:
    somebody = Somebody(rows="level", charts=["lines", "none"])
    assert () == drafted(interview(OURS, somebody)).charts
    assert "'lines' is not among the choices." in somebody.said[0]


def test_several_cycles_are_put_in_order_and_take_one_place_of_the_table() -> None:
    given = {entry: answer for entry, answer in OURS.items() if entry != "cycles"}
    somebody = Somebody(cycles="3,2", rows="level")
    made = drafted(interview(given, somebody))
    assert (("2024-25", "2025-26"), "cycle") == (made.cycles, made.dimensions[0])


def test_every_interview_ends_in_a_definition_that_may_run(tmp_path) -> None:
    for number, answers in enumerate(({"rows": "level"}, {"rows": "placement,sex", "measure": "2", "comparator": "2"})):
        path = tmp_path / f"q{number}.toml"
        path.write_text(definition_text(drafted(interview(OURS, Somebody(**answers)))), encoding="utf-8")
        assert () == check_definition(path).problems


@pytest.fixture
def typed(tmp_path):
    """What `etm adhoc new` says to somebody who types lines, and the file it leaves."""

    def run(*lines, name="mine.toml"):
        path = tmp_path / name
        made = CliRunner().invoke(etm, ["adhoc", "new", str(path)], input="\n".join(lines) + "\n")
        return made, path

    return run


LINES = (*WORDS.values(), "", "TBS", "", "placement", "?", "", "", "2", "", "2", "")


def test_the_command_asks_in_french_when_french_is_chosen(typed) -> None:
    said, path = typed("fr", *LINES)
    assert 0 == said.exit_code
    assert "La question, en anglais\u00a0: " in said.output
    assert "Pour la réponse\u00a0: etm adhoc run" in said.output
    assert "The question" not in said.output
    asked = read_definition(path)[0]
    assert asked is not None
    assert ("326", "service", ("bars", "differences")) == (asked.organization, asked.comparator, asked.charts)


def test_both_languages_leave_the_same_definition(typed) -> None:
    english, french = (typed(language, *LINES, name=f"{language}.toml")[1] for language in ("en", "fr"))
    assert english.read_text(encoding="utf-8") == french.read_text(encoding="utf-8")


def test_an_interview_that_is_broken_off_writes_nothing(typed) -> None:
    said, path = typed("en", *LINES[:6])
    assert (1, False) == (said.exit_code, path.exists())


def test_a_file_that_cannot_name_a_report_is_refused_before_anything_is_asked(typed) -> None:
    said, path = typed("en", name="ma question é.toml")
    assert "cannot name a report" in str(said.exception)
    assert ("", False) == (said.output, path.exists())
