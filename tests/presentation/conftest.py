"""Small protected tables of a fictional cluster, and a document made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation.charts import talent_map
from etm_workbench.presentation.document import (
    CellRef,
    Document,
    Heading,
    Layout,
    Note,
    PageBreak,
    Provenance,
    RosterPart,
    TablePart,
    Text,
)
from etm_workbench.protected import Cell, ProtectedFigure, ProtectedTable, Shown, Withheld, claim_seal
from etm_workbench.sensitive import Dimension, FigureKind, Population, table_relations

LEVELS = ("EX-01", "EX-02", "EX-03", "EX-04", "EX-05")
PLACEMENTS = ("READY_ADV", "READY_LAT", "WELL_PLACED", "DEVELOP", "TRANSITION", "NEW_IN_ROLE")
LABELS: dict[str, dict[str, Bilingual]] = {
    "level": {
        "@variable": Bilingual("Classification level", "Niveau de classification"),
        **{level: Bilingual(level, level) for level in LEVELS},
        "TOTAL": Bilingual("All levels", "Tous les niveaux"),
    },
    "placement": {
        "@variable": Bilingual("Talent map placement", "Placement au tableau de gestion des talents"),
        "READY_ADV": Bilingual("Ready for Advancement", "Prêt à être promu"),
        "READY_LAT": Bilingual("Ready for Lateral Movement", "Prêt pour un transfert latéral"),
        "WELL_PLACED": Bilingual("Well-Placed in Role", "Bien placé dans le rôle"),
        "DEVELOP": Bilingual("Develop in Role", "Se perfectionner dans son rôle"),
        "TRANSITION": Bilingual("Transition from Role", "Transfert vers un rôle plus approprié"),
        "NEW_IN_ROLE": Bilingual("New in Role", "Nouveau dans le rôle"),
    },
}
COUNTS = [
    [31, 22, 14, 7, 2],
    [18, 15, 9, 3, 0],
    [96, 61, 33, 14, 6],
    [24, 13, 6, 2, 0],
    [3, 2, 1, 0, 0],
    [40, 21, 12, 4, 1],
]
Build = Callable[..., ProtectedTable]


def protect(
    name: str,
    dimensions: Sequence[Dimension],
    counts: Sequence[float],
    *,
    hidden: Sequence[tuple[str, ...]] = (),
    figures: Mapping[str, tuple[FigureKind, Sequence[float]]] | None = None,
) -> ProtectedTable:
    """A protected table of these counts (every node), the `hidden` keys withheld in every figure."""
    draft = ProtectedTable(
        name, tuple(dimensions), Population(("2025-26",), "2025-03-31"), "judgement", "service", "service/1",
        (ProtectedFigure("count", "count", tuple(Shown(float(c)) for c in counts)),), seal=claim_seal(),
    )  # fmt: skip
    dark = {draft.keys.index(key) for key in hidden}

    def cells(kind: FigureKind, values: Sequence[float]) -> tuple[Cell, ...]:
        return tuple(
            Withheld("protected") if i in dark else Withheld("not_applicable") if np.isnan(v) else Shown(float(v), kind)
            for i, v in enumerate(values)
        )

    every = {"count": ("count", counts), **(figures or {})}
    return ProtectedTable(
        name, draft.dimensions, draft.population, "judgement", "service", "service/1",
        tuple(ProtectedFigure(figure, kind, cells(kind, values)) for figure, (kind, values) in every.items()),
        seal=claim_seal(),
    )  # fmt: skip


def with_margins(dimensions: Sequence[Dimension], leaves: Mapping[tuple[str, ...], float]) -> list[float]:
    """Counts of every node from those of the leaves."""
    shape = [len(d.nodes) for d in dimensions]
    counts = np.full(int(np.prod(shape)), np.nan)
    keys = [tuple(d.codes[i] for d, i in zip(dimensions, index, strict=True)) for index in np.ndindex(*shape)]
    for key, value in leaves.items():
        counts[keys.index(key)] = value
    relations = table_relations(dimensions)
    while np.isnan(counts).any():
        for total, parts in relations:
            if np.isnan(counts[total]):
                counts[total] = counts[list(parts)].sum()
    return [float(count) for count in counts]


def talent_table(name: str = "by_level") -> ProtectedTable:
    """Placement by level with count, share of the level, and the share elsewhere; seven cells withheld."""
    dimensions = (Dimension.flat("placement", PLACEMENTS), Dimension.flat("level", LEVELS))
    leaves = {(p, lv): COUNTS[i][j] for i, p in enumerate(PLACEMENTS) for j, lv in enumerate(LEVELS)}
    counts = with_margins(dimensions, leaves)
    table = np.array(counts).reshape(len(PLACEMENTS) + 1, len(LEVELS) + 1)
    shares = (table / table[-1]).ravel()
    elsewhere = np.clip(shares * 0.9 + 0.015, 0, 1)
    hidden = [("TRANSITION", "EX-01"), ("TRANSITION", "EX-02"), ("TRANSITION", "EX-03"), ("TRANSITION", "TOTAL"),
              ("READY_ADV", "EX-05"), ("WELL_PLACED", "EX-05"), ("NEW_IN_ROLE", "EX-05"), ("READY_LAT", "EX-04"),
              ("DEVELOP", "EX-04"), ("NEW_IN_ROLE", "EX-04")]  # fmt: skip
    return protect(
        name,
        dimensions,
        counts,
        hidden=hidden,
        figures={"share": ("share", shares), "rest_share": ("share", elsewhere)},
    )


def provenance() -> Provenance:
    """Of a fictional run."""
    return Provenance(
        report="talent_map", parameters={"cycle": "2025-26", "cluster": "science"}, data_version="3f1c9a",
        code_version="0.1.0", policy="service/1", audience="service", ledger_entry=12, definition_hash="9be2d4",
    )  # fmt: skip


def talent_document() -> Document:
    """A short report on the talent map."""
    table = talent_table()
    ready = CellRef.of(table, "share", placement="READY_ADV")
    hidden = CellRef.of(table, placement="TRANSITION")
    parts = (
        Heading(Bilingual("Where do executives stand?", "Où en sont les cadres supérieurs ?")),
        Text(
            Bilingual(
                "Of {all:count|executive|executives}, {ready:share0} are ready for advancement.",
                "Des {all:count|cadre supérieur|cadres supérieurs}, {ready:share0} sont prêts à être promus.",
            ),
            {"all": CellRef.of(table), "ready": ready},
            style="lead",
        ),
        Text(
            Bilingual("{n} are to leave their role.", "{n} doivent quitter leur rôle."),
            {"n": hidden},
            style="finding",
        ),
        talent_map(
            table, LABELS, marker="rest_share",
            title=Bilingual("Nearly half are well placed", "Près de la moitié sont bien placés"),
        ),
        Heading(Bilingual("By level", "Par niveau"), 2),
        TablePart(
            "by_level", Bilingual("Placement by level", "Placement selon le niveau"), table,
            Layout(("placement",), ("level",), ("count", "share")),
            notes=(Bilingual("Substantive level.", "Niveau du poste d'attache."),),
        ),
        Note(
            Bilingual("A placement is not a performance rating.", "Un placement n'est pas une cote de rendement."),
            "caution",
        ),
    )  # fmt: skip
    return Document(
        Bilingual("Talent map: fictional cluster", "Tableau de gestion des talents : groupe fictif"),
        Bilingual("Cycle 2025-26", "Cycle 2025-2026"),
        parts, provenance(), Bilingual("Unclassified", "Non classifié"), LABELS,
    )  # fmt: skip


def whole_report() -> Document:
    """A report with a part of every kind: findings first, headings of three levels, a table too wide for a page."""
    document = talent_document()
    heading, lead, finding, chart, second, by_level, caution = document.parts
    shares = Layout(("placement",), ("level",), ("count", "share", "rest_share"))
    gaps = replace(chart, name="again", title=Bilingual("The same by level", "La même chose selon le niveau"))
    parts = (
        lead, heading, chart, finding, caution, second, by_level,
        Heading(Bilingual("In detail", "En détail"), 3),
        TablePart("wide", Bilingual("Everything at once", "Tout à la fois"), talent_table(), shares),
        PageBreak(), Heading(Bilingual("How to read it", "Comment lire le rapport")), gaps,
        *(Note(Bilingual(f"Said of {kind}.", f"À propos : {kind}."), kind) for kind in ("method", "reading", "source")),
    )  # fmt: skip
    return replace(document, parts=parts)


def roster_document() -> Document:
    """A named list of fictional people in two organizations."""
    rows = [(f"Zoé Fictive {n}", "1" if n < 9 else "2", "EX-03", "2027-07-01") for n in range(14)]
    columns = ("name", "organization", "level", "retirement_eligible_on")
    part = RosterPart("people", Bilingual("People", "Personnes"), columns, tuple(rows))
    organizations = {
        "@variable": Bilingual("Organization", "Organisation"),
        "1": Bilingual("Board of Trials", "Conseil des essais"),
        "2": Bilingual("Office of Tests", "Bureau des tests"),
    }
    names = {"name": {"@variable": Bilingual("Name", "Nom")},
             "retirement_eligible_on": {"@variable": Bilingual("Eligible on", "Admissible le")}}  # fmt: skip
    heading = Heading(Bilingual("Executives", "Cadres supérieurs"))
    labels = {**LABELS, **names, "organization": organizations}
    return replace(talent_document(), parts=(heading, part), labels=labels, kind="roster")


@pytest.fixture
def table() -> ProtectedTable:
    return talent_table()


@pytest.fixture
def document() -> Document:
    return talent_document()


@pytest.fixture
def labels() -> dict[str, dict[str, Bilingual]]:
    return LABELS


@pytest.fixture
def build() -> Build:
    return protect


@pytest.fixture(name="protect", scope="session")
def protect_fixture() -> Build:
    return protect


@pytest.fixture(name="with_margins", scope="session")
def with_margins_fixture() -> Callable[..., list[float]]:
    return with_margins


@pytest.fixture(scope="session")
def make_document() -> Callable[[], Document]:
    return talent_document


@pytest.fixture(scope="session")
def make_report() -> Callable[[], Document]:
    return whole_report


@pytest.fixture(scope="session")
def make_roster() -> Callable[[], Document]:
    return roster_document
