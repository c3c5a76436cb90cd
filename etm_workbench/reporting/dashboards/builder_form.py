"""The form of the builder: what may be counted, of whom and for whom, in the codebook's words."""

from __future__ import annotations

from etm_workbench.codebook import LANGUAGES, Bilingual, Codebook
from etm_workbench.presentation.formats import FORMATS
from etm_workbench.presentation.widgets import Action, Field, FieldSet, FormSection
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.adhoc.cells import known_codes
from etm_workbench.reporting.adhoc.check import countable
from etm_workbench.reporting.adhoc.definition import CHARTS
from etm_workbench.reporting.dashboards.builder_question import SERVICE, Allowed, label_of
from etm_workbench.reporting.dashboards.definition import load_dashboard

# Variables with more categories than this are counted by, and not ticked one by one.
MOST_BOXES = 16
_FIRST = {"rows_1": "placement", "columns_1": "level"}


def builder_form(codebook: Codebook, allowed: Allowed, cycles: tuple[str, ...]) -> FormSection:
    """The form, with what this viewer may choose.

    Parameters
    ----------
    codebook : Codebook
        Of the viewer's cycle.
    allowed : Allowed
        Scopes and audiences.
    cycles : tuple of str
        Held by the store, earliest first.
    """
    return FormSection(
        "ask",
        text("section_ask"),
        (text("intro"), text("intro_record")),
        (
            FieldSet(text("set_what"), _what(codebook)),
            FieldSet(text("set_whom"), _whom(codebook, allowed, cycles)),
            FieldSet(text("set_words"), _words()),
        ),
        tuple(Action(kind, text(f"action_{kind}"), live=kind == "preview") for kind in ("preview", "save", "export")),
    )


def text(key: str) -> Bilingual:
    """A text of the builder's file."""
    return load_dashboard("builder").file.texts[key].text


def _what(codebook: Codebook) -> tuple[Field, ...]:
    variables = tuple((name, codebook.variable(name).label) for name in countable(codebook))
    optional = (("", text("none")), *variables)
    slots = tuple(
        Field(
            slot,
            text(slot),
            "select",
            variables if slot == "rows_1" else optional,
            value=_FIRST.get(slot, ""),
            wide=True,
        )
        for slot in ("rows_1", "rows_2", "columns_1")
    )
    measures = tuple((code, text(f"measure_{code}")) for code in ("count", "share"))
    comparators = tuple((code, text(f"comparator_{code}")) for code in ("none", "service"))
    return (
        *slots,
        Field("measure", text("measure"), "select", measures),
        Field("share_of", text("share_of"), "select", (("", text("share_of_first")), *variables), wide=True),
        Field("comparator", text("comparator"), "select", comparators, wide=True),
        Field("charts", text("charts"), "checks", tuple((code, text(f"chart_{code}")) for code in CHARTS)),
    )


def _whom(codebook: Codebook, allowed: Allowed, cycles: tuple[str, ...]) -> tuple[Field, ...]:
    scopes = [(one, codebook.organizations[one].title) for one in allowed.organizations]
    # Whoever has one organization starts with it; whoever has all starts with all.
    service = [(SERVICE, text("scope_service"))] if allowed.whole_service else []
    scopes = [*scopes, *service] if len(scopes) == 1 else [*service, *scopes]
    readers = {audience: load_policy(audience) for audience in allowed.audiences}
    audiences = tuple((audience, Bilingual(policy.en, policy.fr)) for audience, policy in readers.items())
    return (
        Field("scope", text("scope"), "select", tuple(scopes), wide=True),
        Field("audience", text("audience"), "select", audiences, help=text("audience_help"), wide=True),
        Field("cycles", text("cycles"), "checks", tuple((c, Bilingual(c, c)) for c in cycles), value=(codebook.cycle,)),
        Field("population", text("population"), "filters", groups=_groups(codebook), help=text("population_help")),
    )


def _groups(codebook: Codebook) -> tuple[tuple[str, Bilingual, tuple[tuple[str, Bilingual], ...]], ...]:
    found = []
    for name in countable(codebook):
        codes = known_codes(name, codebook)
        if len(codes) <= MOST_BOXES:
            options = tuple((code, label_of(codebook, name, code)) for code in codes)
            found.append((name, codebook.variable(name).label, options))
    return tuple(found)


def _words() -> tuple[Field, ...]:
    written = tuple(
        Field(f"{name}_{language}", text(f"{name}_{language}"), lines=2, wide=True)
        for name in ("question", "purpose")
        for language in LANGUAGES
    )
    return (
        *written,
        Field("owner", text("owner")),
        Field("name", text("name"), help=text("name_help")),
        Field("format", text("format"), "select", tuple((ending, _format(ending)) for ending in FORMATS)),
    )


def _format(ending: str) -> Bilingual:
    names = {
        "html": Bilingual("Web page", "Page Web"),
        "pdf": Bilingual("PDF", "PDF"),
        "docx": Bilingual("Word", "Word"),
        "pptx": Bilingual("PowerPoint", "PowerPoint"),
        "xlsx": Bilingual("Excel", "Excel"),
    }
    return names[ending]
