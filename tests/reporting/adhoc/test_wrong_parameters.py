"""Wrong parameter sets of standard reports are refused in words that can be acted on; a golden file holds them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from etm_workbench.errors import BadDefinition
from etm_workbench.reporting.definitions import load_report
from etm_workbench.reporting.organizations import reporting_codebook

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "adhoc" / "wrong_parameters.json"
WRONG = json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", WRONG, ids=lambda case: f"{case['report']} {case['given']}")
def test_refusal_is_that_of_the_golden_file(case) -> None:
    with pytest.raises(BadDefinition) as refused:
        load_report(case["report"]).check(case["given"], reporting_codebook())
    assert case["message"] == str(refused.value)


def test_sample_organization_of_a_mapping_file_is_accepted() -> None:
    given = {"organization": "ibm-sample", "cycle": "2023-24"}
    values = load_report("organization_profile").check(given, reporting_codebook())
    assert "ibm-sample" == values["organization"]
