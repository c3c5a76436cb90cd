"""Pages in a real browser: axe-core finds nothing, nothing is fetched, nothing stands out to the side."""

from __future__ import annotations

import pytest

from etm_workbench.presentation.html import render_html

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module", params=["en", "fr"])
def page_file(request, make_report, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / f"page.{request.param}.html"
    path.write_text(render_html(make_report(), request.param), encoding="utf-8")
    return path


def test_axe_finds_nothing_wrong(page_file, open_page, faults):
    assert [] == faults(open_page(page_file))


def test_axe_finds_nothing_wrong_with_text_versions_open(page_file, open_page, faults):
    page = open_page(page_file)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert [] == faults(page)


def test_axe_finds_what_is_wrong(open_page, faults, tmp_path):
    (tmp_path / "bad.html").write_text("<html><title>x</title><main><h1>x</h1><img src='x.png'></main></html>")
    rules = {fault.split(":")[0] for fault in faults(open_page(tmp_path / "bad.html"))}
    assert {"critical image-alt", "serious html-has-lang"} == rules


def test_page_asks_for_itself_only(page_file, open_page):
    page = open_page(page_file)
    page.wait_for_load_state("networkidle")
    assert [page_file.as_uri()] == [asked for asked in page.asked if not asked.startswith("data:")]


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_page_never_scrolls_sideways(page_file, open_page, width):
    page = open_page(page_file, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_page_is_readable_without_scripts(page_file, open_page):
    page = open_page(page_file, java_script_enabled=False)
    assert page.locator("h1").inner_text() != ""
