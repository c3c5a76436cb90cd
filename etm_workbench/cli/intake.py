"""`etm intake`: questionnaire files and account registers into the store."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from etm_workbench import settings
from etm_workbench.codebook import Language, find_organization, load_codebook
from etm_workbench.errors import BadInput, BadQuestionnaire
from etm_workbench.intake import Mapping, Outcome, Submission, find_files, load_mapping, load_rulebook, take_in_files
from etm_workbench.intake.report import (
    Wording,
    as_records,
    findings_table,
    outcomes_table,
    refuse_taken,
    totals_table,
    write_workbook,
)
from etm_workbench.intake.submissions import named_submission
from etm_workbench.store import Store


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--cycle", help="The cycle, such as 2025-26; a folder's files say theirs in their names.")
@click.option("--organization", help="Identifier, title or acronym; a folder's files say theirs in their names.")
@click.option("--mapping", "mapping_file", type=click.Path(path_type=Path), help="A mapping file for another layout.")
@click.option("--store", "store_url", help="Where to store; ETM_STORE, or a file of yours, when not given.")
@click.option("--lang", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Language of findings.")
@click.option("--json", "as_json", is_flag=True, help="Results as JSON.")
@click.option("--findings", "findings_file", type=click.Path(path_type=Path), help="Write findings to this workbook.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that read files.")
def intake(
    *,
    files: tuple[Path, ...],
    cycle: str | None,
    organization: str | None,
    mapping_file: Path | None,
    store_url: str | None,
    lang: Language,
    as_json: bool,
    findings_file: Path | None,
    workers: int,
) -> None:
    """Read, check, key and store questionnaire files, account registers and equity files.

    FILES are workbooks, delimited texts, or folders of them. Nothing of a file is stored while an error
    stands in it; the other files are.

    \b
    Example: etm intake questionnaire.xlsx --cycle 2025-26 --organization 128
    Example: etm intake out/synth --store service.sqlite --findings findings.xlsx
    """
    talk = Console(stderr=True)
    if findings_file is not None:
        refuse_taken(findings_file)
    submissions = _submissions(files, _Asked(cycle, organization, mapping_file), talk=talk, language=lang)
    wording = Wording(load_rulebook(), load_codebook(max(s.cycle for s in submissions)), lang)
    with Store.open(settings.store_url(store_url)) as store:
        outcomes = _take_in(submissions, store, workers=workers, talk=talk, title=wording("reading"))
    if findings_file is not None:
        write_workbook([outcome.findings for outcome in outcomes], findings_file, wording)
    if as_json:
        click.echo(json.dumps(as_records(outcomes, wording), ensure_ascii=False, indent=2))
    else:
        _show(outcomes, wording)
    if refused := sum(outcome.receipt is None for outcome in outcomes):
        raise BadQuestionnaire(
            f"Not stored: {refused} of {len(outcomes)} files.",
            expected="A file is stored only when no error stands in it.",
            remedy="Mend what the findings say, and take these files in again.",
        )


def _take_in(
    submissions: list[Submission], store: Store, *, workers: int, talk: Console, title: str
) -> tuple[Outcome, ...]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=talk, disable=len(submissions) == 1) as progress:
        task = progress.add_task(title, total=len(submissions))
        return take_in_files(
            submissions,
            store,
            received_on=datetime.now(UTC),
            workers=workers,
            on_outcome=lambda _: progress.advance(task),
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the call says of its files; None where their names say it."""

    cycle: str | None
    organization: str | None
    mapping_file: Path | None

    def mapping(self, cycle: str) -> Mapping | None:
        return load_mapping(self.mapping_file, load_codebook(cycle)) if self.mapping_file else None

    def identifier(self, cycle: str, mapping: Mapping | None) -> str | None:
        """The organization's identifier, from any of its names."""
        own = mapping.organization.identifier if mapping and mapping.organization else None
        if self.organization in (None, own):
            return own
        return find_organization(dict(load_codebook(cycle).organizations), str(self.organization)).identifier


def _submissions(files: tuple[Path, ...], asked: _Asked, *, talk: Console, language: Language) -> list[Submission]:
    found: list[Submission] = []
    for path in files:
        if not path.is_dir():
            found.append(_single(path, asked))
            continue
        below = find_files(path)
        found += [s for s in below.submissions if _is_asked_for(s, asked)]
        for word, left in (("twins", below.twins), ("unnamed", below.unnamed)):
            if left:
                talk.print(load_rulebook().word(word, language, count=len(left)))
    if not found:
        raise BadInput(
            "No file is of the cycle and organization asked for.", remedy="Check --cycle and --organization."
        )
    return [s if s.mapping else replace(s, mapping=asked.mapping(s.cycle)) for s in found]


def _is_asked_for(submission: Submission, asked: _Asked) -> bool:
    if asked.cycle not in (None, submission.cycle):
        return False
    return asked.identifier(submission.cycle, None) in (None, submission.organization)


def _single(path: Path, asked: _Asked) -> Submission:
    if not path.exists():
        raise BadInput(f"There is no file or folder '{path}'.", remedy="Check the path.")
    named = named_submission(path)
    cycle = asked.cycle or (named.cycle if named else None)
    if cycle is None:
        raise BadInput(f"The cycle of '{path.name}' is not given.", remedy="Add --cycle, such as --cycle 2025-26.")
    mapping = asked.mapping(cycle)
    organization = asked.identifier(cycle, mapping) or (named.organization if named else None)
    if organization is None:
        raise BadInput(
            f"The organization of '{path.name}' is not given.", remedy="Add --organization, such as --organization 128."
        )
    return Submission(path, cycle, organization, mapping)


def _show(outcomes: tuple[Outcome, ...], wording: Wording) -> None:
    console = Console(width=160) if not Console().is_terminal else Console()
    for outcome in outcomes:
        if outcome.findings.entries and (outcome.receipt is None or len(outcomes) == 1):
            console.print(findings_table(outcome.findings, wording))
    console.print(outcomes_table(outcomes, wording))
    if any(outcome.totals for outcome in outcomes):
        console.print(totals_table(outcomes, wording))
