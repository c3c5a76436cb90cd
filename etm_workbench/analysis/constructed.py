"""Variables worked out from answers and the register: completion, language results, bands of years.

Their labels and rules stand in `data/codebook/constructed.toml`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from etm_workbench.analysis.bands import age_bands, eligibility_bands
from etm_workbench.cadre import Cadre

SKILLS = ("reading", "writing", "oral")
# The results that a bilingual executive position asks for (ESDC FAQ on second-language evaluation).
REQUIRED = {"reading": "C", "writing": "B", "oral": "C"}
_RANK = {"X": 0, "A": 1, "B": 2, "C": 3, "E": 4}


def with_constructed(cadre: Cadre) -> Cadre:
    """The cadre with the columns `completion`, `language_state`, `age_band` and `retirement_eligibility`.

    `completion` is never missing. `language_state` is missing where the position is not bilingual: the
    rule does not apply there. Results count as expired when any of the three is, on the day the cycle's
    placements are finalized; level E never expires.
    """
    records, cycles = cadre.records, cadre.codebook.cycles
    finalized = pd.to_datetime(records["cycle"].map({name: cycle.finalized_on for name, cycle in cycles.items()}))
    counted = pd.to_datetime(records["cycle"].map({name: cycle.headcount_on for name, cycle in cycles.items()}))
    return replace(
        cadre,
        records=records.assign(
            completion=_completion(records),
            language_state=_language_state(records, finalized),
            age_band=age_bands(records["birth_year"], counted),
            retirement_eligibility=eligibility_bands(pd.to_datetime(records["retirement_eligible_on"]), counted),
        ),
    )


def _completion(records: pd.DataFrame) -> pd.Series:
    executive = (records["executive_status"] == "COMPLETED").to_numpy(bool)
    manager = (records["manager_status"] == "COMPLETED").to_numpy(bool)
    states = np.select(
        [executive & manager, executive, manager], ["BOTH", "EXECUTIVE_ONLY", "MANAGER_ONLY"], default="NEITHER"
    )
    return pd.Series(states, index=records.index)


def _language_state(records: pd.DataFrame, finalized: pd.Series) -> pd.Series:
    results = {skill: records[f"sle_{skill}"].map(_RANK) for skill in SKILLS}
    absent = np.any([results[skill].isna().to_numpy() for skill in SKILLS], axis=0)
    below = np.any([(results[skill] < _RANK[REQUIRED[skill]]).to_numpy(bool) for skill in SKILLS], axis=0)
    expired = np.any([_expired(records, skill, finalized) for skill in SKILLS], axis=0)
    bilingual = records["position_bilingual"].fillna(value=False).astype(bool).to_numpy()
    states = np.select([absent, below, expired], ["NO_RESULT", "BELOW", "EXPIRED"], default="VALID")
    return pd.Series(states, index=records.index).where(bilingual)


def _expired(records: pd.DataFrame, skill: str, finalized: pd.Series) -> np.ndarray:
    expires = pd.to_datetime(records[f"sle_{skill}_expires_on"])
    exempt = (records[f"sle_{skill}"] == "E").to_numpy(bool)
    late = (expires < finalized).to_numpy(bool)
    result: np.ndarray = late & ~exempt
    return result
