"""The talent map: how many executives stand in each placement, by level, beside the service.

The official map is an ordered list of categories with definitions, not a grid of two axes; so it is
drawn as a list: each level a column, each placement a row, the bar the placement's share of that level.
"""

from __future__ import annotations

from typing import Unpack

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation.charts.panels import SMALL_BARS, small_bars
from etm_workbench.presentation.charts.plan import Choices, chosen, drawn
from etm_workbench.presentation.document import Labels
from etm_workbench.presentation.parts import ChartPart
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import ProtectedTable


def talent_map(
    table: ProtectedTable | TableData, labels: Labels, *, title: Bilingual, **choices: Unpack[Choices]
) -> ChartPart:
    """The talent map as small bars, placements down and levels across.

    Parameters
    ----------
    table : ProtectedTable
        `placement` × `level` with the figures `count` and `share`.
    labels : mapping of variable to mapping of code to Bilingual
        Of both dimensions.
    title : Bilingual
        The finding.
    **choices
        See `Choices`. For a comparison: `where={"population": "PART"}, marker="rest_share"`.

    Returns
    -------
    ChartPart
        Its text version shows count, share and marker.
    """
    plan = chosen(choices, name="talent_map", down="placement", across="level", totals=("across",))
    return drawn(table, labels, title=title, plan=plan, draw=(small_bars, SMALL_BARS))
