"""The talent map in a real browser, in both languages: opened, filtered, followed, printed and taken along.

The page is served under the policy that only its own script and style may run; its questions are answered by
the real answers of the small service. Pictures are kept in `ETM_ARTIFACTS` when it names a folder.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pymupdf
import pytest

from etm_workbench.presentation.locale import number
from tests.dashboards.conftest import SITE
from tests.dashboards.map_steps import WORDS, choose_region, compared, count_in

pytestmark = pytest.mark.chromium


def test_page_opens_in_its_language(visit_map, language, keep):
    page = visit_map(language)
    keep(page, f"talent_map.open.{language}")
    heading, tag = page.locator("h1").inner_text(), page.evaluate("document.documentElement.lang")
    assert (WORDS[language]["title"], f"{language}-CA") == (heading, tag)


def test_page_says_nothing_in_the_console_under_a_strict_policy(visit_map, language):
    page = visit_map(language)
    choose_region(page, language)
    compared(page)
    assert [] == page.said


def test_page_asks_its_own_site_only(visit_map):
    page = visit_map()
    choose_region(page)
    compared(page)
    assert [] == [url for url in page.asked if not url.startswith((SITE, "data:"))]


def test_unfiltered_page_asks_nothing(visit_map, map_site):
    visit_map()
    assert [] == map_site.asked


def test_language_switches_without_a_reload(visit_map):
    page = visit_map("en")
    choose_region(page)
    page.locator(".language").click()
    heading, address, requests = page.locator("h1").inner_text(), page.url, [u for u in page.asked if "lang=" in u]
    assert (WORDS["fr"]["title"], True, 1) == (heading, address.endswith("lang=fr"), len(requests))


def test_language_switch_keeps_the_filters(visit_map):
    page = visit_map("en")
    choose_region(page)
    before = page.locator(".people").inner_text().split(" of ")[0]
    page.locator(".language").click()
    assert page.locator(".people").inner_text().startswith(f"{before} des ")


def test_filter_counts_the_kept_people(visit_map, language, keep):
    page = visit_map(language)
    whole = int(count_in(page))
    choose_region(page, language)
    kept = int(count_in(page))
    compared(page)
    keep(page, f"talent_map.filtered.{language}")
    assert 0 < kept < whole


def test_filter_shows_a_chip_with_n_of_n(visit_map):
    page = visit_map()
    choose_region(page)
    assert re.fullmatch(r"Region of work: 1 of \d+ – National Capital Region ✕", page.locator(".chip").inner_text())


def test_chip_removes_its_filter(visit_map):
    page = visit_map()
    before = count_in(page)
    choose_region(page)
    page.locator(".chip").click()
    assert (before, 0) == (count_in(page), page.locator(".chip").count())


def test_undo_takes_back_the_last_filter(visit_map, language):
    page = visit_map(language)
    choose_region(page, language)
    after_one = count_in(page)
    page.locator(".filter", has_text="EX-01").locator("summary").click()
    page.locator(".filter input[value='EX-01']").check()
    page.get_by_role("button", name=WORDS[language]["undo"]).click()
    assert after_one == count_in(page)


def test_level_filter_keeps_its_columns_only(visit_map):
    page = visit_map()
    page.locator(".filter", has_text="EX-01").locator("summary").click()
    page.locator(".filter input[value='EX-01']").check()
    assert ["EX-01", "Total"] == page.locator(".map-grid thead th:visible").all_inner_texts()[1:]


def test_filters_that_leave_nobody_say_so(visit_map, map_site):
    page = visit_map()
    for name, code in (("Branch", "DEPUTY_OFFICE"), ("Functional community", "ATIP"), ("Region of work", "QC")):
        page.locator(".filter", has_text=name).locator("summary").click()
        if page.locator(f".filter input[value={code}]").count():
            page.locator(f".filter input[value={code}]").first.check()
        page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    assert page.locator(".people").inner_text().startswith("0 of ")
    said = [page.locator(place).inner_text() for place in (".below-map", "#not-placed", "#two-way")]
    assert [True] * 3 == ["The filters leave nobody" in text for text in said]
    assert [] == [question for question in map_site.asked if len(question["where"]) == 3]


def test_overlay_marks_as_many_as_the_records_hold(visit_map):
    page = visit_map()
    page.locator(".overlays label").nth(1).click()
    total = sum(
        int(text.split("\u00a0")[1])
        for text in page.locator(".map-grid tbody td[data-level=TOTAL] .marks").all_inner_texts()
    )
    columns = sum(
        int(text.split("\u00a0")[1])
        for text in page.locator(".map-grid tbody td:not([data-level=TOTAL]) .marks").all_inner_texts()
    )
    assert total == columns > 0


def test_text_version_of_the_movement_holds_everybody(visit_map):
    page = visit_map()
    page.locator("#movement summary").click()
    numbers = [int(text) for text in page.locator("#movement td").all_inner_texts() if text.isdigit()]
    here = int(page.locator(".people").inner_text().split()[1])
    leaving = [row.split("\t")[-1] for row in page.locator("#movement tbody tr").all_inner_texts()]
    gone = sum(int(text) for text in leaving if text.isdigit())
    assert here == sum(numbers) - gone


def test_charts_follow_the_filters(visit_map):
    page = visit_map()
    before = page.locator("#trend").inner_text(), page.locator("#movement").inner_text()
    choose_region(page)
    page.wait_for_function("before => document.querySelector('#trend').innerText !== before", arg=before[0])
    assert before[1] != page.locator("#movement").inner_text()


def test_other_cycle_is_one_link_away(visit_map):
    page = visit_map()
    page.locator(".cycles a", has_text="2024-25").click()
    page.wait_for_url("**cycle=2024-25**", timeout=90_000)
    assert "2024-25" in page.locator(".subtitle").inner_text()


@pytest.mark.parametrize("ending", ["csv", "svg", "png"])
def test_export_saves_a_file(visit_map, ending):
    page = visit_map()
    with page.expect_download() as saved:
        page.locator(".tool-group button").nth(["csv", "svg", "png"].index(ending)).click()
    assert f"talent_map.2025-26.en.{ending}" == saved.value.suggested_filename


def test_csv_holds_what_is_shown(visit_map):
    page = visit_map()
    choose_region(page)
    compared(page)
    with page.expect_download() as saved:
        page.locator(".tool-group button").first.click()
    text = Path(saved.value.path()).read_text(encoding="utf-8-sig")
    kept = count_in(page)
    assert f"Well-Placed in Role,All levels,{kept}," in text
    assert text.startswith("Protected B\n")
    assert "Region of work: National Capital Region" in text


@pytest.mark.parametrize("width", [320, 640])
def test_page_never_scrolls_sideways(visit_map, language, width, keep):
    page = visit_map(language, width=width, height=844)
    page.evaluate("document.querySelectorAll('figure details, .definitions').forEach(one => one.open = true)")
    keep(page, f"talent_map.{width}.{language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_narrow_page_shows_one_level_at_a_time(visit_map):
    page = visit_map(width=390, height=844)
    page.locator("#level-shown").select_option("EX-02")
    assert ["EX-02"] == page.locator(".map-grid thead th:visible").all_inner_texts()[1:]


def test_movement_is_drawn_whole_on_a_narrow_screen(visit_map, language, keep):
    page = visit_map(language, width=390, height=844)
    keep(page, f"talent_map.390.{language}")
    cut = page.locator(".flow .narrow svg").evaluate(
        """svg => [...svg.querySelectorAll("text")].map(one => one.getBBox())
             .filter(box => box.x < 0 || box.x + box.width > svg.viewBox.baseVal.width).length"""
    )
    wide = page.locator(".flow .drawing").evaluate("one => one.scrollWidth > one.clientWidth")
    assert (1, 0, False) == (page.locator(".flow .drawing svg:visible").count(), cut, wide)


def test_first_printed_page_has_its_marking_once(visit_map, language):
    page = visit_map(language)
    with pymupdf.open(stream=page.pdf(prefer_css_page_size=True)) as printed:
        texts = [printed[number].get_text() for number in (0, 1)]
    assert [1, 1] == [text.upper().count(WORDS[language]["marking"].upper()) for text in texts]


def test_paper_shows_every_level_and_the_marking(visit_map, language, tmp_path):
    page = visit_map(language, width=390, height=844)
    page.emulate_media(media="print")
    levels = page.locator(".map-grid thead th:visible").count()
    buttons = page.locator(".tools:visible, .filter-row:visible, .language:visible").count()
    marking = page.locator(".marking:visible").first.inner_text()
    assert (7, 0, True) == (levels, buttons, marking.endswith(WORDS[language]["marking"]))


@pytest.mark.parametrize("form", ["count", "share", "points", "gap", "p_value"])
def test_numbers_are_written_as_in_the_reports(visit_map, language, form):
    page = visit_map(language, bypass_csp=True)
    shares = [0, 0.0004, 0.0005, 0.001, 0.01, 0.0123, 0.1234, 0.25, 0.5, 0.6667, 0.999, 1]
    values = [0, 1, 12, 999, 1000, 12345, 1234567] if form == "count" else shares
    values = [*values, *(-value for value in shares[1:])] if form in ("points", "gap") else values
    writer = {"count": "countText", "share": "shareText", "points": "pointsText", "gap": "gapText", "p_value": "pText"}
    source = page.evaluate("document.querySelector('script[type=module]').textContent")
    board = {"language": int(language == "fr"), "formats": {}}
    called = f"values.map((value) => {writer[form]}({json.dumps(board)}, value))"
    page.add_script_tag(content=f"{{ {source.split('export {')[0]}; window.write = (values) => {called}; }}")
    assert [number(value, form, language) for value in values] == page.evaluate("values => write(values)", values)
