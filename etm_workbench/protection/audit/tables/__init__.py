"""Published files as an audit's problem: a spec, the files' tables, and the groups they share."""

from etm_workbench.protection.audit.tables.findings import Audit, Finding, Problem, Reason, audit_files
from etm_workbench.protection.audit.tables.labels import Note
from etm_workbench.protection.audit.tables.spec import Spec, load_spec

__all__ = ["Audit", "Finding", "Note", "Problem", "Reason", "Spec", "audit_files", "load_spec"]
