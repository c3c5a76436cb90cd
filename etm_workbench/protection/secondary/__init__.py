"""Complementary suppression: which further cells to hide so that no hidden one can be worked out."""

from etm_workbench.protection.secondary.costs import costs, weigh
from etm_workbench.protection.secondary.suppress import suppress

__all__ = ["costs", "suppress", "weigh"]
