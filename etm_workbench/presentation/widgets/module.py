"""The ES module and style sheet of every board: our own, in parts, put together here.

No library is fetched or bundled, so the page is small, a strict content security policy holds, and what
is read in the repository is what runs. The module's words stand in `assets/words.toml`, both languages
on adjacent lines.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.errors import BadEnvironment
from etm_workbench.presentation import theme
from etm_workbench.presentation.html import environment
from etm_workbench.presentation.locale import typography

ASSETS = Path(__file__).resolve().parent / "assets"
_PARTS = (
    "elements", "numbers", "ask", "drawing", "parts", "profiles", "filters", "cells", "legend", "map", "cell", "whatif",
    "movement", "trend", "notplaced", "twoway", "export", "form", "live", "board",
)  # fmt: skip


@cache
def module() -> str:
    """The module: exports `mount(element, payload, options)`, and by default what anywidget calls.

    Raises
    ------
    BadEnvironment
        A part is missing: the installation is incomplete.
    """
    words = json.dumps(words_payload(), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return "\n".join([f"const WORDS = {words};", *(_read(f"{part}.js") for part in _PARTS)])


@cache
def style() -> str:
    """The style sheet, with the fonts that a board uses."""
    look = environment().get_template("board.css.j2")
    rules = look.render(colour=theme.colour, body=theme.BODY_FONT, heading=theme.HEADING_FONT)
    return f"{theme.font_faces(italic=False)}\n{rules}"


@cache
def words_payload() -> dict[str, list[str]]:
    """The module's own words by name: English, French."""
    entries = tomllib.loads(_read("words.toml"))
    texts = {name: Bilingual(entry["en"], entry["fr"]) for name, entry in entries.items()}
    return {name: [typography(text.en, "en"), typography(text.fr, "fr")] for name, text in texts.items()}


def _read(name: str) -> str:
    path = ASSETS / name
    if not path.is_file():
        raise BadEnvironment(
            f"The dashboards' file '{name}' is missing.",
            expected="It comes with the workbench.",
            remedy="Install the workbench again.",
        )
    return path.read_text(encoding="utf-8")
