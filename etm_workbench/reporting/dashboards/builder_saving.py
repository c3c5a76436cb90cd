"""A built question as files: the definition in its writer's own folder, the report in any format."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from etm_workbench import settings
from etm_workbench.bundle import Bundle
from etm_workbench.codebook import Bilingual, Language
from etm_workbench.presentation.formats import render
from etm_workbench.reporting.adhoc.definition import AdhocFile, read_definition
from etm_workbench.reporting.adhoc.write import definition_text
from etm_workbench.reporting.dashboards.builder_answer import ANSWER, DraftReport
from etm_workbench.reporting.dashboards.builder_form import text

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
_TYPES = {
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "toml": "application/toml",
}
File = dict[str, str]


def folder_of(viewer: str) -> Path:
    """Where a viewer's definitions are kept; an identity is hashed, so that it can name no other place."""
    own = hashlib.sha256(viewer.encode()).hexdigest()[:16] if viewer else "own"
    return settings.user_folder() / "definitions" / own


def name_problem(name: str, viewer: str, asked: AdhocFile | None) -> Bilingual | None:
    """What is wrong with a definition's name; None when it may be written."""
    if not _NAME.fullmatch(name):
        return text("problem_name")
    place = folder_of(viewer) / f"{name}.toml"
    if asked is None or not place.is_file():
        return None
    saved, _ = read_definition(place)
    same = saved is not None and saved.content_hash == asked.content_hash
    return None if same else text("problem_exists")


def keep_definition(asked: AdhocFile, name: str, viewer: str) -> File:
    """Writes the definition to the viewer's folder, whole or not at all; returns it for the page to hand over.

    Parameters
    ----------
    asked : AdhocFile
        Checked.
    name : str
        One that `name_problem` lets pass.
    viewer : str
        Whose folder.
    """
    content = definition_text(asked).encode()
    place = folder_of(viewer) / f"{name}.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(place.name + ".part")
    beside.write_bytes(content)
    beside.replace(place)
    return _file(place.name, "toml", content)


def export_files(report: DraftReport, made: Bundle, ending: str, language: Language) -> File:
    """The report of a released answer, said as the ad hoc notebook says it.

    Raises
    ------
    BadInput
        There is no such format.
    """
    answer = made[ANSWER]
    report.glance(answer)
    report.heading("answer")
    report.show(answer)
    report.heading("purpose_heading")
    report.text("purpose")
    report.text("reading")
    report.caution()
    document = report.finish(made)
    return _file(f"{report.definition.name}.{language}.{ending}", ending, render(document, language, ending))


def _file(name: str, ending: str, content: bytes) -> File:
    return {"name": name, "type": _TYPES[ending], "base64": base64.b64encode(content).decode("ascii")}
