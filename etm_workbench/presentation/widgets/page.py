"""A board as a page that needs no kernel: one file with its style, module and numbers inside.

The page fetches nothing. Where it is served, it may ask its server for people by name or for a new cut;
opened as a file, it says so instead.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from etm_workbench.codebook.bilingual import LANGUAGES, Bilingual, Language
from etm_workbench.presentation.html import environment, usual_names
from etm_workbench.presentation.locale import say
from etm_workbench.presentation.widgets import frame
from etm_workbench.presentation.widgets.board import Board
from etm_workbench.presentation.widgets.module import module, style
from etm_workbench.presentation.widgets.payload import board_payload

_START = "mount(document.getElementById('board'), JSON.parse(document.getElementById('payload').textContent));"


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go: its words and address; `current` where the reader already is."""

    text: Bilingual
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """Where a page leads; every part may be empty.

    Parameters
    ----------
    ask : str
        Address that answers questions by POST; empty for a page opened as a file.
    languages : mapping of language to str
        Address of the same page in each language; the page switches by itself where there is none.
    cycles, organizations, boards : tuple of Link
        What else the reader may open.
    """

    ask: str = ""
    languages: Mapping[Language, str] = field(default_factory=dict)
    cycles: tuple[Link, ...] = ()
    organizations: tuple[Link, ...] = ()
    boards: tuple[Link, ...] = ()


def render_page(board: Board, language: Language, *, links: Links | None = None, nonce: str = "") -> str:
    """The board as one self-contained page.

    Parameters
    ----------
    board : Board
        Of any kind.
    language : {"en", "fr"}
        In which it opens; the other is in the page too.
    links : Links, optional
        Where it leads; nowhere when not given.
    nonce : str
        For a content security policy by nonce; `content_hashes` serves one by hash.

    Returns
    -------
    str
        HTML5; the same board, language and links give the same bytes.
    """
    payload = {**board_payload(board), "links": links_payload(links or Links())}
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    template = environment().get_template("board.html.j2")
    return template.render(
        board=board,
        nonce=nonce,
        board_style=Markup(style()),  # noqa: S704  ours
        board_module=Markup(_page_module()),  # noqa: S704  ours
        frame=frame,
        payload=Markup(text.replace("<", "\\u003c")),  # noqa: S704  no tag can end the element
        **usual_names(language),
    )


def content_hashes() -> dict[str, str]:
    """The sources that a content security policy allows, by directive: `script-src` and `style-src`."""
    return {
        "script-src": _source(f"\n{_page_module()}\n"),
        "style-src": _source(f"\n{style()}\n"),
    }


def _page_module() -> str:
    return f"{module()}\n{_START}"


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def links_payload(links: Links) -> dict[str, object]:
    """The links as JSON values."""

    def listed(entries: tuple[Link, ...]) -> list[list[object]]:
        return [[[say(e.text, language) for language in LANGUAGES], e.href, e.current] for e in entries]

    return {
        "ask": links.ask,
        "languages": [links.languages.get(language, "") for language in LANGUAGES],
        "cycles": listed(links.cycles),
        "organizations": listed(links.organizations),
        "boards": listed(links.boards),
    }
