"""The talent map as a dashboard: one's own executives by placement and level, beside the public service."""

from __future__ import annotations

from etm_workbench.codebook import Bilingual
from etm_workbench.presentation.document import Provenance
from etm_workbench.presentation.labels import labels_for
from etm_workbench.presentation.widgets import Board, MapSection
from etm_workbench.reporting.dashboards.own import open_own
from etm_workbench.reporting.dashboards.viewing import Answers, Viewing


def board(viewing: Viewing) -> Board:
    """The talent map of the viewer's organization."""
    with open_own(viewing) as workbench:
        release = workbench.protect({"map": workbench.beside_service("placement")})
        labels = labels_for(workbench.codebook, release.values())
        scope = workbench.label()
    manifest = release.manifest
    title = Bilingual("Where does each level stand?", "Où se situe chaque niveau?")
    return Board(
        name="talent_map",
        title=Bilingual("Talent map", "Tableau de gestion des talents"),
        subtitle=Bilingual(f"{scope.en}, {viewing.cycle}", f"{scope.fr}, {viewing.cycle}"),
        sections=(MapSection("map", title, release["map"], SIGNIFICANCE),),
        labels=labels,
        provenance=Provenance(
            report="talent_map",
            parameters={"organization": str(viewing.organization), "cycle": str(viewing.cycle)},
            data_version=manifest.data_version,
            code_version=manifest.code_version,
            policy=f"{manifest.policy} ({manifest.policy_hash[:12]})",
            audience=manifest.audience,
            ledger_entry=manifest.ledger_entry,
            definition_hash="",
        ),
    )


SIGNIFICANCE = 0.05
ANSWERS: Answers = {}
