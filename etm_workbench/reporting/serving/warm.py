"""What every dashboard needs and every viewer may read, taken in before the first of them asks.

The server does it when it starts, and so does the warm process that live dashboards are forked from. It
reads code, codebook and policies; records, the access list and released numbers are read for a viewer, in
the viewer's own process or thread.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from etm_workbench import settings
from etm_workbench.access import load_access_policy
from etm_workbench.codebook import load_codebook
from etm_workbench.presentation.widgets import content_hashes
from etm_workbench.reporting import dashboards
from etm_workbench.store import Store


def take_in() -> list[Path]:
    """Imports the dashboards and reads what they have in common; the files that this comes from."""
    for name in dashboards.NAMES:
        importlib.import_module(f"{dashboards.__name__}.{name}")
    load_codebook()
    load_access_policy()
    for live in (False, True):
        content_hashes(live=live)
    Store.open("sqlite://", key=bytes(32)).close()  # what the first store of a process loads and compiles
    return sorted(path for path in (settings.data_folder() / "policies").iterdir() if path.is_file())
