"""The command `etm` and what all its subcommands share: where the store is, how errors end.

Subcommands are imported when called, so that `etm --help` answers at once.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any, NoReturn

import click

from etm_workbench.errors import BadEnvironment, WorkbenchError, nearest

# Command, file under etm_workbench/cli that defines it (as a function of the same name), one line of help.
COMMANDS: dict[str, tuple[str, str]] = {
    "synth": ("synth", "Write the questionnaire files of a fictional service."),
    "intake": ("intake", "Read, check, key and store questionnaire files."),
    "demo": ("demo", "The main job end to end on a fictional service."),
    "report": ("report", "Standard reports."),
    "adhoc": ("adhoc", "Questions of your own: write, check, run."),
    "pack": ("pack", "Cluster Review briefing packs."),
    "benchmarks": ("benchmarks", "Service comparators: build, import."),
    "dashboards": ("dashboards", "The service’s released numbers for dashboards: build, import."),
    "verify": ("verify", "Re-check a pack."),
    "lab": ("lab", "JupyterLab on the notebooks."),
    "serve": ("serve", "The dashboards, for yourself or behind a proxy."),
    "protect": ("protect", "Protect a table of counts."),
    "release": ("release", "Approve that a protected release leaves."),
    "microdata": ("microdata", "Make a file of records fit to be shared."),
    "twin": ("twin", "Make up a fictional file that adds up to released tables."),
    "ledger": ("ledger", "What was released, and whether the record holds."),
    "audit": ("audit", "Attack published tables: what an intruder can work out of them."),
}


class _LateGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"etm_workbench.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"There is no command '{args[0]}'. {nearest(args[0], COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=_LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="etm-workbench", prog_name="etm")
def etm() -> None:
    """Executive talent management: protected tables, honest comparisons, bilingual reports.

    \b
    Example: etm demo --out out/demo
    """


def main(arguments: list[str] | None = None) -> None:
    """Run `etm`; exits with 0 on success, the error's own code otherwise, never with a traceback."""
    try:
        etm.main(args=arguments, prog_name="etm", standalone_mode=False)
    except click.ClickException as problem:
        problem.show()
        _also_in_french("Erreur\u00a0: ", problem.format_message())
        sys.exit(problem.exit_code)
    except click.Abort:
        click.echo("Stopped; nothing half-written was kept.", err=True)
        sys.exit(130)
    except WorkbenchError as problem:
        _stop(problem)
    except OSError as problem:
        if problem.filename is None:
            raise
        _stop(_unusable(problem))


def _stop(problem: WorkbenchError) -> NoReturn:
    click.echo(f"etm: {problem}", err=True)
    _also_in_french("etm\u00a0: ", str(problem))
    sys.exit(problem.exit_code)


def _unusable(problem: OSError) -> BadEnvironment:
    """A file or folder that the system would not let us use, wherever it was met."""
    return BadEnvironment(
        f"The file '{problem.filename}' cannot be opened: {problem.strerror}.",
        remedy="Check the path and your rights.",
    )


def _also_in_french(who: str, message: str) -> None:
    from etm_workbench.cli.in_french import french

    if said := french(message):
        click.echo(f"{who}{said}", err=True)
