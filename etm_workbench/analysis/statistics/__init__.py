"""Statistics that hold for an organization of twelve people: arrays in, small frozen results out."""

from etm_workbench.analysis.statistics.agreement import kappa
from etm_workbench.analysis.statistics.catalogue import METHODS, Method
from etm_workbench.analysis.statistics.choose import Choice, choose
from etm_workbench.analysis.statistics.concordance import gamma
from etm_workbench.analysis.statistics.contingency import (
    Association,
    association,
    chi_square,
    fisher_exact,
    freeman_halton,
)
from etm_workbench.analysis.statistics.cycles import cochran_q, friedman, friedman_simulated, page_trend
from etm_workbench.analysis.statistics.dispersion import Dispersion, dispersion_of_ratios, dispersion_of_shares
from etm_workbench.analysis.statistics.equal_shares import boschloo, compare_shares
from etm_workbench.analysis.statistics.finding import Finding, judge, judge_results
from etm_workbench.analysis.statistics.finite_population import finite_population_mean, finite_population_share
from etm_workbench.analysis.statistics.funnels import Funnel, ratio_funnel, share_funnel
from etm_workbench.analysis.statistics.groups import baumgartner, kruskal
from etm_workbench.analysis.statistics.many import Page, Rule, compare_many
from etm_workbench.analysis.statistics.missing import Bounded, BoundedComparison, compared_bounds, share_bounds
from etm_workbench.analysis.statistics.monte_carlo import Budget
from etm_workbench.analysis.statistics.movement import bowker, mcnemar, signed_rank, stuart_maxwell
from etm_workbench.analysis.statistics.movement_exact import stuart_maxwell_exact
from etm_workbench.analysis.statistics.multinomial import goodness_of_fit, multinomial_intervals, multinomial_test
from etm_workbench.analysis.statistics.multiplicity import Family, adjust, family, largest_marked_p
from etm_workbench.analysis.statistics.ordered import (
    answers_from_counts,
    brunner_munzel,
    cliffs_delta,
    mann_whitney,
)
from etm_workbench.analysis.statistics.ordered_model import OrderedLogit, ordered_logit
from etm_workbench.analysis.statistics.pairs import Pairs, Ranges, dunn, marascuilo, pairwise_shares
from etm_workbench.analysis.statistics.part_of_whole import PartOfWhole, against_benchmark, part_of_whole
from etm_workbench.analysis.statistics.power import (
    detectable_difference,
    detectable_share,
    needed_people,
    power_of_part,
    power_of_shares,
    visible_difference,
)
from etm_workbench.analysis.statistics.profile import ProfileComparison, compare_profiles
from etm_workbench.analysis.statistics.rates import compare_rates, count_limits, poisson_test
from etm_workbench.analysis.statistics.representation import RepresentationGap, representation_gap
from etm_workbench.analysis.statistics.result import Assumption, Intervals, Result, TableResult
from etm_workbench.analysis.statistics.shares import binomial_test, score_test, share_interval, share_intervals
from etm_workbench.analysis.statistics.shrinkage import BetaBinomial, Shrunken, fit_beta_binomial, shrink
from etm_workbench.analysis.statistics.standardization import Reference, StandardizedRatio, standardized_ratio
from etm_workbench.analysis.statistics.strata import (
    breslow_day,
    generalized_mantel_haenszel,
    mantel_haenszel,
    mantel_haenszel_exact,
    woolf,
)
from etm_workbench.analysis.statistics.transitions import (
    ABSENT,
    Transitions,
    count_transitions,
    transition_matrix,
)
from etm_workbench.analysis.statistics.trend import cochran_armitage, jonckheere_terpstra, linear_by_linear
from etm_workbench.analysis.statistics.two_shares import share_difference, share_odds_ratio, share_ratio

__all__ = [
    "ABSENT",
    "METHODS",
    "Association",
    "Assumption",
    "BetaBinomial",
    "Bounded",
    "BoundedComparison",
    "Budget",
    "Choice",
    "Dispersion",
    "Family",
    "Finding",
    "Funnel",
    "Intervals",
    "Method",
    "OrderedLogit",
    "Page",
    "Pairs",
    "PartOfWhole",
    "ProfileComparison",
    "Ranges",
    "Reference",
    "RepresentationGap",
    "Result",
    "Rule",
    "Shrunken",
    "StandardizedRatio",
    "TableResult",
    "Transitions",
    "adjust",
    "against_benchmark",
    "answers_from_counts",
    "association",
    "baumgartner",
    "binomial_test",
    "boschloo",
    "bowker",
    "breslow_day",
    "brunner_munzel",
    "chi_square",
    "choose",
    "cliffs_delta",
    "cochran_armitage",
    "cochran_q",
    "compare_many",
    "compare_profiles",
    "compare_rates",
    "compare_shares",
    "compared_bounds",
    "count_limits",
    "count_transitions",
    "detectable_difference",
    "detectable_share",
    "dispersion_of_ratios",
    "dispersion_of_shares",
    "dunn",
    "family",
    "finite_population_mean",
    "finite_population_share",
    "fisher_exact",
    "fit_beta_binomial",
    "freeman_halton",
    "friedman",
    "friedman_simulated",
    "gamma",
    "generalized_mantel_haenszel",
    "goodness_of_fit",
    "jonckheere_terpstra",
    "judge",
    "judge_results",
    "kappa",
    "kruskal",
    "largest_marked_p",
    "linear_by_linear",
    "mann_whitney",
    "mantel_haenszel",
    "mantel_haenszel_exact",
    "marascuilo",
    "mcnemar",
    "multinomial_intervals",
    "multinomial_test",
    "needed_people",
    "ordered_logit",
    "page_trend",
    "pairwise_shares",
    "part_of_whole",
    "poisson_test",
    "power_of_part",
    "power_of_shares",
    "ratio_funnel",
    "representation_gap",
    "score_test",
    "share_bounds",
    "share_difference",
    "share_funnel",
    "share_interval",
    "share_intervals",
    "share_odds_ratio",
    "share_ratio",
    "shrink",
    "signed_rank",
    "standardized_ratio",
    "stuart_maxwell",
    "stuart_maxwell_exact",
    "transition_matrix",
    "visible_difference",
    "woolf",
]
