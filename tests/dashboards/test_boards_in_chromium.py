"""The cadre, the cycle desk, the public service and the builder in a real browser, in both languages.

Pages are served under the policy that only their own script and style may run, and their questions are
answered by the real answers of the small service. Pictures are kept in `ETM_ARTIFACTS` when it names a folder.
"""

from __future__ import annotations

from pathlib import Path

import pytest

# ruff: noqa: F811  fixtures are asked for by their names
from tests.dashboards.board_site import site, visit  # noqa: F401
from tests.dashboards.conftest import SITE

pytestmark = pytest.mark.chromium
NAMES = ("cadre", "cycle_desk", "service", "builder")
WORDS = {
    "en": {"show": "Show the names", "hidden": "What would be hidden", "save": "Save the definition"},
    "fr": {"show": "Afficher les noms", "hidden": "Ce qui serait retenu", "save": "Enregistrer la définition"},
}


@pytest.mark.parametrize("name", NAMES)
def test_page_is_accessible_quiet_and_alone(visit, faults, keep, language, name):
    shown = visit(name, language)
    for details in shown.locator("details").all():
        details.evaluate("element => (element.open = true)")
    keep(shown, f"{name}.{language}")
    elsewhere = [url for url in shown.asked if not url.startswith((SITE, "data:"))]
    assert ([], [], []) == (faults(shown), shown.said, elsewhere)


@pytest.mark.parametrize("name", NAMES)
def test_page_fits_a_telephone(visit, keep, name):
    shown = visit(name, "fr", width=390)
    keep(shown, f"{name}.fr.390")
    assert shown.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("name", ["cadre", "service"])
def test_alternatives_are_reached_by_arrow_keys(visit, name):
    shown = visit(name)
    tabs = shown.locator("[role=tablist]").first.locator("[role=tab]")
    tabs.first.focus()
    shown.keyboard.press("ArrowRight")
    panel = shown.locator(f"#{tabs.nth(1).get_attribute('aria-controls')}")
    assert ("true", True) == (tabs.nth(1).get_attribute("aria-selected"), panel.is_visible())


def test_names_come_only_when_asked_for(visit, site, language, keep, faults):
    shown = visit("cycle_desk", language)
    before = (shown.locator(".roster").count(), list(site.asked))
    shown.get_by_role("button", name=WORDS[language]["show"]).press("Enter")
    shown.wait_for_selector(".roster tbody tr")
    keep(shown, f"cycle_desk.names.{language}")
    assert ((0, []), ["people"], []) == (before, [question["kind"] for question in site.asked], faults(shown))


def test_focus_goes_to_the_answer_that_was_asked_for(visit):
    shown = visit("cycle_desk")
    shown.get_by_role("button", name="Show the names").press("Enter")
    shown.wait_for_selector(".roster tbody tr")
    assert shown.evaluate("document.activeElement.className") == "answer"


def test_preview_follows_a_choice_made_by_keyboard(visit, site):
    shown = visit("builder")
    shown.get_by_label("Columns").focus()
    shown.keyboard.press("Home")
    shown.wait_for_function("() => !document.querySelector('.answer').textContent.includes('Substantive level')")
    last = site.asked[-1]
    assert ("preview", "") == (last["kind"], last["values"]["columns_1"])


def test_live_preview_leaves_the_focus_where_it_is(visit):
    shown = visit("builder")
    shown.get_by_label("Columns").focus()
    shown.keyboard.press("Home")
    shown.wait_for_function("() => !document.querySelector('.answer').textContent.includes('Substantive level')")
    assert "ask-columns_1" == shown.evaluate("document.activeElement.id")


def test_answers_stay_when_the_language_changes(visit):
    shown = visit("builder")
    shown.get_by_label("Who answers for it").fill("Delegate")
    shown.locator(".language").click()
    hidden = shown.get_by_text(WORDS["fr"]["hidden"], exact=True)
    assert ("Delegate", 1) == (shown.get_by_label("Qui en répond").input_value(), hidden.count())


def test_definition_is_saved_and_downloaded_by_keyboard_alone(visit, language):
    shown = visit("builder", language, accept_downloads=True)
    written = {"question_en": "Where?", "question_fr": "Où?", "purpose_en": "A talk.", "purpose_fr": "Un entretien."}
    for name, words in {**written, "owner": "Delegate", "name": f"kept_{language}"}.items():
        shown.locator(f"#ask-{name}").focus()
        shown.keyboard.type(words)
    with shown.expect_download(timeout=120_000) as download:
        shown.get_by_role("button", name=WORDS[language]["save"]).press("Enter")
    assert f"kept_{language}.toml" == download.value.suggested_filename
    assert 'owner = "Delegate"' in Path(download.value.path()).read_text(encoding="utf-8")


def test_print_leaves_the_form_out(visit):
    shown = visit("builder")
    shown.emulate_media(media="print")
    assert (False, True) == (shown.locator(".questions").is_visible(), shown.locator(".answer").is_visible())
