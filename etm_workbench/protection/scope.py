"""Whose records a release is made of, as its manifest says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReleaseScope:
    """Cycles, organizations (empty for the whole service), and the hash of the file versions behind them."""

    cycles: tuple[str, ...]
    organizations: tuple[str, ...]
    data_version: str
