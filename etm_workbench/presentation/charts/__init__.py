"""Charts: each function takes a protected table and gives a chart part, in both languages."""

from etm_workbench.presentation.charts.bars import bench, funnel, learning, retirement
from etm_workbench.presentation.charts.dots import difference
from etm_workbench.presentation.charts.lines import trend
from etm_workbench.presentation.charts.stacked import completion
from etm_workbench.presentation.charts.talent_map import talent_map
from etm_workbench.presentation.charts.tiles import movement

__all__ = ["bench", "completion", "difference", "funnel", "learning", "movement", "retirement", "talent_map", "trend"]
