"""What commands that make reports are asked in common."""

from __future__ import annotations

import pytest

from etm_workbench.cli.main import main

COMMANDS = [
    ("report", "run", "completion"),
    ("pack", "cluster", "central", "--cycle", "2025-26"),
    ("adhoc", "run", "question.toml"),
    ("benchmarks", "build", "--cycle", "2025-26"),
    ("dashboards", "build", "--cycle", "2025-26"),
]
READERS = [("ledger", "list"), ("ledger", "audit"), ("serve",), ("lab",)]


@pytest.mark.parametrize("command", [*COMMANDS, *READERS], ids=lambda command: " ".join(command[:2]))
def test_a_mistyped_store_is_told_and_not_made(command, tmp_path, capsys) -> None:
    absent = tmp_path / "absent.sqlite"
    out = () if command in READERS else ("--out", str(tmp_path / "out"))
    with pytest.raises(SystemExit) as stop:
        main([*command, *out, "--store", str(absent)])
    assert (14, True, False) == (stop.value.code, "There is no store at" in capsys.readouterr().err, absent.exists())
