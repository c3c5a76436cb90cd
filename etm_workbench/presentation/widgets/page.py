"""A board as a page that needs no kernel: one file with its style, module and numbers inside.

The page fetches nothing. Where it is served, it may ask its server for people by name or for a new cut;
opened as a file, it says so instead. A live page is the same but for who answers: it ends open, so that
the server can send after it which kernel that is, once the kernel has come.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from markupsafe import Markup

from etm_workbench.codebook.bilingual import LANGUAGES, Bilingual, Language
from etm_workbench.presentation.html import environment, usual_names
from etm_workbench.presentation.locale import say
from etm_workbench.presentation.widgets import frame
from etm_workbench.presentation.widgets.board import Board
from etm_workbench.presentation.widgets.module import module, style
from etm_workbench.presentation.widgets.payload import board_payload

_PAYLOAD = "JSON.parse(document.getElementById('payload').textContent)"
_START = f"mount(document.getElementById('board'), {_PAYLOAD});"
_LIVE_START = f"mountLive(document.getElementById('board'), {_PAYLOAD});"


@dataclass(frozen=True, slots=True, repr=False)
class Drawn:
    """A board with everything written out, in both languages: small, and without anybody's addresses.

    `payload`: `board_payload` as a JSON object. It holds no more than its board, so whoever may see the
    one may see the other.
    """

    title: Bilingual
    subtitle: Bilingual
    payload: str


def draw(board: Board) -> Drawn:
    """The board written out, once for every language and reader that it is then rendered for."""
    return Drawn(board.title, board.subtitle, _json(board_payload(board)))


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


def render_page(board: Board | Drawn, language: Language, *, links: Links | None = None, nonce: str = "") -> str:
    """The board as one self-contained page.

    Parameters
    ----------
    board : Board or Drawn
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
    return _rendered(board, language, links=links, nonce=nonce, live=False)


def render_live_page(board: Board | Drawn, language: Language, *, links: Links | None = None) -> str:
    """The beginning of a live page, whole but for its end; parameters as for `render_page`.

    What must follow is a `<script type="application/json" id="kernel">` with `base`, `kernelId` and `comm`, and the
    closing tags; a page that ends without it says that its dashboard could not be opened.
    """
    return _rendered(board, language, links=links, nonce="", live=True)


def _rendered(board: Board | Drawn, language: Language, *, links: Links | None, nonce: str, live: bool) -> str:
    drawn = draw(board) if isinstance(board, Board) else board
    payload = f'{drawn.payload[:-1]},"links":{_json(links_payload(links or Links()))}}}'
    return (
        environment()
        .get_template("board.html.j2")
        .render(
            board=drawn,
            nonce=nonce,
            live=live,
            board_style=Markup(style()),  # noqa: S704  ours
            board_module=Markup(_page_module(live=live)),  # noqa: S704  ours
            frame=frame,
            payload=Markup(payload.replace("<", "\\u003c")),  # noqa: S704  no tag can end the element
            **usual_names(language),
        )
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@cache
def content_hashes(*, live: bool = False) -> dict[str, str]:
    """The sources that a content security policy allows, by directive: `script-src` and `style-src`."""
    return {
        "script-src": _source(f"\n{_page_module(live=live)}\n"),
        "style-src": _source(f"\n{style()}\n"),
    }


@cache
def _page_module(*, live: bool) -> str:
    return f"{module()}\n{_LIVE_START if live else _START}"


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
