"""Every number in the English pack equals its twin in the French one, and a changed page is found out."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from etm_workbench.errors import BadInput
from etm_workbench.reporting.contents import write_contents
from etm_workbench.reporting.verify import page_numbers, verify_pack

PAGE = "cluster_review_2025-26_central"


@pytest.fixture
def pack(demonstration, tmp_path):
    return shutil.copytree(demonstration / "both", tmp_path / "pack")


def broken(folder) -> list[str]:
    return [check.what.split(" (")[0].removeprefix(f"{PAGE}: ") for check in verify_pack(folder) if not check.holds]


def sealed(folder) -> None:
    """Write the hashes anew, as somebody with the workbench could."""
    write_contents(folder, [p for p in folder.rglob("*") if p.is_file() and p.name != "pack.json"])


def test_every_check_of_a_fresh_pack_holds(pack) -> None:
    assert [] == broken(pack)


def test_both_pages_hold_hundreds_of_numbers(pack) -> None:
    counts = {len(page_numbers((pack / f"{PAGE}.{lang}.html").read_text(encoding="utf-8"))) for lang in ("en", "fr")}
    assert len(counts) == 1
    assert counts.pop() > 300


def test_a_changed_byte_is_found(pack) -> None:
    page = pack / f"{PAGE}.fr.html"
    page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert ["9 files are as they were made"[2:]] == [what[2:] for what in broken(pack)]


def test_a_number_changed_in_one_language_is_found_even_with_new_hashes(pack) -> None:
    page = pack / f"{PAGE}.fr.html"
    text = page.read_text(encoding="utf-8")
    changed = re.sub(r'(data-cell="completion:[^"]*:count">)(\d+)', lambda m: f"{m[1]}{int(m[2]) + 1}", text, count=1)
    page.write_text(changed, encoding="utf-8")
    sealed(pack)
    assert [
        f"{PAGE}.fr.html says what its document says",
        "the fr page shows the document's numbers",
        "the numbers in English equal their twins in French",
    ] == broken(pack)


def test_a_withheld_number_filled_in_is_found(pack) -> None:
    path = pack / "provenance" / f"{PAGE}.bundle.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"protected"', "3.0", 1), encoding="utf-8")
    sealed(pack)
    assert ["the document's tables are its release's"] == broken(pack)


def test_both_runs_of_the_notebook_made_the_same_document(pack) -> None:
    provenance = json.loads((pack / "provenance" / f"{PAGE}.document.json").read_text(encoding="utf-8"))["provenance"]
    assert "language" not in provenance["parameters"]


def test_a_folder_without_a_pack_is_refused(tmp_path) -> None:
    with pytest.raises(BadInput, match="holds no reports"):
        verify_pack(tmp_path)
