"""What each variable means: code lists, labels in both languages, cycles, organizations."""

from etm_workbench.codebook.bilingual import LANGUAGES, Bilingual, Language
from etm_workbench.codebook.codebook import Codebook, load_codebook
from etm_workbench.codebook.headcount import Headcount, published_headcount
from etm_workbench.codebook.organizations import Cluster, Organization, find_organization
from etm_workbench.codebook.variables import Code, CodeList, Cycle, Variable

__all__ = [
    "LANGUAGES",
    "Bilingual",
    "Cluster",
    "Code",
    "CodeList",
    "Codebook",
    "Cycle",
    "Headcount",
    "Language",
    "Organization",
    "Variable",
    "find_organization",
    "load_codebook",
    "published_headcount",
]
