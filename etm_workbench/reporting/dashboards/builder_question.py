"""A question put together on the builder's page: from the page's values to a definition, and back into words.

What a page sends is text of unknown making: every value is checked here against the codebook before
anything is counted, and what is wrong is said in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from etm_workbench.codebook import LANGUAGES, Bilingual, Codebook, Language
from etm_workbench.presentation import words
from etm_workbench.presentation.locale import join
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.adhoc.cells import known_codes
from etm_workbench.reporting.adhoc.check import countable
from etm_workbench.reporting.adhoc.definition import CHARTS, AdhocFile
from etm_workbench.reporting.dashboards.definition import load_dashboard
from etm_workbench.reporting.definitions import Both

SERVICE = "SERVICE"  # the scope of whoever may count everybody
LONGEST = 600  # characters of a text
_BRACES = str.maketrans("{}", "()")  # in a report's words a brace opens a slot for a number
_SLOTS = ("rows_1", "rows_2", "columns_1")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a viewer may ask: of which organizations, whether of the whole service, for which audiences."""

    organizations: tuple[str, ...]
    whole_service: bool
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """A question as far as it stands: the definition once nothing is wrong with it, and what still is."""

    asked: AdhocFile | None
    problems: tuple[Bilingual, ...]


def build(values: Any, codebook: Codebook, allowed: Allowed) -> Built:
    """The definition that the page's values make.

    Parameters
    ----------
    values : object
        As the page sent them.
    codebook : Codebook
        Of the viewer's cycle.
    allowed : Allowed
        What the viewer may ask.

    Returns
    -------
    Built
        Texts that the reader has not written yet are the restatement, so that a preview needs none.
    """
    given = values if isinstance(values, Mapping) else {}
    problems = list(_problems(given, codebook, allowed))
    if problems:
        return Built(None, tuple(problems))
    drafted = AdhocFile.model_construct(**_content(given))
    restated = restatement(drafted, codebook)
    spoken = {name: _both(given, name) or Both(en=restated.en, fr=restated.fr) for name in ("question", "purpose")}
    return Built(AdhocFile.model_validate({**drafted.model_dump(exclude={"caution"}), **spoken}), ())


def is_worded(values: Mapping[str, Any]) -> bool:
    """Whether the reader has written the question and its purpose in both languages, and who answers for it."""
    return all(_both(values, name) for name in ("question", "purpose")) and bool(_text(values, "owner"))


def restatement(asked: AdhocFile, codebook: Codebook) -> Bilingual:
    """The question in plain words, as the definition would be understood: of whom, by what, for whom."""
    return Bilingual(*(_restated(asked, codebook, language) for language in LANGUAGES))


def _restated(asked: AdhocFile, codebook: Codebook, language: Language) -> str:
    def said(key: str, **slots: str) -> str:
        return load_dashboard("builder").file.texts[key].text.in_language(language).format(**slots)

    others = [v for v in asked.variables if v != asked.share_of or asked.measure == "count"]
    by = join([codebook.variable(v).label.in_language(language) for v in others], language)
    slots = {"scope": _scope(asked, codebook).in_language(language), "by": by, "cycles": join(asked.cycles, language)}
    if asked.measure == "share":
        slots["what"] = codebook.variable(asked.share_of).label.in_language(language)
        sentence = said("restated_share_by" if others else "restated_share", **slots)
    else:
        sentence = said("restated_count", **slots)
    kept = "; ".join(
        f"{codebook.variable(variable).label.in_language(language)} = "
        f"{join([label_of(codebook, variable, code).in_language(language) for code in codes], language)}"
        for variable, codes in asked.population.items()
    )
    sentence += said("restated_only", kept=kept) if kept else ""
    sentence += said("restated_compared") if asked.comparator == "service" else ""
    readers = load_policy(asked.audience)
    return sentence + said("restated_readers", readers=Bilingual(readers.en, readers.fr).in_language(language))


def label_of(codebook: Codebook, variable: str, code: str) -> Bilingual:
    """The label of a code; yes and no for a variable that is one or the other."""
    return words.COMMON_CODES.get(code) or codebook.label(variable, code)


def _scope(asked: AdhocFile, codebook: Codebook) -> Bilingual:
    if asked.organization:
        return codebook.organizations[asked.organization].title
    return Bilingual("the public service", "la fonction publique")


def _problems(given: Mapping[str, Any], codebook: Codebook, allowed: Allowed) -> Iterator[Bilingual]:
    texts = {key: entry.text for key, entry in load_dashboard("builder").file.texts.items()}
    variables = [variable for slot in _SLOTS if (variable := _text(given, slot))]
    share_of, compares = _share_of(given), _text(given, "comparator") == "service"
    if not _fits(given, codebook, allowed):
        yield texts["problem_page"]
        return
    if not _text(given, "rows_1"):
        yield texts["problem_rows"]
    if len(set(variables)) < len(variables):
        yield texts["problem_twice"]
    if _text(given, "measure") == "share" and share_of not in variables:
        yield texts["problem_share"]
    if compares and _text(given, "measure") != "share":
        yield texts["problem_compare_counts"]
    if compares and (len(_codes(given, "cycles")) > 1 or len(variables) > 2):
        yield texts["problem_compare_wide"]
    if compares and _text(given, "scope") == SERVICE:
        yield texts["problem_compare_service"]
    if not _codes(given, "cycles"):
        yield texts["problem_cycles"]
    if _text(given, "scope") == SERVICE and _text(given, "audience") == "own_organization":
        yield texts["problem_audience"]


def _fits(given: Mapping[str, Any], codebook: Codebook, allowed: Allowed) -> bool:
    """Whether the values are those of our form: anything else was not sent by it."""
    known = {"", *countable(codebook)}
    scopes = {*allowed.organizations, *((SERVICE,) if allowed.whole_service else ())}
    population = given.get("population", {})
    return (
        all(isinstance(given.get(slot, ""), str) and given.get(slot, "") in known for slot in (*_SLOTS, "share_of"))
        and _text(given, "scope") in scopes
        and _text(given, "audience") in allowed.audiences
        and _text(given, "measure") in ("count", "share")
        and _text(given, "comparator") in ("none", "service")
        and set(_codes(given, "cycles")) <= set(codebook.cycles)
        and set(_codes(given, "charts")) <= set(CHARTS)
        and isinstance(population, Mapping)
        and all(v in known and v and set(_listed(c)) <= set(known_codes(v, codebook)) for v, c in population.items())
    )


def _content(given: Mapping[str, Any]) -> dict[str, Any]:
    rows = tuple(variable for slot in _SLOTS[:2] if (variable := _text(given, slot)))
    population = {str(v): tuple(_listed(codes)) for v, codes in given.get("population", {}).items() if _listed(codes)}
    return {
        "owner": _text(given, "owner") or "…",
        "audience": _text(given, "audience"),
        "cycles": tuple(sorted(_codes(given, "cycles"))),
        "organization": "" if _text(given, "scope") == SERVICE else _text(given, "scope"),
        "population": population,
        "rows": rows,
        "columns": tuple(v for v in (_text(given, "columns_1"),) if v),
        "measure": _text(given, "measure"),
        "share_of": _share_of(given),
        "comparator": _text(given, "comparator"),
        "charts": tuple(c for c in CHARTS if c in _codes(given, "charts")),
    }


def _share_of(given: Mapping[str, Any]) -> str:
    """The variable whose categories are shares; the first of the rows when the reader has not said."""
    if _text(given, "measure") != "share":
        return ""
    return _text(given, "share_of") or _text(given, "rows_1")


def _both(given: Mapping[str, Any], name: str) -> Both | None:
    texts = [_text(given, f"{name}_{language}") for language in LANGUAGES]
    return Both(en=texts[0], fr=texts[1]) if all(texts) else None


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name, "")
    return value.strip()[:LONGEST].translate(_BRACES) if isinstance(value, str) else ""


def _codes(given: Mapping[str, Any], name: str) -> list[str]:
    return _listed(given.get(name, []))


def _listed(codes: Any) -> list[str]:
    return [code for code in codes if isinstance(code, str)] if isinstance(codes, list) else []
