"""The builder of ad hoc questions: what is asked, what would be seen of it, and the file that asks it again.

The page sends its values; Python checks, counts and protects. A preview releases nothing. Saving writes
the definition that `etm adhoc run` and the ad hoc notebook take. Exporting makes the report, and where
its audience is wider than the organization's own readers, that is a release and goes to the ledger.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from etm_workbench.access import require_own, sees_service, whoami
from etm_workbench.codebook import Codebook, find_organization
from etm_workbench.errors import BadDefinition, BadInput, CannotProtect, NotAllowed
from etm_workbench.presentation.widgets import Board
from etm_workbench.presentation.widgets.payload import both, parts_html
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.adhoc.charts import chart_problems
from etm_workbench.reporting.adhoc.definition import AdhocFile
from etm_workbench.reporting.adhoc.write import definition_text
from etm_workbench.reporting.dashboards.builder_answer import DraftReport, comparable, counted, draft
from etm_workbench.reporting.dashboards.builder_form import builder_form, text
from etm_workbench.reporting.dashboards.builder_question import Allowed, build, is_worded
from etm_workbench.reporting.dashboards.builder_saving import export_files, keep_definition, name_problem
from etm_workbench.reporting.dashboards.builder_saying import Said, say_preview, settle
from etm_workbench.reporting.dashboards.own import OWN, open_own, open_service
from etm_workbench.reporting.dashboards.pages import Pages
from etm_workbench.reporting.dashboards.viewing import Viewing
from etm_workbench.reporting.organizations import reporting_codebook
from etm_workbench.reporting.session import Workbench
from etm_workbench.store import Store

_WIDER = ("service", "cluster_review", "public")


def board(viewing: Viewing) -> Board:
    """The builder for the viewer's organization; for OCHRO on any organization, or the whole service.

    Raises
    ------
    NotAllowed
        The organization is not the viewer's own, and they do not see the whole service.
    """
    allowed = _allowed(viewing)
    with open_own(viewing) if OWN in allowed.audiences else open_service(viewing) as workbench:
        pages = Pages("builder", workbench)
        pages.add_section(builder_form(workbench.codebook, allowed, workbench.cycles))
        return pages.board(None)


def preview(viewing: Viewing, question: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to the page's values as its readers would see it; nothing is released or recorded."""
    codebook, built = _built(viewing, question)
    if built.asked is None:
        return settle(built.problems)
    with _open(viewing, built.asked) as workbench, tempfile.TemporaryDirectory() as folder:
        asked, left_out = _drawable(comparable(workbench, built.asked), codebook)
        report = _draft(asked, workbench, Path(folder))
        try:
            said = say_preview(report, built.asked, viewing.viewer, left_out=left_out)
        except BadInput:
            return settle((text("nobody"),))
    return _shown(said, "status_preview")


def save(viewing: Viewing, question: Mapping[str, Any]) -> dict[str, Any]:
    """The definition, kept in the viewer's folder and handed over as a file."""
    codebook, built = _built(viewing, question)
    values = question.get("values") or {}
    problems = (*built.problems, *_unready(values, viewing.viewer, built.asked))
    if built.asked is None or problems:
        return settle(problems)
    asked, _ = _drawable(built.asked, codebook)
    kept = keep_definition(asked, str(values["name"]).strip(), viewing.viewer)
    return {"ok": True, "html": ["", ""], "status": both(text("status_saved")), "files": [kept]}


def export(viewing: Viewing, question: Mapping[str, Any]) -> dict[str, Any]:
    """The report in the format asked for, in the viewer's language; for a wider audience this is a release."""
    codebook, built = _built(viewing, question)
    values = question.get("values") or {}
    problems = (*built.problems, *_unready(values, viewing.viewer, None))
    if built.asked is None or problems:
        return settle(problems)
    with _open(viewing, built.asked) as workbench, tempfile.TemporaryDirectory() as folder:
        if workbench.policy.remembers and workbench.store.identity is not None:
            return settle((text("released_by_command"),))
        asked, _ = _drawable(comparable(workbench, built.asked), codebook)
        report = _draft(asked, workbench, Path(folder), name=str(values["name"]).strip())
        try:
            made = workbench.protect({"answer": counted(workbench, asked)})
        except CannotProtect:
            return settle((text("refused"),))
        except BadInput:
            return settle((text("nobody"),))
        file = export_files(report, made, str(values.get("format", "")), viewing.language)
    status = "status_released" if workbench.policy.remembers else "status_exported"
    return {"ok": True, "html": ["", ""], "status": both(text(status)), "files": [file]}


ANSWERS = {"preview": preview, "save": save, "export": export}


def _built(viewing: Viewing, question: Mapping[str, Any]) -> tuple[Codebook, Any]:
    codebook = reporting_codebook(viewing.cycle)
    return codebook, build(question.get("values"), codebook, _allowed(viewing))


def _allowed(viewing: Viewing) -> Allowed:
    """What the viewer may ask: of their own organization; of every one for wider audiences, if they see the service."""
    with viewing.open_store() as store:
        service = sees_service(whoami(store, viewing.viewer))
        wider = _WIDER if service else ()
        own = _own(viewing, store, service=service)
    if own is not None:
        return Allowed((own,), bool(wider), (OWN, *wider))
    known = reporting_codebook(viewing.cycle).organizations
    held = [one for one in viewing.choices[0] if one in known and viewing.organization in (None, one)]
    return Allowed(tuple(held), whole_service=True, audiences=wider)


def _own(viewing: Viewing, store: Store, *, service: bool) -> str | None:
    """The wished organization if it is the viewer's own; None for those who see the service without it.

    Raises
    ------
    NotAllowed
        It is not theirs, and they do not see the service.
    """
    if viewing.organization is None and service:
        return None
    codebook = reporting_codebook(viewing.cycle)
    organization = find_organization(dict(codebook.organizations), viewing.organization or "").identifier
    try:
        require_own(store, reader=viewing.viewer, organizations=[organization])
    except NotAllowed:
        if not service:
            raise
        return None
    return organization


def _open(viewing: Viewing, asked: AdhocFile) -> Workbench:
    """A session for the question's audience, on its scope."""
    if asked.audience == OWN:
        return open_own(viewing)
    if asked.audience not in _allowed(viewing).audiences:
        raise NotAllowed("This audience is not the viewer's to write for.", remedy="Choose another.")
    return Workbench(
        viewing.open_store(),
        codebook=reporting_codebook(asked.cycles[-1]),
        policy=load_policy(asked.audience),
        organizations=(asked.organization,) if asked.organization else None,
        language=viewing.language,
        viewer=viewing.viewer,
    )


def _drawable(asked: AdhocFile, codebook: Codebook) -> tuple[AdhocFile, bool]:
    """The question with the charts that fit it, and whether one was left out."""
    alone = {chart: asked.model_copy(update={"charts": (chart,)}) for chart in asked.charts}
    fitting = tuple(chart for chart, one in alone.items() if not list(chart_problems(one, codebook)))
    return asked.model_copy(update={"charts": fitting}), fitting != asked.charts


def _draft(asked: AdhocFile, workbench: Workbench, folder: Path, *, name: str = "question") -> DraftReport:
    path = folder / f"{name}.toml"
    path.write_text(definition_text(asked), encoding="utf-8")
    try:
        return draft(path, workbench)
    except BadDefinition as problem:
        raise BadInput("A built question is no definition.", remedy="Mend it on the page.") from problem


def _unready(values: Mapping[str, Any], viewer: str, asked: AdhocFile | None) -> tuple[Any, ...]:
    """What keeps a question from being saved or exported, though it can be previewed."""
    worded = () if is_worded(values) else (text("problem_words"),)
    named = name_problem(str(values.get("name", "")).strip(), viewer, asked)
    return (*worded, *((named,) if named else ()))


def _shown(said: Said, status: str) -> dict[str, Any]:
    return {"ok": True, "html": parts_html(said.parts, said.labels), "status": both(text(status))}
