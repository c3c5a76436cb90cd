"""Charts from the warm process are the charts the library draws."""

from __future__ import annotations

import re
import stat
import struct

import pytest
import vl_convert

from etm_workbench.errors import BadInput
from etm_workbench.reporting.zygote import chart_server, png, run_batch, svg
from etm_workbench.reporting.zygote.charts import use_server

SPEC = {
    "mark": "bar",
    "data": {"values": [{"a": "é", "b": 1234.5}, {"a": "y", "b": 2}]},
    "encoding": {"x": {"field": "a", "type": "nominal"}, "y": {"field": "b", "type": "quantitative"}},
}
COLOURS = {"x": {"field": "a", "type": "nominal"}, "color": {"field": "b", "type": "quantitative"}}
SHADED = {**SPEC, "mark": "rect", "encoding": COLOURS}
OTHER_SHADES = {**SHADED, "data": {"values": [{"a": "z", "b": 5}, {"a": "y", "b": 20}]}}
FRENCH = {"format_locale": "fr-FR"}


@pytest.fixture(scope="module")
def server():
    """The address of a running server."""
    with chart_server() as address:
        yield address


def test_a_drawing_from_the_server_is_the_librarys(server):
    assert vl_convert.vegalite_to_svg(SPEC) == svg(SPEC)


def test_options_reach_the_library(server):
    assert vl_convert.vegalite_to_svg(SPEC, **FRENCH) == svg(SPEC, **FRENCH) != svg(SPEC)


def test_a_gradient_has_the_same_name_whatever_was_drawn_before(server):
    first, _, again = svg(SHADED), svg(OTHER_SHADES), svg(SHADED, show_warnings=False)
    assert first == again


def test_gradients_of_two_charts_have_different_names(server):
    first, second = (set(re.findall(r'id="(gradient_[^"]+)"', svg(spec))) for spec in (SHADED, OTHER_SHADES))
    assert (1, 1, set()) == (len(first), len(second), first & second)


def test_a_gradient_is_asked_for_by_its_name(server):
    drawn = svg(SHADED)
    assert re.findall(r'id="(gradient_[^"]+)"', drawn) == re.findall(r"url\(#(gradient_[^)]+)\)", drawn)


def test_a_picture_has_the_scale_asked_for(server):
    widths = [struct.unpack("!I", png(SPEC, scale=scale)[16:20])[0] for scale in (1, 2)]
    assert 2 * widths[0] == widths[1]


def test_only_this_user_may_connect(server):
    assert 0o600 == stat.S_IMODE(server.stat().st_mode)


def test_its_folder_is_private(server):
    assert 0o700 == stat.S_IMODE(server.parent.stat().st_mode)


def test_a_bad_specification_is_refused_without_its_content(server):
    with pytest.raises(BadInput, match=r"cannot be drawn \(ValueError\)"):
        svg({"mark": "a-secret-value"})


def test_the_server_survives_a_bad_specification(server):
    with pytest.raises(BadInput):
        svg({"mark": "nonsense"})
    assert svg(SPEC).startswith("<svg")


def test_without_a_server_charts_are_drawn_here():
    assert vl_convert.vegalite_to_svg(SPEC) == svg(SPEC)


def test_a_server_that_has_gone_is_done_without(tmp_path, server):
    use_server(tmp_path / "nobody.sock")
    try:
        assert vl_convert.vegalite_to_svg(SPEC) == svg(SPEC)
    finally:
        use_server(server)


def test_the_server_ends_with_its_block():
    with chart_server() as address:
        svg(SPEC)
    assert not address.exists()


def test_children_draw_at_the_same_time_each_its_own(make_job, notebooks):
    draw = (
        "from etm_workbench.reporting.zygote import svg\n"
        "values, encoding = [{'t': f'report {number}'}], {'text': {'field': 't'}}\n"
        "spec = {'mark': 'text', 'data': {'values': values}, 'encoding': encoding}\n"
        "print(all(f'report {number}' in svg(spec) for _ in range(20)))"
    )
    jobs = [make_job("draws", draw, number=number) for number in range(4)]
    run_batch(jobs, workers=4)
    assert ["True\n"] * 4 == [notebooks.said(job.output) for job in jobs]


def test_a_notebooks_own_charts_go_through_the_server(make_job, notebooks):
    threads = "import os\nimport altair as alt\nalt.renderers.enable('svg')"
    job = make_job(
        "altair", threads, "alt.Chart(alt.Data(values=[{}])).mark_point()", "len(os.listdir('/proc/self/task'))"
    )
    run_batch([job])
    chart, count = notebooks.shown(job.output)[1:]
    assert (True, "1") == ("image/svg+xml" in chart[0].data, count[0].data["text/plain"])
