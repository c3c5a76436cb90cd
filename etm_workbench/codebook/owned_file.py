"""Files with a named owner, read into what they declare: one way to say that such a file is missing or wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from etm_workbench.errors import BadCodebook, WorkbenchError

Model = TypeVar("Model", bound=BaseModel)

_MOST_PROBLEMS = 20  # said at once


def read_owned(path: Path, model: type[Model], *, called: str, error: type[WorkbenchError] = BadCodebook) -> Model:
    """What a TOML file declares.

    Parameters
    ----------
    path : Path
        Of the file.
    model : type
        What it must hold.
    called : str
        What the message calls it, such as "The access policy".
    error : type
        Raised when the file is missing or wrong; every problem is listed.
    """
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        problem = "is missing"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        problem = f"is not valid TOML: {wrong}"
    except ValidationError as wrong:
        listed = wrong.errors()[:_MOST_PROBLEMS]
        found = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in listed)
        problem = f"has {wrong.error_count()} problems: {found}"
    raise error(f"{called} '{path.name}' {problem}.", remedy="Its owner mends the file.")
