"""Rules for figures beside counts: means, percentiles, extremes, sums, test statistics.

A figure is withheld with the cells it could be worked back to; these rules say when it is unsafe although
those cells are shown. All numbers come from the policy.
"""

from __future__ import annotations

from etm_workbench.protected import Reason
from etm_workbench.protection.policy import Policy
from etm_workbench.sensitive import Figure, SensitiveTable


def unsafe_figures(table: SensitiveTable, figure: Figure, policy: Policy) -> dict[int, Reason]:  # noqa: ARG001
    """Positions of a figure's values that must not be seen, and why."""
    return {}
