"""`etm adhoc`: questions of one's own, saved as files; written, checked without data, and run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from etm_workbench.cli.delivery import Wanted, delivers
from etm_workbench.codebook import LANGUAGES, Language
from etm_workbench.errors import BadDefinition, BadInput, nearest

# Entry of the definition, what is asked, what stands when nothing is answered (None: an answer is needed).
_ASKED: tuple[tuple[str, str, str | None], ...] = (
    ("question.en", "The question, in English", None),
    ("question.fr", "La question, en français", None),
    ("purpose.en", "What the answer is for, in English", None),
    ("purpose.fr", "À quoi sert la réponse, en français", None),
    ("owner", "Who answers for this report (a role)", None),
    ("audience", "Who will read it (own_organization, cluster_review, service, public)", "own_organization"),
    ("organization", "Organization, by its identifier (empty for a cluster or the whole service)", ""),
    ("cluster", "Cluster (empty for none)", ""),
    ("cycles", "Cycles, parted by commas", None),
    ("population", "Only people whose… (variable=CODE|CODE, parted by commas; empty for everybody)", ""),
    ("rows", "Rows: variables, parted by commas", None),
    ("columns", "Columns: variables, parted by commas", ""),
    ("measure", "Measure (count, share)", "count"),
    ("share_of", "Shares of which variable (empty for counts)", ""),
    ("comparator", "Compare with (none, service)", "none"),
    ("charts", "Charts, parted by commas (bars, split, tiles, lines, differences)", ""),
)
_LISTS = frozenset({"cycles", "rows", "columns", "charts"})

_WARNING = {"en": "Warning: ", "fr": "Avertissement : "}
_CAN_RUN = {"en": "'{name}' can run (definition {key}).", "fr": "« {name} » peut être lancée (définition {key})."}


@click.group()
def adhoc() -> None:
    """Ad hoc reports: write a question down, check it, run it.

    Example: etm adhoc run language_results_of_ready --out out/answers
    """


@adhoc.command("new")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--answers", "given", multiple=True, metavar="ENTRY=VALUE", help="An answer, so that it is not asked.")
@click.option("--no-questions", is_flag=True, help="Ask nothing: what --answers leaves open keeps its usual value.")
def new(*, file: Path, given: tuple[str, ...], no_questions: bool) -> None:
    """Ask for a question's parts and write its definition to FILE.

    Example: etm adhoc new my_question.toml
    """
    from etm_workbench.reporting.adhoc import AdhocFile, definition_text

    if file.exists():
        raise BadInput(f"'{file}' exists already.", expected="A new file.", remedy="Name another, or edit that one.")
    answers = _answers(given, ask=not no_questions)
    text = definition_text(AdhocFile.model_construct(**_content(answers)))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    click.echo(file)
    _say(file, as_json=False)


@adhoc.command("check")
@click.argument("definition")
@click.option("--lang", "languages", multiple=True, type=click.Choice(LANGUAGES), help="May be repeated; both.")
@click.option("--json", "as_json", is_flag=True, help="Problems and warnings, as JSON.")
def check(*, definition: str, languages: tuple[Language, ...], as_json: bool) -> None:
    """Say everything that is wrong with a definition; needs no data.

    Example: etm adhoc check my_question.toml
    """
    from etm_workbench.reporting.adhoc.definition import find_definition

    if not _say(find_definition(definition), languages or LANGUAGES, as_json=as_json):
        raise click.exceptions.Exit(BadDefinition.exit_code)


@adhoc.command("run")
@click.argument("definition")
@delivers()
def run(*, definition: str, wanted: Wanted) -> None:
    """Answer a question: run its definition.

    Example: etm adhoc run my_question.toml --lang fr --format html,docx --out out/answers
    """
    from etm_workbench.reporting.adhoc import run_adhoc

    with Console(stderr=True).status(f"Running {definition}"):
        made = run_adhoc(
            definition,
            out=wanted.out,
            languages=wanted.languages,
            formats=wanted.formats,
            store=wanted.store,
        )
    wanted.show(made.files)


def _answers(given: tuple[str, ...], *, ask: bool) -> dict[str, str]:
    known = [entry for entry, _, _ in _ASKED]
    answers: dict[str, str] = {}
    for pair in given:
        entry, mark, value = pair.partition("=")
        if not mark or entry not in known:
            raise BadDefinition(
                f"'{pair}' is not an answer.", expected="ENTRY=VALUE, such as rows=level.", remedy=nearest(entry, known)
            )
        answers[entry] = value
    for entry, words, usual in _ASKED:
        if entry not in answers:
            answers[entry] = click.prompt(words, default=usual, show_default=bool(usual)) if ask else usual or ""
    return answers


def _content(answers: dict[str, str]) -> dict[str, Any]:
    """The answers as a definition's entries; what is wrong with them is for the check to say."""
    from etm_workbench.reporting.definitions import Both

    content: dict[str, Any] = {e: _listed(v) if e in _LISTS else v for e, v in answers.items() if "." not in e}
    for name in ("question", "purpose"):
        content[name] = Both.model_construct(en=answers[f"{name}.en"], fr=answers[f"{name}.fr"])
    pairs = [pair.partition("=") for pair in _listed(answers["population"])]
    content["population"] = {name.strip(): _listed(codes, mark="|") for name, _, codes in pairs}
    return content


def _listed(text: str, *, mark: str = ",") -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark) if part.strip())


def _say(path: Path, languages: Sequence[Language] = LANGUAGES, *, as_json: bool) -> bool:
    """Prints what a check found; whether the definition may run."""
    from etm_workbench.presentation.locale import typography
    from etm_workbench.reporting.adhoc import check_definition

    verdict = check_definition(path)
    if as_json:
        found: dict[str, Any] = {"definition": path.stem}
        for name, said in (("problems", verdict.problems), ("warnings", verdict.warnings)):
            found[name] = [{language: one.in_language(language) for language in languages} for one in said]
        if verdict.asked:
            found["content_hash"] = verdict.asked.content_hash
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return not verdict.problems
    for language in languages:
        for number, one in enumerate(verdict.problems, start=1):
            click.echo(f"{number}. {typography(one.in_language(language), language)}")
        for one in verdict.warnings:
            click.echo(typography(f"{_WARNING[language]}{one.in_language(language)}", language))
    if verdict.asked and not verdict.problems:
        for language in languages:
            can_run = _CAN_RUN[language].format(name=path.stem, key=verdict.asked.content_hash[:12])
            click.echo(typography(can_run, language))
    return not verdict.problems
