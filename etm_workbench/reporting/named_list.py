"""The named list behind a Cluster Review pack: executives of EX-03 and above, for those entitled to it.

A document of its own, never a part of the aggregate pack; opened by the roster route, which checks the
reader and writes the access log before anything is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from etm_workbench.access import open_roster
from etm_workbench.codebook import Bilingual, Codebook, Language, load_codebook
from etm_workbench.errors import BadInput, nearest
from etm_workbench.presentation.document import Document, Provenance
from etm_workbench.presentation.formats import render
from etm_workbench.presentation.labels import roster_labels
from etm_workbench.presentation.parts import Heading, Note, Part, RosterPart
from etm_workbench.roster import Roster
from etm_workbench.store import Store

COLUMNS = ("organization", "level", "position_title", "placement", "readiness", "retirement_horizon")
LEVELS = ("EX-03", "EX-04", "EX-05")
FORMATS = ("html", "pdf")


def named_list(store: Store, cluster: str, *, cycle: str, reader: str, purpose: str) -> Document:
    """The named list of a cluster as a document of the roster kind.

    Parameters
    ----------
    store : Store
        Holds the records, the access list and the access log.
    cluster, cycle : str
        Identifiers, as in the codebook.
    reader, purpose : str
        Who asks and what for; both go to the access log and onto every page.

    Raises
    ------
    NotAllowed
        The reader may not see this list; the refusal is logged.
    BadInput
        No such cluster, or no purpose.
    """
    codebook = load_codebook(cycle)
    if cluster not in codebook.clusters:
        raise BadInput(f"There is no cluster '{cluster}'.", remedy=nearest(cluster, codebook.clusters))
    members = [code for code in codebook.codes("organization") if codebook.organizations[code].cluster == cluster]
    held = {v.organization for v in store.versions(cycle=cycle)}
    roster = open_roster(
        store,
        reader=reader,
        purpose=purpose,
        cycles=[cycle],
        organizations=[code for code in members if code in held],
        columns=COLUMNS,
        levels=LEVELS,
    )
    return _document(roster, codebook, cluster)


def write_named_list(document: Document, out: Path, *, stem: str, languages: Sequence[Language]) -> tuple[Path, ...]:
    """The list's files in a folder, apart from the pack's."""
    out.mkdir(parents=True, exist_ok=True)
    made = []
    for language in languages:
        for ending in FORMATS:
            path = out / f"{stem}.{language}.{ending}"
            path.write_bytes(render(document, language, ending))
            made.append(path)
    return tuple(made)


def _document(roster: Roster, codebook: Codebook, cluster: str) -> Document:
    title = codebook.clusters[cluster].title
    parts: tuple[Part, ...] = (
        Heading(Bilingual("Executives of EX-03 and above", "Cadres supérieurs des niveaux EX-03 et supérieurs")),
        RosterPart.of(
            roster, "named_list", Bilingual("By organization and level", "Selon l’organisation et le niveau")
        ),
        Note(
            Bilingual(
                f"Opened for {roster.reader or 'the user of this machine'}, for: {roster.purpose}. "
                "The reading is in the access log. Do not copy it into a report or a message.",
                f"Ouverte pour {roster.reader or 'l’utilisateur de cet appareil'}, aux fins suivantes : "
                f"{roster.purpose}. La consultation figure au registre des accès. "
                "Ne pas la copier dans un rapport ou un message.",
            ),
            "protection",
        ),
    )
    return Document(
        title=Bilingual("Named list for the Cluster Review", "Liste nominative pour l’examen par regroupement"),
        subtitle=Bilingual(f"{title.en}, talent cycle {codebook.cycle}", f"{title.fr}, cycle {codebook.cycle}"),
        parts=parts,
        provenance=Provenance(
            report="named_list",
            parameters={"cluster": cluster, "cycle": codebook.cycle},
            data_version="",
            code_version=version("etm-workbench"),
            policy="access",
            audience="cluster_review",
            ledger_entry=None,
            definition_hash="",
        ),
        labels=roster_labels(codebook, roster.columns),
        kind="roster",
    )
