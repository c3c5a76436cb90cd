"""Ways of writing a definition wrong: each is a good one with one thing changed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

GOOD: dict[str, Any] = {
    "owner": "Delegate (role)",
    "audience": "own_organization",
    "organization": "128",
    "cycles": ["2025-26"],
    "rows": ["level"],
    "columns": ["placement"],
    "measure": "share",
    "share_of": "placement",
    "comparator": "service",
    "charts": ["bars"],
    "question": {"en": "Who is ready?", "fr": "Qui est prêt?"},
    "purpose": {"en": "To plan.", "fr": "Planifier."},
    "population": {"sex": ["F"]},
    "findings": [
        {
            "en": "{n} are ready.",
            "fr": "{n} sont prêts.",
            "cells": {"n": {"figure": "count", "codes": {"placement": "READY_ADV"}}},
        }
    ],
}
MISSING = object()


def changed(*changes: tuple[str, Any]) -> dict[str, Any]:
    """The good definition with entries set, or left out; a place is written `findings.0.en`."""
    content = tomllib.loads(toml(GOOD))
    for place, value in changes:
        *way, last = [int(part) if part.isdigit() else part for part in place.split(".")]
        at: Any = content
        for step in way:
            at = at[step]
        if value is MISSING:
            del at[last]
        else:
            at[last] = value
    return content


def toml(content: dict[str, Any]) -> str:
    """Nested values as inline TOML."""
    return "".join(f"{key} = {_inline(value)}\n" for key, value in content.items())


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{key}" = {_inline(v)}' for key, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def ways() -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and content of each wrong definition."""
    for entry in ("owner", "audience", "cycles", "rows", "question", "purpose", "question.fr", "purpose.en"):
        yield f"without {entry}", changed((entry, MISSING))
    for entry, empty in (("owner", ""), ("cycles", []), ("rows", []), ("question.en", ""), ("findings.0.fr", "")):
        yield f"empty {entry}", changed((entry, empty))
    for entry in ("row", "colums", "populations", "chart", "threshold", "policy", "question.de", "findings.0.cell"):
        yield f"unknown entry {entry}", changed((entry, "x"))
    for entry, value in (
        ("rows", "level"),
        ("cycles", "2025-26"),
        ("owner", 3),
        ("question", "Who?"),
        ("charts", True),
    ):
        yield f"ill-typed {entry}", changed((entry, value))
    for entry, names in _NAMES.items():
        for name in names:
            yield f"{entry} {name}", changed((entry, name))
    for variable in _VARIABLES:
        yield f"row {variable}", changed(("rows", [variable]))
        yield f"population {variable}", changed(("population", {variable: ["F"]}))
    yield from _combinations()


_NAMES: dict[str, tuple[Any, ...]] = {
    "audience": ("everybody", "own_organisation", "publik"),
    "organization": ("ESDC", "999", "Health Canada", "edsc"),
    "measure": ("mean", "shares"),
    "comparator": ("rest", "services"),
    "share_of": ("level of", "placements", "sex", ""),
}
_VARIABLES = (
    "levle", "placment", "departement", "family_name", "birth_year", "equity_groups", "movement", "year",
    "career_objective", "retirement_eligible_on", "population", "position_title", "gender", "niveau", "pri",
)  # fmt: skip


def _combinations() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "cycle unknown", changed(("cycles", ["2025-27"]))
    yield "cycles out of order", changed(("cycles", ["2025-26", "2024-25"]), ("comparator", "none"))
    yield "cycle twice", changed(("cycles", ["2025-26", "2025-26"]))
    yield "organization and cluster", changed(("cluster", "central"))
    yield "cluster unknown", changed(("cluster", "centre"), ("organization", ""), ("audience", "service"))
    yield "own organization without one", changed(("organization", ""))
    yield "variable twice", changed(("rows", ["level", "placement"]))
    yield "six dimensions", changed(("rows", ["level", "sex", "region", "aspiration", "readiness"]))
    yield "code unknown", changed(("population", {"sex": ["W"]}))
    yield "placement code unknown", changed(("population", {"placement": ["READY"]}))
    yield "no code kept", changed(("population", {"sex": []}))
    yield "share of nothing", changed(("share_of", MISSING))
    yield "count with share_of", changed(("measure", "count"), ("comparator", "none"))
    yield "count compared", changed(("measure", "count"), ("share_of", ""))
    yield "cycles compared", changed(("cycles", ["2024-25", "2025-26"]))
    yield "three variables compared", changed(("rows", ["level", "sex"]))
    yield "service compared with itself", changed(("organization", ""), ("audience", "service"))
    yield (
        "split of counts",
        changed(("charts", ["split"]), ("measure", "count"), ("share_of", ""), ("comparator", "none")),
    )
    yield "tiles of one dimension", changed(("charts", ["tiles"]), ("rows", ["placement"]), ("columns", []))
    yield "bars of three dimensions", changed(("rows", ["level", "sex"]), ("comparator", "none"))
    yield "lines over one cycle", changed(("charts", ["lines"]))
    yield "differences without comparator", changed(("charts", ["differences"]), ("comparator", "none"))
    yield "chart unknown", changed(("charts", ["pie"]))
    yield "chart too wide", changed(("columns", ["region"]), ("share_of", "region"), ("findings", []))
    yield "slot without cell", changed(("findings.0.en", "{m} are ready."))
    yield "cell not used in French", changed(("findings.0.fr", "Des cadres sont prêts."))
    yield "percentage typed", changed(("findings.0.en", "12 % of {n} are ready."))
    yield "number format unknown", changed(("findings.0.en", "{n:percent} are ready."))
    yield "slot unfinished", changed(("findings.0.en", "{n are ready."))
    yield "figure unknown", changed(("findings.0.cells.n.figure", "shares"))
    yield "cell's variable unknown", changed(("findings.0.cells.n.codes", {"sex": "F"}))
    yield "cell's code unknown", changed(("findings.0.cells.n.codes", {"placement": "READY"}))
    yield "question not translated", changed(("question", {"en": "Who?", "fr": "Who?"}))
