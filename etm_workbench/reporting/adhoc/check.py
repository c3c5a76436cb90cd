"""A definition held against the codebook, with no data: everything wrong at once, and what to expect.

Problems refuse the run. Warnings do not: a table that is probably too fine, a question that somebody has
saved already.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from etm_workbench import settings
from etm_workbench.analysis.tabulate import MAXIMUM_DIMENSIONS
from etm_workbench.codebook import Codebook
from etm_workbench.errors import BadDefinition, BadInput, nearest
from etm_workbench.presentation.texts import check_slots
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.adhoc.cells import cell_reference, known_codes
from etm_workbench.reporting.adhoc.charts import chart_problems
from etm_workbench.reporting.adhoc.definition import AdhocFile, read_definition
from etm_workbench.reporting.adhoc.fineness import too_fine
from etm_workbench.reporting.organizations import reporting_codebook

MOST_SHOWN = 20
# Of what the codebook holds, what an ad hoc table cannot be made of, and why.
_ELSEWHERE = {
    "population": 'It compares a group with the service: use comparator = "service".',
    "movement": "Movement between cycles is in the organization profile.",
    "placement_before": "Movement between cycles is in the organization profile.",
    "year": "Published headcounts are in the establishment report.",
    "cycle": "Several cycles stand one after another when `cycles` names them.",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found. `asked` is None when the file could not be read as a definition."""

    path: Path
    asked: AdhocFile | None
    problems: tuple[str, ...]
    warnings: tuple[str, ...]

    def require(self) -> AdhocFile:
        """The definition; refused when anything is wrong with it.

        Raises
        ------
        BadDefinition
            With the first twenty problems and the number of the others.
        """
        if self.asked is None or self.problems:
            shown = " ".join(f"({i}) {text}" for i, text in enumerate(self.problems[:MOST_SHOWN], start=1))
            rest = len(self.problems) - MOST_SHOWN
            more = f" And {rest} more." if rest > 0 else ""
            raise BadDefinition(
                f"Definition '{self.path.name}' has {len(self.problems)} problems: {shown}{more}",
                remedy="Mend the file, then `etm adhoc check` it again.",
            )
        return self.asked


def check_definition(path: Path) -> Verdict:
    """Everything that is wrong with a definition, and what to expect of it; needs no data.

    Parameters
    ----------
    path : Path
        The TOML file.

    Returns
    -------
    Verdict
        Problems and warnings, a sentence or two each. Nothing is raised for a wrong definition.
    """
    asked, problems = read_definition(path)
    if asked is None:
        return Verdict(path, None, tuple(problems), ())
    codebook = _codebook_of(asked)
    problems = [*_name(path), *_scope(asked, codebook), *_variables(asked, codebook), *_measure(asked)]
    if not problems:
        problems = [*chart_problems(asked, codebook), *_words(asked, codebook)]
    warnings = () if problems else (*too_fine(asked, codebook), *_duplicates(asked, path))
    return Verdict(path, asked, tuple(problems), tuple(warnings))


def countable(codebook: Codebook) -> tuple[str, ...]:
    """The variables that an ad hoc question may count by, in the codebook's order."""
    return tuple(name for name in codebook.variables if _not_countable(name, codebook) is None)


def saved_alike(asked: AdhocFile, folder: Path, *, but: Path | None = None) -> tuple[tuple[str, str], ...]:
    """Definitions of a folder that count the same, whatever their words: name and owner of each."""
    others = [path for path in sorted(folder.glob("*.toml")) if but is None or path.resolve() != but.resolve()]
    saved = [(path.stem, read_definition(path)[0]) for path in others]
    return tuple((name, one.owner) for name, one in saved if one is not None and one.core == asked.core)


def _codebook_of(asked: AdhocFile) -> Codebook:
    """The codebook of the latest cycle asked for that is declared; the latest of all when none is."""
    known = [cycle for cycle in asked.cycles if cycle in reporting_codebook().cycles]
    return reporting_codebook(max(known)) if known else reporting_codebook()


def _name(path: Path) -> Iterator[str]:
    if not path.stem.replace("_", "").replace("-", "").isalnum() or not path.stem.isascii():
        yield f"The file's name '{path.stem}' cannot name a report. Use letters, digits, - and _ without accents."


def _scope(asked: AdhocFile, codebook: Codebook) -> Iterator[str]:
    try:
        load_policy(asked.audience)
    except BadInput as problem:
        yield f"audience: {problem}"
    for cycle in asked.cycles:
        if cycle not in codebook.cycles:
            yield f"cycles: there is no cycle '{cycle}'. {nearest(cycle, codebook.cycles)}"
    if len(set(asked.cycles)) < len(asked.cycles) or list(asked.cycles) != sorted(asked.cycles):
        yield "cycles: each stands once, the earliest first. Put them in order."
    if asked.organization and asked.cluster:
        yield "organization, cluster: both were given. Keep one of the two."
    if asked.organization and asked.organization not in codebook.organizations:
        found = _organization_hint(asked.organization, codebook)
        yield f"organization: there is no organization with the identifier '{asked.organization}'. {found}"
    if asked.cluster and asked.cluster not in codebook.clusters:
        yield f"cluster: there is no cluster '{asked.cluster}'. {nearest(asked.cluster, codebook.clusters)}"
    if asked.audience == "own_organization" and not asked.organization:
        yield "audience: 'own_organization' reads its own records only. Add organization, by its identifier."


def _organization_hint(given: str, codebook: Codebook) -> str:
    """The identifier of the organization whose title or acronym was given in its place."""
    for entry in codebook.organizations.values():
        if given.casefold() in {
            n.casefold() for n in (entry.title.en, entry.title.fr, entry.acronym_en, entry.acronym_fr) if n
        }:
            return f"Did you mean '{entry.identifier}' ({entry.title.en})?"
    return nearest(given, codebook.organizations)


def _variables(asked: AdhocFile, codebook: Codebook) -> Iterator[str]:
    for place, variables in (("rows", asked.rows), ("columns", asked.columns), ("population", asked.population)):
        for variable in variables:
            if problem := _not_countable(variable, codebook):
                yield f"{place}: {problem}"
    repeated = sorted({v for v in asked.variables if asked.variables.count(v) > 1})
    if repeated:
        yield f"rows, columns: '{repeated[0]}' is named twice. Name each variable once."
    if len(asked.dimensions) > MAXIMUM_DIMENSIONS:
        yield (
            f"rows, columns: the table would have {len(asked.dimensions)} dimensions; "
            f"{MAXIMUM_DIMENSIONS} is the most. Split the question in two."
        )
    for variable, codes in asked.population.items():
        known = known_codes(variable, codebook)
        if not codes:
            yield f"population.{variable}: no code is named. Name those to keep, or leave the variable out."
        for code in codes if known else ():
            if code not in known:
                yield f"population.{variable}: there is no code '{code}'. {nearest(code, known)}"


def _not_countable(variable: str, codebook: Codebook) -> str | None:
    if variable not in codebook.variables:
        return f"there is no variable '{variable}'. {nearest(variable, codebook.variables)}"
    entry = codebook.variables[variable]
    if variable in _ELSEWHERE:
        return f"'{variable}' cannot be asked for here. {_ELSEWHERE[variable]}"
    if entry.sensitivity == "identifier":
        return f"'{variable}' identifies people. Names go by the roster route only; choose another variable."
    if entry.section == "equity":
        return f"'{variable}' lies in the employment-equity file, which ad hoc reports do not open. Ask OCHRO."
    if not known_codes(variable, codebook):
        return f"'{variable}' has no categories to count by. Choose a coded variable, such as 'level'."
    return None


def _measure(asked: AdhocFile) -> Iterator[str]:
    if asked.measure == "share" and asked.share_of not in asked.variables:
        given = f"'{asked.share_of}' is not" if asked.share_of else "nothing is named that is"
        yield f"share_of: {given} among rows and columns. {nearest(asked.share_of, asked.variables)}"
    if asked.measure == "count" and asked.share_of:
        yield 'share_of: it means nothing for a count. Write measure = "share", or leave it out.'
    if asked.comparator == "service":
        if asked.measure != "share":
            yield 'comparator: counts of groups of different sizes do not compare. Write measure = "share".'
        if len(asked.cycles) > 1:
            yield "comparator: one cycle at a time is compared with the service. Keep one in cycles."
        if len(asked.variables) > 2:
            yield "comparator: at most two variables are compared with the service. Leave some out."
        if not (asked.organization or asked.cluster):
            yield "comparator: the whole service has nothing to be compared with. Name an organization or a cluster."


def _words(asked: AdhocFile, codebook: Codebook) -> Iterator[str]:
    for place, both in (("question", asked.question), ("purpose", asked.purpose)):
        if both.en.strip() == both.fr.strip():
            yield f"{place}: English and French are the same text. Translate one of them."
    for number, finding in enumerate(asked.findings, start=1):
        wrong = False
        for slot, address in finding.cells.items():
            for problem in cell_reference(asked, address, codebook):
                wrong = True
                yield f"findings.{number}.cells.{slot}: {problem}"
        if not wrong:
            try:
                check_slots(finding.text, dict.fromkeys(finding.cells))  # type: ignore[arg-type]
            except BadDefinition as problem:
                yield f"findings.{number}: {problem}"


def _duplicates(asked: AdhocFile, path: Path) -> Iterator[str]:
    for name, owner in saved_alike(asked, settings.data_folder() / "definitions", but=path):
        yield (
            f"'{name}' in data/definitions counts the same, for {owner}. "
            "Run that one, or say in the purpose what is different."
        )
