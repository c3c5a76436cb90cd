"""Records of people for a few known readers: coarsened, partly blanked, measured; never called free of risk."""

from etm_workbench.protection.microdata.demands import Demands
from etm_workbench.protection.microdata.file import SUPPRESSED, Microdata, equivalence_classes
from etm_workbench.protection.microdata.full_recoding import Recoding, best_recoding
from etm_workbench.protection.microdata.measures import Measures, measure, presence
from etm_workbench.protection.microdata.policy import SharingPolicy, load_sharing_policy
from etm_workbench.protection.microdata.post_randomization import Transitions, post_randomize
from etm_workbench.protection.microdata.pseudonyms import PseudonymKey, pseudonyms, read_key, rotate_key
from etm_workbench.protection.microdata.recode import Hierarchy, recode, suppress_locally
from etm_workbench.protection.microdata.risk import Risk, chances, individual_risk, special_uniques
from etm_workbench.protection.microdata.utility import associations, kept

__all__ = [
    "SUPPRESSED",
    "Demands",
    "Hierarchy",
    "Measures",
    "Microdata",
    "PseudonymKey",
    "Recoding",
    "Risk",
    "SharingPolicy",
    "Transitions",
    "associations",
    "best_recoding",
    "chances",
    "equivalence_classes",
    "individual_risk",
    "kept",
    "load_sharing_policy",
    "measure",
    "post_randomize",
    "presence",
    "pseudonyms",
    "read_key",
    "recode",
    "rotate_key",
    "special_uniques",
    "suppress_locally",
]
