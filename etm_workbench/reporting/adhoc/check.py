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
from etm_workbench.codebook import Bilingual, Codebook
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation.texts import slot_problems
from etm_workbench.protection.policy import audiences
from etm_workbench.reporting.adhoc.cells import cell_reference, known_codes
from etm_workbench.reporting.adhoc.charts import chart_problems
from etm_workbench.reporting.adhoc.definition import AdhocFile, read_definition
from etm_workbench.reporting.adhoc.fineness import too_fine
from etm_workbench.reporting.organizations import reporting_codebook
from etm_workbench.reporting.problems import at, listed, numbered, offered, organization_offered, problem

_MOVEMENT = (
    "Movement between cycles is in the organization profile.",
    "Les mouvements d’un cycle à l’autre sont dans le profil de l’organisation.",
)
# Of what the codebook holds, what an ad hoc table cannot be made of, and why.
_ELSEWHERE = {
    "population": (
        'It compares a group with the service: use comparator = "service".',
        'Elle compare un groupe à la fonction publique : utilisez comparator = "service".',
    ),
    "movement": _MOVEMENT,
    "placement_before": _MOVEMENT,
    "year": (
        "Published headcounts are in the establishment report.",
        "Les effectifs publiés sont dans le rapport establishment.",
    ),
    "cycle": (
        "Several cycles stand one after another when `cycles` names them.",
        "Plusieurs cycles se suivent quand `cycles` les nomme.",
    ),
}
# What people call a variable, and what the codebook calls it.
_MEANT = {
    **dict.fromkeys(("department", "departement", "ministere", "ministry"), "organization"),
    **dict.fromkeys(("gender", "genre", "sexe"), "sex"),
    **dict.fromkeys(("langue", "language", "official_language"), "first_official_language"),
    **dict.fromkeys(("classification", "grade", "groupe", "niveau"), "level"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found. `asked` is None when the file could not be read as a definition."""

    path: Path
    asked: AdhocFile | None
    problems: tuple[Bilingual, ...]
    warnings: tuple[Bilingual, ...]

    def require(self) -> AdhocFile:
        """The definition; refused when anything is wrong with it.

        Raises
        ------
        BadDefinition
            With the first twenty problems and the number of the others.
        """
        if self.asked is None or self.problems:
            said, count = numbered(self.problems), len(self.problems)
            raise BadDefinition(
                f"Definition '{self.path.name}' has {count} problem{'s' if count > 1 else ''}: {said.en} / "
                f"La définition « {self.path.name} » a {count} problème{'s' if count > 1 else ''} : {said.fr}",
                remedy="Mend the file, then `etm adhoc check` it again. / "
                "Corrigez le fichier, puis relancez `etm adhoc check`.",
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


def names_a_report(path: Path) -> bool:
    """Whether a definition's file has a name that its report can have."""
    return path.stem.isascii() and path.stem.replace("_", "").replace("-", "").isalnum()


def countable(codebook: Codebook) -> tuple[str, ...]:
    """The variables that an ad hoc question may count by, in the codebook's order."""
    return tuple(name for name in codebook.variables if _not_countable(name, codebook) is None)


def saved_alike(asked: AdhocFile, folder: Path, *, but: Path | None = None) -> tuple[tuple[str, str], ...]:
    """Definitions of a folder that count the same, whatever their words: name and owner of each."""
    others = [path for path in sorted(folder.glob("*.toml")) if but is None or path.resolve() != but.resolve()]
    saved = [(path.stem, read_definition(path)[0]) for path in others]
    return tuple((name, one.owner) for name, one in saved if one is not None and one.core == asked.core)


def incomparable(asked: AdhocFile) -> tuple[Bilingual, ...]:
    """Why a question cannot be compared with the service, each reason with what to do; none where it can."""
    return tuple(problem(en, fr) for wrong, en, fr in _reasons_not_to_compare(asked) if wrong)


def _codebook_of(asked: AdhocFile) -> Codebook:
    """The codebook of the latest cycle asked for that is declared; the latest of all when none is."""
    known = [cycle for cycle in asked.cycles if cycle in reporting_codebook().cycles]
    return reporting_codebook(max(known)) if known else reporting_codebook()


def _name(path: Path) -> Iterator[Bilingual]:
    if not names_a_report(path):
        yield problem(
            f"The file's name '{path.stem}' cannot name a report. Use letters, digits, - and _ without accents.",
            f"Le nom du fichier, « {path.stem} », ne peut nommer un rapport. "
            "Utilisez des lettres sans accents, des chiffres, - et _.",
        )


def _scope(asked: AdhocFile, codebook: Codebook) -> Iterator[Bilingual]:
    if asked.audience not in audiences():
        yield problem(
            f"there is no policy for the audience '{asked.audience}'.",
            f"il n’y a pas de politique pour le public « {asked.audience} ».",
            at="audience",
            offer=offered(asked.audience, audiences()),
        )
    for cycle in asked.cycles:
        if cycle not in codebook.cycles:
            yield problem(
                f"there is no cycle '{cycle}'.",
                f"le cycle « {cycle} » n’existe pas.",
                at="cycles",
                offer=offered(cycle, codebook.cycles),
            )
    if len(set(asked.cycles)) < len(asked.cycles) or list(asked.cycles) != sorted(asked.cycles):
        yield problem(
            "each stands once, the earliest first. Put them in order.",
            "chacun figure une seule fois, le plus ancien en premier. Mettez-les en ordre.",
            at="cycles",
        )
    if asked.organization and asked.cluster:
        yield problem(
            "both were given. Keep one of the two.",
            "les deux ont été donnés. Gardez l’un des deux.",
            at="organization, cluster",
        )
    if asked.organization and asked.organization not in codebook.organizations:
        yield problem(
            f"there is no organization with the identifier '{asked.organization}'.",
            f"aucune organisation n’a l’identificateur « {asked.organization} ».",
            at="organization",
            offer=organization_offered(asked.organization, codebook),
        )
    if asked.cluster and asked.cluster not in codebook.clusters:
        yield problem(
            f"there is no cluster '{asked.cluster}'.",
            f"le regroupement « {asked.cluster} » n’existe pas.",
            at="cluster",
            offer=offered(asked.cluster, codebook.clusters),
        )
    if asked.audience == "own_organization" and not asked.organization:
        yield problem(
            "'own_organization' reads its own records only. Add organization, by its identifier.",
            "« own_organization » ne lit que ses propres dossiers. Ajoutez organization, par son identificateur.",
            at="audience",
        )


def _variables(asked: AdhocFile, codebook: Codebook) -> Iterator[Bilingual]:
    for place, variables in (("rows", asked.rows), ("columns", asked.columns), ("population", asked.population)):
        for variable in variables:
            if wrong := _not_countable(variable, codebook):
                yield at(place, wrong)
    repeated = sorted({v for v in asked.variables if asked.variables.count(v) > 1})
    if repeated:
        yield problem(
            f"'{repeated[0]}' is named twice. Name each variable once.",
            f"« {repeated[0]} » est nommée deux fois. Nommez chaque variable une seule fois.",
            at="rows, columns",
        )
    if len(asked.dimensions) > MAXIMUM_DIMENSIONS:
        yield problem(
            f"the table would have {len(asked.dimensions)} dimensions; {MAXIMUM_DIMENSIONS} is the most. "
            "Split the question in two.",
            f"le tableau aurait {len(asked.dimensions)} dimensions; le maximum est {MAXIMUM_DIMENSIONS}. "
            "Scindez la question en deux.",
            at="rows, columns",
        )
    for variable, codes in asked.population.items():
        if not _not_countable(variable, codebook):
            yield from _codes(variable, codes, codebook)


def _codes(variable: str, codes: tuple[str, ...], codebook: Codebook) -> Iterator[Bilingual]:
    known, place = known_codes(variable, codebook), f"population.{variable}"
    if not codes:
        yield problem(
            "no code is named. Name those to keep, or leave the variable out.",
            "aucun code n’est nommé. Nommez ceux à garder, ou enlevez la variable.",
            at=place,
        )
    for code in codes:
        if code not in known:
            yield problem(
                f"there is no code '{code}'.",
                f"le code « {code} » n’existe pas.",
                at=place,
                offer=listed(code, known),
            )


def _not_countable(variable: str, codebook: Codebook) -> Bilingual | None:
    if variable not in codebook.variables:
        meant = _MEANT.get(variable.casefold())
        offer = Bilingual(f"Did you mean '{meant}'?", f"Vouliez-vous dire « {meant} »?") if meant else None
        return problem(
            f"there is no variable '{variable}'.",
            f"la variable « {variable} » n’existe pas.",
            offer=offer or offered(variable, codebook.variables),
        )
    entry = codebook.variables[variable]
    if variable in _ELSEWHERE:
        en, fr = _ELSEWHERE[variable]
        return problem(f"'{variable}' cannot be asked for here. {en}", f"« {variable} » ne s’utilise pas ici. {fr}")
    if entry.sensitivity == "identifier":
        return problem(
            f"'{variable}' identifies people. Names stand only in named lists, whose reading is logged; "
            "choose another variable.",
            f"« {variable} » identifie des personnes. Les noms ne figurent que dans les listes nominatives, dont la "
            "lecture est consignée; choisissez une autre variable.",
        )
    if entry.section == "equity":
        return problem(
            f"'{variable}' lies in the employment-equity file, which ad hoc reports do not open. Ask OCHRO.",
            f"« {variable} » se trouve dans le fichier sur l’équité en matière d’emploi, que les rapports ponctuels "
            "n’ouvrent pas. Adressez-vous au BDPRH.",
        )
    if not known_codes(variable, codebook):
        return problem(
            f"'{variable}' has no categories to count by. Choose a coded variable, such as 'level'.",
            f"« {variable} » n’a pas de catégories à compter. Choisissez une variable codée, comme « level ».",
        )
    return None


def _measure(asked: AdhocFile) -> Iterator[Bilingual]:
    if asked.measure == "share" and asked.share_of not in asked.variables:
        en, fr = (
            (f"'{asked.share_of}' is not", f"« {asked.share_of} » n’est pas")
            if asked.share_of
            else ("nothing is named that is", "rien n’est nommé qui soit")
        )
        yield problem(
            f"{en} among rows and columns.",
            f"{fr} dans rows ou columns.",
            at="share_of",
            offer=offered(asked.share_of, asked.variables),
        )
    if asked.measure == "count" and asked.share_of:
        yield problem(
            'it means nothing for a count. Write measure = "share", or leave it out.',
            'elle ne veut rien dire pour un nombre. Écrivez measure = "share", ou enlevez-la.',
            at="share_of",
        )
    if asked.comparator == "service":
        yield from (at("comparator", wrong) for wrong in incomparable(asked))


def _reasons_not_to_compare(asked: AdhocFile) -> Iterator[tuple[bool, str, str]]:
    yield (
        asked.measure != "share",
        'counts of groups of different sizes do not compare. Write measure = "share".',
        'les nombres de groupes de tailles différentes ne se comparent pas. Écrivez measure = "share".',
    )
    yield (
        len(asked.cycles) > 1,
        "one cycle at a time is compared with the service. Keep one in cycles.",
        "un seul cycle à la fois se compare à la fonction publique. Gardez-en un dans cycles.",
    )
    yield (
        len(asked.variables) > 2,
        "at most two variables are compared with the service. Leave some out.",
        "deux variables au plus se comparent à la fonction publique. Enlevez-en.",
    )
    yield (
        not (asked.organization or asked.cluster),
        "the whole service has nothing to be compared with. Name an organization or a cluster.",
        "toute la fonction publique n’a rien à quoi se comparer. Nommez une organisation ou un regroupement.",
    )


def _words(asked: AdhocFile, codebook: Codebook) -> Iterator[Bilingual]:
    for place, both in (("question", asked.question), ("purpose", asked.purpose)):
        if both.en.strip() == both.fr.strip():
            yield problem(
                "English and French are the same text. Translate one of them.",
                "l’anglais et le français sont le même texte. Traduisez l’un des deux.",
                at=place,
            )
    for number, finding in enumerate(asked.findings, start=1):
        wrong = [
            at(f"findings.{number}.cells.{slot}", one)
            for slot, address in finding.cells.items()
            for one in cell_reference(asked, address, codebook)
        ]
        yield from wrong or (at(f"findings.{number}", one) for one in slot_problems(finding.text, finding.cells))


def _duplicates(asked: AdhocFile, path: Path) -> Iterator[Bilingual]:
    for name, owner in saved_alike(asked, settings.data_folder() / "definitions", but=path):
        yield problem(
            f"'{name}' in data/definitions counts the same, for {owner}. "
            "Run that one, or say in the purpose what is different.",
            f"« {name} », dans data/definitions, compte la même chose, pour {owner}. "
            "Utilisez celle-là, ou dites dans le but ce qui diffère.",
        )
