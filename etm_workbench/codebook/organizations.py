"""Organizations and clusters, keyed on `org_id`: acronyms swap across languages and names change."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.errors import BadCodebook, BadInput, closest

_COLUMNS = frozenset(
    {"org_id", "title_en", "title_fr", "acronym_en", "acronym_fr", "universe", "cluster", "published_name"}
    | {"first_year", "last_year"}
)


@dataclass(frozen=True, slots=True)
class Organization:
    """One organization as of the latest published headcount.

    `identifier`: `org_id` of the published people data. `acronym` may be empty in both languages.
    `universe`: `CPA` (core public administration) or `SA` (separate agency). `cluster`: project
    grouping, to be replaced by the user's file. `first_year`, `last_year`: published headcounts with
    executives, None when there never were any; `last_year` is also None while the latest one has some.
    """

    identifier: str
    title: Bilingual
    acronym_en: str
    acronym_fr: str
    universe: str
    cluster: str
    published_name: str
    first_year: int | None = None
    last_year: int | None = None

    def holds_in(self, year: int) -> bool:
        """Whether it has executives in the headcount of `year`, or would if that were published."""
        return self.first_year is not None and self.first_year <= year <= (self.last_year or year)

    def acronym(self, language: str) -> str:
        """The acronym in `language`, or the title where there is none."""
        short = self.acronym_en if language == "en" else self.acronym_fr
        return short or self.title.in_language("en" if language == "en" else "fr")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group of organizations reviewed together."""

    identifier: str
    title: Bilingual


def read_organizations(folder: Path) -> dict[str, Organization]:
    """Organizations by identifier, from `data/reference/organizations.csv`.

    Raises
    ------
    BadCodebook
        The file is missing or lacks a column.
    """
    rows = _rows(folder / "organizations.csv")
    if missing := _COLUMNS - set(rows[0] if rows else ()):
        raise BadCodebook(f"organizations.csv has no column {', '.join(sorted(missing))}.", remedy="Restore it.")
    latest = max((int(row["last_year"]) for row in rows if row["last_year"]), default=0)
    return {row["org_id"]: _organization(row, latest) for row in rows}


def read_clusters(folder: Path) -> dict[str, Cluster]:
    """Clusters by identifier, from `data/reference/clusters.csv` (`cluster,title_en,title_fr`)."""
    rows = _rows(folder / "clusters.csv")
    return {r["cluster"]: Cluster(r["cluster"], Bilingual(r["title_en"], r["title_fr"])) for r in rows}


def _organization(row: dict[str, str], latest: int) -> Organization:
    ended = row["last_year"] and int(row["last_year"]) < latest
    return Organization(
        identifier=row["org_id"],
        title=Bilingual(row["title_en"], row["title_fr"]),
        acronym_en=row["acronym_en"],
        acronym_fr=row["acronym_fr"],
        universe=row["universe"],
        cluster=row["cluster"],
        published_name=row["published_name"],
        first_year=int(row["first_year"]) if row["first_year"] else None,
        last_year=int(row["last_year"]) if ended else None,
    )


def find_organization(organizations: dict[str, Organization], name: str, language: str | None = None) -> Organization:
    """The organization with this identifier, title, published name, or acronym.

    Capitals, accents and the shape of apostrophes do not matter. An acronym that means two organizations
    needs its language: CSC is Correctional Service in English and the Supreme Court's registrar in French.

    Raises
    ------
    BadInput
        None matches, or an acronym without language matches two.
    """
    if name in organizations:
        return organizations[name]
    wanted = _folded(name)
    found = [o for o in organizations.values() if wanted in _names(o, language)]
    if len(found) == 1:
        return found[0]
    if found:
        raise BadInput(
            f"'{name}' names {len(found)} organizations.",
            expected="Acronyms swap across languages.",
            remedy=f"Use an identifier: {', '.join(o.identifier for o in found)}.",
        )
    raise BadInput(f"There is no organization '{name}'.", remedy=_offered(name, organizations.values()))


def _offered(name: str, organizations: Iterable[Organization]) -> str:
    """The closest title or acronym; identifiers are numbers, and one that looks like another tells nothing."""
    known = [n for o in organizations for n in (o.title.en, o.title.fr, o.acronym_en, o.acronym_fr) if n]
    close = closest(name, known)
    everywhere = "Identifiers, titles and acronyms are in data/reference/organizations.csv."
    return f"Did you mean '{close}'?" if close else everywhere


def _names(organization: Organization, language: str | None) -> set[str]:
    names = {organization.title.en, organization.title.fr, organization.published_name}
    if language in (None, "en"):
        names.add(organization.acronym_en)
    if language in (None, "fr"):
        names.add(organization.acronym_fr)
    return {_folded(name) for name in names if name}


def _folded(name: str) -> str:
    """A name without what people type differently: capitals, accents, the shape of apostrophes, spaces."""
    letters = unicodedata.normalize("NFKD", name.replace("’", "'"))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).casefold().split())


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise BadCodebook(f"The reference file '{path.name}' is missing.", remedy="Restore it in data/reference.")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
