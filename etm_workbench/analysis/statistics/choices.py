"""The lines of the chooser: for each question, kind of answer, people and size, a method and the reason.

The first line that fits is the choice; later ones for the same question are its alternatives. Sizes are those of
the smallest group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from etm_workbench.codebook import Bilingual

Question = Literal[
    "how_sure",
    "part_against_rest",
    "part_against_benchmark",
    "two_groups",
    "several_groups",
    "trend",
    "movement",
    "agreement",
    "same_level_mix",
    "many_organizations",
    "association",
    "events",
    "representation",
    "incomplete_returns",
    "small_estimates",
    "what_could_be_seen",
]
Outcome = Literal["yes_no", "unordered", "ordered", "partly_ordered"]
People = Literal["different_people", "same_people_two_cycles", "same_people_more_cycles"]
KINDS: tuple[Outcome, ...] = get_args(Outcome)
EVERYBODY: tuple[People, ...] = get_args(People)
_LARGE = 10**9


@dataclass(frozen=True, slots=True)
class Line:
    """For this question, these answers, people and sizes: that method, and why."""

    question: Question
    outcomes: tuple[Outcome, ...]
    method: str
    why: Bilingual
    people: tuple[People, ...] = EVERYBODY
    fewest: int = 0
    most: int = _LARGE


_SPREAD_KNOWN = 20  # from here Brunner and Munzel's standard error is good (their own simulations)
_TABLE_ENUMERATED = 100  # above, expected counts usually suffice and enumeration turns into simulation
_PROFILE_ENUMERATED = 200  # profiles of six categories that the default budget enumerates
_MOVERS_ENUMERATED = 50
_STRATA_ENUMERATED = 200
_CYCLES_LARGE = 20

_NEW: tuple[People, ...] = ("different_people",)
_TWICE: tuple[People, ...] = ("same_people_two_cycles",)
_OFTEN: tuple[People, ...] = ("same_people_more_cycles",)

_WHOLE = Bilingual(
    "The organization is part of the service, so it is tested against everybody else, exactly at any size.",
    "L’organisation fait partie de la fonction publique : elle est comparée à tous les autres, exactement quelle que "
    "soit sa taille.",
)
_TIES = Bilingual(
    "The answer is ordered and people are few: ranks, exact with ties.",
    "La réponse est ordonnée et les personnes peu nombreuses : rangs, exacts avec ex æquo.",
)
_SPREADS = Bilingual(
    "The answer is ordered and the groups may spread differently.",
    "La réponse est ordonnée et les groupes peuvent se disperser différemment.",
)
_NO_ORDER_FEW = Bilingual(
    "Categories have no order and people are few: every table with these margins is counted.",
    "Les catégories n’ont pas d’ordre et les personnes sont peu nombreuses : tous les tableaux de mêmes marges sont "
    "comptés.",
)
_NO_ORDER_MANY = Bilingual(
    "Categories have no order and there are people enough; residuals say which ones differ.",
    "Les catégories n’ont pas d’ordre et les personnes sont assez nombreuses ; les résidus disent "
    "lesquelles diffèrent.",
)
_SOME_ORDER = Bilingual(
    "Some categories have an order and others none: each kind is tested as what it is.",
    "Certaines catégories ont un ordre, d’autres non : chaque sorte est testée pour ce qu’elle est.",
)
_FIXED = Bilingual(
    "Only the benchmark is held, not the counts behind it: an exact test against a fixed share.",
    "Seul le repère est détenu, pas les effectifs derrière lui : un test exact contre une part fixe.",
)
_FIXED_PROFILE = Bilingual(
    "A whole profile against fixed shares, with few people: every profile is counted.",
    "Un profil entier contre des parts fixes, avec peu de personnes : tous les profils sont comptés.",
)
_FIXED_PROFILE_MANY = Bilingual(
    "A whole profile against fixed shares, with people enough for chi-square.",
    "Un profil entier contre des parts fixes, avec assez de personnes pour le khi carré.",
)
_APART_EXACT = Bilingual(
    "Two separate groups, yes or no: exact, and less cautious than Fisher's test.",
    "Deux groupes distincts, oui ou non : exact, et moins prudent que le test de Fisher.",
)
_APART_LARGE = Bilingual(
    "Two separate groups, yes or no, too large for Boschloo's test: Fisher's is exact too.",
    "Deux groupes distincts, oui ou non, trop grands pour le test de Boschloo : celui de Fisher est exact aussi.",
)
_SAME = Bilingual(
    "The same people twice, yes or no: only those who changed say anything, and they are counted exactly.",
    "Les mêmes personnes deux fois, oui ou non : seules celles qui ont changé renseignent, et elles sont comptées "
    "exactement.",
)
_SAME_ORDERED = Bilingual(
    "The same people twice on an ordered answer: signed ranks, exact, with those who did not move ranked too.",
    "Les mêmes personnes deux fois, réponse ordonnée : rangs signés, exacts, ceux qui n’ont pas bougé étant classés "
    "aussi.",
)
_SAME_FEW = Bilingual(
    "The same people twice, categories without an order, few who moved: every way they could have moved is counted.",
    "Les mêmes personnes deux fois, catégories sans ordre, peu de mouvements : tous les mouvements possibles sont "
    "comptés.",
)
_SAME_MANY = Bilingual(
    "The same people twice, categories without an order, enough who moved.",
    "Les mêmes personnes deux fois, catégories sans ordre, assez de mouvements.",
)
_CYCLES_FEW = Bilingual(
    "The same few people in several cycles: their own answers are shuffled, so that no size is too small.",
    "Les mêmes rares personnes sur plusieurs cycles : leurs propres réponses sont permutées ; aucune taille n’est trop "
    "petite.",
)
_CYCLES_MANY = Bilingual(
    "The same people in several cycles, enough for chi-square.",
    "Les mêmes personnes sur plusieurs cycles, assez nombreuses pour le khi carré.",
)
_RISE = Bilingual(
    "The same people in several cycles, when a rise is expected.",
    "Les mêmes personnes sur plusieurs cycles, quand une hausse est attendue.",
)
_TREND_FEW = Bilingual(
    "A share along ordered groups with few people, exactly.",
    "Une part le long de groupes ordonnés, peu de personnes, exactement.",
)
_TREND = Bilingual(
    "A share along ordered groups with people enough.", "Une part le long de groupes ordonnés, assez de personnes."
)
_TREND_ORDERED = Bilingual(
    "An ordered answer along ordered groups, without scores to invent.",
    "Une réponse ordonnée le long de groupes ordonnés, sans cotes à inventer.",
)
_TREND_SCORES = Bilingual(
    "Two ordered variables with scores, within strata if wanted.",
    "Deux variables ordonnées avec des cotes, par strates au besoin.",
)
_MIX_FEW = Bilingual(
    "Within each level only, exactly: a different mix of levels cannot make a difference.",
    "À l’intérieur de chaque niveau seulement, exactement : une autre répartition par niveau ne peut créer d’écart.",
)
_MIX_MANY = Bilingual(
    "Within each level only, with people enough for the normal approximation.",
    "À l’intérieur de chaque niveau seulement, avec assez de personnes pour l’approximation normale.",
)
_MIX_COUNT = Bilingual(
    "Observed against expected from the organization's own mix of levels.",
    "L’observé contre l’attendu selon la répartition par niveau de l’organisation.",
)
_FUNNEL = Bilingual(
    "Many organizations at once: exact limits that widen as organizations get smaller.",
    "Beaucoup d’organisations à la fois : limites exactes qui s’élargissent quand l’organisation est petite.",
)
_PAGE = Bilingual(
    "Every organization against the rest, all comparisons adjusted as one family.",
    "Chaque organisation contre le reste, toutes les comparaisons ajustées comme une famille.",
)
_GROUPS_FEW = Bilingual(
    "Several groups and few people: every table with these margins is counted.",
    "Plusieurs groupes et peu de personnes : tous les tableaux de mêmes marges sont comptés.",
)
_GROUPS_MANY = Bilingual(
    "Several groups with people enough; pairs afterwards, adjusted.",
    "Plusieurs groupes, assez de personnes ; ensuite les paires, ajustées.",
)
_SURE = Bilingual(
    "An interval that holds near its level even at 0 of 3.", "Un intervalle proche de son niveau même à 0 sur 3."
)
_SURE_PROFILE = Bilingual(
    "Intervals that hold for all categories at once.", "Des intervalles valables pour toutes les catégories à la fois."
)
_AGREE = Bilingual("Agreement beyond chance, weighted when ordered.", "Accord au-delà du hasard, pondéré si ordonné.")
_STRENGTH = Bilingual("How strongly two variables go together.", "À quel point deux variables vont ensemble.")
_EVENTS = Bilingual("Events over time, exactly.", "Événements dans le temps, exactement.")
_GAP = Bilingual(
    "People and points from availability, with exact limits.",
    "Personnes et points par rapport à la disponibilité, limites exactes.",
)
_BOUNDS = Bilingual(
    "What could be said whatever the missing answers are.",
    "Ce qui peut être dit quelles que soient les réponses manquantes.",
)
_SHRUNK = Bilingual(
    "A better guess for a small organization, labelled as such; never tested.",
    "Une meilleure estimation pour une petite organisation, désignée comme telle ; jamais testée.",
)
_SEEN = Bilingual(
    "The nearest difference that a test of this size would mark.",
    "Le plus proche écart qu’un test de cette taille marquerait.",
)
_BOTH_PLACED: tuple[Outcome, ...] = ("unordered", "partly_ordered")

CHOICES: tuple[Line, ...] = (
    Line("part_against_rest", ("yes_no",), "part_of_whole", _WHOLE, _NEW),
    Line("part_against_rest", ("yes_no",), "fisher_exact", _WHOLE, _NEW),
    Line("part_against_rest", ("ordered",), "mann_whitney", _TIES, _NEW, most=_SPREAD_KNOWN - 1),
    Line("part_against_rest", ("ordered",), "brunner_munzel", _SPREADS, _NEW),
    Line("part_against_rest", ("ordered",), "cliffs_delta", _SPREADS, _NEW),
    Line("part_against_rest", ("unordered",), "freeman_halton", _NO_ORDER_FEW, _NEW, most=_TABLE_ENUMERATED),
    Line("part_against_rest", ("unordered",), "chi_square", _NO_ORDER_MANY, _NEW),
    Line("part_against_rest", ("partly_ordered",), "compare_profiles", _SOME_ORDER, _NEW),
    Line("part_against_benchmark", ("yes_no",), "against_benchmark", _FIXED, _NEW),
    Line("part_against_benchmark", KINDS[1:], "multinomial_test", _FIXED_PROFILE, _NEW, most=_PROFILE_ENUMERATED),
    Line("part_against_benchmark", KINDS[1:], "goodness_of_fit", _FIXED_PROFILE_MANY, _NEW),
    Line("two_groups", ("yes_no",), "boschloo", _APART_EXACT, _NEW, most=_TABLE_ENUMERATED),
    Line("two_groups", ("yes_no",), "fisher_exact", _APART_LARGE, _NEW),
    Line("two_groups", ("yes_no",), "share_difference", _APART_LARGE, _NEW),
    Line("two_groups", ("ordered",), "mann_whitney", _TIES, _NEW, most=_SPREAD_KNOWN - 1),
    Line("two_groups", ("ordered",), "brunner_munzel", _SPREADS, _NEW),
    Line("two_groups", ("unordered",), "freeman_halton", _NO_ORDER_FEW, _NEW, most=_TABLE_ENUMERATED),
    Line("two_groups", ("unordered",), "chi_square", _NO_ORDER_MANY, _NEW),
    Line("two_groups", ("partly_ordered",), "compare_profiles", _SOME_ORDER, _NEW),
    Line("several_groups", ("yes_no", *_BOTH_PLACED), "freeman_halton", _GROUPS_FEW, _NEW, most=_SPREAD_KNOWN),
    Line("several_groups", ("yes_no",), "compare_shares", _GROUPS_MANY, _NEW),
    Line("several_groups", ("yes_no",), "pairwise_shares", _GROUPS_MANY, _NEW),
    Line("several_groups", _BOTH_PLACED, "chi_square", _GROUPS_MANY, _NEW),
    Line("several_groups", ("ordered",), "freeman_halton", _GROUPS_FEW, _NEW, most=4),
    Line("several_groups", ("ordered",), "kruskal", _GROUPS_MANY, _NEW),
    Line("several_groups", ("ordered",), "dunn", _GROUPS_MANY, _NEW),
    Line("trend", ("yes_no",), "cochran_armitage_exact", _TREND_FEW, _NEW, most=_TABLE_ENUMERATED),
    Line("trend", ("yes_no",), "cochran_armitage", _TREND, _NEW),
    Line("trend", ("ordered",), "jonckheere_terpstra", _TREND_ORDERED, _NEW),
    Line("trend", ("ordered",), "linear_by_linear", _TREND_SCORES, _NEW),
    Line("movement", ("yes_no",), "mcnemar", _SAME, _TWICE),
    Line("movement", ("ordered",), "signed_rank", _SAME_ORDERED, _TWICE),
    Line("movement", ("ordered", *_BOTH_PLACED), "stuart_maxwell_exact", _SAME_FEW, _TWICE, most=_MOVERS_ENUMERATED),
    Line("movement", ("ordered", *_BOTH_PLACED), "stuart_maxwell", _SAME_MANY, _TWICE),
    Line("movement", ("ordered", *_BOTH_PLACED), "bowker", _SAME_MANY, _TWICE),
    Line("movement", ("yes_no", "ordered"), "friedman_simulated", _CYCLES_FEW, _OFTEN, most=_CYCLES_LARGE - 1),
    Line("movement", ("yes_no",), "cochran_q", _CYCLES_MANY, _OFTEN),
    Line("movement", ("ordered",), "friedman", _CYCLES_MANY, _OFTEN),
    Line("movement", ("ordered",), "page_trend", _RISE, _OFTEN),
    Line("agreement", KINDS, "kappa", _AGREE, _TWICE),
    Line("same_level_mix", ("yes_no",), "mantel_haenszel_exact", _MIX_FEW, _NEW, most=_STRATA_ENUMERATED),
    Line("same_level_mix", ("yes_no",), "mantel_haenszel", _MIX_MANY, _NEW),
    Line("same_level_mix", ("yes_no",), "standardized_ratio", _MIX_COUNT, _NEW),
    Line("same_level_mix", ("ordered",), "linear_by_linear", _TREND_SCORES, _NEW),
    Line("same_level_mix", _BOTH_PLACED, "generalized_mantel_haenszel", _MIX_MANY, _NEW),
    Line("many_organizations", ("yes_no",), "share_funnel", _FUNNEL, _NEW),
    Line("many_organizations", ("yes_no",), "compare_many", _PAGE, _NEW),
    Line("many_organizations", ("yes_no",), "ratio_funnel", _MIX_COUNT, _NEW),
    Line("association", ("ordered",), "gamma", _STRENGTH, _NEW),
    Line("association", ("ordered",), "ordered_logit", _STRENGTH, _NEW),
    Line("association", ("yes_no", *_BOTH_PLACED), "association", _STRENGTH, _NEW),
    Line("how_sure", ("yes_no",), "share_interval", _SURE),
    Line("how_sure", KINDS[1:], "multinomial_intervals", _SURE_PROFILE),
    Line("events", ("yes_no",), "poisson_test", _EVENTS),
    Line("events", ("yes_no",), "compare_rates", _EVENTS),
    Line("representation", ("yes_no",), "representation_gap", _GAP, _NEW),
    Line("incomplete_returns", ("yes_no",), "share_bounds", _BOUNDS),
    Line("incomplete_returns", ("yes_no",), "compared_bounds", _BOUNDS),
    Line("small_estimates", ("yes_no",), "shrink", _SHRUNK, _NEW),
    Line("what_could_be_seen", ("yes_no",), "visible_difference", _SEEN, _NEW),
    Line("what_could_be_seen", ("yes_no",), "power_of_part", _SEEN, _NEW),
    Line("what_could_be_seen", ("yes_no",), "needed_people", _SEEN, _NEW),
)
