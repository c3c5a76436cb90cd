"""The codebook a report reads with: the published organizations, and those that mapping files name.

A foreign file, such as a sample, comes in as an organization of its own, which its mapping file names.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from etm_workbench import settings
from etm_workbench.codebook import Bilingual, Codebook, load_codebook
from etm_workbench.codebook.organizations import Organization
from etm_workbench.intake import load_mapping


def reporting_codebook(cycle: str | None = None) -> Codebook:
    """The codebook of a cycle with the organizations of `data/mappings/` beside the published ones.

    Raises
    ------
    BadInput
        The cycle is not declared.
    BadCodebook
        The codebook or a mapping file is wrong.
    """
    return _with_mapped(cycle, settings.data_folder())


@cache
def _with_mapped(cycle: str | None, folder: Path) -> Codebook:
    codebook = load_codebook(cycle)
    mappings = [load_mapping(path, codebook) for path in sorted((folder / "mappings").glob("*.toml"))]
    own = {m.organization.identifier: m.organization for m in mappings if m.organization}
    extra = {
        identifier: Organization(
            identifier=identifier,
            title=Bilingual(entry.title_en, entry.title_fr),
            acronym_en="",
            acronym_fr="",
            universe="",
            cluster="",
            published_name="",
        )
        for identifier, entry in own.items()
    }
    return replace(codebook, organizations={**codebook.organizations, **extra})
