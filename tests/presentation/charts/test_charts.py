"""Every chart: valid, drawn from what may be read and nothing else, the same in both languages."""

from __future__ import annotations

import json
import re
from itertools import product

import altair as alt
import pytest

from etm_workbench.errors import BadDefinition, UnprotectedOutput
from etm_workbench.presentation import charts
from etm_workbench.presentation.charts.canvas import WIDTH
from etm_workbench.presentation.charts.drawing import draw_svg, draw_with, size_of
from etm_workbench.presentation.locale import rounded
from etm_workbench.presentation.sentences import direction_of
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import Shown
from etm_workbench.sensitive import Dimension

NAMES = sorted(charts.__all__)
ROW_FIELDS = {"row", "column", "state", "place", "same", "value", "symbol", "text", "marker", "low", "high", "clear",
              "first", "last", "nobody", "begin", "finish", "run", "alone", "left", "top", "centre", "colour",
              "ink"}  # fmt: skip


@pytest.fixture(params=NAMES)
def part(request, every_chart):
    return every_chart[request.param]


def rows(part, language="en"):
    return part.spec[language]["data"]["values"]


def test_every_public_chart_has_an_example(every_chart):
    assert NAMES == sorted(every_chart)


def test_specification_meets_the_published_schema(part):
    spec = part.spec["fr"]
    assert spec["$schema"] == alt.Chart.from_dict(spec, validate=True).to_dict(validate=True)["$schema"]


def test_rows_hold_only_fields_that_are_drawn(part):
    assert set() == {field for row in rows(part) for field in row} - ROW_FIELDS


def test_withheld_row_holds_a_symbol_and_no_value(part):
    hidden = [row for row in rows(part) if "symbol" in row]
    assert (True, set()) == (bool(hidden), {field for row in hidden for field in row} & {"value", "low", "high"})


def test_number_of_withheld_rows_is_that_of_withheld_cells(part):
    figure = {"movement": "count", "bench": "count", "funnel": "count", "trend": "count", "difference": "difference"}
    layout, data = part.layout, part.data
    used = (*layout.rows, *layout.columns)
    keys = [
        layout.key(data, dict(zip(used, key, strict=True))) for key in product(*(layout.codes(data, v) for v in used))
    ]
    grid = [data.cell(figure.get(part.name, "share"), key) for key in keys]
    assert sum(not isinstance(cell, Shown) for cell in grid) == sum("symbol" in row for row in rows(part))


def test_values_have_no_digit_that_is_not_shown(part):
    forms = {"trend": "count", "movement": "count", "bench": "count", "funnel": "count", "difference": "mean"}
    form = forms.get(part.name, "share")
    shown = [row["value"] for row in rows(part) if "value" in row]
    assert shown == [rounded(value, form) for value in shown]


def test_both_languages_draw_the_same_values(part):
    english, french = (
        [
            {field: row.get(field) for field in ("value", "marker", "low", "high", "symbol")}
            for row in rows(part, language)
        ]
        for language in ("en", "fr")
    )
    assert english == french


def test_no_word_of_one_language_stays_in_the_other(part):
    english, french = (set(re.findall(r"<text[^>]*>([^<]+)<", draw_svg(part.spec[lg]))) for lg in ("en", "fr"))
    assert [] == [text for text in english & french if not re.fullmatch(r"EX-0\d|Total|Placement|[\d,.x+–−]+", text)]


def test_specification_points_to_no_address_but_its_schema(part):
    found = re.findall(r"https?://[^\"]+", json.dumps(part.spec["fr"]))
    assert {"https://vega.github.io/schema/vega-lite/v6.json"} == set(found)


def test_chart_fits_the_page(part):
    assert [True, True] == [size_of(draw_svg(part.spec[language]))[0] <= WIDTH * 1.04 for language in ("en", "fr")]


def test_withheld_marks_are_hatched_or_crossed(part):
    svg = draw_svg(part.spec["en"], prefix="p")
    assert "url(#p-hatch)" in svg or re.search(r">x</text>", svg)


def test_drawing_asks_for_nothing(part):
    svg = draw_svg(part.spec["en"], prefix="p")
    assert [] == re.findall(r'(?:href|src)="[^#"]', svg)


def test_alternative_text_names_what_is_drawn_in_both_languages(part):
    assert (True, True) == (len(part.alt.en) > 30, part.alt.en != part.alt.fr)


def test_chart_of_unprotected_numbers_is_refused():
    with pytest.raises(UnprotectedOutput):
        charts.bench({"EX-01": 3}, {}, title=None)


def test_choice_that_does_not_exist_is_refused_with_the_nearest(every_chart):
    part = every_chart["bench"]
    with pytest.raises(BadDefinition, match="Did you mean 'marker'"):
        charts.bench(part.table, {}, title=part.title, markers="share")


def test_more_columns_than_a_page_holds_are_refused(every_chart, protect):
    nine = Dimension.flat("readiness", list("abcdefghi"), margin=False)
    wide = protect("w", [Dimension.flat("level", ["EX-01"]), nine], [1] * 18)
    with pytest.raises(BadDefinition, match="9 columns"):
        charts.bench(wide, {}, title=every_chart["bench"].title)


def test_specifications_go_to_the_chart_server_when_there_is_one(part):
    draw_with(lambda spec: f'<svg viewBox="0 0 1 1"><text>{len(json.loads(spec)["data"]["values"])}</text></svg>')
    try:
        assert f"<text>{len(rows(part))}</text>" in draw_svg(part.spec["en"])
    finally:
        draw_with(None)


def test_dot_is_filled_by_the_verdict_that_sentences_give(every_chart):
    """The second interval leaves zero out and its adjusted p-value is 0.062: the sentence says one cannot tell."""
    assert {"READY_ADV": 1, "WELL_PLACED": 0} == {
        row["row"]: row["clear"] for row in rows(every_chart["difference"]) if "clear" in row
    }


@pytest.mark.parametrize("significance", [0.05, 0.1, 0.01])
def test_dots_and_sentences_agree_at_any_significance(significance, every_chart):
    data, title = every_chart["difference"].data, every_chart["difference"].title
    part = charts.difference(data, {}, title=title, significance=significance)
    filled = {row["row"]: bool(row["clear"]) for row in rows(part) if "clear" in row}
    said = {code: direction_of(data, {"placement": code}, significance=significance) != "unclear" for code in filled}
    assert said == filled


def test_dots_are_all_hollow_where_no_significance_is_declared(every_chart):
    example = every_chart["difference"]
    part = charts.difference(example.data, {}, title=example.title)
    assert ([], False) == ([row for row in rows(part) if "clear" in row], "Filled" in draw_svg(part.spec["en"]))


def test_key_of_dots_says_how_many_comparisons_were_made(every_chart):
    assert "among the 3 comparisons made" in draw_svg(every_chart["difference"].spec["en"])


@pytest.fixture
def with_nobody(protect):
    """EX-02 has nobody: its counts are zero, and its shares have no meaning."""
    dimensions = [Dimension.flat("level", ["EX-01", "EX-02"]), Dimension.flat("completion", ["BOTH", "ONE"])]
    counts = [6.0, 4.0, 10.0, 0.0, 0.0, 0.0, 6.0, 4.0, 10.0]
    shares = [0.6, 0.4, 1.0, 0.0, 0.0, 0.0, 0.6, 0.4, 1.0]
    table = protect("n", dimensions, counts, figures={"share": ("share", shares)})
    payload = json.loads(json.dumps(TableData.of(table).payload))
    figure = next(figure for figure in payload["figures"] if figure[0] == "share")
    figure[2][3:6] = ["not_applicable"] * 3
    return TableData(payload)


@pytest.mark.parametrize("chart", ["completion", "retirement"])
def test_group_of_nobody_is_not_hatched_as_if_it_were_withheld(chart, with_nobody, every_chart):
    part = getattr(charts, chart)(with_nobody, {}, title=every_chart[chart].title, across="completion")
    svg = draw_svg(part.spec["en"], prefix="p")
    assert (False, False, True) == ("url(#p-hatch)" in svg, "(...)" in svg, ">0</text>" in svg)
