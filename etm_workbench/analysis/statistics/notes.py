"""The remarks that results carry, in both languages.

They hold no numbers: only presentation knows how a language writes one.
"""

from __future__ import annotations

from etm_workbench.analysis.statistics.result import Assumption
from etm_workbench.codebook import Bilingual

NOBODY = Bilingual(
    en="There is nobody to count: nothing can be said.",
    fr="Il n’y a personne à compter : rien ne peut être dit.",
)
MISSING = Bilingual(
    en="Missing answers are left out.",
    fr="Les réponses manquantes sont laissées de côté.",
)
SIMULATED = Bilingual(
    en="The p-value is simulated; its standard error is given beside it.",
    fr="La valeur p est simulée ; son erreur type est donnée à côté.",
)
NO_VARIATION = Bilingual(
    en="Everybody is in the same category: there is nothing to compare.",
    fr="Tout le monde est dans la même catégorie : il n’y a rien à comparer.",
)
NO_CHANGE = Bilingual(
    en="Nobody changed: there is no movement to test.",
    fr="Personne n’a changé : il n’y a aucun mouvement à tester.",
)
EMPTY_DROPPED = Bilingual(
    en="Empty categories are left out of the test.",
    fr="Les catégories vides sont laissées hors du test.",
)
ZERO_CELL = Bilingual(
    en="A cell is zero: the estimate lies on its border and one limit is open.",
    fr="Une cellule est nulle : l’estimation touche sa borne et une limite est ouverte.",
)
SEPARATED = Bilingual(
    en="The two groups do not overlap: the standard error is zero and the exact test is the one to use.",
    fr="Les deux groupes ne se recoupent pas : l’erreur type est nulle et c’est le test exact qu’il faut employer.",
)
TOO_FEW = Bilingual(
    en="Too few people for this method: use the exact one.",
    fr="Trop peu de personnes pour cette méthode : employer la méthode exacte.",
)
SAME_PEOPLE = Bilingual(
    en="The organization is part of the service: it is compared with everybody else.",
    fr="L’organisation fait partie de la fonction publique : elle est comparée à toutes les autres personnes.",
)
BENCHMARK_KNOWN = Bilingual(
    en="The benchmark is taken as known, without error of its own.",
    fr="Le repère est tenu pour connu, sans erreur propre.",
)
WHOLE_IS_PART = Bilingual(
    en="The organization is the whole service: there is no rest to compare with.",
    fr="L’organisation est toute la fonction publique : il n’y a pas de reste à quoi la comparer.",
)
SELF_SELECTED = Bilingual(
    en="These people answered of their own choice: they may differ from those who did not.",
    fr="Ces personnes ont répondu de leur propre chef : elles peuvent différer des autres.",
)
SHRUNKEN = Bilingual(
    en="Estimate drawn towards the service's share, the more so the smaller the organization; not an observed share.",
    fr="Estimation rapprochée de la part de la fonction publique, d’autant plus que l’organisation est petite ; "
    "ce n’est pas une part observée.",
)
NO_SPREAD = Bilingual(
    en="Organizations differ no more than chance would have it: every estimate is the service's share.",
    fr="Les organisations ne diffèrent pas plus que le hasard : chaque estimation est la part de la fonction publique.",
)
DID_NOT_CONVERGE = Bilingual(
    en="The model did not settle: its numbers are not to be used.",
    fr="Le modèle ne s’est pas stabilisé : ses chiffres ne doivent pas être utilisés.",
)

_EXPECTED_FIVE = Bilingual(
    en="Four in five expected counts are at least five, and none is below one.",
    fr="Quatre effectifs attendus sur cinq valent au moins cinq, et aucun n’est inférieur à un.",
)
_NORMAL = Bilingual(
    en="There are enough people for the normal approximation.",
    fr="Il y a assez de personnes pour l’approximation normale.",
)
INDEPENDENT = Bilingual(
    en="People are counted once, each independently of the others.",
    fr="Chaque personne est comptée une fois, indépendamment des autres.",
)


def expected_counts_suffice(met: bool, /) -> Assumption:
    """Cochran's rule for chi-square tests (Biometrics 10, 1954, 417-451)."""
    return Assumption(_EXPECTED_FIVE, met)


def normal_suffices(met: bool, /) -> Assumption:
    """Whether a normal approximation is fit for these sizes."""
    return Assumption(_NORMAL, met)


def join(*notes: Bilingual | None) -> Bilingual | None:
    """One remark from several; None when there is none."""
    kept = [note for note in notes if note is not None]
    if not kept:
        return None
    return Bilingual(en=" ".join(note.en for note in kept), fr=" ".join(note.fr for note in kept))
