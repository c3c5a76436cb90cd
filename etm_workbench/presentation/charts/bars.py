"""Charts of shares and counts as bars: the bench, retirement, learning needs, stages of a funnel."""

from __future__ import annotations

from typing import Unpack

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation.charts.long_bars import BARS, long_bars
from etm_workbench.presentation.charts.panels import SMALL_BARS, small_bars
from etm_workbench.presentation.charts.plan import Choices, Draw, Plan, chosen, drawn
from etm_workbench.presentation.document import Labels
from etm_workbench.presentation.parts import ChartPart
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import ProtectedTable


def bench(
    table: ProtectedTable | TableData, labels: Labels, *, title: Bilingual, **choices: Unpack[Choices]
) -> ChartPart:
    """How many are ready for the next level, and how soon: levels down, readiness across.

    Parameters
    ----------
    table : ProtectedTable
        `level` × `readiness` with the figure `count`, and `share` of the level where the text shows it.
    labels : mapping of variable to mapping of code to Bilingual
        Of both dimensions.
    title : Bilingual
        The finding.
    **choices
        See `Choices`. `value="share"` draws shares instead of people.

    Returns
    -------
    ChartPart
        Bars of people, on one scale across the chart.
    """
    plan = chosen(choices, name="bench", down="level", across="readiness", value="count", text=("count",))
    return drawn(table, labels, title=title, plan=plan, draw=_bars(plan))


def retirement(
    table: ProtectedTable | TableData, labels: Labels, *, title: Bilingual, **choices: Unpack[Choices]
) -> ChartPart:
    """How far off retirement is: levels down, horizons across, shares of each level.

    Parameters
    ----------
    table : ProtectedTable
        `level` × `retirement_horizon` with the figures `count` and `share` of the level.
    labels, title, **choices
        As of `bench`.
    """
    plan = chosen(choices, name="retirement", down="level", across="retirement_horizon", totals=("down",))
    return drawn(table, labels, title=title, plan=plan, draw=_bars(plan))


def learning(
    table: ProtectedTable | TableData, labels: Labels, *, title: Bilingual, **choices: Unpack[Choices]
) -> ChartPart:
    """Learning needs, one bar each; several answers a person, so the bars add up to more than everyone.

    Parameters
    ----------
    table : ProtectedTable
        `learning_needs` with the figures `count` and `share` of those who answered.
    labels, title, **choices
        As of `bench`; `across="level"` gives a column a level.
    """
    plan = chosen(choices, name="learning", down="learning_needs")
    return drawn(table, labels, title=title, plan=plan, draw=_bars(plan))


def funnel(
    table: ProtectedTable | TableData, labels: Labels, *, title: Bilingual, **choices: Unpack[Choices]
) -> ChartPart:
    """Stages that fewer and fewer people reach, in the table's order: a bar each.

    Parameters
    ----------
    table : ProtectedTable
        A dimension of stages (`down`) with the figure `count`; a `share` of the first stage is shown
        where the table has one: it is never worked out here.
    labels, title, **choices
        As of `bench`.
    """
    plan = chosen(choices, name="funnel", down="stage", value="count", text=("count",))
    return drawn(table, labels, title=title, plan=plan, draw=_bars(plan))


def _bars(plan: Plan) -> tuple[Draw, Bilingual]:
    return (small_bars, SMALL_BARS) if plan.across else (long_bars, BARS)
