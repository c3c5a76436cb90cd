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
from etm_workbench.errors import BadCodebook, BadDefinition

FONTS = Path(__file__).resolve().parent / "fonts"
BODY_FONT = "Noto Sans"
HEADING_FONT = "Workbench Heading"
OFFICE_FONT = "Arial"  # where a file cannot carry ours, one that every office has, or one of its widths
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
    """Colours for categories in an order, dark to light: told apart in grey and by colour-blind readers.

    Raises
    ------
    BadDefinition
        More than five: neighbours could not be told apart.
    """
    ramps = {
        1: ("blue-600",),
        2: ("bg-primary", "blue-300"),
        3: ("bg-primary", "blue-600", "blue-300"),
        4: ("bg-primary", "blue-600", "blue-300", "blue-100"),
        5: ("bg-primary", "blue-600", "blue-300", "blue-200", "blue-100"),
    }
    if count not in ramps:
        raise BadDefinition(
            f"A chart would need {count} shades.",
            expected=f"At most {max(ramps)}: more cannot be told apart.",
            remedy="Merge categories, or use a table.",
        )
    return [colour(name) for name in ramps[count]]


def ink_on(fill: str) -> str:
    """White or the text colour, whichever contrasts more with `fill` (WCAG's relative luminance)."""
    dark = colour("text-primary")
    return "#ffffff" if _contrast("#ffffff", fill) > _contrast(dark, fill) else dark


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(code: str) -> float:
    parts = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@cache
def font_faces(*, italic: bool = True) -> str:
    """The fonts as CSS, each file in the page itself; `italic` may be left out where nothing is set in it."""
    rules = []
    for family, weight, style, name in _FACES:
        if style == "italic" and not italic:
            continue
        data = base64.b64encode((FONTS / f"{name}.woff2").read_bytes()).decode("ascii")
        rules.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};font-display:swap;'
            f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
        )
    return "\n".join(rules)
