"""People whose sections are missing, by name: the roster route, one logged list at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from etm_workbench.codebook import Bilingual, Codebook
from etm_workbench.errors import BadInput
from etm_workbench.presentation.document import ROSTER_MARKING, VARIABLE, Labels
from etm_workbench.presentation.labels import roster_labels
from etm_workbench.presentation.parts import Note, Part, RosterPart
from etm_workbench.presentation.widgets import Action, Field, FieldSet, FormSection
from etm_workbench.presentation.widgets.payload import both, parts_html
from etm_workbench.reporting.dashboards.definition import load_dashboard
from etm_workbench.reporting.dashboards.own_names import LONGEST_PURPOSE, open_names
from etm_workbench.reporting.dashboards.viewing import Viewing
from etm_workbench.reporting.organizations import reporting_codebook
from etm_workbench.roster import Roster

_WHO: Mapping[str, tuple[str, ...]] = {
    "executive": ("executive_status",),
    "manager": ("manager_status",),
    "either": ("executive_status", "manager_status"),
}
_DONE = "COMPLETED"
_SHOWN = ("name", "level", "branch", "email", "executive_status", "manager_status", "supervisor_id")


def reminder_form(codebook: Codebook) -> FormSection:
    """The form that asks for a list of people to remind."""
    levels = tuple((code, codebook.label("level", code)) for code in codebook.codes("level"))
    fields = (
        Field(
            "who", _text("reminders_who"), "select", tuple((who, _text(f"who_{who}")) for who in _WHO), value="either"
        ),
        Field("level", _text("reminders_level"), "select", (("", _text("reminders_every_level")), *levels)),
        Field(
            "purpose",
            _text("reminders_purpose"),
            value=_text("reminders_usual"),
            help=_text("reminders_purpose_help"),
            wide=True,
        ),
    )
    return FormSection(
        "reminders",
        _text("section_reminders"),
        (_text("reminders_intro"),),
        (FieldSet(_text("reminders_set"), fields),),
        (Action("people", _text("reminders_show")),),
    )


def people(viewing: Viewing, question: Mapping[str, Any]) -> dict[str, Any]:
    """The people whom the desk's form asks for.

    Parameters
    ----------
    viewing : Viewing
        Settled; the organization must be the viewer's own.
    question : mapping
        `values`: `who` (`executive`, `manager`, `either`), `level` (a code or empty) and `purpose`.

    Returns
    -------
    dict
        `html` and `status` in both languages.

    Raises
    ------
    NotAllowed
        The viewer's roles do not allow the list; the refusal is in the access log.
    BadInput
        No purpose, or values that the form does not send.
    """
    codebook = reporting_codebook(viewing.cycle)
    sections, level, purpose = _asked(question.get("values"), codebook)
    roster = open_names(viewing, codebook, purpose=purpose, columns=(*_SHOWN[1:], "person_id"))
    rows = _open_ones(roster, sections, level)
    return {"ok": True, "html": parts_html(_parts(rows, roster), _labels(codebook)), "status": _status(rows)}


def _asked(values: Any, codebook: Codebook) -> tuple[tuple[str, ...], str, str]:
    given = values if isinstance(values, Mapping) else {}
    who, level, purpose = (given.get(name) for name in ("who", "level", "purpose"))
    fits = who in _WHO and (level == "" or level in codebook.codes("level"))
    if not fits or not isinstance(purpose, str) or not 0 < len(purpose.strip()) <= LONGEST_PURPOSE:
        raise BadInput(
            "The desk was asked for people in a way that its form does not.",
            expected="Whose section, a level or none, and a purpose in words.",
            remedy="Fill in the form again.",
        )
    return _WHO[str(who)], str(level), purpose.strip()


def _open_ones(roster: Roster, sections: tuple[str, ...], level: str) -> list[tuple[str, ...]]:
    """Rows of those with one of the sections not complete; the manager, of whatever level, stands by name."""
    part = RosterPart.of(roster, "reminders", _text("reminders_title"))
    place = {column: at for at, column in enumerate(part.columns)}
    names = {row[place["person_id"]]: row[place["name"]] for row in part.rows}
    kept = []
    for row in part.rows:
        if (level and row[place["level"]] != level) or all(row[place[section]] == _DONE for section in sections):
            continue
        plain = [row[place[column]] for column in _SHOWN[:-1]]
        kept.append((*plain, names.get(row[place["supervisor_id"]], "")))
    return kept


def _parts(rows: list[tuple[str, ...]], roster: Roster) -> tuple[Part, ...]:
    said = Bilingual(
        f"{ROSTER_MARKING.en}. Opened for {roster.reader or 'the user of this machine'}, for: {roster.purpose}. "
        "The reading is in the access log.",
        f"{ROSTER_MARKING.fr}. Ouverte pour {roster.reader or 'l’utilisateur de cet appareil'}, aux fins suivantes : "
        f"{roster.purpose}. La consultation figure au registre des accès.",
    )
    listed = RosterPart("reminders", _text("reminders_title"), _SHOWN, tuple(rows))
    return (listed, Note(said, "protection")) if rows else (Note(said, "protection"),)


def _status(rows: list[tuple[str, ...]]) -> list[str]:
    return both(_text("reminders_found" if rows else "reminders_nobody"))


def _labels(codebook: Codebook) -> Labels:
    labels = roster_labels(codebook, _SHOWN[1:])
    labels["supervisor_id"] = {VARIABLE: Bilingual("Manager", "Gestionnaire")}
    return labels


def _text(key: str) -> Bilingual:
    return load_dashboard("cycle_desk").file.texts[key].text
