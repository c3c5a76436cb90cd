"""Charts: each function takes a protected table and gives a chart part, in both languages."""

from etm_workbench.presentation.charts.talent_map import talent_map

__all__ = ["talent_map"]
