"""Which chart an answer can be drawn as, and how: the words of a definition, and the charts behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from etm_workbench.codebook import Bilingual, Codebook
from etm_workbench.reporting.adhoc.cells import known_codes
from etm_workbench.reporting.adhoc.definition import AdhocFile, ChartKind
from etm_workbench.reporting.problems import at, problem

# What a page holds across; the charts themselves refuse more.
_MOST_ACROSS: dict[ChartKind, int] = {"bars": 8, "split": 5, "tiles": 10}
_MOST_DOWN = 40


def chart_problems(asked: AdhocFile, codebook: Codebook) -> Iterator[Bilingual]:
    """What keeps the answer from being drawn as asked; nothing when all its charts fit."""
    for kind in asked.charts:
        if wrong := _problem(kind, asked, codebook):
            yield at("charts", wrong)


def chart_choices(kind: ChartKind, asked: AdhocFile, *, significance: float | None) -> tuple[str, dict[str, Any]]:
    """The chart of `etm.charts` that a definition's word means, and its choices.

    `significance`: the adjusted p-value below which a difference is called one.
    """
    down, across = _sides(kind, asked)
    shares = asked.measure == "share"
    value: dict[str, Any] = {"value": "share", "text": ("count", "share")} if shares else {"value": "count"}
    choices: dict[str, Any] = {"down": down, "across": across}
    if asked.comparator == "service" and asked.audience != "own_organization":
        choices["where"] = {"population": "PART"}
    match kind:
        case "bars":
            marker = {"marker": "rest_share"} if asked.comparator == "service" else {}
            return "bench", {**choices, **value, **marker}
        case "split":
            return "completion", choices
        case "tiles":
            return "movement", {**choices, "value": "count", "text": ("count",)}
        case "lines":
            return "trend", {**choices, "value": "share" if shares else "count", "text": value.get("text", ("count",))}
        case "differences":
            return "difference", {**choices, "significance": significance}


def _sides(kind: ChartKind, asked: AdhocFile) -> tuple[str, str | None]:
    dimensions = asked.dimensions
    if kind == "lines":
        return "cycle", asked.variables[0]
    if kind == "differences":
        return asked.share_of, None
    if kind == "split":
        return next(v for v in dimensions if v != asked.share_of), asked.share_of
    return dimensions[0], dimensions[1] if len(dimensions) > 1 else None


def _problem(kind: ChartKind, asked: AdhocFile, codebook: Codebook) -> Bilingual | None:
    count = len(asked.dimensions)
    compares, shares = asked.comparator == "service", asked.measure == "share"
    wrong = {
        "differences": not compares,
        "lines": len(asked.cycles) < 2 or len(asked.variables) != 1,
        "split": not shares or count != 2,
        "tiles": count != 2,
        "bars": count > 2,
    }
    if not wrong[kind]:
        return _too_wide(kind, asked, codebook)
    en, fr = _NEEDS[kind]
    return problem(en.format(count=count), fr.format(count=count))


_NEEDS: dict[ChartKind, tuple[str, str]] = {
    "differences": (
        "'differences' needs something to differ from. Write comparator = \"service\".",
        '« differences » demande un point de comparaison. Écrivez comparator = "service".',
    ),
    "lines": (
        "'lines' follow one variable over cycles. Name several cycles and one variable.",
        "« lines » suit une variable d’un cycle à l’autre. Nommez plusieurs cycles et une seule variable.",
    ),
    "split": (
        "'split' divides each bar into shares. Write measure = \"share\", with two variables.",
        '« split » divise chaque barre en parts. Écrivez measure = "share", avec deux variables.',
    ),
    "tiles": (
        "'tiles' need two dimensions; this question has {count}. Add a column, or use 'bars'.",
        "« tiles » demande deux dimensions; cette question en a {count}. Ajoutez une colonne, ou prenez « bars ».",
    ),
    "bars": (
        "'bars' hold two dimensions; this question has {count}. Leave the chart out, or split the question.",
        "« bars » montre deux dimensions; cette question en a {count}. Enlevez le graphique, ou scindez la question.",
    ),
}


def _too_wide(kind: ChartKind, asked: AdhocFile, codebook: Codebook) -> Bilingual | None:
    """A side of the chart with more categories than a page holds."""
    down, across = _sides(kind, asked)
    for variable, most in ((down, _MOST_DOWN), (across, _MOST_ACROSS.get(kind, _MOST_DOWN))):
        size = len(asked.cycles) if variable == "cycle" else len(known_codes(variable or "", codebook))
        if size > most:
            return problem(
                f"'{kind}' would have {size} categories of '{variable}' beside one another; {most} is the most. "
                "Leave the chart out, or put that variable first.",
                f"« {kind} » aurait {size} catégories de « {variable} » côte à côte; le maximum est {most}. "
                "Enlevez le graphique, ou mettez cette variable en premier.",
            )
    return None
