"""Dashboards: what each shows to whom, and what it answers when its page asks."""

from etm_workbench.reporting.dashboards.opening import NAMES, answer, dashboard, open_board, page
from etm_workbench.reporting.dashboards.viewing import Viewing

__all__ = ["NAMES", "Viewing", "answer", "dashboard", "open_board", "page"]
