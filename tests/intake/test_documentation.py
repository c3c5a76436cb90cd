"""The how-to pages say what the code does."""

from __future__ import annotations

import re
import tomllib

import pytest
from questionnaire_files import CODEBOOK

from etm_workbench.codebook import LANGUAGES
from etm_workbench.intake import Mapping
from etm_workbench.settings import project_folder

PAGES = project_folder("data").parent / "docs" / "how-to"


def blocks(page, kind):
    return re.findall(rf"```{kind}\n(.*?)```", (PAGES / page).read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_mapping_shown_is_a_mapping(language):
    page = "map-a-foreign-file.md" if language == "en" else "map-a-foreign-file.fr.md"
    mapping = Mapping.model_validate(tomllib.loads("\n".join(blocks(page, "toml"))))
    assert set(mapping.derivations) <= set(CODEBOOK.variables)


@pytest.mark.parametrize("page", ["map-a-foreign-file", "take-in-questionnaires"])
def test_page_has_the_same_sections_in_both_languages(page):
    counts = [
        len(re.findall(r"^## ", (PAGES / f"{page}{ending}").read_text(encoding="utf-8"), re.MULTILINE))
        for ending in (".md", ".fr.md")
    ]
    assert counts[0] == counts[1]
