"""A form of a board: questions that the reader fills in, and buttons that send them to Python.

ipywidgets cannot be given the labels, groups and descriptions that a keyboard or a listener needs, so a
form is described here and drawn by the board's own module as plain HTML. Values are checked where they
arrive, in Python: what a page sends is never trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from etm_workbench.codebook.bilingual import LANGUAGES, Bilingual
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation.locale import say

FieldKind = Literal["text", "select", "checks", "filters"]
Option = tuple[str, Bilingual]


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    Parameters
    ----------
    name : str
        Under which its value is sent: a text for `text` and `select`, a list of codes for `checks`, and
        for `filters` an object of variable to list of codes.
    label : Bilingual
        Its words.
    kind : {"text", "select", "checks", "filters"}
        How it is answered. `filters`: groups of boxes, each group a variable, folded until opened.
    options : tuple of (code, Bilingual)
        Of `select` and `checks`.
    groups : tuple of (variable, Bilingual, options)
        Of `filters`.
    value : str, tuple of str or Bilingual
        What stands at first; a text in both languages stands in the reader's.
    help : Bilingual, optional
        A line under the label.
    lines : int
        Height of a text in lines.
    wide : bool
        Takes the whole width of the form.
    """

    name: str
    label: Bilingual
    kind: FieldKind = "text"
    options: tuple[Option, ...] = ()
    groups: tuple[tuple[str, Bilingual, tuple[Option, ...]], ...] = ()
    value: str | tuple[str, ...] | Bilingual = ""
    help: Bilingual | None = None
    lines: int = 1
    wide: bool = False


@dataclass(frozen=True, slots=True)
class FieldSet:
    """Questions that belong together, under a legend."""

    legend: Bilingual
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """A button. `kind`: of the question it sends. `live`: also sent by itself while the reader changes answers."""

    kind: str
    label: Bilingual
    live: bool = False


@dataclass(frozen=True, slots=True)
class FormSection:
    """A form under a title, with the place where its answers appear.

    Parameters
    ----------
    anchor : str
        Unique in the board.
    title : Bilingual
        The heading.
    intro : tuple of Bilingual
        Paragraphs before the first question.
    sets : tuple of FieldSet
        The questions.
    actions : tuple of Action
        The buttons, the most usual first.

    Raises
    ------
    BadDefinition
        Two fields have the same name, or there is no button.
    """

    anchor: str
    title: Bilingual
    intro: tuple[Bilingual, ...]
    sets: tuple[FieldSet, ...]
    actions: tuple[Action, ...]

    def __post_init__(self) -> None:
        names = [field.name for one in self.sets for field in one.fields]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise BadDefinition(f"Two fields of form '{self.anchor}' are called '{twice[0]}'.", remedy="Rename one.")
        if not self.actions:
            raise BadDefinition(f"Form '{self.anchor}' has no button.", remedy="Give it an action.")


def form_payload(section: FormSection) -> dict[str, Any]:
    """The form as JSON values; each text is a pair, English then French."""
    return {
        "intro": [_both(text) for text in section.intro],
        "sets": [
            {"legend": _both(one.legend), "fields": [_field(field) for field in one.fields]} for one in section.sets
        ],
        "actions": [{"kind": a.kind, "label": _both(a.label), "live": a.live} for a in section.actions],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": _both(field.label),
        "kind": field.kind,
        "options": _options(field.options),
        "groups": [[variable, _both(label), _options(options)] for variable, label, options in field.groups],
        "value": _first(field.value),
        "help": _both(field.help) if field.help else None,
        "lines": field.lines,
        "wide": field.wide,
    }


def _first(value: str | tuple[str, ...] | Bilingual) -> Any:
    if isinstance(value, Bilingual):
        return {"both": _both(value)}
    return list(value) if isinstance(value, tuple) else value


def _options(options: tuple[Option, ...]) -> list[list[Any]]:
    return [[code, _both(label)] for code, label in options]


def _both(text: Bilingual) -> list[str]:
    return [say(text, language) for language in LANGUAGES]
