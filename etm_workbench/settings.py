"""Where we are: the folders and the store. Nothing here says how numbers are made.

Environment variables only point at places; thresholds, code lists and policies are files with an owner.
"""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

from etm_workbench.errors import BadEnvironment

_PACKAGE = Path(__file__).resolve().parent


def project_folder(name: str) -> Path:
    """The folder `name` (`data`, `notebooks` or `dashboards`) that came with this workbench.

    A source checkout has it beside the package; an installed wheel carries it inside.

    Parameters
    ----------
    name : str
        `data`, `notebooks` or `dashboards`.

    Raises
    ------
    BadEnvironment
        The folder is in neither place: the installation is incomplete.
    """
    for candidate in (_PACKAGE / "_shipped" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise BadEnvironment(
        f"The folder '{name}' of the workbench is missing.",
        expected="It lies beside the package in a checkout, or inside it when installed.",
        remedy="Install the workbench again.",
    )


def data_folder() -> Path:
    """The folder of codebooks, policies, reference figures and definitions (`ETM_DATA` overrides it)."""
    override = os.environ.get("ETM_DATA")
    return Path(override) if override else project_folder("data")


def user_folder() -> Path:
    """The user's own folder: the default store and the pseudonym key. Not created by asking."""
    override = os.environ.get("ETM_HOME")
    return Path(override) if override else user_data_path("etm-workbench", appauthor=False)


def store_url(given: str | None = None) -> str:
    """The store's SQLAlchemy URL: as given, else `ETM_STORE`, else an SQLite file in the user's folder."""
    if url := given or os.environ.get("ETM_STORE"):
        return url if "://" in url else f"sqlite:///{Path(url).resolve()}"
    return f"sqlite:///{user_folder() / 'store.sqlite'}"
