"""Organizations by size: each one's share, between the limits that chance alone would set at its size.

Shares of small organizations scatter widely, so the limits open towards the left. A mark between the
limits says nothing against or for its organization; only one outside them does. An organization whose
share is withheld has no mark: the text version names it with its symbol.
"""

from __future__ import annotations

from typing import Any

from etm_workbench.codebook.bilingual import LANGUAGES, Bilingual
from etm_workbench.presentation import theme
from etm_workbench.presentation.charts.canvas import WIDTH, Rows, Spec, canvas, line, only
from etm_workbench.presentation.charts.marks import Reading, frame
from etm_workbench.presentation.document import Labels
from etm_workbench.presentation.layout import Layout
from etm_workbench.presentation.parts import ChartPart
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import ProtectedTable
from etm_workbench.sensitive import TOTAL

_HEIGHT = 300
_MERGED = "OTHERS"  # the small ones counted together: a row of the text version, but no organization to mark
_LIMITS = ("low_95", "high_95", "low_998", "high_998")
_FIGURES = ("people", "share", "low_95", "high_95")
_HEADINGS = {
    "people": Bilingual("Answered", "Ont répondu"),
    "low_95": Bilingual("Expected from", "Attendu de"),
    "high_95": Bilingual("Expected to", "Attendu à"),
}
_KEY = Bilingual(
    "Hollow: between the limits. Filled: outside the inner limits. Square: outside both.",
    "Vide : entre les limites. Plein : hors des limites internes. Carré : hors des deux.",
)
_OWN_KEY = Bilingual(" Diamond: this organization.", " Losange : cette organisation.")
_PEOPLE = Bilingual(
    "People who answered (each step is ten times more)", "Personnes ayant répondu (échelle logarithmique)"
)
_ALT = Bilingual(
    "Scatter of organizations by size and share, between limits that narrow as organizations grow. "
    "The text version holds the same numbers.",
    "Nuage d’organisations selon leur taille et leur part, entre des limites qui se resserrent à mesure que les "
    "organisations grandissent. La version textuelle contient les mêmes chiffres.",
)
_ABSENT = Bilingual(
    "Organizations whose share is withheld have no mark; the text version names them.",
    "Les organisations dont la part est retenue n’ont pas de marque; la version textuelle les nomme.",
)


def organizations(
    table: ProtectedTable | TableData, labels: Labels, *, title: Bilingual, of: dict[str, str], own: str = "", name: str
) -> ChartPart:
    """Organizations' shares of one answer, by size, between the limits of chance.

    Parameters
    ----------
    table : ProtectedTable
        `organization` × a variable, with the figures of `etm_workbench.analysis.limits.with_limits`.
    labels : mapping of variable to mapping of code to Bilingual
        Of both dimensions.
    title : Bilingual
        The finding.
    of : dict of str to str
        The variable and its code: `{"sex": "F"}`.
    own : str
        Identifier of the reader's organization, which is named on the chart; empty for none.
    name : str
        The part's name.
    """
    data = TableData.of(table)
    codes = tuple(code for code in data.codes("organization") if code != TOTAL)
    layout = Layout(
        ("organization",),
        figures=_FIGURES,
        where=of,
        only={"organization": codes},
        headings=_HEADINGS,
        alphabetical=("organization",),
    )
    layout.check(data)
    spec = {
        language: frame(language, _scatter(Reading(data, labels, language, of), codes, own)) for language in LANGUAGES
    }
    return ChartPart(name, title, _ALT, spec, data, layout, notes=(_ABSENT,))


def _scatter(reading: Reading, codes: tuple[str, ...], own: str) -> Spec:
    rows = [row for code in codes if code != _MERGED and (row := _row(reading, code, own))]
    rows.sort(key=lambda row: (row["people"], row["organization"]))
    for row in rows[len(rows) // 2 :]:  # a name stands where there is room for it
        if "mine" in row:
            row["mine_left"] = row.pop("mine")
    key = reading.say(_KEY) + (reading.say(_OWN_KEY) if own in codes else "")
    return canvas(rows, height=_HEIGHT, layers=[line(key, top=-34), *_layers(reading)])


def _row(reading: Reading, code: str, own: str) -> dict[str, Any] | None:
    """One organization; None where its people or share are not shown."""
    people, share = (reading.number(figure, {"organization": code}) for figure in ("people", "share"))
    if not people or share is None:
        return None
    low, high, lowest, highest = (reading.number(figure, {"organization": code}) for figure in _LIMITS)
    row: dict[str, Any] = {"organization": code, "people": people, "share": share}
    if low is None or high is None or lowest is None or highest is None:
        return {**row, "kind": "own" if code == own else "inside"}
    kind = "beyond" if not lowest <= share <= highest else "outside" if not low <= share <= high else "inside"
    row |= {"low": low, "high": high, "lowest": lowest, "highest": highest, "kind": kind}
    return {**row, "mine": reading.label("organization", code)} if code == own else row


def _layers(reading: Reading) -> Rows:
    ink, quiet = theme.colour("blue-700"), theme.colour("blue-300")
    x = {
        "field": "people", "type": "quantitative", "scale": {"type": "log", "nice": True},
        "title": reading.say(_PEOPLE), "axis": {"grid": False, "tickCount": 4, "format": "~d"},
    }  # fmt: skip
    y = {"type": "quantitative", "title": None, "axis": {"format": ".0%", "tickCount": 6}, "scale": {"zero": True}}
    fill = {"condition": {"test": "datum.kind == 'inside'", "value": "#ffffff"}, "value": ink}
    shape = {"condition": {"test": "datum.kind == 'beyond'", "value": "square"}, "value": "circle"}
    at_share = {"x": x, "y": {**y, "field": "share"}}
    point = {"type": "point", "size": 46, "stroke": ink, "strokeWidth": 1.3, "opacity": 1}
    mine = {"type": "point", "size": 190, "shape": "diamond", "fill": theme.colour("bg-primary"), "opacity": 1}
    name = {"type": "text", "fontWeight": "bold", "dy": 22, "limit": WIDTH / 2}
    return [
        *(_limit(field, {"x": x, "y": {**y, "field": field}}, [], quiet) for field in ("low", "high")),
        *(_limit(field, {"x": x, "y": {**y, "field": field}}, [4, 3], quiet) for field in ("lowest", "highest")),
        {"mark": point, "encoding": {**at_share, "fill": fill, "shape": shape}},
        *(
            layer
            for field, align in (("mine", "left"), ("mine_left", "right"))
            for layer in (
                only(field, {"mark": mine, "encoding": at_share}),
                only(field, {"mark": {**name, "align": align}, "encoding": {**at_share, "text": {"field": field}}}),
            )
        ),
    ]


def _limit(field: str, encoding: Spec, dash: list[int], colour: str) -> Spec:
    mark = {"type": "line", "color": colour, "strokeWidth": 1.5, "strokeDash": dash, "interpolate": "monotone"}
    return only(field, {"mark": mark, "encoding": {**encoding, "order": {"field": "people"}}})
