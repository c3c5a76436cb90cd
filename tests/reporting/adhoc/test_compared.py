"""What a question compares with: the service's numbers as they may be shown beside everything released before."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from etm_workbench.bundle import Bundle
from etm_workbench.errors import CannotProtect
from etm_workbench.reporting.adhoc.report import open_adhoc
from etm_workbench.reporting.session import Workbench
from etm_workbench.sensitive import SensitiveTable

QUESTION = """
owner = "Delegate (role)"
audience = "own_organization"
cycles = ["2025-26"]
organization = "326"
rows = ["level"]
columns = ["placement"]
measure = "share"
share_of = "placement"
comparator = "service"
charts = ["differences"]
[question]
en = "Does our talent map differ?"
fr = "Notre tableau diffère-t-il?"
[purpose]
en = "A test."
fr = "Un essai."
"""


@pytest.fixture
def counted(fictional_store, tmp_path, monkeypatch):
    """Counts the question where nothing newer of the service may be shown, as beside a review; its figures."""
    protect = Workbench.protect

    def refused(self: Workbench, tables: Mapping[str, SensitiveTable]) -> Bundle:
        if set(tables) == {"service"}:
            raise CannotProtect("No safe form of this exists.")
        return protect(self, tables)

    monkeypatch.setattr(Workbench, "protect", refused)

    def figures(more: str = "") -> set[str]:
        path = tmp_path / "ours.toml"
        path.write_text(QUESTION + more, encoding="utf-8")
        asked = open_adhoc(str(path), store=fictional_store)
        with asked.workbench:
            return {figure.name for figure in asked.count().figures}

    return figures


def test_where_nothing_newer_may_be_shown_a_question_compares_with_the_benchmarks(counted) -> None:
    assert {"share", "rest_share", "p_adjusted"} <= counted()


def test_a_question_that_the_benchmarks_do_not_answer_is_refused(counted) -> None:
    with pytest.raises(CannotProtect):
        counted('[population]\nlevel = ["EX-01", "EX-02"]\n')
