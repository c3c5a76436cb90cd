"""The people of the talent map in a real browser: listed by name, moved in a what-if, reached by keyboard alone."""

from __future__ import annotations

import pytest

from tests.dashboards.conftest import HEAD, HOSTILE
from tests.dashboards.map_steps import WORDS, cell, choose_region, compared, count_in

pytestmark = pytest.mark.chromium


def test_cell_lists_its_people_with_marking_and_purpose(visit_map, language, keep):
    page = visit_map(language)
    wanted = int(count_in(page, "READY_ADV", "TOTAL"))
    cell(page, 0, 5).click()
    page.wait_for_selector(".named tbody tr")
    keep(page, f"talent_map.people.{language}")
    rows, marking = page.locator(".named tbody tr").count(), page.locator("dialog .marking").inner_text()
    assert (wanted, WORDS[language]["marking"]) == (rows, marking)
    assert HEAD in page.locator(".people-place").inner_text()


def test_list_is_asked_for_the_purpose_chosen(visit_map, map_site):
    page = visit_map()
    cell(page, 0, 5).click()
    page.locator("#purpose").select_option("1")
    page.wait_for_function("() => document.querySelector('.people-place').textContent.includes('Succession planning')")
    assert ["Talent review discussion", "Succession planning"] == [question["purpose"] for question in map_site.asked]


def test_names_that_try_to_be_scripts_are_shown_as_text(visit_map):
    page = visit_map()
    for row in range(6):
        cell(page, row, 5).click()
        page.wait_for_selector(".named, .people-place p")
        page.wait_for_function("() => !/…/.test(document.querySelector('.people-place').textContent)")
        if HOSTILE in page.locator(".people-place").inner_text():
            break
        page.keyboard.press("Escape")
    assert HOSTILE in page.locator(".people-place").inner_text()
    assert page.evaluate("window.stolen") is None


def test_escape_closes_a_cell_and_gives_focus_back(visit_map):
    page = visit_map()
    cell(page, 1, 0).click()
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    focused = "document.activeElement.closest('tr') === document.querySelectorAll('.map-grid tbody tr')[1]"
    assert page.evaluate(focused)


def test_everything_by_keyboard_alone(visit_map, language):
    page = visit_map(language)
    focus = lambda: page.evaluate("document.activeElement.textContent.trim()")  # noqa: E731
    for _ in range(60):
        page.keyboard.press("Tab")
        if focus().startswith(WORDS[language]["region"]):
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    assert 1 == page.locator(".chip").count()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('cell')"):
            break
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "End"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert page.locator("#dialog-title").inner_text().startswith(page.locator(".map-grid tbody th").nth(2).inner_text())


def test_arrow_keys_stay_in_the_grid(visit_map):
    page = visit_map()
    cell(page, 0, 0).focus()
    for key in ("ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement === document.querySelector('.map-grid tbody button')")


def test_what_if_moves_people_on_the_screen_alone(visit_map, map_site, language, keep):
    page = visit_map(language)
    page.get_by_role("button", name=WORDS[language]["what_if"]).click()
    before = int(count_in(page, "WELL_PLACED", "EX-01"))
    cell(page, 2, 0).click()
    page.locator(".move input").fill("2")
    page.locator(".move select").select_option("READY_ADV")
    page.get_by_role("button", name=WORDS[language]["try"], exact=True).click()
    keep(page, f"talent_map.what_if.{language}")
    shown = cell(page, 2, 0).inner_text()
    assert f"→ {before - 2}" in shown
    assert {"people"} == {question["kind"] for question in map_site.asked}


def test_what_if_can_be_undone(visit_map):
    page = visit_map()
    page.get_by_role("button", name="Try a what-if").click()
    cell(page, 2, 0).click()
    page.get_by_role("button", name="Try", exact=True).click()
    page.locator(".what-if").get_by_role("button", name="Undo").first.click()
    assert 0 == page.locator(".cell.tried").count()


def test_named_person_can_be_tried_elsewhere(visit_map):
    page = visit_map()
    page.get_by_role("button", name="Try a what-if").click()
    cell(page, 2, 5).click()
    page.locator(".named tbody select").first.select_option("READY_LAT")
    name = page.locator(".what-if li").inner_text()
    assert "Well-Placed in Role → Ready for Lateral Movement" in name


@pytest.mark.parametrize("state", ["text_versions", "filters", "people", "what_if"])
def test_axe_finds_nothing_wrong(visit_map, faults, language, state):
    page = visit_map(language, bypass_csp=True)
    if state == "filters":
        choose_region(page, language)
        page.locator(".filter summary").first.click()
        compared(page)
    if state == "people":
        cell(page, 0, 5).click()
        page.wait_for_selector(".named")
    if state == "what_if":
        page.get_by_role("button", name=WORDS[language]["what_if"]).click()
        cell(page, 2, 0).click()
        page.get_by_role("button", name=WORDS[language]["try"], exact=True).click()
    if state == "text_versions":
        page.evaluate("document.querySelectorAll('figure details, .definitions').forEach(one => one.open = true)")
    assert [] == faults(page)
