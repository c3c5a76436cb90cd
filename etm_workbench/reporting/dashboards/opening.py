"""The dashboards by name: opened as boards, as pages and as widgets, and asked questions.

Each dashboard is a module of this folder with a function `board(viewing)`, and `ANSWERS`: the kinds of
question that its page may ask. One with its own widget has a function `widget(viewing)`.
"""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Mapping
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

from etm_workbench.codebook import LANGUAGES, Bilingual, load_codebook
from etm_workbench.errors import BadInput, NotAllowed, nearest
from etm_workbench.presentation.widgets import AnswersWidget, Board, BoardWidget, Link, Links, render_page
from etm_workbench.presentation.widgets.frame import QUESTION_FAILED
from etm_workbench.reporting.dashboards.viewing import SERVICE, SHOWN, Answers, Viewing

TITLES = {
    "talent_map": Bilingual("Talent map", "Tableau de gestion des talents"),
    "cadre": Bilingual("Cadre", "Cadres supérieurs"),
    "cycle_desk": Bilingual("Cycle desk", "Suivi du cycle"),
    "service": Bilingual("Public service", "Fonction publique"),
    "builder": Bilingual("Ask your own question", "Poser sa propre question"),
}
NAMES = tuple(TITLES)
# Dashboards that can be opened on the whole service as well as on one organization.
_ON_SERVICE = ("talent_map", "builder")
_SERVICE = Bilingual("The whole public service", "L’ensemble de la fonction publique")

_LOG = logging.getLogger(__name__)
_NOT_ALLOWED = Bilingual(
    "The access list does not allow this. The request is in the access log.",
    "La liste d’accès ne le permet pas. La demande figure au registre des accès.",
)
_NOT_UNDERSTOOD = Bilingual(
    "This question was not understood. Reload the page and try again.",
    "Cette question n’a pas été comprise. Rechargez la page et réessayez.",
)


def open_board(name: str, viewing: Viewing) -> Board:
    """What a dashboard shows to a viewer.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    viewing : Viewing
        Who looks, and what they wish to see.

    Raises
    ------
    NotAllowed
        The access list does not let the viewer see it.
    BadInput
        There is no such dashboard, organization or cycle.
    """
    board: Board = _module(name).board(viewing.settled())
    return board


def answer(name: str, viewing: Viewing, question: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a question of a dashboard's page.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    viewing : Viewing
        Who asks; access is checked anew for each question.
    question : mapping
        With its `kind`.

    Returns
    -------
    dict
        `{"ok": True, ...}`, or `{"ok": False, "message": {"en": ..., "fr": ...}}`. Never raises: what fails
        unexpectedly is logged by the kind of error alone.
    """
    try:
        answers: Answers = _module(name).ANSWERS
        kind = question.get("kind")
        if not isinstance(kind, str) or kind not in answers:
            return refusal(_NOT_UNDERSTOOD)
        return answers[kind](viewing.settled(), question)
    except NotAllowed:
        return refusal(_NOT_ALLOWED)
    except BadInput:
        return refusal(_NOT_UNDERSTOOD)
    except Exception as problem:  # noqa: BLE001  a page gets a plain message, whatever went wrong
        _LOG.error("dashboard %s failed to answer: %s", name, type(problem).__name__)
        return refusal(QUESTION_FAILED)


def refusal(message: Bilingual) -> dict[str, Any]:
    """An answer that says why not."""
    return {"ok": False, "message": {"en": message.en, "fr": message.fr}}


def page(name: str, viewing: Viewing, *, links: Links | None = None, nonce: str = "") -> str:
    """A dashboard as a page without a kernel; parameters and errors as for `open_board` and `render_page`."""
    return render_page(open_board(name, viewing), viewing.language, links=links, nonce=nonce)


def dashboard(name: str, viewing: Viewing | None = None) -> Any:
    """A dashboard as a widget, for its notebook.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    viewing : Viewing, optional
        Taken from the environment that the server made when not given.

    Returns
    -------
    ipywidgets.Widget
        A `BoardWidget`, unless the dashboard has its own; under the server, where the page has the board already,
        an `AnswersWidget`.
    """
    wished = viewing or Viewing.from_environment()
    if os.environ.get(SHOWN):
        # The server has checked who looks; each question is checked again, and nothing is read before the first.
        return AnswersWidget(lambda asked: answer(name, wished, asked))
    looking = wished.settled()
    module = _module(name)
    if hasattr(module, "widget"):
        return module.widget(looking)
    links = links_of(name, looking, view="", ask="")
    return BoardWidget(
        module.board(looking), answer=lambda asked: answer(name, looking, asked), language=looking.language, links=links
    )


def links_of(name: str, viewing: Viewing, *, view: str, ask: str = "ask", boards: tuple[str, ...] = ()) -> Links:
    """Where a served page leads: languages, cycles and organizations that the viewer may choose, other dashboards.

    Parameters
    ----------
    name : str
        The dashboard.
    viewing : Viewing
        Settled.
    view : str
        Address of the dashboards' folder, such as `/view/`; empty to stay at the same address.
    ask : str
        Address that answers questions, relative to the page.
    boards : tuple of str
        Other dashboards that the viewer may open.
    """
    organizations, cycles = viewing.choices
    known = load_codebook(viewing.cycle).organizations
    service = len(organizations) > 1 and viewing.is_of_service
    offered = {"service": ()}.get(name, organizations)
    offered = (SERVICE, *offered) if service and name in _ON_SERVICE else offered
    titles = {SERVICE: _SERVICE} | {o: known[o].title if o in known else Bilingual(o, o) for o in organizations}
    here = viewing.organization or (SERVICE if service else None)
    now = {"organization": here, "cycle": viewing.cycle, "lang": viewing.language}

    def at(board: str = name, **wish: str) -> str:
        query = urlencode({key: value for key, value in {**now, **wish}.items() if value})
        return f"{view}{board}/?{query}" if view else f"?{query}"

    return Links(
        ask=ask,
        languages={language: at(lang=language) for language in LANGUAGES},
        cycles=tuple(Link(Bilingual(c, c), at(cycle=c), c == viewing.cycle) for c in cycles),
        organizations=tuple(Link(titles[o], at(organization=o), o == here) for o in offered),
        boards=tuple(Link(TITLES[b], at(board=b), b == name) for b in boards),
    )


def _module(name: str) -> ModuleType:
    if name not in NAMES:
        raise BadInput(f"There is no dashboard '{name}'.", remedy=nearest(name, NAMES))
    return importlib.import_module(f"etm_workbench.reporting.dashboards.{name}")
