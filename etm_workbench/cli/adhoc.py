"""`etm adhoc`: questions of one's own, saved as files; written, checked without data, and run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from etm_workbench.cli.delivery import Wanted, delivers
from etm_workbench.codebook import LANGUAGES, Bilingual, Language
from etm_workbench.errors import BadDefinition, BadInput, nearest

if TYPE_CHECKING:
    from etm_workbench.reporting.adhoc.question import Question

_WARNING = {"en": "Warning: ", "fr": "Avertissement : "}
_COLON = {"en": ": ", "fr": "\u00a0: "}
_HOW = {
    "en": "Enter keeps what stands in brackets; ? lists the choices; < goes back; Ctrl+C stops and writes nothing. "
    "A choice may be given by its number, its code or its name; several are parted by commas.",
    "fr": "Entrée garde ce qui est entre crochets; ? montre les choix; < revient en arrière; Ctrl+C arrête sans rien "
    "écrire. Un choix se donne par son numéro, son code ou son nom; plusieurs se séparent par des virgules.",
}
_NEXT = {"en": "Answer it with: etm adhoc run {file}", "fr": "Pour la réponse\u00a0: etm adhoc run {file}"}
_CAN_RUN = {"en": "'{name}' can run (definition {key}).", "fr": "« {name} » peut être lancée (définition {key})."}


@click.group()
def adhoc() -> None:
    """Ad hoc reports: write a question down, check it, run it.

    Example: etm adhoc run language_results_of_ready --out out/answers
    """


@adhoc.command("new")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--lang", "language", type=click.Choice(LANGUAGES), help="Of the questions; asked when left out.")
@click.option("--answers", "given", multiple=True, metavar="ENTRY=VALUE", help="An answer, so that it is not asked.")
@click.option("--no-questions", is_flag=True, help="Ask nothing: what --answers leaves open keeps its usual value.")
def new(*, file: Path, language: Language | None, given: tuple[str, ...], no_questions: bool) -> None:
    """Ask for a question's parts and write its definition to FILE.

    Example: etm adhoc new my_question.toml
    """
    from etm_workbench.reporting.adhoc import definition_text
    from etm_workbench.reporting.adhoc.check import names_a_report
    from etm_workbench.reporting.adhoc.interview import drafted, entries, interview

    if file.exists():
        raise BadInput(f"'{file}' exists already.", expected="A new file.", remedy="Name another, or edit that one.")
    if not names_a_report(file):  # before anybody answers sixteen questions for it
        raise BadInput(
            f"The file's name '{file.stem}' cannot name a report.",
            remedy="Use letters, digits, - and _ without accents.",
        )
    known = _given(given, entries())
    if not no_questions:
        language = language or _language()
        click.echo(_HOW[language])
    answers = interview(known, None if no_questions else _asker(language or "en"))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(definition_text(drafted(answers)), encoding="utf-8")
    click.echo(file)
    may_run = _say(file, (language,) if language else LANGUAGES, as_json=False)
    if may_run and language:
        click.echo(_NEXT[language].format(file=file))


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


def _given(pairs: tuple[str, ...], known: Sequence[str]) -> dict[str, str]:
    answers: dict[str, str] = {}
    for pair in pairs:
        entry, mark, value = pair.partition("=")
        if not mark or entry not in known:
            raise BadDefinition(
                f"'{pair}' is not an answer.", expected="ENTRY=VALUE, such as rows=level.", remedy=nearest(entry, known)
            )
        answers[entry] = value
    return answers


def _language() -> Language:
    usual = "fr" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("fr") else "en"
    chosen: Language = click.prompt("English or / ou français", type=click.Choice(LANGUAGES), default=usual)
    return chosen


def _asker(language: Language) -> Callable[[Question, Bilingual | None], str]:
    """Puts questions on the screen, in one language."""
    from etm_workbench.presentation.locale import say
    from etm_workbench.reporting.adhoc.interview import LIST

    def ask(question: Question, wrong: Bilingual | None) -> str:
        if wrong:
            click.secho(f"  {say(wrong, language)}", fg="yellow")
        elif question.listed:
            _list(question, language)
        words = say(question.words, language)
        usual = f" [{question.usual}]" if question.usual else ""
        while True:
            answer: str = click.prompt(
                f"{words}{usual}", default="", show_default=False, prompt_suffix=_COLON[language]
            )
            if answer.strip() != LIST:
                return answer
            _list(question, language)

    return ask


def _list(question: Question, language: Language) -> None:
    """The choices of a question, one a line."""
    from etm_workbench.presentation.locale import say

    widest = max((len(choice.code) for choice in question.choices), default=0)
    for number, choice in enumerate(question.choices, start=1):
        before = f"{number:>4}  " if question.is_numbered else "  "
        label = say(choice.label, language)
        click.echo(f"{before}{choice.code:{widest}}  {label}" if label != choice.code else f"{before}{label}")


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
