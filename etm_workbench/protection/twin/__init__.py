"""A fictional file that adds up to released tables: made of them alone, so that it knows no more than they tell."""

from __future__ import annotations

from etm_workbench.protection.twin.drawing import draw
from etm_workbench.protection.twin.fidelity import Fidelity, fidelity
from etm_workbench.protection.twin.fitting import fit
from etm_workbench.protection.twin.margins import Margins, margins_of
from etm_workbench.protection.twin.risk import TwinRisk, twin_risk

__all__ = ["Fidelity", "Margins", "TwinRisk", "draw", "fidelity", "fit", "margins_of", "twin_risk"]
