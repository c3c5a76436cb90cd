"""Checked files in, records out: SQLite on a laptop, PostgreSQL on a server, the same code."""

from etm_workbench.store.access_records import EVERY_ORGANIZATION, AccessEntry, AccessLogEntry
from etm_workbench.store.checked_file import CheckedFile, FileKind, FileVersion, Receipt
from etm_workbench.store.ledger import LedgerEntry, LedgerMoved
from etm_workbench.store.store import Store

__all__ = [
    "EVERY_ORGANIZATION",
    "AccessEntry",
    "AccessLogEntry",
    "CheckedFile",
    "FileKind",
    "FileVersion",
    "LedgerEntry",
    "LedgerMoved",
    "Receipt",
    "Store",
]
