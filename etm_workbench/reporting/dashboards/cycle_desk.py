"""The delegate's desk: what is in, what is missing, which findings are open, and whom to remind.

Accounts, the submission and decisions on people come in later steps: each is a section of its own here,
between the findings and the reminders.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from etm_workbench.analysis.measures import with_shares
from etm_workbench.analysis.noted import noted
from etm_workbench.analysis.questions import count_questions
from etm_workbench.analysis.tabulate import population_of
from etm_workbench.bundle import Bundle
from etm_workbench.codebook import LANGUAGES, Bilingual
from etm_workbench.intake.rulebook import load_rulebook
from etm_workbench.presentation.layout import Layout
from etm_workbench.presentation.locale import date_text, join
from etm_workbench.presentation.tabledata import CellRef
from etm_workbench.presentation.widgets import Board
from etm_workbench.reporting.dashboards.own import open_own
from etm_workbench.reporting.dashboards.pages import Pages
from etm_workbench.reporting.dashboards.reminders import people, reminder_form
from etm_workbench.reporting.dashboards.viewing import Viewing
from etm_workbench.reporting.session import Workbench
from etm_workbench.sensitive import SensitiveTable
from etm_workbench.store import FileVersion

# The questions that are followed one by one, in the order in which the two sections ask them.
QUESTIONS = (
    "sle_reading", "sle_writing", "sle_oral", "functional_community", "aspiration", "learning_needs",
    "retirement_horizon", "placement", "readiness", "performance_rating",
)  # fmt: skip
_SECTIONS = {"executive": "executive_status", "manager": "manager_status"}

ANSWERS = {"people": people}


def board(viewing: Viewing) -> Board:
    """The desk of the viewer's organization.

    Raises
    ------
    NotAllowed
        The organization is not the viewer's own.
    """
    with open_own(viewing) as workbench:
        own = (workbench.organizations or ("",))[0]
        files = [v for v in workbench.store.versions(workbench.cycle, own) if not v.superseded]
        tables = _tables(workbench, files)
        made = workbench.protect(tables)
        pages = Pages("cycle_desk", workbench, words=_dates(workbench))
        pages.name_codes("question", {q: workbench.codebook.variable(q).label for q in QUESTIONS})
        pages.name_codes("finding", _findings_named(files))
        _glance(pages, made)
        with pages.section("dates"):
            pages.text("dates")
            if workbench.codebook.cycles[workbench.cycle].evidence == "assumed":
                pages.text("dates_assumed")
        _what_is_in(pages, made)
        with pages.section("missing"):
            layout = Layout(rows=("question",), columns=("level",), where={"answer": "OPEN"})
            pages.table("questions_table", made["questions"], layout)
            pages.text("missing_reading")
        _findings(pages, made, files)
        pages.add_section(reminder_form(workbench.codebook))
        pages.method(made)
        return pages.board(made)


def _tables(workbench: Workbench, files: list[FileVersion]) -> Mapping[str, SensitiveTable]:
    people_now = workbench.cadre
    cadre = people_now.cadre
    tables = {
        "completion": people_now.count(rows="level", columns="completion", share_of="completion"),
        "branches": people_now.count(rows="branch", columns="completion", share_of="completion"),
        "cycles": workbench.over_cycles.count(rows="cycle", columns="completion", share_of="completion"),
        "questions": with_shares(count_questions(cadre, "questions", QUESTIONS), "answer"),
        "files": noted("files", "file", {v.kind: v.rows for v in files}, population_of(cadre)),
    }
    tables |= {
        name: people_now.count(rows="level", columns=variable, share_of=variable)
        for name, variable in _SECTIONS.items()
    }
    found = _found(files)
    return tables | ({"findings": noted("findings", "finding", found, population_of(cadre))} if found else {})


def _found(files: list[FileVersion]) -> dict[str, int]:
    """Rows by rule, warnings before information; of one rule in several files, all rows."""
    grave = ("error", "warning", "information")
    listed = sorted((grave.index(severity), rule, count) for v in files for rule, severity, count in v.findings)
    found: dict[str, int] = {}
    for _, rule, count in listed:
        found[rule] = found.get(rule, 0) + count
    return found


def _findings_named(files: list[FileVersion]) -> dict[str, Bilingual]:
    rules = load_rulebook()
    said = {
        rule: [f"{rules[rule].text('what', language)} {rules[rule].text('todo', language)}" for language in LANGUAGES]
        for rule in _found(files)
    }
    return {rule: Bilingual(*texts) for rule, texts in said.items()}


def _dates(workbench: Workbench) -> dict[str, Bilingual]:
    cycle = workbench.codebook.cycles[workbench.cycle]

    def written(day: date) -> Bilingual:
        return Bilingual(date_text(day, "en"), date_text(day, "fr"))

    return {
        "<opens_on>": written(cycle.opens_on),
        "<finalized_on>": written(cycle.finalized_on),
        "<submitted_on>": written(cycle.submitted_on),
        "<submit_levels>": Bilingual(join(cycle.submit_levels, "en"), join(cycle.submit_levels, "fr")),
    }


def _glance(pages: Pages, made: Bundle) -> None:
    completion = made["completion"]
    states = {
        "executive": CellRef.of(completion, completion="MANAGER_ONLY"),
        "manager": CellRef.of(completion, completion="EXECUTIVE_ONLY"),
        "neither": CellRef.of(completion, completion="NEITHER"),
    }
    pages.finding(
        "glance_people",
        people=CellRef.of(completion),
        both=CellRef.of(completion, completion="BOTH"),
        share=CellRef.of(completion, "share", completion="BOTH"),
    )
    pages.finding("glance_missing", **states)
    pages.finding("glance_placement", open=CellRef.of(made["questions"], question="placement", answer="OPEN"))


def _what_is_in(pages: Pages, made: Bundle) -> None:
    with pages.section("in"):
        pages.text("in_reading")
    with pages.section("in_both", choice="in"):
        pages.chart("both_chart", "completion", made["completion"])
    for name, variable in _SECTIONS.items():
        with pages.section(f"in_{name}", choice="in"):
            pages.chart(f"{name}_chart", "completion", made[name], across=variable)
            pages.text("status_missing")
    with pages.section("in_branch", choice="in"):
        pages.chart("branch_chart", "completion", made["branches"], down="branch")
    if len(pages.workbench.cycles) > 1:
        with pages.section("in_cycles", choice="in"):
            pages.chart("cycles_chart", "completion", made["cycles"], down="cycle")


def _findings(pages: Pages, made: Bundle, files: list[FileVersion]) -> None:
    with pages.section("findings"):
        pages.table("files_table", made["files"], Layout(rows=("file",)), notes=(_received(pages, files),))
        if "findings" in made:
            pages.table("findings_table", made["findings"], Layout(rows=("finding",)))
            pages.text("findings_reading")
        else:
            pages.text("findings_none")


def _received(pages: Pages, files: list[FileVersion]) -> Bilingual:
    """When each file that stands came in."""
    kinds: dict[str, Any] = pages.definition.file.labels["file"]
    said = []
    for language in LANGUAGES:
        days = [
            f"{kinds[v.kind].text.in_language(language)}, {date_text(v.received_on.date(), language)}" for v in files
        ]
        said.append(f"{pages.title('files_received').in_language(language)}{'; '.join(days)}.")
    return Bilingual(*said)
