"""Labels of what tables show, from the codebook, and what is missing said all at once."""

from __future__ import annotations

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.codebook.codebook import load_codebook
from etm_workbench.presentation.labels import labels_for
from etm_workbench.sensitive import Dimension


def test_codebook_labels_variables_and_codes(build):
    table = build("t", [Dimension.flat("placement", ["READY_ADV"])], [20, 20])
    labels = labels_for(load_codebook("2025-26"), [table])["placement"]
    assert (Bilingual("Ready for Advancement", "Prêt à être promu"), True) == (
        labels["READY_ADV"],
        "@variable" in labels,
    )


def test_years_are_their_own_labels(build):
    table = build("t", [Dimension.flat("year", ["2024"], margin=False)], [20])
    assert Bilingual("2024", "2024") == labels_for(load_codebook(), [table])["year"]["2024"]


def test_given_labels_overrule_the_codebook(build):
    table = build("t", [Dimension.flat("placement", ["READY_ADV"])], [20, 20])
    own = {"placement": {"READY_ADV": Bilingual("Ready", "Prêt")}}
    assert "Ready" == labels_for(load_codebook(), [table], extra=own)["placement"]["READY_ADV"].en
