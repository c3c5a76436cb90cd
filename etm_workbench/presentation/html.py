"""A document as one self-contained page: fonts, style and charts inside, nothing fetched.

One Jinja template. Each number carries `data-cell` (table, key, figure), so that a check reads what the
page really shows.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from etm_workbench.codebook.bilingual import Language
from etm_workbench.presentation import theme, words
from etm_workbench.presentation.charts.drawing import draw_svg
from etm_workbench.presentation.document import Document
from etm_workbench.presentation.locale import LANGUAGE_TAGS, say
from etm_workbench.presentation.view import Block, ChartBlock, View, view_of

_TEMPLATES = Path(__file__).resolve().parent / "templates"


def render_html(document: Document, language: Language) -> str:
    """The document as a page in one language.

    Parameters
    ----------
    document : Document
        Any kind.
    language : {"en", "fr"}
        Of the page.

    Returns
    -------
    str
        Valid HTML5 with everything inside; the same document gives the same bytes.
    """
    view = view_of(document, language)
    template = environment().get_template("document.html.j2")
    return template.render(view=view, page_style=page_style(), **usual_names(language))


def render_block(block: Block, language: Language) -> str:
    """One block as a fragment, for notebooks; brings its own style, scoped to itself."""
    template = environment().get_template("fragment.html.j2")
    return template.render(block=block, fragment_style=fragment_style(), **usual_names(language))


def chart_element(block: ChartBlock) -> Markup:
    """The chart as an SVG element that says what it shows to those who listen."""
    svg = draw_svg(block.spec, prefix=f"chart-{block.name}")
    opening = re.match(r"<svg([^>]*)>", svg)
    attributes = opening[1] if opening else ""
    names = f'role="img" aria-labelledby="title-{block.name} alt-{block.name}"'
    title = f'<title id="title-{block.name}">{escape(block.title)}</title>'
    head = f'{title}<desc id="alt-{block.name}">{escape(block.alt)}</desc>'
    return Markup(f"<svg{attributes} {names}>{head}{svg[opening.end() if opening else 0 :]}")  # noqa: S704  drawn here


@cache
def page_style() -> Markup:
    """The page's style sheet with its fonts."""
    return Markup(theme.font_faces() + "\n" + _style("page.css.j2"))  # noqa: S704  ours


@cache
def fragment_style() -> Markup:
    """The style of a part in a notebook."""
    return Markup(_style("parts.css.j2"))  # noqa: S704  ours


def _style(name: str) -> str:
    return (
        environment().get_template(name).render(colour=theme.colour, body=theme.BODY_FONT, heading=theme.HEADING_FONT)
    )


def usual_names(language: Language) -> dict[str, object]:
    """What every template may call by name."""
    return {
        "language": language,
        "language_tag": LANGUAGE_TAGS[language],
        "words": words,
        "say": lambda text: say(text, language),
        "chart_element": chart_element,
        "kind": lambda block: type(block).__name__,
    }


@cache
def environment() -> Environment:
    """The templates of this package; everything put into them is escaped."""
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


__all__ = ["View", "render_block", "render_html"]
