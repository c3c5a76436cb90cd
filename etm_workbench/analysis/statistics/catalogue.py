"""The methods by name: which function, its name in both languages, and whether it is exact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from etm_workbench.analysis.statistics import (
    agreement,
    concordance,
    contingency,
    cycles,
    dispersion,
    equal_shares,
    funnels,
    groups,
    many,
    missing,
    movement,
    movement_exact,
    multinomial,
    ordered,
    ordered_model,
    pairs,
    part_of_whole,
    power,
    profile,
    rates,
    representation,
    shares,
    shrinkage,
    standardization,
    strata,
    transitions,
    trend,
    two_shares,
)
from etm_workbench.codebook import Bilingual


@dataclass(frozen=True, slots=True)
class Method:
    """One entry of the catalogue.

    `name`: its key. `function`: what to call. `title`: what to call it in a text. `exact`: whether it holds at any
    size.
    """

    name: str
    function: Callable[..., Any]
    title: Bilingual
    exact: bool


def _method(function: Callable[..., Any], en: str, fr: str, *, exact: bool = False, name: str = "") -> Method:
    return Method(name or function.__name__, function, Bilingual(en, fr), exact)


_ALL = (
    _method(shares.share_interval, "Wilson interval", "intervalle de Wilson"),
    _method(shares.binomial_test, "exact binomial test", "test binomial exact", exact=True),
    _method(shares.score_test, "score test of a share", "test du score d’une part"),
    _method(part_of_whole.part_of_whole, "Fisher's exact test, part against rest",
            "test exact de Fisher, partie contre reste", exact=True),
    _method(part_of_whole.against_benchmark, "exact binomial test against a benchmark",
            "test binomial exact contre un repère", exact=True),
    _method(many.compare_many, "Fisher's exact tests, adjusted together", "tests exacts de Fisher, ajustés ensemble",
            exact=True),
    _method(contingency.fisher_exact, "Fisher's exact test", "test exact de Fisher", exact=True),
    _method(contingency.freeman_halton, "Freeman-Halton exact test", "test exact de Freeman-Halton", exact=True),
    _method(contingency.chi_square, "Pearson's chi-square test", "test du khi carré de Pearson"),
    _method(contingency.association, "Cramér's V", "V de Cramér"),
    _method(equal_shares.boschloo, "Boschloo's exact test", "test exact de Boschloo", exact=True),
    _method(equal_shares.compare_shares, "test of equal shares", "test d’égalité des parts"),
    _method(two_shares.share_difference, "Newcombe interval for a difference", "intervalle de Newcombe d’un écart"),
    _method(multinomial.multinomial_test, "exact multinomial test", "test multinomial exact", exact=True),
    _method(multinomial.goodness_of_fit, "chi-square goodness of fit", "khi carré d’ajustement"),
    _method(multinomial.multinomial_intervals, "simultaneous intervals of a profile",
            "intervalles simultanés d’un profil"),
    _method(ordered.mann_whitney, "Mann-Whitney test, exact with ties", "test de Mann-Whitney, exact avec ex æquo",
            exact=True),
    _method(ordered.brunner_munzel, "Brunner-Munzel test", "test de Brunner-Munzel"),
    _method(ordered.cliffs_delta, "Cliff's delta", "delta de Cliff"),
    _method(groups.baumgartner, "Baumgartner-Weiss-Schindler test", "test de Baumgartner-Weiss-Schindler", exact=True),
    _method(groups.kruskal, "Kruskal-Wallis test", "test de Kruskal-Wallis"),
    _method(pairs.dunn, "Dunn's comparisons", "comparaisons de Dunn"),
    _method(pairs.pairwise_shares, "pairwise comparison of shares", "comparaison des parts deux à deux"),
    _method(pairs.marascuilo, "Marascuilo's ranges", "étendues de Marascuilo"),
    _method(profile.compare_profiles, "ordered placements by rank, the others apart",
            "placements ordonnés selon le rang, les autres à part", exact=True),
    _method(trend.cochran_armitage, "Cochran-Armitage trend test", "test de tendance de Cochran-Armitage"),
    _method(partial(trend.cochran_armitage, method="auto"), "exact Cochran-Armitage trend test",
            "test exact de tendance de Cochran-Armitage", exact=True, name="cochran_armitage_exact"),
    _method(trend.linear_by_linear, "linear-by-linear association", "association linéaire par linéaire"),
    _method(trend.jonckheere_terpstra, "Jonckheere-Terpstra test", "test de Jonckheere-Terpstra", exact=True),
    _method(concordance.gamma, "Goodman and Kruskal's gamma", "gamma de Goodman et Kruskal"),
    _method(ordered_model.ordered_logit, "ordered logit", "logit ordonné"),
    _method(movement.mcnemar, "exact McNemar test", "test exact de McNemar", exact=True),
    _method(movement.bowker, "Bowker's symmetry test", "test de symétrie de Bowker"),
    _method(movement.stuart_maxwell, "Stuart-Maxwell test", "test de Stuart-Maxwell"),
    _method(movement_exact.stuart_maxwell_exact, "exact Stuart-Maxwell test", "test exact de Stuart-Maxwell",
            exact=True),
    _method(movement.signed_rank, "signed-rank test with Pratt's zeros", "test des rangs signés, zéros de Pratt",
            exact=True),
    _method(transitions.transition_matrix, "transition matrix", "matrice de transition"),
    _method(cycles.cochran_q, "Cochran's Q", "Q de Cochran"),
    _method(cycles.friedman, "Friedman test", "test de Friedman"),
    _method(cycles.friedman_simulated, "Friedman test by shuffling", "test de Friedman par permutation", exact=True),
    _method(cycles.page_trend, "Page's trend test", "test de tendance de Page", exact=True),
    _method(agreement.kappa, "Cohen's kappa", "kappa de Cohen"),
    _method(strata.mantel_haenszel, "Mantel-Haenszel test", "test de Mantel-Haenszel"),
    _method(strata.mantel_haenszel_exact, "exact Mantel-Haenszel test", "test exact de Mantel-Haenszel", exact=True),
    _method(strata.generalized_mantel_haenszel, "generalized Mantel-Haenszel test",
            "test de Mantel-Haenszel généralisé"),
    _method(strata.woolf, "Woolf's test of equal odds ratios", "test de Woolf d’égalité des rapports de cotes"),
    _method(strata.breslow_day, "Breslow-Day test of equal odds ratios",
            "test de Breslow-Day d’égalité des rapports de cotes"),
    _method(standardization.standardized_ratio, "indirect standardization", "standardisation indirecte", exact=True),
    _method(rates.poisson_test, "exact Poisson test", "test exact de Poisson", exact=True),
    _method(rates.compare_rates, "exact comparison of two rates", "comparaison exacte de deux taux", exact=True),
    _method(funnels.share_funnel, "funnel with exact limits", "entonnoir aux limites exactes", exact=True),
    _method(funnels.ratio_funnel, "funnel of standardized ratios", "entonnoir des rapports standardisés", exact=True),
    _method(dispersion.dispersion_of_shares, "over-dispersion of shares", "surdispersion des parts"),
    _method(shrinkage.shrink, "shrunken estimates", "estimations rapprochées"),
    _method(missing.share_bounds, "bounds for missing answers", "bornes pour les réponses manquantes", exact=True),
    _method(missing.compared_bounds, "comparison at both bounds", "comparaison aux deux bornes", exact=True),
    _method(representation.representation_gap, "representation gap with exact limits",
            "écart de représentation aux limites exactes", exact=True),
    _method(power.visible_difference, "smallest visible difference", "plus petit écart visible", exact=True),
    _method(power.power_of_part, "exact power", "puissance exacte", exact=True),
    _method(power.needed_people, "people needed", "effectif nécessaire"),
)  # fmt: skip

METHODS: dict[str, Method] = {method.name: method for method in _ALL}
"""Every method by name."""
