"""What the talent map's tests do on its page, again and again."""

from __future__ import annotations

WORDS = {
    "en": {
        "title": "Talent map", "region": "Region of work", "undo": "Undo", "what_if": "Try a what-if", "try": "Try",
        "marking": "Protected B",
    },
    "fr": {
        "title": "Tableau de gestion des talents", "region": "Région de travail", "undo": "Annuler",
        "what_if": "Faire une simulation", "try": "Essayer", "marking": "Protégé B",
    },
}  # fmt: skip


def choose_region(page, language="en", *, code="NCR"):
    page.locator(".filter", has_text=WORDS[language]["region"]).locator("summary").click()
    page.locator(f".filter input[value={code}]").check()
    page.keyboard.press("Escape")


def count_in(page, placement="WELL_PLACED", level="TOTAL"):
    row = {"READY_ADV": 0, "READY_LAT": 1, "WELL_PLACED": 2}[placement]
    column = {"EX-01": 0, "TOTAL": 5}[level]
    return page.locator(".map-grid tbody tr").nth(row).locator("td").nth(column).locator("b").inner_text()


def cell(page, row, column):
    return page.locator(".map-grid tbody tr").nth(row).locator("button").nth(column)


def compared(page):
    """Waits until the group has been compared."""
    page.wait_for_function("() => !/…/.test(document.querySelector('.below-map').textContent)")
