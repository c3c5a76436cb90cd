"""The guide to the audit, in both languages: its spec works, its figures hold, and it names every key."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from etm_workbench import settings
from etm_workbench.protection.audit.tables import audit_files
from etm_workbench.protection.audit.tables.spec import Dimension, Hidden, Known, Names, Spec, TableSpec, Wide

DATA = settings.project_folder("data") / "reference" / "published_people"
GUIDES = [
    Path(__file__).parents[3] / "docs" / "how-to" / f"audit-published-tables{language}.md" for language in ("", ".fr")
]


@pytest.mark.parametrize("guide", GUIDES, ids=["en", "fr"])
def test_the_spec_in_the_guide_finds_what_the_guide_says(guide, tmp_path):
    spec, known = re.findall(r"```toml\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "audit.toml").write_text(spec, encoding="utf-8")
    shutil.copy(DATA / "goc-org-variants.csv", tmp_path)
    files = [DATA / f"org_employee_{name}.csv" for name in ("gender", "fol", "dept")]
    found = audit_files(files, tmp_path / "audit.toml", seconds=60)
    everything = (
        found.count(),
        found.count(margins=True),
        found.count(means="one table"),
        found.count(means="linking"),
    )
    last_row = re.findall(r"\| (?:All tables|Tous les tableaux) \|(.*)\|", guide.read_text(encoding="utf-8"))[0]
    assert everything == tuple(int(number) for number in last_row.split("|"))
    assert "[[known]]" in known


@pytest.mark.parametrize("guide", GUIDES, ids=["en", "fr"])
def test_the_guide_names_every_key_of_the_spec(guide):
    text = guide.read_text(encoding="utf-8")
    keys = {key for part in (Spec, TableSpec, Dimension, Names, Wide, Known, Hidden) for key in part.model_fields}
    assert [] == sorted(key for key in keys if not re.search(rf"\b{key}\b", text))


def test_both_guides_have_the_same_sections():
    english, french = (re.findall(r"^#+ ", guide.read_text(encoding="utf-8"), re.MULTILINE) for guide in GUIDES)
    assert english == french
