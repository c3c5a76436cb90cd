"""Executive talent workbench: protected tables, honest comparisons, bilingual reports.

The names a notebook needs, imported when first used so that the command line starts quickly.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from etm_workbench.analysis import statistics
    from etm_workbench.codebook import load_codebook
    from etm_workbench.errors import WorkbenchError
    from etm_workbench.presentation import charts
    from etm_workbench.presentation.layout import Layout
    from etm_workbench.presentation.tabledata import CellRef
    from etm_workbench.reporting.dashboards import dashboard
    from etm_workbench.reporting.report import open_report as report
    from etm_workbench.reporting.session import open_workbench as open  # noqa: A004

_PLACES = {
    "CellRef": ("etm_workbench.presentation.tabledata", "CellRef"),
    "Layout": ("etm_workbench.presentation.layout", "Layout"),
    "WorkbenchError": ("etm_workbench.errors", "WorkbenchError"),
    "charts": ("etm_workbench.presentation.charts", None),
    "dashboard": ("etm_workbench.reporting.dashboards", "dashboard"),
    "load_codebook": ("etm_workbench.codebook", "load_codebook"),
    "open": ("etm_workbench.reporting.session", "open_workbench"),
    "report": ("etm_workbench.reporting.report", "open_report"),
    "statistics": ("etm_workbench.analysis.statistics", None),
}
__all__ = [
    "CellRef",
    "Layout",
    "WorkbenchError",
    "charts",
    "dashboard",
    "load_codebook",
    "open",
    "report",
    "statistics",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"etm_workbench has no '{name}'; it has {', '.join(__all__)}.")
    module, attribute = _PLACES[name]
    found = importlib.import_module(module)
    return getattr(found, attribute) if attribute else found
