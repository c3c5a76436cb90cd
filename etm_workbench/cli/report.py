"""`etm report`: standard reports, listed, shown and run."""

from __future__ import annotations

import json
from collections import Counter

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from etm_workbench.cli.delivery import Wanted, delivers, parts
from etm_workbench.codebook import load_codebook
from etm_workbench.errors import BadDefinition, BadInput, WorkbenchError, nearest
from etm_workbench.reporting.definitions import ParameterValue, load_report, standard_reports
from etm_workbench.reporting.zygote import Outcome
from etm_workbench.store import Store


@click.group()
def report() -> None:
    r"""Standard reports: list them, show one's parameters, run one.

    Example: etm report run establishment -p last_year=2025 --out out/reports
    """


@report.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_reports(*, as_json: bool) -> None:
    """List the standard reports.

    Example: etm report list
    """
    titles = {name: load_report(name).file.title for name in standard_reports()}
    if as_json:
        click.echo(json.dumps({n: {"en": t.en, "fr": t.fr} for n, t in titles.items()}, ensure_ascii=False, indent=2))
        return
    table = Table("Report", "Title", "Titre")
    for name, title in titles.items():
        table.add_row(name, title.en, title.fr)
    Console().print(table)


@report.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show_report(*, name: str, as_json: bool) -> None:
    """Show what a standard report asks and takes.

    Example: etm report show cluster_review
    """
    file = load_report(name).file
    if as_json:
        click.echo(file.model_dump_json(indent=2, include={"title", "subtitle", "question", "audience", "parameters"}))
        return
    console = Console()
    console.print(f"[bold]{file.title.en}[/bold] · {file.question.en}\n{file.title.fr} · {file.question.fr}")
    table = Table("Parameter", "Type", "Default", "Help", "Aide")
    for key, parameter in file.parameters.items():
        table.add_row(key, parameter.type, str(parameter.default), parameter.en, parameter.fr)
    console.print(table)


@report.command("run")
@click.argument("name")
@click.option("-p", "given", multiple=True, metavar="KEY=VALUE", help="A parameter; may be repeated.")
@delivers()
def run(*, name: str, given: tuple[str, ...], wanted: Wanted) -> None:
    """Run a standard report.

    Example: etm report run cluster_review -p cluster=central --lang fr --out out/reports
    """
    from etm_workbench.reporting.run import run_report

    with Console(stderr=True).status(f"Running {name}"):
        made = run_report(
            name,
            parameters(given, name),
            out=wanted.out,
            languages=wanted.languages,
            formats=wanted.formats,
            store=wanted.store,
        )
    wanted.show(made.files)


def parameters(given: tuple[str, ...], name: str) -> dict[str, ParameterValue]:
    """The parameters of `-p key=value`, whole numbers where the report declares them so.

    Raises
    ------
    BadDefinition
        One has no equals sign, or is not the whole number that it should be.
    """
    declared = load_report(name).file.parameters
    values: dict[str, ParameterValue] = {}
    for pair in given:
        key, mark, value = pair.partition("=")
        if not mark:
            raise BadDefinition(
                f"'{pair}' is not a parameter.", expected="key=value.", remedy="Write -p cycle=2025-26."
            )
        whole = key in declared and declared[key].type == "integer"
        if whole and not value.lstrip("-").isdecimal():
            raise BadDefinition(f"Parameter '{key}' is not a whole number.", remedy="Write digits only.")
        values[key] = int(value) if whole else value
    return values


@report.command("all")
@click.option("--cycle", required=True, help="The cycle, such as 2025-26.")
@click.option("--report", "names", multiple=True, help="Which report; may be repeated; all.")
@click.option("--organizations", help="Identifiers, parted by commas; all that the store holds when not given.")
@click.option("--wider", is_flag=True, help="Also the reports on the public service and on each cluster.")
@click.option("--clusters", help="With --wider: identifiers, parted by commas; all clusters when not given.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Reports at the same time.")
@click.option("--scheduler", help="Address of a Dask scheduler that the jobs go to.")
@delivers(
    out="The folder; one below it an organization.", formats="html", as_json="What became of each report, as JSON."
)
def run_all(
    *,
    cycle: str,
    names: tuple[str, ...],
    organizations: str | None,
    wider: bool,
    clusters: str | None,
    workers: int,
    scheduler: str | None,
    wanted: Wanted,
) -> None:
    """Make every organization's own reports; only what changed since the last time.

    An interrupted run goes on where it stopped. A report that fails is told at the end; the others go on.

    Example: etm report all --cycle 2025-26 --out out/reports --store out/demo/service.sqlite
    """
    from etm_workbench.reporting.fan_out import make_all
    from etm_workbench.reporting.order import Order, jobs_of, wider_jobs

    url = wanted.store
    order = Order(
        cycle=cycle,
        organizations=_held(url, cycle, organizations),
        out=wanted.out,
        reports=names,
        languages=wanted.languages,
        formats=wanted.formats,
        wider=wider,
        clusters=_known_clusters(cycle, clusters),
    )
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        total = len(jobs_of(order, url)) + len(wider_jobs(order, url))
        task = progress.add_task("Making reports", total=total)
        outcomes = make_all(
            order, store=url, workers=workers, scheduler=scheduler, on_done=lambda _: progress.advance(task)
        )
    _tell(outcomes, as_json=wanted.as_json)


def _held(url: str, cycle: str, organizations: str | None) -> tuple[str, ...]:
    """The organizations asked for, or all that the store holds in the cycle."""
    with Store.open(url) as store:
        held = tuple(sorted({v.organization for v in store.versions(cycle=cycle)}))
    if not held:
        raise BadInput(f"The store holds nothing of cycle {cycle}.", remedy="Take its files in first.")
    chosen = parts(organizations) if organizations else held
    if unknown := [code for code in chosen if code not in held]:
        raise BadInput(f"The store holds nothing of organization '{unknown[0]}'.", remedy=nearest(unknown[0], held))
    return chosen


def _known_clusters(cycle: str, clusters: str | None) -> tuple[str, ...]:
    """The clusters asked for; none when none is named."""
    known, chosen = load_codebook(cycle).clusters, parts(clusters or "")
    if unknown := [code for code in chosen if code not in known]:
        raise BadInput(f"There is no cluster '{unknown[0]}'.", remedy=nearest(unknown[0], known))
    return chosen


def _tell(outcomes: list[Outcome], *, as_json: bool) -> None:
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    if as_json:
        records = [
            {"file": str(o.job.output), "status": o.status, "error": o.error, "cpu_seconds": round(o.cpu_seconds, 3)}
            for o in outcomes
        ]
        click.echo(json.dumps(records, indent=2))
    else:
        made = Counter(outcome.status for outcome in outcomes)
        click.echo(f"{made['done']} reports made, {made['unchanged']} unchanged, {made['failed']} failed.")
        for outcome in failed:
            click.echo(f"  {outcome.job.output.stem}: {outcome.error}")
    if failed:
        raise WorkbenchError(
            f"{len(failed)} of {len(outcomes)} reports failed.", remedy="Mend the cause and run the same command again."
        )
