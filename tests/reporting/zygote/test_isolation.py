"""Nothing that one report does to its process is there for the next, nor what the warm-up did."""

from __future__ import annotations

import json

import pytest

from etm_workbench.reporting.zygote import WarmUp, run_batch

SPOIL = [
    "import altair, builtins, decimal, os, pandas, sys, warnings",
    "altair.renderers.enable('mimetype')",
    "pandas.set_option('display.max_rows', 3)",
    "os.environ['SPOILED'] = 'yes'",
    "os.chdir('/')",
    "sys.path.insert(0, '/spoiled')",
    "builtins.spoiled = True",
    "spoiled_name = True",
    "import json; json.JSONDecoder.spoiled = True",
    "decimal.getcontext().prec = 5",
    "warnings.simplefilter('error')",
]
PROBE = """
import altair, builtins, decimal, json, os, pandas, sys, warnings
print(json.dumps({
    "altair renderer": altair.renderers.active,
    "pandas option": pandas.get_option("display.max_rows"),
    "environment": os.environ.get("SPOILED"),
    "working folder": os.getcwd() == "/",
    "import path": "/spoiled" in sys.path,
    "builtins": hasattr(builtins, "spoiled"),
    "user namespace": "spoiled_name" in globals(),
    "patched class": hasattr(json.JSONDecoder, "spoiled"),
    "decimal precision": decimal.getcontext().prec,
    "warning filters": [list(map(str, one)) for one in warnings.filters],
}))
"""
PROBES = [
    "altair renderer", "pandas option", "environment", "working folder", "import path", "builtins",
    "user namespace", "patched class", "decimal precision", "warning filters",
]  # fmt: skip


@pytest.fixture(scope="module")
def found(make_job, notebooks):
    """What the probes find: in the first report, in one after others that spoil everything, and seen by those."""
    probe, spoil = make_job("first", PROBE), make_job("spoil", *SPOIL, PROBE)
    jobs = [probe, spoil, make_job("spoil_again", *SPOIL, PROBE), make_job("after", PROBE)]
    outcomes = run_batch(jobs, workers=1, warm_up=WarmUp(preload=("altair", "pandas")))
    assert ["done"] * 4 == [outcome.status for outcome in outcomes]
    return {job.output.stem: json.loads(notebooks.said(job.output)) for job in jobs}


@pytest.mark.parametrize("probe", PROBES)
def test_nothing_is_carried_from_one_report_to_the_next(found, probe):
    assert found["first-0"][probe] == found["after-0"][probe]


@pytest.mark.parametrize("probe", PROBES)
def test_the_probe_would_have_noticed(found, probe):
    assert found["first-0"][probe] != found["spoil-0"][probe]


def test_a_spoiled_report_does_not_see_the_one_before(found):
    assert found["spoil-0"] == found["spoil_again-0"]


@pytest.fixture(scope="module")
def after_warm_up(make_job, notebooks):
    """What the probes find in the first report after a warm-up that spoils what can be put back."""
    spoil = [line for line in SPOIL if "JSONDecoder" not in line]
    job = make_job("after_warm_up", PROBE)
    run_batch([job], warm_up=WarmUp(preload=("altair", "pandas"), job=make_job("warming", *spoil)))
    return json.loads(notebooks.said(job.output))


@pytest.mark.parametrize("probe", [probe for probe in PROBES if probe != "patched class"])
def test_the_warm_up_leaves_no_state(found, after_warm_up, probe):
    assert found["first-0"][probe] == after_warm_up[probe]
