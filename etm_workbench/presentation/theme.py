"""Colours and fonts: the GC Design System's tokens, and palettes made from them.

Colour never carries meaning alone: each mark also has a label, a position or a pattern.
Headings are set in Lato, whose licence keeps that name for the unmodified file; our subset of it is
called Workbench Heading. Body text is Noto Sans.
"""

from __future__ import annotations

import base64
import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from etm_workbench import settings
from etm_workbench.errors import BadCodebook

FONTS = Path(__file__).resolve().parent / "fonts"
BODY_FONT = "Noto Sans"
HEADING_FONT = "Workbench Heading"
_FACES = (  # family, weight, style, file
    (BODY_FONT, 400, "normal", "NotoSans-Regular"),
    (BODY_FONT, 700, "normal", "NotoSans-Bold"),
    (BODY_FONT, 400, "italic", "NotoSans-Italic"),
    (HEADING_FONT, 700, "normal", "WorkbenchHeading-Bold"),
)

# Withheld marks are drawn in this grey, which stands for nothing else; drawing puts hatching in its place.
WITHHELD_FILL = "#d9dadb"
SERVICE_MARK = "#333333"


@cache
def tokens() -> Mapping[str, str]:
    """The design tokens by name, from `data/reference/design_tokens.csv`.

    Raises
    ------
    BadCodebook
        The file is missing.
    """
    path = settings.data_folder() / "reference" / "design_tokens.csv"
    if not path.is_file():
        raise BadCodebook("The reference file 'design_tokens.csv' is missing.", remedy="Restore it in data/reference.")
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["token"]: row["value"] for row in csv.DictReader(stream)}


def colour(token: str) -> str:
    """The value of a colour token."""
    return tokens()[token]


def accent() -> str:
    """The one colour of bars and dots that are not compared by colour."""
    return colour("blue-500")


def sequence(count: int) -> list[str]:
    """Colours for categories in an order, dark to light: told apart in grey and by colour-blind readers."""
    ramp = [colour(name) for name in ("bg-primary", "blue-700", "blue-500", "blue-300", "blue-100")]
    if count <= len(ramp):
        return ramp[:count]
    return [ramp[round(place * (len(ramp) - 1) / (count - 1))] for place in range(count)]


def contrasting() -> list[str]:
    """Colours for lines that are compared; each line also has its own dash and its name beside it."""
    return [colour(name) for name in ("blue-700", "yellow-700", "red-500", "green-700", "purple-500", "text-secondary")]


@cache
def font_faces() -> str:
    """The fonts as CSS, each file in the page itself."""
    rules = []
    for family, weight, style, name in _FACES:
        data = base64.b64encode((FONTS / f"{name}.woff2").read_bytes()).decode("ascii")
        rules.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};font-display:swap;'
            f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
        )
    return "\n".join(rules)
