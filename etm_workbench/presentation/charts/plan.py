"""What of a table a chart draws, and how the drawing becomes a chart part with its text version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypedDict, Unpack

from etm_workbench.codebook.bilingual import LANGUAGES, Bilingual, Language
from etm_workbench.errors import BadDefinition, nearest
from etm_workbench.presentation import words
from etm_workbench.presentation.charts.canvas import Spec
from etm_workbench.presentation.charts.marks import Reading, frame
from etm_workbench.presentation.document import VARIABLE, Labels
from etm_workbench.presentation.layout import Layout
from etm_workbench.presentation.locale import say
from etm_workbench.presentation.parts import ChartPart
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import ProtectedTable
from etm_workbench.sensitive import ANSWERED, MISSING, OPEN_NODES


class Choices(TypedDict, total=False):
    """What a caller may choose of any chart; each chart's own page in the gallery says what it uses.

    `name`: the part's name. `down`, `across`: the dimensions drawn. `value`: the figure that lengths or
    positions show. `text`: figures written at each mark. `marker`, `marker_label`: a figure to compare
    with, and what it is. `where`: codes of dimensions that are not drawn. `only`: the codes drawn, in
    order. `totals`: `down`, `across` or both: the sides that end with their total. `significance`: the
    adjusted p-value below which a difference is called one, 0 to 1. `alt`: the alternative text, written
    from the dimensions' names when not given. `notes`: under the chart.
    """

    name: str
    down: str
    across: str | None
    value: str
    text: tuple[str, ...]
    marker: str | None
    marker_label: Bilingual
    where: Mapping[str, str]
    only: Mapping[str, tuple[str, ...]]
    totals: tuple[str, ...]
    significance: float | None
    alt: Bilingual | None
    notes: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Choices with every default filled in; see `Choices`."""

    name: str
    down: str
    across: str | None = None
    value: str = "share"
    text: tuple[str, ...] = ("count", "share")
    marker: str | None = None
    marker_label: Bilingual = words.MARKER
    where: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    totals: tuple[str, ...] = ()
    significance: float | None = None
    alt: Bilingual | None = None
    notes: tuple[Bilingual, ...] = ()

    @classmethod
    def of(cls, defaults: Choices, choices: Choices) -> Plan:
        """A chart's defaults with what the caller chose; `BadDefinition` for a choice that does not exist."""
        known = [f.name for f in fields(cls)]
        for name in choices:
            if name not in known:
                raise BadDefinition(f"A chart has no choice '{name}'.", remedy=nearest(name, known))
        given: dict[str, Any] = {**defaults, **choices}
        return cls(**given)

    @property
    def figures(self) -> tuple[str, ...]:
        """Every figure the chart shows, in the order of its text version."""
        wanted = (*self.text, self.value, *([self.marker] if self.marker else []))
        return tuple(dict.fromkeys(wanted))

    def rows(self, table: TableData) -> tuple[str, ...]:
        """Codes drawn downwards: the variable's own categories unless others are asked for."""
        return self.only.get(self.down) or self._drawn(table, self.down, "down")

    def columns(self, table: TableData) -> tuple[str, ...]:
        """Codes drawn across; a single empty code when nothing is across."""
        if self.across is None:
            return ("",)
        return self.only.get(self.across) or self._drawn(table, self.across, "across")

    def _drawn(self, table: TableData, variable: str, side: str) -> tuple[str, ...]:
        left_out = {ANSWERED, MISSING} if side in self.totals else OPEN_NODES
        return tuple(code for code in table.codes(variable) if code not in left_out)


Draw = Callable[[Reading, Plan], Spec]


def drawn(
    table: ProtectedTable | TableData, labels: Labels, *, title: Bilingual, plan: Plan, draw: tuple[Draw, Bilingual]
) -> ChartPart:
    """A chart part: drawn in both languages, with its text version and alternative text.

    Parameters
    ----------
    table : ProtectedTable
        What is drawn.
    labels : mapping of variable to mapping of code to Bilingual
        Of every code drawn.
    title : Bilingual
        The finding.
    plan : Plan
        What of the table.
    draw : (function, Bilingual)
        What turns a reading and a plan into the body of a specification; what kind of chart that is.
    """
    data = TableData.of(table)
    sketch, kind = draw
    layout = _text_version(data, plan)
    layout.check(data)
    spec = {
        language: frame(language, sketch(Reading(data, labels, language, plan.where), plan)) for language in LANGUAGES
    }
    alt = plan.alt or _usual_alt(kind, [v for v in (plan.down, plan.across) if v], labels)
    return ChartPart(plan.name, title, alt, spec, data, layout, notes=plan.notes)


def chosen(choices: Choices, **defaults: Unpack[Choices]) -> Plan:
    """A chart's defaults with what the caller chose."""
    return Plan.of(defaults, choices)


def _text_version(table: TableData, plan: Plan) -> Layout:
    only: dict[str, tuple[str, ...]] = {plan.down: plan.rows(table)}
    if plan.across:
        only[plan.across] = plan.columns(table)
    across = (plan.across,) if plan.across else ()
    return Layout((plan.down,), across, plan.figures, where=plan.where, only=only)


def _usual_alt(kind: Bilingual, variables: Sequence[str], labels: Labels) -> Bilingual:
    """What kind of chart, of which variables, and that the text version holds the numbers."""

    def names(language: Language) -> str:
        labelled = [labels.get(v, {}).get(VARIABLE) for v in variables]
        return words.BY.in_language(language).join(say(label, language) for label in labelled if label)

    return Bilingual(
        *(
            f"{kind.in_language(language)}{words.COLON.in_language(language)} {names(language)}. "
            f"{words.SAME_NUMBERS.in_language(language)}"
            for language in LANGUAGES
        )
    )
