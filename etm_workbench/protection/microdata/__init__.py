"""Records of people for a few known readers: coarsened, partly blanked, measured; never called free of risk."""

from etm_workbench.protection.microdata.file import Microdata, equivalence_classes
from etm_workbench.protection.microdata.measures import Measures, measure
from etm_workbench.protection.microdata.pseudonyms import PseudonymKey, pseudonyms
from etm_workbench.protection.microdata.recode import Hierarchy, recode, suppress_locally
from etm_workbench.protection.microdata.risk import Risk, individual_risk, special_uniques
from etm_workbench.protection.microdata.sheet import sheet

__all__ = [
    "Hierarchy",
    "Measures",
    "Microdata",
    "PseudonymKey",
    "Risk",
    "equivalence_classes",
    "individual_risk",
    "measure",
    "pseudonyms",
    "recode",
    "sheet",
    "special_uniques",
    "suppress_locally",
]
