"""The gallery: a page for every chart in both languages, with a picture of what is drawn now.

`ETM_REDRAW=1` writes the pictures anew; look at them before you commit them.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from etm_workbench.presentation import charts
from etm_workbench.presentation.charts.drawing import draw_svg

GALLERY = Path(__file__).resolve().parents[3] / "docs" / "gallery"
PAGES = [(name, language) for name in sorted(charts.__all__) for language in ("en", "fr")]
SECTIONS = {
    "en": ["At a glance", "What it shows", "How to read it", "What to do", "Example"],
    "fr": ["En un coup d’œil", "Ce qu’il montre", "Comment le lire", "Que faire", "Exemple"],
}


def page(name: str, language: str) -> str:
    return (GALLERY / f"{name}{'.fr' if language == 'fr' else ''}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "language"), PAGES)
def test_page_has_every_section_in_order(name, language):
    assert SECTIONS[language] == re.findall(r"^## (.+)$", page(name, language), re.MULTILINE)


@pytest.mark.parametrize(("name", "language"), PAGES)
def test_picture_is_what_the_chart_draws_now(name, language, every_chart):
    path = GALLERY / f"{name}.{language}.svg"
    drawn = draw_svg(every_chart[name].spec[language], prefix=name).rstrip() + "\n"
    if os.environ.get("ETM_REDRAW"):
        path.write_text(drawn, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == drawn


@pytest.mark.parametrize("language", ["en", "fr"])
def test_index_lists_every_chart(language):
    ending = ".fr.md" if language == "fr" else ".md"
    index = (GALLERY / f"index{ending}").read_text(encoding="utf-8")
    assert [] == [name for name in charts.__all__ if f"({name}{ending})" not in index]
