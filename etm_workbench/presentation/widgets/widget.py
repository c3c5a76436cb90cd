"""A board in a notebook or under Voila: one widget, drawn by the module of the page.

Questions of the page come as messages and are answered as messages. No `Output` widget stands between,
and an answer that fails says so in plain words and logs the kind of error only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import ipywidgets
import traitlets

from etm_workbench.codebook.bilingual import Language
from etm_workbench.presentation.widgets.board import Board
from etm_workbench.presentation.widgets.frame import QUESTION_FAILED
from etm_workbench.presentation.widgets.module import module, style
from etm_workbench.presentation.widgets.page import Links, links_payload
from etm_workbench.presentation.widgets.payload import board_payload

Answer = Callable[[Mapping[str, Any]], dict[str, Any]]
_LOG = logging.getLogger(__name__)


class BoardWidget(anywidget.AnyWidget):
    """A board that answers questions.

    Parameters
    ----------
    board : Board
        What it shows.
    answer : callable
        Question to answer, as `etm_workbench.reporting.dashboards.answer`; None where nothing can be asked.
    language : {"en", "fr"}
        In which it opens.
    links : Links, optional
        Where it leads.
    """

    _esm = module()
    _css = style()
    payload = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)

    def __init__(
        self, board: Board, *, answer: Answer | None = None, language: Language = "en", links: Links | None = None
    ) -> None:
        self._answer = answer
        payload = {**board_payload(board), "links": links_payload(links or Links()), "asks": answer is not None}
        super().__init__(payload=payload, language=language)
        self.on_msg(self._on_question)

    def _on_question(self, _: object, content: Any, buffers: object) -> None:  # noqa: ARG002  ipywidgets' signature
        _reply(self, self._answer, content)


class AnswersWidget(ipywidgets.Widget):  # type: ignore[misc]
    """What answers the questions of a board that its page already shows; it shows nothing itself.

    Parameters
    ----------
    answer : callable
        As of `BoardWidget`.
    """

    MIME = "application/vnd.etm.answers+json"

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        super().__init__()
        self.on_msg(self._on_question)

    def _on_question(self, _: object, content: Any, buffers: object) -> None:  # noqa: ARG002  ipywidgets' signature
        _reply(self, self._answer, content)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {"text/plain": type(self).__name__, self.MIME: {"comm": self.model_id}}


def _reply(widget: Any, answer: Answer | None, content: Any) -> None:
    if isinstance(content, dict) and "question" in content:
        widget.send({"number": content.get("number"), "answer": safely(answer, content["question"])})


def safely(answer: Answer | None, question: Any) -> dict[str, Any]:
    """The answer to a question, or a plain message in both languages when it fails in an unexpected way.

    The log gets the kind of error and nothing else: its message could hold a person's value.
    """
    message = {"en": QUESTION_FAILED.en, "fr": QUESTION_FAILED.fr}
    if answer is None or not isinstance(question, Mapping):
        return {"ok": False, "message": message}
    try:
        return answer(question)
    except Exception as problem:  # noqa: BLE001  whatever it is, the page must say something and tell nothing
        _LOG.error("a dashboard's question failed: %s", type(problem).__name__)
        return {"ok": False, "message": message}
