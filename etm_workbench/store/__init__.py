"""Checked files in, records out: SQLite on a laptop, PostgreSQL on a server, the same code."""

from etm_workbench.store.checked_file import CheckedFile, FileKind, FileVersion, Receipt
from etm_workbench.store.store import Store

__all__ = ["CheckedFile", "FileKind", "FileVersion", "Receipt", "Store"]
