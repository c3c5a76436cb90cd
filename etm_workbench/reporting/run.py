"""Runs a standard report once a language, compares the two, renders every format asked, and delivers whole.

Nothing reaches the output folder until everything is there; a failed run leaves nothing behind, and its
message names a cell by number and an error by kind, never a value.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import papermill
from traitlets.config import Config

from etm_workbench.codebook import LANGUAGES, Language
from etm_workbench.errors import BadDefinition, BadEnvironment, UnprotectedOutput, WorkbenchError
from etm_workbench.presentation.document import Document
from etm_workbench.presentation.formats import FORMATS, render
from etm_workbench.reporting.contents import write_contents
from etm_workbench.reporting.definitions import ParameterValue, ReportDefinition, load_report
from etm_workbench.reporting.organizations import reporting_codebook
from etm_workbench.reporting.report import RUN_FOLDER
from etm_workbench.reporting.zygote import guard

if guard.can_fork():
    from etm_workbench.reporting.zygote.kernel_client import own_sockets

PROVENANCE = "provenance"  # the folder beside the reports that proves them


@dataclass(frozen=True, slots=True)
class Run:
    """What a run delivered: the document, and the files in the output folder."""

    document: Document
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a run's files go, the stem of their names, and what is rendered."""

    out: Path
    stem: str
    languages: Sequence[Language] = LANGUAGES
    formats: Sequence[str] = ("html", "pdf")


def run_report(
    name: str,
    parameters: Mapping[str, ParameterValue],
    *,
    out: Path,
    languages: Sequence[Language] = LANGUAGES,
    formats: Sequence[str] = ("html", "pdf"),
    store: str | None = None,
) -> Run:
    """A standard report in the output folder.

    Parameters
    ----------
    name : str
        A standard report.
    parameters : mapping
        By name; unknown or ill-typed ones refuse the run.
    out : Path
        Folder; made when missing. Files of an earlier run of the same report are replaced whole.
    languages, formats : sequences
        What to render.
    store : str, optional
        URL of the store.

    Raises
    ------
    BadDefinition
        The report or its parameters are wrong.
    WorkbenchError
        The notebook stopped: the message says at which cell and for which kind of error.
    """
    definition = load_report(name)
    values = definition.check(parameters, reporting_codebook())
    stem = "_".join([name, *(str(v) for k, v in values.items() if k != "language" and v)])
    return run_definition(definition, values, Delivery(out, stem, languages, formats), store=store)


def run_definition(
    definition: ReportDefinition, values: Mapping[str, ParameterValue], to: Delivery, *, store: str | None = None
) -> Run:
    """The report of a definition whose parameters are known to fit it; errors as of `run_report`."""
    if unknown := [f for f in to.formats if f not in FORMATS]:
        raise BadDefinition(f"There is no format '{unknown[0]}'.", expected=f"One of {', '.join(FORMATS)}.")
    to.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".etm-", dir=to.out.parent) as folder, _environment(store):
        run_folder = Path(folder)
        documents = {language: _execute(definition, values, language, run_folder) for language in to.languages}
        document = _same(definition, documents)
        made = _render(document, to, run_folder / "made")
        made += _keep(run_folder, definition.name, to.stem, to.languages)
        files = _deliver(made, run_folder / "made", to.out)
        write_contents(to.out, files, keep_others=True)
        return Run(document, files)


def _execute(
    definition: ReportDefinition, values: Mapping[str, ParameterValue], language: Language, folder: Path
) -> str:
    """Runs the notebook in one language; the text of the document it saved."""
    os.environ[RUN_FOLDER] = str(folder)
    try:
        papermill.execute_notebook(
            str(definition.notebook),
            str(folder / f"{language}.ipynb"),
            parameters={**values, "language": language},
            progress_bar=False,
            request_save_on_cell_execute=False,
            shutdown_kernel="immediate",
            extra_arguments=["--IPKernelApp.log_level=40"],  # where it has ports, it warns of them at every start
            **_sockets(),
        )
    except papermill.PapermillExecutionError as problem:
        raise WorkbenchError(
            f"Report '{definition.name}' stopped at cell {problem.cell_index} with {problem.ename}: "
            f"{_safe_message(problem)}",
            remedy="Nothing was delivered. Open the notebook in JupyterLab to see more.",
        ) from None
    finally:
        del os.environ[RUN_FOLDER]
    saved = folder / f"{definition.name}.document.json"
    if not saved.is_file():
        raise BadDefinition(
            f"Report '{definition.name}' ended without a document.", remedy="End its notebook with report.finish."
        )
    return saved.read_text(encoding="utf-8")


def _sockets() -> dict[str, Config]:
    """Settings for a kernel that listens on unix sockets, where there are any."""
    if not guard.can_fork():
        return {}
    return {"config": Config(KernelManager={"transport": "ipc", "ip": own_sockets()})}


def _safe_message(problem: papermill.PapermillExecutionError) -> str:
    """Our own errors never hold a value and may be quoted; another program's may, and are not."""
    ours = {kind.__name__ for kind in _kinds(WorkbenchError)}
    return str(problem.evalue) if problem.ename in ours else "its text is not shown, since it could hold a value."


def _kinds(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)


def _same(definition: ReportDefinition, documents: Mapping[Language, str]) -> Document:
    """The one document that both languages must have said."""
    texts = set(documents.values())
    if len(texts) != 1:
        raise UnprotectedOutput(
            f"Report '{definition.name}' says different things in its two languages.",
            expected="One document, whichever language the notebook shows it in.",
            remedy="Nothing was delivered. The notebook must not depend on its language.",
        )
    return Document.from_json(texts.pop())


def _render(document: Document, to: Delivery, folder: Path) -> list[Path]:
    folder.mkdir()
    made = []
    for language in to.languages:
        for kind in to.formats:
            path = folder / f"{to.stem}.{language}.{kind}"
            path.write_bytes(render(document, language, kind))
            made.append(path)
    return made


def _keep(run_folder: Path, name: str, stem: str, languages: Sequence[Language]) -> list[Path]:
    """What proves the report, in a folder of its own: executed notebooks, the document and the bundle."""
    folder = run_folder / "made" / PROVENANCE
    folder.mkdir()
    moves = {f"{language}.ipynb": f"{stem}.{language}.ipynb" for language in languages}
    moves |= {f"{name}.{kind}.json": f"{stem}.{kind}.json" for kind in ("document", "bundle")}
    return [Path(shutil.move(run_folder / source, folder / target)) for source, target in moves.items()]


def _deliver(made: Sequence[Path], folder: Path, out: Path) -> tuple[Path, ...]:
    """Moves the finished files in, one rename each; the folder is on the same disk."""
    try:
        (out / PROVENANCE).mkdir(parents=True, exist_ok=True)
        return tuple(path.replace(out / path.relative_to(folder)) for path in made)
    except OSError as problem:
        raise BadEnvironment(
            f"The output folder '{out}' cannot be written to: {problem.strerror}.", remedy="Choose another with --out."
        ) from problem


@contextmanager
def _environment(store: str | None) -> Iterator[None]:
    """The store's place, for the notebook's own process."""
    before = os.environ.get("ETM_STORE")
    if store:
        os.environ["ETM_STORE"] = store
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("ETM_STORE", None)
        else:
            os.environ["ETM_STORE"] = before
