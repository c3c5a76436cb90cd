"""What the builder's page says of a question: the question, its answer, what would be hidden and what would not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from etm_workbench import settings
from etm_workbench.codebook import LANGUAGES, Bilingual
from etm_workbench.errors import CannotProtect
from etm_workbench.presentation.document import Labels
from etm_workbench.presentation.labels import labels_for
from etm_workbench.presentation.locale import join
from etm_workbench.presentation.parts import ChartPart, Heading, Note, Part, TablePart, Text
from etm_workbench.presentation.widgets.payload import both, parts_html
from etm_workbench.protected import ProtectedTable
from etm_workbench.reporting.adhoc.check import saved_alike
from etm_workbench.reporting.adhoc.definition import AdhocFile
from etm_workbench.reporting.adhoc.fineness import fineness
from etm_workbench.reporting.dashboards.builder_answer import (
    Cut,
    DraftReport,
    coarser_cuts,
    preview,
    withheld_cells,
)
from etm_workbench.reporting.dashboards.builder_form import text
from etm_workbench.reporting.dashboards.builder_question import restatement
from etm_workbench.reporting.dashboards.builder_saving import folder_of
from etm_workbench.reporting.session import Workbench


@dataclass(frozen=True, slots=True)
class Said:
    """Parts for the page, and the labels of their tables."""

    parts: tuple[Part, ...]
    labels: Labels


def settle(problems: Sequence[Bilingual]) -> dict[str, Any]:
    """An answer that says what is still to be settled; nothing was counted."""
    parts: list[Part] = [Heading(text("heading_settle"), 2), *(Text(_plain(problem)) for problem in problems)]
    return {"ok": True, "html": parts_html(parts, {}), "status": both(text("status_settle"))}


def say_preview(report: DraftReport, asked: AdhocFile, viewer: str, *, left_out: bool) -> Said:
    """The preview of a question.

    Parameters
    ----------
    report : DraftReport
        Nothing said yet; its session is that of the question's audience.
    asked : AdhocFile
        The question as the page has it; the report's own may be without its comparison.
    viewer : str
        Whose saved definitions are looked through for one alike.
    left_out : bool
        Whether a chart that was ticked does not fit.

    Raises
    ------
    BadInput
        Nobody is in the group.
    """
    drawn, workbench = report.definition.asked, report.workbench
    before: list[Part] = [Heading(text("heading_restated"), 2), Text(_plain(restatement(asked, workbench.codebook)))]
    before += [Text(_plain(warning)) for warning in _warnings(workbench, asked, viewer)]
    before += [Text(text("not_compared"))] if drawn.comparator != asked.comparator else []
    before += [Text(text("problem_chart"))] if left_out else []
    try:
        answer: ProtectedTable | None = preview(workbench, drawn)
    except CannotProtect:
        answer = None
    if answer is not None:
        report.glance(answer)
        report.show(answer)
    tables = [part.data for part in report.parts if isinstance(part, (TablePart, ChartPart))]
    labels = labels_for(workbench.codebook, tables, extra=report.labels)
    seen = (Heading(text("heading_answer"), 2), *report.parts) if answer is not None else ()
    after = (*_hidden(workbench, drawn, answer), Note(text("not_recorded"), "protection"))
    return Said((*before, *seen, *after), labels)


def _warnings(workbench: Workbench, asked: AdhocFile, viewer: str) -> Iterator[Bilingual]:
    folders = (settings.data_folder() / "definitions", folder_of(viewer))
    alike = list(dict.fromkeys(name for folder in folders for name, _ in saved_alike(asked, folder)))
    if alike:
        yield _filled("alike", {"names": Bilingual(*(join(alike, language) for language in LANGUAGES))})
    guess = fineness(asked, workbench.codebook)
    if guess is not None and guess.is_too_fine:
        yield _filled("too_fine", {"widest": workbench.codebook.variable(guess.widest).label})


def _hidden(workbench: Workbench, asked: AdhocFile, answer: ProtectedTable | None) -> Iterator[Part]:
    """What would be hidden, and which coarser cut would not be."""
    hidden = withheld_cells(answer) if answer is not None else 0
    yield Heading(text("heading_hidden"), 2)
    if answer is not None and not hidden:
        yield Text(text("nothing_hidden"))
        return
    whole = len(answer.keys) if answer is not None else 0
    yield Text(_counted("hidden", hidden, whole) if answer is not None else text("refused"), style="finding")
    for cut in coarser_cuts(workbench, asked):
        yield Text(_plain(_cut(workbench, cut)))


def _cut(workbench: Workbench, cut: Cut) -> Bilingual:
    variable = {"variable": workbench.codebook.variable(cut.without).label}
    if cut.withheld is None:
        return _filled("cut_refused", variable)
    if cut.withheld == 0:
        return _filled("cut_open", variable)
    return _filled("cut_some", {**variable, **_numbers(cut.withheld, cut.cells)})


def _counted(key: str, hidden: int, cells: int) -> Bilingual:
    return _plain(_filled(key, _numbers(hidden, cells)))


def _numbers(hidden: int, cells: int) -> Mapping[str, Bilingual]:
    """Cells of a table, not people: readers count them for themselves."""
    return {"hidden": Bilingual(str(hidden), str(hidden)), "cells": Bilingual(str(cells), str(cells))}


def _filled(key: str, slots: Mapping[str, Bilingual]) -> Bilingual:
    words = text(key)
    return Bilingual(
        *(
            words.in_language(language).format(**{name: slot.in_language(language) for name, slot in slots.items()})
            for language in LANGUAGES
        )
    )


def _plain(words: Bilingual) -> Bilingual:
    """Words in which no brace opens a slot."""
    return Bilingual(*(words.in_language(language).replace("{", "{{").replace("}", "}}") for language in LANGUAGES))
