"""Which test for which question: a recommendation that says why and can be overruled.

An organization of three has an exact answer as one of eight hundred has. So no rule here ends in "not enough data":
where a large-sample method would need more people, an exact one is chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

from etm_workbench.analysis.statistics.catalogue import METHODS, Method
from etm_workbench.analysis.statistics.choices import CHOICES, EVERYBODY, KINDS, Outcome, People, Question
from etm_workbench.analysis.statistics.inputs import one_of
from etm_workbench.codebook import Bilingual
from etm_workbench.errors import BadInput, nearest


@dataclass(frozen=True, slots=True)
class Choice:
    """A recommended method.

    Parameters
    ----------
    method : str
        Its name in the catalogue.
    function : callable
        What to call.
    title : Bilingual
        Its name in a text.
    why : Bilingual
        One sentence.
    exact : bool
        Whether it holds at any size.
    alternatives : tuple of str
        Other methods for the same question and kind of answer, by name.
    overruled : bool
        Whether the caller chose otherwise than recommended.
    """

    method: str
    function: Callable[..., Any]
    title: Bilingual
    why: Bilingual
    exact: bool
    alternatives: tuple[str, ...]
    overruled: bool = False


def choose(
    question: Question,
    *,
    outcome: Outcome = "yes_no",
    n: int,
    people: People = "different_people",
    method: str | None = None,
) -> Choice:
    """The method for a question, an answer of some kind, and so many people.

    Parameters
    ----------
    question : str
        `how_sure`, `part_against_rest`, `part_against_benchmark`, `two_groups`, `several_groups`, `trend`, `movement`,
        `agreement`, `same_level_mix`, `many_organizations`, `association`, `events`, `representation`,
        `incomplete_returns`, `small_estimates`, `what_could_be_seen`.
    outcome : {"yes_no", "unordered", "ordered", "partly_ordered"}
        Kind of answer; `partly_ordered` when some categories have a place in an order and others none.
    n : int
        People in the smallest group who answered.
    people : {"different_people", "same_people_two_cycles", "same_people_more_cycles"}
        Whether the same people are counted more than once.
    method : str, optional
        A method to use instead of the recommended one, by its name in the catalogue.

    Returns
    -------
    Choice
        With the reason in both languages; `overruled` when `method` differs from the recommendation.

    Raises
    ------
    BadInput
        An unknown question, kind or method; a question that the kind of answer does not allow.

    Notes
    -----
    Missing answers are not counted in n; bounds for them: `incomplete_returns`. Ties are no reason for another
    method: every rank test here is exact with ties or corrected for them.

    Source: Fagerland, Lydersen and Laake, Statistical Analysis of Contingency Tables, 2017; Cochran, Biometrics 10,
    1954, 417-451 (when expected counts suffice).

    Examples
    --------
    >>> choice = choose("part_against_rest", outcome="yes_no", n=12)
    >>> choice.method, choice.exact, choice.alternatives
    ('part_of_whole', True, ('fisher_exact',))
    >>> choose("part_against_rest", n=12, method="fisher_exact").overruled
    True
    """
    one_of(question, "question", get_args(Question))
    one_of(outcome, "outcome", KINDS)
    one_of(people, "people", EVERYBODY)
    if n < 0:
        raise BadInput("'n' is negative.", expected="People in the smallest group, from zero up.")
    fitting = [r for r in CHOICES if r.question == question and outcome in r.outcomes and people in r.people]
    chosen = next((rule for rule in fitting if rule.fewest <= n <= rule.most), None)
    if chosen is None:
        kinds = sorted({kind for rule in CHOICES if rule.question == question for kind in rule.outcomes})
        raise BadInput(
            f"Question '{question}' has no method for '{outcome}' answers of {people.replace('_', ' ')}.",
            expected=f"For this question: {', '.join(kinds)}.",
            remedy="Merge categories into yes and no, or ask another question.",
        )
    others = tuple(dict.fromkeys(rule.method for rule in fitting if rule.method != chosen.method))
    if method is None or method == chosen.method:
        return _choice(METHODS[chosen.method], chosen.why, others)
    if method not in METHODS:
        raise BadInput(
            f"There is no method '{method}'.", expected="A name of the catalogue.", remedy=nearest(method, METHODS)
        )
    why = Bilingual(
        f"Chosen by the report's author instead of: {METHODS[chosen.method].title.en}.",
        f"Choix de l’auteur du rapport à la place de : {METHODS[chosen.method].title.fr}.",
    )
    return _choice(METHODS[method], why, (chosen.method, *(o for o in others if o != method)), overruled=True)


def _choice(method: Method, why: Bilingual, others: tuple[str, ...], *, overruled: bool = False) -> Choice:
    return Choice(method.name, method.function, method.title, why, method.exact, others, overruled)
