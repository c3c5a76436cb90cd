"""Every command can be found, explained and refused."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from etm_workbench.cli.main import COMMANDS, etm, main
from etm_workbench.errors import CannotProtect, NotAllowed, WorkbenchError

ROOT = Path(__file__).resolve().parents[2]


def every_command() -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, (module, _) in COMMANDS.items():
        command = getattr(importlib.import_module(f"etm_workbench.cli.{module}"), name)
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {sub}": command.commands[sub] for sub in command.commands}
    return found


@pytest.mark.parametrize("name", every_command())
def test_help_gives_an_example(name) -> None:
    result = CliRunner().invoke(etm, [*name.split(), "--help"])
    assert (0, True) == (result.exit_code, f"Example: etm {name.split()[0]}" in result.output)


@pytest.mark.parametrize("name", every_command())
def test_every_option_has_help(name) -> None:
    silent = [p.name for p in every_command()[name].params if isinstance(p, click.Option) and not p.help]
    assert [] == silent


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_in_the_documentation(name) -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    assert any(f"etm {name}" in page.read_text(encoding="utf-8") for page in pages)


def test_a_misspelt_command_offers_the_nearest(capsys) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["intak"])
    assert (2, True) == (stop.value.code, "Did you mean 'intake'?" in capsys.readouterr().err)


@pytest.mark.parametrize("kind", [NotAllowed, CannotProtect])
def test_an_error_ends_with_its_own_code_and_no_traceback(kind, monkeypatch, capsys) -> None:
    def fail(**_: object) -> None:
        raise kind("Something is wrong.", remedy="Do this.")

    monkeypatch.setattr(etm, "main", fail)
    with pytest.raises(SystemExit) as stop:
        main([])
    assert (kind.exit_code, "etm: Something is wrong. Do this.\n") == (stop.value.code, capsys.readouterr().err)


def test_exit_codes_are_distinct() -> None:
    kinds = [WorkbenchError, *WorkbenchError.__subclasses__()]
    codes = [kind.exit_code for kind in kinds if kind.__module__ == "etm_workbench.errors"]
    assert sorted(set(codes)) == sorted(codes)


def test_the_reference_page_is_the_commands_own_help() -> None:
    path = ROOT / "scripts" / "write_command_reference.py"
    spec = importlib.util.spec_from_file_location("write_command_reference", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.page() == script.PAGE.read_text(encoding="utf-8")
