"""`etm synth` writes a fictional service and says what it wrote."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from etm_workbench.cli.synth import synth
from etm_workbench.errors import BadInput


@pytest.fixture
def run():
    def invoked(*arguments):
        result = CliRunner().invoke(synth, arguments, catch_exceptions=True)
        if isinstance(result.exception, BadInput):
            raise result.exception
        return result

    return invoked


def test_the_summary_is_json_when_asked(run, tmp_path):
    out = str(tmp_path / "out")
    result = run("--cycles", "2024-25,2025-26", "--out", out, "--organizations", "250,141", "--json")
    summary = json.loads(result.stdout)
    assert (16, [17, 18]) == (summary["files"], [cycle["executives"] for cycle in summary["cycles"]])


def test_an_organization_may_be_named(run, tmp_path):
    run("--cycles", "2025-26", "--out", str(tmp_path), "--organizations", "Wage")
    assert (tmp_path / "2025-26" / "246").is_dir()


def test_a_folder_with_files_is_not_touched(run, tmp_path):
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(BadInput, match="is not empty"):
        run("--cycles", "2025-26", "--out", str(tmp_path), "--organizations", "250")


def test_force_writes_beside_what_is_there(run, tmp_path):
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    run("--cycles", "2025-26", "--out", str(tmp_path), "--organizations", "250", "--force")
    assert (True, 4) == ((tmp_path / "mine.txt").exists(), len(list(tmp_path.rglob("*_250_*"))))


def test_an_unknown_cycle_offers_the_nearest(run, tmp_path):
    with pytest.raises(BadInput, match="Did you mean '2025-26'"):
        run("--cycles", "2025-27", "--out", str(tmp_path))


def test_progress_is_not_in_the_results(run, tmp_path):
    result = run("--cycles", "2025-26", "--out", str(tmp_path), "--organizations", "250")
    assert "Writing" not in result.stdout
