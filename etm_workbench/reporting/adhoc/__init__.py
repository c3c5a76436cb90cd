"""Ad hoc reports: a question saved as a file, checked without data, and run through one notebook."""

from etm_workbench.reporting.adhoc.check import Verdict, check_definition
from etm_workbench.reporting.adhoc.definition import AdhocFile, read_definition
from etm_workbench.reporting.adhoc.report import AdhocReport, load_adhoc, open_adhoc
from etm_workbench.reporting.adhoc.run import run_adhoc
from etm_workbench.reporting.adhoc.write import definition_text

__all__ = [
    "AdhocFile",
    "AdhocReport",
    "Verdict",
    "check_definition",
    "definition_text",
    "load_adhoc",
    "open_adhoc",
    "read_definition",
    "run_adhoc",
]
