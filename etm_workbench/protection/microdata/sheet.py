"""The sheet that goes with a shared file: what holds of it, what was lost, in both languages."""

from __future__ import annotations

import numpy as np

from etm_workbench.codebook import Bilingual
from etm_workbench.protection.microdata.file import SUPPRESSED, Microdata
from etm_workbench.protection.microdata.measures import measure
from etm_workbench.protection.microdata.risk import individual_risk


def sheet(before: Microdata, after: Microdata) -> tuple[Bilingual, ...]:
    """Sentences on risk and use; they say what holds, and never that nobody can be found.

    Parameters
    ----------
    before, after : Microdata
        The file as it stood and as it would be shared.
    """
    found, risk = measure(after), individual_risk(after)
    blanks = blanked(after) - blanked(before)
    coarser, total = changed(before, after), len(after.records) * len(after.key_variables)
    return (
        Bilingual(
            f"Each record looks like at least {found.k - 1} others in {len(after.key_variables)} key variables; "
            f"among them there are at least {found.l} different answers to each sensitive question.",
            f"Chaque enregistrement ressemble à au moins {found.k - 1} autres selon {len(after.key_variables)} "
            f"variables clés ; on y trouve au moins {found.l} réponses différentes à chaque question sensible.",
        ),
        Bilingual(
            f"Somebody who knows these variables for everybody would match {risk.expected:.0f} of {len(after.records)} "
            f"records rightly; the highest chance for one person is 1 in {round(1 / risk.highest)}.",
            f"Une personne connaissant ces variables pour tous associerait correctement {risk.expected:.0f} des "
            f"{len(after.records)} enregistrements ; la probabilité la plus élevée pour une personne est de 1 sur "
            f"{round(1 / risk.highest)}.",
        ),
        Bilingual(
            f"{blanks} of {total} key answers were blanked, {coarser} made coarser, {after.dropped} records left out.",
            f"{blanks} des {total} réponses clés ont été effacées, {coarser} généralisées, et {after.dropped} "
            "enregistrements exclus.",
        ),
        Bilingual(
            "This file is still about people. It may be used for the purpose it was made for, and not be joined "
            "with other files.",
            "Ce fichier porte toujours sur des personnes. Il ne sert qu’à la fin pour laquelle il a été produit et ne "
            "doit pas être apparié à d’autres fichiers.",
        ),
    )


def blanked(data: Microdata) -> int:
    """Key answers that are blank."""
    keys = data.records[list(data.key_variables)]
    return int((keys.isna() | (keys == SUPPRESSED)).to_numpy().sum())


def changed(before: Microdata, after: Microdata) -> int:
    """Key answers that are neither blank nor what they were."""
    old = before.records.loc[after.records.index, list(after.key_variables)].to_numpy(dtype=object)
    new = after.records[list(after.key_variables)].to_numpy(dtype=object)
    return int(np.sum((old != new) & (new != SUPPRESSED)))
