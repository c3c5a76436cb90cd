"""The words of a dashboard: `dashboards/NAME.toml`, beside the notebook of that name, as of a report.

Each text stands once, English and French on adjacent lines, so that a page cannot say in one language
what it does not say in the other.
"""

from __future__ import annotations

import tomllib
from functools import cache

from pydantic import ValidationError

from etm_workbench import settings
from etm_workbench.errors import BadDefinition
from etm_workbench.reporting.definitions import ReportDefinition, ReportFile


@cache
def words_of(name: str) -> ReportDefinition:
    """The texts of a dashboard, its marking, and the level below which it calls a difference one.

    Raises
    ------
    BadDefinition
        The file is missing or wrong.
    """
    notebook = settings.project_folder("dashboards") / f"{name}.ipynb"
    try:
        content = tomllib.loads(notebook.with_suffix(".toml").read_text(encoding="utf-8"))
        return ReportDefinition(name, notebook, ReportFile.model_validate(content))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as problem:
        raise BadDefinition(
            f"The words of dashboard '{name}' cannot be read: {type(problem).__name__}.",
            expected=f"The file {name}.toml beside its notebook, both languages of every text.",
            remedy="Mend the file, or install the workbench again.",
        ) from problem
