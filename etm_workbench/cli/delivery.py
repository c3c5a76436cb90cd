"""What every command that makes reports is asked in the same words: languages, formats, folder, store, output."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from etm_workbench import settings
from etm_workbench.codebook import LANGUAGES, Language
from etm_workbench.errors import BadInput

Command = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where reports go and in what form, as a command was asked; `store` is the URL of the records."""

    out: Path
    languages: tuple[Language, ...]
    formats: tuple[str, ...]
    store: str
    as_json: bool

    def show(self, files: Sequence[Path]) -> None:
        """Prints the files made, one a line, or as JSON."""
        if self.as_json:
            click.echo(json.dumps([str(path) for path in files], indent=2))
        else:
            for path in files:
                click.echo(path)


def _refuse_absent(_context: click.Context, _option: click.Parameter, given: str | None) -> str | None:
    """A store that was named and is not there was mistyped: an empty one would be made in its place.

    Raises
    ------
    BadInput
        The store is a file, and there is none.
    """
    store = settings.store_url(given)
    path = Path(store.partition(":///")[2])
    if given and store.startswith("sqlite:///") and not path.exists():
        raise BadInput(
            f"There is no store at '{path}'.",
            expected="A store that `etm intake` or `etm demo` made.",
            remedy="Check --store, or take files in first: etm intake.",
        )
    return given


reads_store = click.option(
    "--store",
    "store_url",
    callback=_refuse_absent,
    help="The store; ETM_STORE, or a file of yours, when not given.",
)
"""Where a command reads records that are there already."""


def delivers(
    *, out: str = "The folder to write to.", formats: str = "html,pdf", as_json: str = "The files made, as JSON."
) -> Callable[[Command], Command]:
    """Declares the options on a command, which gets them as one `wanted`.

    Parameters
    ----------
    out, as_json : str
        The help of `--out` and `--json`.
    formats : str
        What is made when no format is named.
    """
    options = (
        click.option("--lang", "languages", multiple=True, type=click.Choice(LANGUAGES), help="May be repeated; both."),
        click.option("--format", "formats", default=formats, show_default=True, help="Endings, parted by commas."),
        click.option("--out", type=click.Path(path_type=Path), required=True, help=out),
        reads_store,
        click.option("--json", "as_json", is_flag=True, help=as_json),
    )

    def declared(command: Command) -> Command:
        @functools.wraps(command)
        def called(
            *,
            out: Path,
            languages: tuple[Language, ...],
            formats: str,
            store_url: str | None,
            as_json: bool,
            **others: object,
        ) -> None:
            store = settings.store_url(store_url)
            command(wanted=Wanted(out, languages or LANGUAGES, parts(formats), store, as_json), **others)

        return functools.reduce(lambda function, option: option(function), reversed(options), called)

    return declared


def parts(text: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
