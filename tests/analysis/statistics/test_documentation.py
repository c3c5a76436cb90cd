"""The chart from question to test names what exists, in both languages alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import etm_workbench.analysis.statistics as st

DOCS = Path(__file__).parents[3] / "docs" / "explanation"
ENGLISH, FRENCH = ((DOCS / name).read_text("utf-8") for name in ("which-test.md", "which-test.fr.md"))
NAMES = re.compile(
    r"\b[a-z]+(?:_[a-z]+)+\b|\b(?:bowker|boschloo|dunn|friedman|gamma|kappa|kruskal|mcnemar|shrink|woolf)\b"
)


def chart(page: str) -> list[str]:
    """Function names of the chart, in order."""
    return NAMES.findall(page.split("```")[1])


@pytest.mark.parametrize("name", sorted(set(chart(ENGLISH))))
def test_every_name_in_the_chart_is_a_function(name: str) -> None:
    assert callable(getattr(st, name))


def test_both_charts_name_the_same_functions_in_the_same_order() -> None:
    assert chart(ENGLISH) == chart(FRENCH)


def test_every_recommended_method_is_in_the_chart() -> None:
    from etm_workbench.analysis.statistics.choices import CHOICES

    recommended = {
        line.method.removesuffix("_exact") if line.method == "cochran_armitage_exact" else line.method
        for line in CHOICES
    }
    assert set() == recommended - set(chart(ENGLISH)) - {"association"}
