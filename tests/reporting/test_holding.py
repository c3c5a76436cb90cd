"""What a session tells its own analyst: whole reasons of its latest release, and what other thresholds would do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from etm_workbench.errors import BadInput
from etm_workbench.presentation.explanations import show_explanation
from etm_workbench.protected import Withheld, set_explainer
from etm_workbench.protection.policy import load_policy
from etm_workbench.protection.protect import protect
from etm_workbench.protection.scope import ReleaseScope
from etm_workbench.reporting.holding import HoldsReasons
from etm_workbench.sensitive import Dimension, Evidence, Population, SensitiveTable

COUNTS = {("A", "R"): 3, ("A", "W"): 20, ("A", "D"): 15, ("B", "R"): 12, ("B", "W"): 30, ("B", "D"): 26}


class Session(HoldsReasons):
    """A session without a store."""

    def __init__(self):
        self.policy = load_policy("cluster_review")

    def protect(self, tables):
        made = protect(tables, self.policy, self._scope_of(tables))
        self._latest = tables, made
        return made

    def _scope_of(self, tables):
        return ReleaseScope(("2025-26",), (), "v")


@pytest.fixture(scope="module")
def table():
    """Two organizations by placement; three people are ready in the first."""
    dimensions = (Dimension.flat("organization", "AB"), Dimension.flat("placement", "RWD", sensitivity="judgement"))
    members = [
        np.concatenate([np.full(n, a in (o, "TOTAL") and b in (p, "TOTAL")) for (o, p), n in COUNTS.items()])
        for a in (*"AB", "TOTAL")
        for b in (*"RWD", "TOTAL")
    ]
    people = np.array([f"p{number}@2025-26" for number in range(sum(COUNTS.values()))])
    evidence = Evidence(sparse.csr_array(np.array(members, np.int32)), people)
    return SensitiveTable("t", dimensions, Population(("2025-26",), "2025-03-31"), "establishment", evidence)


@pytest.fixture
def session(table):
    """A session that has released the table as `map`."""
    made = Session()
    made.protect({"map": table})
    return made


def test_session_says_which_rule_fired_in_its_latest_release(session):
    assert "too_few" == session.why("map", organization="A", placement="R").inside.rule


def test_session_has_no_reason_for_a_shown_cell(session):
    assert session.why("map", organization="A", placement="TOTAL") is None


def test_session_that_released_nothing_says_so():
    with pytest.raises(BadInput, match="Nothing was protected"):
        Session().why("map")


def test_table_that_is_not_in_the_release_is_refused(session):
    with pytest.raises(BadInput, match="Did you mean 'map'"):
        session.why("maps")


def test_dial_of_the_session_equals_a_release_under_the_same_threshold(session, table):
    now, ten = session.dial({"map": table}, of="judgement", thresholds=[13])
    hidden = [
        sum(
            isinstance(cell, Withheld)
            for cell in protect({"map": table}, policy, session._scope_of({}))["map"].figure().cells
        )
        for policy in (session.policy, _with_thirteen(session.policy))
    ]
    assert hidden == [now.hidden["map"], ten.hidden["map"]]


def _with_thirteen(policy):
    rules = policy.classes.judgement.model_copy(update={"threshold": 13})
    return policy.model_copy(update={"classes": policy.classes.model_copy(update={"judgement": rules})})


@pytest.mark.parametrize(("language", "words"), [("en", "withheld to protect people"), ("fr", "retenu pour protéger")])
def test_explanation_shows_itself_in_the_session_language(session, language, words):
    set_explainer(lambda explanation: show_explanation(explanation, {}, language))
    try:
        shown = session._latest[1]["map"].why(organization="A", placement="R")._repr_html_()
    finally:
        set_explainer(None)
    assert words in shown
