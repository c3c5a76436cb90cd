"""Writes docs/reference/commands.md from the commands' own help; a test holds the file to it."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from etm_workbench.cli.main import COMMANDS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "commands.md"


def page() -> str:
    """The page: each command with its help, in the order of `etm --help`."""
    parts = ["# Commands", "", "Generated from the commands' own help by `scripts/write_command_reference.py`."]
    for name, (module, _) in COMMANDS.items():
        command = getattr(importlib.import_module(f"etm_workbench.cli.{module}"), name)
        parts += _section(command, f"etm {name}")
        if isinstance(command, click.Group):
            for below in sorted(command.commands):
                parts += _section(command.commands[below], f"etm {name} {below}")
    return "\n".join(parts) + "\n"


def _section(command: click.Command, name: str) -> list[str]:
    names = ["-h", "--help"]
    context = click.Context(command, info_name=name, max_content_width=100, terminal_width=100, help_option_names=names)
    return ["", f"## `{name}`", "", "```text", command.get_help(context).rstrip(), "```"]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
