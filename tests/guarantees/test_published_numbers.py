"""The establishment report's numbers are the published ones, all of them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from etm_workbench.codebook import load_codebook
from etm_workbench.presentation.locale import plain_number
from etm_workbench.reporting.run import run_report
from etm_workbench.reporting.verify import page_numbers

PUBLISHED = Path(__file__).resolve().parents[2] / "data" / "reference" / "ex_headcount.csv"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("establishment")
    store = f"sqlite:///{folder / 'store.sqlite'}"
    run_report("establishment", {"detail": "every_number"}, out=folder / "out", formats=("html",), store=store)
    return folder / "out"


@pytest.fixture(scope="module", autouse=True)
def key(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETM_HOME", str(tmp_path_factory.mktemp("home")))
        yield


def published() -> dict[tuple[str, str, str], int]:
    with PUBLISHED.open(encoding="utf-8", newline="") as stream:
        return {(row["year"], row["org_id"], row["level"]): int(row["headcount"]) for row in csv.DictReader(stream)}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_published_number_stands_on_the_page_and_no_other(report, language) -> None:
    page = (report / f"establishment_2010_2025_every_number.{language}.html").read_text(encoding="utf-8")
    shown = {}
    for cell, text in page_numbers(page):
        _, key, figure = cell.split(":")
        year, organization, level = key.split("|")
        if figure == "count" and "TOTAL" not in (organization, level):
            shown[year, organization, level] = int(plain_number(text, language))
    numbers = published()
    assert 5135 == len(numbers)
    levels, organizations = load_codebook().codes("level"), {o for _, o, _ in numbers}
    years = {y for y, _, _ in numbers}
    expected = {(y, o, lv): numbers.get((y, o, lv), 0) for y in years for o in organizations for lv in levels}
    assert expected == shown
