"""Organizations by name: acronyms swap across the two languages."""

from __future__ import annotations

import pytest

from etm_workbench.codebook import find_organization
from etm_workbench.errors import BadInput

CORRECTIONS, SUPREME_COURT, HEALTH, TREASURY_BOARD, SPECIFIC_CLAIMS = "117", "288", "127", "326", "291"


def found(codebook, name, language=None):
    return find_organization(dict(codebook.organizations), name, language).identifier


@pytest.mark.parametrize(
    ("acronym", "language", "expected"),
    [
        ("CSC", "en", CORRECTIONS),
        ("CSC", "fr", SUPREME_COURT),
        ("SCC", "en", SUPREME_COURT),
        ("SCC", "fr", CORRECTIONS),
        ("SCT", "fr", TREASURY_BOARD),
        ("SCT", "en", SPECIFIC_CLAIMS),
        ("SC", "fr", HEALTH),
    ],
)
def test_an_acronym_is_of_its_language(codebook, acronym, language, expected):
    assert expected == found(codebook, acronym, language)


@pytest.mark.parametrize("acronym", ["CSC", "SCC", "SCT"])
def test_a_swapped_acronym_without_language_is_refused(codebook, acronym):
    with pytest.raises(BadInput, match="names 2 organizations"):
        found(codebook, acronym)


@pytest.mark.parametrize("name", ["SERVICE CORRECTIONNEL CANADA", " Correctional Service Canada ", "117"])
def test_capitals_and_spaces_do_not_matter(codebook, name):
    assert CORRECTIONS == found(codebook, name)


@pytest.mark.parametrize(
    "name", ["Agence canadienne d'inspection des aliments", "agence canadienne d’inspection des aliments"]
)
def test_the_shape_of_an_apostrophe_does_not_matter(codebook, name):
    assert found(codebook, name) == "65"


def test_accents_do_not_matter(codebook):
    assert HEALTH == found(codebook, "sante canada")


def test_the_name_in_published_data_is_known(codebook):
    assert found(codebook, "Western Economic Diversification Canada") == "140"


def test_an_unknown_name_offers_the_nearest(codebook):
    with pytest.raises(BadInput, match="Did you mean 'Health Canada'"):
        found(codebook, "Helth Canada")


def test_no_two_organizations_share_an_acronym_in_one_language(codebook):
    for language in ("en", "fr"):
        acronyms = [getattr(o, f"acronym_{language}") for o in codebook.organizations.values()]
        named = [acronym for acronym in acronyms if acronym]
        assert len(named) == len(set(named))
