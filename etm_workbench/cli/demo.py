"""`etm demo`: the main job end to end on a fictional service."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from etm_workbench.reporting.demo import Demo, run_demo


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/demo"), show_default=True, help="The folder.")
@click.option("--seed", type=click.IntRange(min=0), default=2026, show_default=True, help="Same seed, same numbers.")
@click.option("--quick", is_flag=True, help="Two clusters' organizations, two cycles, one language.")
@click.option("--json", "as_json", is_flag=True, help="What was made, as JSON.")
def demo(*, out: Path, seed: int, quick: bool, as_json: bool) -> None:
    """Make a fictional service, take its questionnaires in, and make a Cluster Review pack and a dashboard.

    Everybody in it is made up; the headcounts are the published ones.

    Example: etm demo --out out/demo
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks: dict[str, TaskID] = {}

        def say(what: str, done: int, total: int) -> None:
            if what not in tasks:
                for task in tasks.values():
                    progress.update(task, completed=progress.tasks[task].total)
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        made = run_demo(out, seed=seed, quick=quick, say=say)
        for task in tasks.values():
            progress.update(task, completed=progress.tasks[task].total)
    if as_json:
        click.echo(json.dumps(_record(made), indent=2))
    else:
        _show(made)


def _show(made: Demo) -> None:
    click.echo(
        f"{made.files} questionnaire files and registers of fictional people were taken in: "
        f"{made.taken_in:,} executives over all cycles, against {made.published:,} published "
        f"(difference {made.taken_in - made.published:+,})."
    )
    click.echo(f"\nThe Cluster Review pack is in {made.pack.folder}:")
    for path in made.pack.files:
        if path.parent == made.pack.folder:
            click.echo(f"  {path}")
    pages = [path for path in made.pack.files if path.suffix == ".html"]
    click.echo(f"\nOpen {pages[0]} in a browser; check it with: etm verify {made.pack.folder}")
    click.echo(
        f"\nThe talent map that a deputy head opens is {made.dashboard}: open it in a browser. "
        f"For people by name and the other dashboards: "
        f"ETM_KEY_FILE={made.folder / 'pseudonym.key'} etm serve --store {made.store}"
    )


def _record(made: Demo) -> dict[str, object]:
    return {
        "out": str(made.folder),
        "store": str(made.store),
        "pack": [str(path) for path in made.pack.files],
        "dashboard": str(made.dashboard),
        "files_taken_in": made.files,
        "executives": made.taken_in,
        "published": made.published,
    }
