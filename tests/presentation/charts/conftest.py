"""One of each chart, from small tables of a fictional cluster in which something is withheld."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation import charts
from etm_workbench.presentation.document import ChartPart
from etm_workbench.sensitive import Dimension

TITLE = Bilingual("What the chart shows", "Ce que montre le graphique")
LEVELS = ("EX-01", "EX-02", "EX-03")
_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "level": {"@variable": ("Level", "Niveau"), **{level: (level, level) for level in LEVELS}},
    "placement": {
        "@variable": ("Placement", "Placement"), "READY_ADV": ("Ready for Advancement", "Prêt à être promu"),
        "WELL_PLACED": ("Well-Placed in Role", "Bien placé dans le rôle"),
        "NEW": ("New in Role", "Nouveau dans le rôle"),
    },
    "completion": {
        "@variable": ("State of the questionnaire", "État du questionnaire"),
        "BOTH": ("Both sections", "Les deux sections"),
        "ONE": ("One section", "Une section"), "NEITHER": ("Neither", "Aucune"),
    },
    "readiness": {
        "@variable": ("Readiness", "État de préparation"), "NOW": ("Ready now", "Prêt maintenant"),
        "LATER": ("In 1 to 2 years", "Dans 1 ou 2 ans"),
    },
    "retirement_horizon": {
        "@variable": ("Time to retirement", "Délai avant la retraite"), "SOON": ("Within 2 years", "D’ici 2 ans"),
        "LATE": ("Later", "Plus tard"),
    },
    "learning_needs": {
        "@variable": ("Learning needs", "Besoins d’apprentissage"), "FINANCE": ("Finance", "Finances"),
        "DIGITAL": ("Leading in digital government", "Diriger dans un gouvernement numérique"),
    },
    "stage": {
        "@variable": ("Stage", "Étape"), "READY": ("Ready for advancement", "Prêts à être promus"),
        "LANGUAGE": ("Valid language results", "Résultats linguistiques valides"),
    },
    "year": {"@variable": ("Year", "Année"), **{str(y): (str(y), str(y)) for y in range(2021, 2026)}},
}  # fmt: skip
_WORDS["placement_before"] = {**_WORDS["placement"], "@variable": ("Placement before", "Placement précédent")}
LABELS = {variable: {code: Bilingual(*pair) for code, pair in codes.items()} for variable, codes in _WORDS.items()}


def codes(variable: str) -> list[str]:
    return [code for code in LABELS[variable] if code != "@variable"]


def flat(variable: str, *, margin: bool = True) -> Dimension:
    return Dimension.flat(variable, codes(variable), margin=margin)


@pytest.fixture(scope="session")
def every_chart(protect, with_margins) -> Mapping[str, ChartPart]:
    """A chart of each kind by name."""

    def table(name, dimensions, hidden, share=None):
        rng = np.random.default_rng(7)
        shape = [len(d.leaves) for d in dimensions]
        drawn = rng.integers(6, 60, size=shape)
        leaves = {
            tuple(d.leaves[i] for d, i in zip(dimensions, index, strict=True)): float(drawn[index])
            for index in np.ndindex(*shape)
        }
        counts = with_margins(dimensions, leaves)
        figures = {}
        if share is not None:
            grid = np.array(counts).reshape([len(d.nodes) for d in dimensions])
            whole = np.take(grid, [-1], axis=share)
            figures["share"] = ("share", (grid / whole).ravel())
            figures["rest_share"] = ("share", np.full(len(counts), 1 / 3))
        return protect(name, dimensions, counts, hidden=hidden, figures=figures)

    level, time = flat("level"), flat("year", margin=False)
    moves = [flat("placement_before"), flat("placement")]
    spread = {
        "difference": ("difference", [0.061, -0.052, 0.01]),
        "low": ("bound", [0.02, -0.09, -0.08]),
        "high": ("bound", [0.11, -0.01, 0.09]),
        "p_adjusted": ("p_value", [0.012, 0.062, 0.4]),
    }
    compared = protect("compared", [flat("placement", margin=False)], [20, 30, 40], hidden=[("NEW",)], figures=spread)
    parts = [
        charts.talent_map(
            table("a", [flat("placement"), level], [("NEW", "EX-03"), ("NEW", "TOTAL")], 0), LABELS, title=TITLE,
            marker="rest_share",
        ),
        charts.completion(table("b", [level, flat("completion")], [("EX-03", "ONE")], 1), LABELS, title=TITLE),
        charts.bench(table("c", [level, flat("readiness")], [("EX-03", "NOW")]), LABELS, title=TITLE),
        charts.retirement(
            table("d", [level, flat("retirement_horizon")], [("EX-03", "SOON")], 1), LABELS, title=TITLE
        ),
        charts.learning(table("e", [flat("learning_needs")], [("FINANCE",)], 0), LABELS, title=TITLE),
        charts.funnel(table("f", [flat("stage", margin=False)], [("LANGUAGE",)]), LABELS, title=TITLE),
        charts.movement(table("g", moves, [("NEW", "NEW")]), LABELS, title=TITLE),
        charts.trend(table("h", [time, level], [("2023", "EX-03")]), LABELS, title=TITLE, down="year"),
        charts.difference(compared, LABELS, title=TITLE, significance=0.05),
    ]  # fmt: skip
    return {part.name: part for part in parts}
