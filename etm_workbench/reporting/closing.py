"""What every report ends with: how its numbers are protected, and where they come from. Generated, never typed."""

from __future__ import annotations

from etm_workbench.bundle import Bundle
from etm_workbench.codebook import LANGUAGES, Bilingual
from etm_workbench.presentation.locale import date_text, join
from etm_workbench.presentation.parts import Heading, Note, Part
from etm_workbench.protection.policy import Policy


def closing_parts(release: Bundle, policy: Policy) -> tuple[Part, ...]:
    """The headings and notes on method and protection of a release.

    Parameters
    ----------
    release : Bundle
        Its manifest's proof says what was hidden.
    policy : Policy
        Its rules, in words.
    """
    heading = Heading(
        Bilingual(
            "Method and protection",
            "Méthode et protection",
        )
    )
    return (heading, Note(_counting(release), "method"), *(() if _published(release) else _protection(release, policy)))


def _counting(release: Bundle) -> Bilingual:
    if _published(release):
        return Bilingual(
            "Counts are active pay records of executives on 31 March of each year, as the Treasury Board of Canada "
            "Secretariat publishes them (GC InfoBase open data, Open Government Licence – Canada). "
            "They are another universe than questionnaire counts and are never added to them.",
            "Les nombres sont des dossiers de paye actifs de cadres supérieurs au 31 mars de chaque année, tels que "
            "publiés par le Secrétariat du Conseil du Trésor du Canada (données ouvertes de l’InfoBase du GC, Licence "
            "du gouvernement ouvert – Canada). Il s’agit d’un autre univers que celui des questionnaires; les deux ne "
            "s’additionnent jamais.",
        )
    dates = sorted({table.population.as_of for table in release.values()})
    cycles = {language: join(release.manifest.cycles, language) for language in LANGUAGES}
    days = {language: join([date_text(day, language) for day in dates], language) for language in LANGUAGES}
    return Bilingual(
        f"Counts are people in the account registers and questionnaires of {cycles['en']}, "
        f"by substantive level, as of {days['en']}. "
        "Shares are of those who answered. A placement on the talent map is not a performance rating.",
        f"Les nombres sont des personnes figurant aux registres de comptes et aux questionnaires de {cycles['fr']}, "
        f"selon le niveau du poste d’attache, au {days['fr']}. "
        "Les proportions portent sur les personnes ayant répondu. "
        "Un placement au tableau de gestion des talents n’est pas une cote de rendement.",
    )


def _protection(release: Bundle, policy: Policy) -> tuple[Part, ...]:
    attribute, judgement = policy.classes.attribute.threshold, policy.classes.judgement.threshold
    if attribute == judgement == 1:
        return (_open(policy),)
    rules = Note(
        Bilingual(
            f"This report may be read by {_lower(policy.en)}. "
            f"For them, personal attributes of fewer than {attribute} people and judgements or intentions of fewer "
            f"than {judgement} are withheld, together with whatever else would give them away. "
            "Withheld does not mean zero: the number may be small or large.",
            f"Ce rapport peut être lu par {_lower(policy.fr)}. "
            f"Pour ce public, les caractéristiques personnelles de moins de {attribute} personnes et les jugements ou "
            f"intentions de moins de {judgement} personnes sont retenus, ainsi que tout ce qui permettrait de les "
            "déduire. "
            "Retenu ne veut pas dire zéro : le nombre peut être petit ou grand.",
        ),
        "protection",
    )
    proof = release.manifest.proof or {}
    if not proof.get("hidden"):
        return (rules,)
    checked = Note(
        Bilingual(
            "All tables of this report were protected together, then attacked by an independent program: "
            "it could not narrow any withheld number below the range that the policy sets.",
            "Tous les tableaux de ce rapport ont été protégés ensemble, puis attaqués par un programme indépendant : "
            "celui-ci n’a pu resserrer aucun nombre retenu en deçà de l’intervalle fixé par la politique.",
        ),
        "protection",
    )
    return rules, checked


def _open(policy: Policy) -> Note:
    """What is said where nothing is hidden: for whom that is, and that it stays with them."""
    return Note(
        Bilingual(
            f"Nothing is withheld here: these are the records of this report’s own readers, {_lower(policy.en)}. "
            "Small numbers stand for people whom a colleague can recognize, so the report stays with them.",
            f"Rien n’est retenu ici : il s’agit des dossiers des destinataires mêmes de ce rapport, soit "
            f"{_lower(policy.fr)}. Les petits nombres désignent des personnes qu’un collègue peut reconnaître : le "
            "rapport ne doit pas aller plus loin.",
        ),
        "protection",
    )


def _lower(text: str) -> str:
    """The text as it stands inside a sentence; an acronym at its start keeps its capitals."""
    return text if text[1:2].isupper() else text[0].lower() + text[1:]


def _published(release: Bundle) -> bool:
    """Whether every number was published by somebody else before."""
    return all(table.population.universe == "pay_system" for table in release.values())
