"""What a deputy head does on each dashboard, in both languages, by mouse and by keyboard alone.

One test a verb: filter, drill, compare, switch cycle, print, take along; opening, and axe-core on each state
reached, come with them. By keyboard an element is reached by Tab as a reader would, never by a script.
"""

from __future__ import annotations

from pathlib import Path

import pytest

# ruff: noqa: F811  fixtures are asked for by their names
from tests.dashboards.board_site import site, visit  # noqa: F401
from tests.dashboards.conftest import ANALYST, CYCLES, HEAD
from tests.dashboards.map_steps import WORDS

pytestmark = [pytest.mark.chromium, pytest.mark.long]
# Name of the dashboard and who looks; of the last two OCHRO sees the whole service.
BOARDS = {
    "talent_map": ("talent_map", HEAD),
    "cadre": ("cadre", HEAD),
    "cycle_desk": ("cycle_desk", HEAD),
    "builder": ("builder", HEAD),
    "service": ("service", ANALYST),
    "talent_map_of_service": ("talent_map", ANALYST),
    "builder_of_service": ("builder", ANALYST),
}
MOST_TABS = 250


@pytest.fixture(params=["mouse", "keyboard"])
def way(request):
    """Each way of working in turn."""
    return request.param


@pytest.fixture
def board(request):
    """Which dashboard; the tests say which of them the verb is for."""
    return request.param


@pytest.fixture
def shown(visit, board, language, way, faults, keep, request):
    """The page; when the test has passed, what it came to is looked at by axe and kept as a picture."""
    name, viewer = BOARDS[board]
    page = visit(name, language, viewer=viewer, accept_downloads=True)
    yield page
    verb = request.node.originalname.removeprefix("test_")
    keep(page, f"verbs.{board}.{verb}.{language}.{way}")
    assert ([], []) == (page.said, faults(page))


def only(*boards):
    return pytest.mark.parametrize("board", boards, indirect=True)


def act(page, wanted, way, key="Enter"):
    """Works an element: a click, or Tab to it and a key."""
    if way == "mouse":
        wanted.click()
        return
    for _ in range(MOST_TABS):
        if wanted.evaluate("element => element === document.activeElement"):
            page.keyboard.press(key)
            return
        page.keyboard.press("Tab")
    pytest.fail("the keyboard does not reach it")


def choose(page, select, way, code):
    """Chooses from a list: at once, or by the arrow keys."""
    if way == "mouse":
        select.select_option(code)
        return
    codes = select.locator("option").evaluate_all("all => all.map(one => one.value)")
    act(page, select, way, "Home")
    for _ in range(codes.index(code)):
        page.keyboard.press("ArrowDown")


def second_tab(page, way, *, at=0):
    """Opens the second alternative of a choice; what it shows."""
    tabs = page.locator("[role=tablist]").nth(at).locator("[role=tab]")
    if way == "mouse":
        tabs.nth(1).click()
    else:
        act(page, tabs.first, way, "ArrowRight")
    return page.locator(f"#{tabs.nth(1).get_attribute('aria-controls')}")


@only("talent_map")
def test_filter_of_the_map(shown, language, way):
    act(shown, shown.locator(".filter", has_text=WORDS[language]["region"]).locator("summary"), way)
    act(shown, shown.locator(".filter input[value=NCR]"), way, "Space")
    assert 1 == shown.locator(".chip").count()


@only("builder", "builder_of_service")
def test_filter_of_a_question(shown, way):
    before = shown.locator(".answer").inner_text()
    act(shown, shown.locator("details.all > summary"), way)
    group = shown.locator("details.all details", has=shown.locator("input[value=EX-01]")).first
    act(shown, group.locator("summary"), way)
    act(shown, group.locator("input[value=EX-01]").first, way, "Space")
    shown.wait_for_function("before => document.querySelector('.answer').innerText !== before", arg=before)
    shown.wait_for_function("() => !document.querySelector('.answer').hasAttribute('aria-busy')")
    assert "EX-01" in shown.locator(".answer").inner_text()


@only("cadre", "cycle_desk", "service")
def test_filter_by_alternatives(shown, way):
    assert second_tab(shown, way).is_visible()


@only("talent_map")
def test_drill_to_the_people_in_a_cell(shown, way):
    cells = shown.locator(".map-grid tbody tr").nth(2).locator("button")
    if way == "mouse":
        cells.last.click()
    else:
        act(shown, shown.locator(".map-grid tbody button").first, way, "ArrowDown")
        for key in ("ArrowDown", "End", "Enter"):
            shown.keyboard.press(key)
    shown.wait_for_selector("dialog .named tbody tr")
    assert int(cells.last.locator("b").inner_text()) == shown.locator(".named tbody tr").count()


@only("cycle_desk")
def test_drill_to_the_people_to_remind(shown, way):
    act(shown, shown.locator(".actions button").first, way)
    shown.wait_for_selector(".roster tbody tr")
    assert shown.locator(".roster tbody tr").count() > 0


@only("cadre", "cycle_desk", "service")
def test_drill_to_the_numbers_of_a_chart(shown, way):
    details = shown.locator("figure details:visible").first
    act(shown, details.locator("summary"), way)
    assert details.locator("table").is_visible()


@only("talent_map_of_service")
def test_drill_into_a_cell_of_the_service_names_nobody(shown, way):
    act(shown, shown.locator(".map-grid tbody button").first, way)
    shown.wait_for_selector("dialog[open]")
    assert 0 == shown.locator("dialog .people-list, dialog .named").count()


@only("talent_map")
def test_compare_a_cell_with_the_service(shown, way):
    cells = shown.locator(".map-grid tbody tr").first.locator("button")
    if way == "mouse":
        cells.last.click()
    else:
        act(shown, cells.first, way, "End")
        shown.keyboard.press("Enter")
    shown.wait_for_selector("dialog .figures")
    assert 3 == shown.locator("dialog .figures dt").count()


@only("cadre", "cycle_desk", "service")
def test_compare_by_a_second_view(shown, way):
    last = shown.locator("[role=tablist]").count() - 1
    assert second_tab(shown, way, at=last).locator("figure, table").first.is_visible()


@only("builder")
def test_compare_a_question_with_the_service(shown, language, way):
    choose(shown, shown.locator("#ask-measure"), way, "share")
    choose(shown, shown.locator("#ask-comparator"), way, "service")
    said = {"en": "Each share is held against", "fr": "Chaque proportion est comparée"}[language]
    shown.wait_for_function("said => document.querySelector('.answer').innerText.includes(said)", arg=said)
    assert shown.locator(".answer table").count() > 0


@only(*BOARDS)
def test_switch_cycle(shown, board, way):
    act(shown, shown.locator(".cycles a", has_text=CYCLES[0]), way)
    shown.wait_for_url(f"**cycle={CYCLES[0]}**", timeout=90_000)
    shown.wait_for_selector("footer")
    if board.startswith("builder"):
        shown.wait_for_selector(".answer h3", timeout=90_000)
    assert CYCLES[0] == shown.locator(".cycles a[aria-current=page]").inner_text()


@only("talent_map_of_service", "builder_of_service")
def test_switch_organization(shown, board, way):
    choose(
        shown, shown.locator("#organization-choice"), way, shown.locator("option[value*='=47&']").get_attribute("value")
    )
    act(shown, shown.locator(".organizations button"), way)
    shown.wait_for_url("**organization=47**", timeout=90_000)
    shown.wait_for_selector("footer")
    if board.startswith("builder"):
        shown.wait_for_selector(".answer h3", timeout=90_000)
    assert "organization=47" in shown.locator("#organization-choice").input_value()


@only("talent_map", "cadre", "cycle_desk", "service", "talent_map_of_service")
def test_print(shown, language, way):
    shown.evaluate("window.print = () => (window.printed = true)")
    act(shown, shown.locator(".tool-group button").last, way)
    shown.emulate_media(media="print")
    left = shown.locator("button:visible:not(.cell), select:visible, .language:visible").count()
    marking = shown.locator(".marking:visible").first.inner_text()
    shown.emulate_media(media="screen")
    assert (True, 0, True) == (shown.evaluate("window.printed"), left, marking.endswith(WORDS[language]["marking"]))


@only("talent_map", "cadre", "cycle_desk", "service", "talent_map_of_service")
def test_export_a_table(shown, language, way):
    with shown.expect_download() as saved:
        act(shown, shown.locator(".tool-group button").first, way)
    text = Path(saved.value.path()).read_text(encoding="utf-8-sig")
    assert saved.value.suggested_filename.endswith(f"{language}.csv")
    assert text.startswith(f"{WORDS[language]['marking']}\n{shown.locator('h1').inner_text()}")


@only("builder", "builder_of_service")
def test_export_a_report(shown, language, way):
    words = {"question_en": "Where?", "question_fr": "Où?", "purpose_en": "A talk.", "purpose_fr": "Un entretien."}
    for name, said in {**words, "owner": "Delegate", "name": f"asked_{language}_{way}"}.items():
        act(shown, shown.locator(f"#ask-{name}"), way, "End")
        shown.keyboard.type(said)
    if way == "keyboard":
        shown.locator("#ask-owner").focus()
    with shown.expect_download(timeout=120_000) as saved:
        act(shown, shown.locator(".actions button").last, way)
    assert f"asked_{language}_{way}.{language}.html" == saved.value.suggested_filename
