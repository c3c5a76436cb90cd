"""The questions that put a definition together, one after another, for somebody who writes no file by hand.

Nothing is read from a keyboard here. Each question says its words, its choices and what stands when nothing is
answered, and understands an answer by number, by code or in the words of either language. What earlier answers
have settled is not asked, and what cannot be asked for is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from etm_workbench.analysis.tabulate import MAXIMUM_DIMENSIONS
from etm_workbench.codebook import Bilingual, Codebook
from etm_workbench.presentation import words
from etm_workbench.protection.policy import audiences, load_policy
from etm_workbench.reporting.adhoc.cells import known_codes
from etm_workbench.reporting.adhoc.charts import chart_problems
from etm_workbench.reporting.adhoc.check import countable, incomparable
from etm_workbench.reporting.adhoc.definition import CHARTS, AdhocFile
from etm_workbench.reporting.adhoc.question import Choice, NotUnderstood, Question, listed
from etm_workbench.reporting.definitions import Both
from etm_workbench.reporting.organizations import reporting_codebook

BACK, LIST = "<", "?"
"""Answers that go back to the question before, and that show the choices."""
NONE = "none"
_LISTS = frozenset({"cycles", "rows", "columns", "charts"})


class _Back(Exception):
    """Somebody wants the question before."""


Ask = Callable[[Question, Bilingual | None], str]
"""Puts a question to somebody, after what was wrong with the last answer; what they write."""


def interview(given: Mapping[str, str], ask: Ask | None) -> dict[str, str]:
    """An answer to every question.

    Parameters
    ----------
    given : mapping
        Entry to answer, as the file would write it; these are not asked.
    ask : callable or None
        None asks nothing: what is not given keeps its usual value.

    Returns
    -------
    dict
        Entry to answer; empty for what does not apply. Lists are parted by commas.
    """
    answers = dict(given)
    asked: list[int] = []  # places of the questions that were put, for the way back
    place = 0
    while place < len(_STEPS):
        entry, make = _STEPS[place]
        question = None if entry in given else make(answers, _codebook(answers))
        if question is None or ask is None:
            answers.setdefault(entry, (question.usual if question else _SETTLED.get(entry)) or "")
            place += 1
            continue
        try:
            put = _populations if entry == "population" else _put
            answers[entry] = put(question, ask, _codebook(answers))
        except _Back:
            place = asked.pop() if asked else place
            for later, _ in _STEPS[place:]:
                if later not in given:
                    answers.pop(later, None)
            continue
        asked.append(place)
        place += 1
    return answers


def entries() -> tuple[str, ...]:
    """What an interview asks for, in its order."""
    return tuple(entry for entry, _ in _STEPS)


def drafted(answers: Mapping[str, str]) -> AdhocFile:
    """The answers as a definition; what is wrong with them is for the check to say."""
    content: dict[str, Any] = {e: listed(v) if e in _LISTS else v for e, v in answers.items() if "." not in e}
    for name in ("question", "purpose"):
        content[name] = Both.model_construct(en=answers.get(f"{name}.en", ""), fr=answers.get(f"{name}.fr", ""))
    pairs = [pair.partition("=") for pair in listed(answers.get("population", ""))]
    content["population"] = {name.strip(): listed(codes, mark="|") for name, _, codes in pairs}
    content["charts"] = tuple(kind for kind in content.get("charts", ()) if kind != NONE)
    for name in ("rows", "columns"):
        content.setdefault(name, ())
    content["cycles"] = tuple(sorted(content.get("cycles", ())))
    return AdhocFile.model_construct(**content)


def _put(question: Question, ask: Ask, codebook: Codebook) -> str:  # noqa: ARG001  as `_populations`
    """Ask until the answer is understood."""
    said: Bilingual | None = None
    while True:
        answer = ask(question, said)
        if answer.strip() == BACK:
            raise _Back
        try:
            return question.understand(answer)
        except NotUnderstood as wrong:
            said = wrong.said


def _populations(question: Question, ask: Ask, codebook: Codebook) -> str:
    """Variables and the codes kept of each, until nothing more is named."""
    kept: dict[str, str] = {}
    while True:
        more = (
            question
            if not kept
            else Question("population", _MORE, "", question.choices, taken=tuple(kept), listed=False)
        )
        variable = _put(more, ask, codebook)
        if not variable:
            return ",".join(f"{name}={codes}" for name, codes in kept.items())
        choices = tuple(
            Choice(code, words.COMMON_CODES.get(code) or codebook.label(variable, code))
            for code in known_codes(variable, codebook)
        )
        label = codebook.variable(variable).label
        which = Bilingual(f"Which to keep of “{label.en}”", f"Lesquelles garder pour « {label.fr} »")
        codes = _put(Question("population", which, None, choices, len(choices)), ask, codebook)
        kept[variable] = "|".join(listed(codes))


def _codebook(answers: Mapping[str, str]) -> Codebook:
    known = [cycle for cycle in listed(answers.get("cycles", "")) if cycle in reporting_codebook().cycles]
    return reporting_codebook(max(known)) if known else reporting_codebook()


def _text(entry: str, en: str, fr: str, *, differs: str = "") -> tuple[str, _Make]:
    def make(answers: Mapping[str, str], codebook: Codebook) -> Question:  # noqa: ARG001
        return Question(entry, Bilingual(en, fr), None, taken=(answers[differs],) if differs else ())

    return entry, make


def _audience(answers: Mapping[str, str], codebook: Codebook) -> Question:  # noqa: ARG001
    readers = {name: load_policy(name) for name in audiences()}
    choices = tuple(Choice(name, Bilingual(policy.en, policy.fr)) for name, policy in readers.items())
    return Question("audience", Bilingual("Who will read it", "Qui le lira"), "own_organization", choices)


def _organization(answers: Mapping[str, str], codebook: Codebook) -> Question:
    own = answers["audience"] == "own_organization"
    choices = tuple(
        Choice(one.identifier, one.title, tuple(name for name in (one.acronym_en, one.acronym_fr) if name))
        for one in codebook.organizations.values()
    )
    asked = (
        Bilingual(
            "Of which organization (name, acronym or identifier)",
            "De quelle organisation (nom, sigle ou identificateur)",
        )
        if own
        else Bilingual(
            "Of which organization (name, acronym or identifier; Enter for a cluster or the whole service)",
            "De quelle organisation (nom, sigle ou identificateur; Entrée pour un regroupement "
            "ou toute la fonction publique)",
        )
    )
    return Question("organization", asked, None if own else "", choices, listed=False)


def _cluster(answers: Mapping[str, str], codebook: Codebook) -> Question | None:
    if answers["organization"] or answers["audience"] == "own_organization":
        return None
    choices = tuple(Choice(one.identifier, one.title) for one in codebook.clusters.values())
    asked = Bilingual(
        "Of which cluster (Enter for the whole service)",
        "De quel regroupement (Entrée pour toute la fonction publique)",
    )
    return Question("cluster", asked, "", choices)


def _cycles(answers: Mapping[str, str], codebook: Codebook) -> Question:  # noqa: ARG001
    known = tuple(Choice(cycle, Bilingual(cycle, cycle)) for cycle in codebook.cycles)
    asked = Bilingual("Cycles", "Cycles")
    return Question("cycles", asked, max(codebook.cycles), known, len(known))


def _population(answers: Mapping[str, str], codebook: Codebook) -> Question:  # noqa: ARG001
    asked = Bilingual(
        "Only people with certain answers to which variable (Enter for everybody)",
        "Seulement les personnes ayant donné certaines réponses à quelle variable (Entrée pour tout le monde)",
    )
    return Question("population", asked, "", _variables(countable(codebook), codebook), listed=False)


def _rows(answers: Mapping[str, str], codebook: Codebook) -> Question:
    asked = Bilingual("Rows (one variable or several)", "Lignes (une variable ou plusieurs)")
    return Question("rows", asked, None, _variables(countable(codebook), codebook), _room(answers))


def _columns(answers: Mapping[str, str], codebook: Codebook) -> Question | None:
    rows = listed(answers["rows"])
    if not (room := _room(answers) - len(rows)) > 0:
        return None
    asked = Bilingual("Columns (Enter for none)", "Colonnes (Entrée pour aucune)")
    return Question("columns", asked, "", _variables(countable(codebook), codebook), room, rows, listed=False)


def _measure(answers: Mapping[str, str], codebook: Codebook) -> Question:  # noqa: ARG001
    choices = (
        Choice("count", Bilingual("People", "Personnes")),
        Choice("share", Bilingual("People and shares", "Personnes et proportions")),
    )
    return Question("measure", Bilingual("What is counted", "Ce qui est compté"), "count", choices)


def _share_of(answers: Mapping[str, str], codebook: Codebook) -> Question | None:
    variables = drafted(answers).variables
    if answers["measure"] != "share" or not variables:
        return None
    asked = Bilingual("Shares of the answers to which variable", "Proportions des réponses à quelle variable")
    return Question("share_of", asked, variables[0], _variables(variables, codebook))


def _comparator(answers: Mapping[str, str], codebook: Codebook) -> Question | None:  # noqa: ARG001
    if incomparable(drafted(answers)):
        return None
    choices = (
        Choice(NONE, Bilingual("Nothing", "Rien")),
        Choice(
            "service",
            Bilingual(
                "The rest of the public service, by exact tests",
                "Le reste de la fonction publique, par des tests exacts",
            ),
        ),
    )
    return Question("comparator", Bilingual("Compare with", "Comparer avec"), NONE, choices)


def _charts(answers: Mapping[str, str], codebook: Codebook) -> Question | None:
    asked = drafted(answers)
    if not asked.variables:
        return None
    fitting = [c for c in CHARTS if not [*chart_problems(asked.model_copy(update={"charts": (c,)}), codebook)]]
    if not fitting:
        return None
    usual = ",".join(kind for kind in ("bars", "differences") if kind in fitting)
    choices = (Choice(NONE, Bilingual("None", "Aucun")), *(Choice(kind, _CHARTS[kind]) for kind in fitting))
    return Question("charts", Bilingual("Charts", "Graphiques"), usual, choices, len(choices))


def _variables(names: Iterable[str], codebook: Codebook) -> tuple[Choice, ...]:
    return tuple(Choice(name, codebook.variable(name).label) for name in names if name in codebook.variables)


def _room(answers: Mapping[str, str]) -> int:
    """How many variables a table may still have: several cycles are one of its dimensions."""
    return MAXIMUM_DIMENSIONS - (len(listed(answers["cycles"])) > 1)


_Make = Callable[[Mapping[str, str], Codebook], Question | None]
_STEPS: tuple[tuple[str, _Make], ...] = (
    _text("question.en", "The question, in English", "La question, en anglais"),
    _text("question.fr", "The question, in French", "La question, en français", differs="question.en"),
    _text("purpose.en", "What the answer is for, in English", "À quoi sert la réponse, en anglais"),
    _text(
        "purpose.fr", "What the answer is for, in French", "À quoi sert la réponse, en français", differs="purpose.en"
    ),
    _text("owner", "Who answers for it (a role)", "Qui en répond (un rôle)"),
    ("audience", _audience),
    ("organization", _organization),
    ("cluster", _cluster),
    ("cycles", _cycles),
    ("rows", _rows),
    ("columns", _columns),
    ("population", _population),
    ("measure", _measure),
    ("share_of", _share_of),
    ("comparator", _comparator),
    ("charts", _charts),
)
_SETTLED = {"comparator": NONE}
"""What stands where a question does not apply, beside nothing."""
_CHARTS = {
    "bars": Bilingual("Bars", "Barres"),
    "split": Bilingual("Bars split into shares", "Barres divisées en parts"),
    "tiles": Bilingual("Tiles", "Tuiles"),
    "lines": Bilingual("Lines over cycles", "Lignes d’un cycle à l’autre"),
    "differences": Bilingual("Differences from the service", "Écarts avec la fonction publique"),
}
_MORE = Bilingual(
    "And to which other variable (Enter for no other)", "Et à quelle autre variable (Entrée pour aucune autre)"
)
