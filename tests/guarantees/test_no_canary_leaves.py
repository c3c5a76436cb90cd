"""No planted string of a fictional person stands in any byte of any aggregate output."""

from __future__ import annotations

import zipfile

import pytest

from etm_workbench.synthetic import CANARIES


def test_canaries_are_in_what_delegates_send(demonstration, leaks) -> None:
    files = list((demonstration / "questionnaires").rglob("*.csv"))
    assert any(leaks(path) for path in files)


def test_no_canary_is_in_the_pack(demonstration, leaks) -> None:
    files = [path for path in (demonstration / "both").rglob("*") if path.is_file()]
    assert 9 == len(files)
    assert {} == {path.name: found for path in files if (found := leaks(path))}


def test_no_canary_is_in_the_dashboards_page(demonstration, leaks) -> None:
    assert not leaks(demonstration / "dashboard" / "talent_map.html")


@pytest.mark.parametrize("number", range(len({text for canary in CANARIES for text in canary.strings})))
def test_a_planted_leak_is_found(number, planted, leaks, tmp_path) -> None:
    path = tmp_path / "leak.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<p>{planted[number]}</p>")
    assert number in leaks(path)
