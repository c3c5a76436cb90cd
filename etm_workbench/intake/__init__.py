"""Questionnaire files, account registers and equity files: read, checked, keyed, stored."""

from etm_workbench.intake.check import Checked, check_file
from etm_workbench.intake.control_totals import ControlTotal, control_totals
from etm_workbench.intake.findings import Finding, Findings
from etm_workbench.intake.mapping import Mapping, load_mapping
from etm_workbench.intake.registers import register_of
from etm_workbench.intake.rulebook import Rulebook, load_rulebook
from etm_workbench.intake.rules import Register
from etm_workbench.intake.submissions import FoundFiles, Submission, find_files
from etm_workbench.intake.take_in import Outcome, take_in_files

__all__ = [
    "Checked",
    "ControlTotal",
    "Finding",
    "Findings",
    "FoundFiles",
    "Mapping",
    "Outcome",
    "Register",
    "Rulebook",
    "Submission",
    "check_file",
    "control_totals",
    "find_files",
    "load_mapping",
    "load_rulebook",
    "register_of",
    "take_in_files",
]
