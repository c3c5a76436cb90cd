"""Runs an ad hoc definition through its notebook, like any standard report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from etm_workbench.codebook import LANGUAGES, Language
from etm_workbench.reporting.adhoc.definition import find_definition
from etm_workbench.reporting.adhoc.report import load_adhoc
from etm_workbench.reporting.run import Delivery, Run, run_definition


def run_adhoc(
    name: str,
    *,
    out: Path,
    languages: Sequence[Language] = LANGUAGES,
    formats: Sequence[str] = ("html", "pdf"),
    store: str | None = None,
) -> Run:
    """The report of an ad hoc definition in the output folder.

    Parameters
    ----------
    name : str
        A file, or a name in `data/definitions/`.
    out, languages, formats, store
        As of `etm_workbench.reporting.run.run_report`.

    Raises
    ------
    BadDefinition
        The definition is wrong; every problem is listed.
    CannotProtect
        No safe form of the answer exists.
    """
    definition = load_adhoc(name)
    values = {"definition": str(find_definition(name).resolve())}
    return run_definition(definition, values, Delivery(out, definition.name, languages, formats), store=store)
