"""Explanations in plain sentences: one and the same in both languages, with numbers as each writes them."""

from __future__ import annotations

import numpy as np
import pytest

from etm_workbench.codebook import Bilingual
from etm_workbench.presentation.explanations import explained, show_explanation
from etm_workbench.protected import Explanation, Inside
from etm_workbench.protection.policy import load_policy
from etm_workbench.protection.protect import protect
from etm_workbench.protection.scope import ReleaseScope
from etm_workbench.sensitive import Dimension, Evidence, Population, SensitiveTable

LABELS = {"placement": {"R": Bilingual("Ready", "Prêt")}, "organization": {"A": Bilingual("Treasury", "Trésor")}}
COUNTS = {("A", "R"): 3, ("A", "W"): 2000, ("A", "D"): 15, ("B", "R"): 12, ("B", "W"): 30, ("B", "D"): 26}


@pytest.fixture(scope="module")
def table():
    """Two organizations by placement: three people are ready in the first."""
    from scipy import sparse

    dimensions = (
        Dimension.flat("organization", "AB"),
        Dimension.flat("placement", "RWD", sensitivity="judgement"),
    )
    members = []
    for a in (*"AB", "TOTAL"):
        for b in (*"RWD", "TOTAL"):
            row = [np.full(n, a in (o, "TOTAL") and b in (p, "TOTAL")) for (o, p), n in COUNTS.items()]
            members.append(np.concatenate(row))
    people = np.array([f"p{i}@2025-26" for i in range(sum(COUNTS.values()))])
    evidence = Evidence(sparse.csr_array(np.array(members, np.int32)), people)
    made = SensitiveTable("t", dimensions, Population(("2025-26",), "2025-03-31"), "establishment", evidence)
    return protect({"t": made}, load_policy("cluster_review"), ReleaseScope(("2025-26",), (), "v"))["t"]


def test_reader_is_told_what_is_withheld_with_the_cell_and_what_is_shown_instead(table):
    _, partners, instead = explained(table.why(organization="A", placement="R"), LABELS)
    assert ("Withheld with it: B · Ready; Treasury · D.", "Retenus avec lui : B · Prêt; Trésor · D.") == (
        partners.en,
        partners.fr.replace("\u00a0", " ").replace("\u202f", " "),
    )
    assert "Treasury · Total: 2,018" in instead.en


def test_numbers_are_written_as_the_language_does(table):
    instead = explained(table.why(organization="A", placement="R"), LABELS)[-1]
    assert "2\u00a0018" in instead.fr.replace("\u202f", "\u00a0")


def test_holder_is_told_the_rule_and_warned_to_keep_it(table):
    inside = Inside("too_few", 5, (("t", ("B", "R")),), (1.0, 14.0))
    why = table.why(organization="A", placement="R")
    told = " ".join(s.en for s in explained(Explanation(why.rule, cell=why.cell, table=table, inside=inside), LABELS))
    assert "fewer than 5 people" in told
    assert "between 1 and 14" in told
    assert "for the holder of the records" in told


def test_reader_is_never_told_the_rule_or_the_interval(table):
    told = " ".join(s.en + s.fr for s in explained(table.why(organization="A", placement="R"), LABELS))
    assert not any(word in told for word in ("fewer than", "moins de", "between", "entre"))


def test_paragraph_escapes_what_labels_hold(table):
    why = table.why(organization="A", placement="R")
    labels = {"organization": {"B": Bilingual("<b>", "<b>")}}
    assert "<b>" not in show_explanation(why, labels, "en")


@pytest.mark.parametrize("rule", ["depends", "dominance", "too_few", "not_available", "not_applicable"])
def test_every_reason_of_a_figure_has_its_sentence(rule):
    (sentence,) = explained(Explanation(rule), {})
    assert sentence.en != sentence.fr
