"""The list of dashboards, each dashboard as a page without a kernel, and the questions such a page asks."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado import web

from etm_workbench.codebook import LANGUAGES
from etm_workbench.errors import WorkbenchError
from etm_workbench.presentation.widgets import content_hashes
from etm_workbench.reporting.dashboards import Viewing
from etm_workbench.reporting.dashboards.opening import TITLES
from etm_workbench.reporting.serving import words
from etm_workbench.reporting.serving.desk import Desk, read_viewing
from etm_workbench.reporting.serving.identity import LaptopIdentity
from etm_workbench.reporting.serving.journal import tell
from etm_workbench.reporting.serving.plain import STRICT, Plain, render

# The page is the same for the same viewer, so its one script and one style are known by what they say.
BY_HASH = STRICT.replace("script-src 'nonce-{nonce}'", "script-src {script-src}").replace(
    "style-src 'nonce-{nonce}'", "style-src {style-src}"
)


@cache
def by_hash(*, live: bool = False) -> str:
    """The policy of a page: its own script and style, known by what they say."""
    made = BY_HASH
    for directive, source in content_hashes(live=live).items():
        made = made.replace(f"{{{directive}}}", source)
    return made


def takes_gzip(handler: web.RequestHandler) -> bool:
    """Whether a browser can read what is compressed."""
    offered = handler.request.headers.get("Accept-Encoding", "")
    return any(entry.strip().lower() == "gzip" for entry in offered.split(","))


class _Asked(Plain):
    """A route that works for a viewer."""

    @property
    def desk(self) -> Desk:
        desk: Desk = self.settings["etm_desk"]
        return desk

    def viewing(self) -> Viewing:
        """What the address asks for; 404 when it is no code."""
        try:
            return read_viewing(self, self.viewer, store=self.settings["etm_store"])
        except WorkbenchError as error:
            raise self.refuse(error) from None


class Index(_Asked):
    """The dashboards that the viewer may open."""

    route: ClassVar[str] = "index"

    async def get(self) -> None:
        """The list, in one language."""
        self.xsrf_token  # noqa: B018  sets the cookie that questions must repeat
        viewing = self.viewing()
        try:
            names = await self.desk.open_to(viewing)
        except WorkbenchError as error:
            raise self.refuse(error) from None
        other = next(language for language in LANGUAGES if language != viewing.language)
        boards = [{"name": name, "title": TITLES[name]} for name in names]
        told = {"viewer": self.viewer, "language": viewing.language, "other": other, "boards": boards}
        self.finish(render("index.html.j2", home=self.base_url, nonce=self.nonce, **told))


class Login(Plain):
    """Opens a session on one's own machine, for the token that was printed."""

    route: ClassVar[str] = "login"

    @allow_unauthenticated
    def get(self) -> None:
        """A session and the list of dashboards, for the right token; once."""
        provider = self.identity_provider
        if not isinstance(provider, LaptopIdentity):
            raise web.HTTPError(404)
        if not provider.open_session(self, self.get_query_argument("token", "")):
            self.reason_class = "BadToken"
            raise web.HTTPError(401)
        self.redirect(self.base_url)


class Icon(Plain):
    """What browsers ask for by themselves: there is none."""

    route: ClassVar[str] = "icon"

    def get(self) -> None:
        """Nothing."""
        self.set_status(204)
        self.finish()


class View(_Asked):
    """A dashboard as a page without a kernel."""

    route: ClassVar[str] = "view"

    @property
    def content_security_policy(self) -> str:
        """What the page may do: its own script and style, known by what they say."""
        return by_hash()

    async def get(self, name: str) -> None:
        """The page."""
        self.board = name
        viewing = self.viewing()
        self.xsrf_token  # noqa: B018  sets the cookie that the page's questions must repeat
        try:
            page = await self.desk.page(name, viewing)
        except WorkbenchError as error:
            raise self.refuse(error) from None
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Vary", "Accept-Encoding")
        if takes_gzip(self):
            self.set_header("Content-Encoding", "gzip")
        self.finish(page if takes_gzip(self) else gzip.decompress(page))

    def write_error(self, status_code: int, **details: Any) -> None:
        """As a refusal, whose style is marked and not known by what it says."""
        self.set_header("Content-Security-Policy", STRICT.format(nonce=self.nonce))
        super().write_error(status_code, **details)


class Ask(_Asked):
    """A question of a page, and its answer."""

    route: ClassVar[str] = "ask"

    async def post(self, name: str) -> None:
        """The answer as JSON; a refusal is an answer too."""
        self.board = name
        viewing, question = self.viewing(), self._question()
        try:
            answer = await self.desk.answer(name, viewing, question)
        except WorkbenchError as error:
            raise self.refuse(error) from None
        except Exception as error:  # noqa: BLE001  whatever it is, the page gets plain words and the log its class
            tell(outcome="failed", who=self.viewer, route=self.route, what=name, reason=type(error).__name__)
            said = words.message(500)
            answer = {"ok": False, "message": {"en": said.en, "fr": said.fr}}
        if not answer.get("ok"):
            self.reason_class = "QuestionRefused"
        self._reply(answer)

    def _question(self) -> Mapping[str, Any]:
        if len(self.request.body) > self.settings["etm_limits"].requests.most_body_bytes:
            raise web.HTTPError(413)
        if self.request.headers.get("Content-Type", "").split(";")[0].strip() != "application/json":
            raise web.HTTPError(400)
        try:
            question = json.loads(self.request.body, parse_constant=_not_a_number)
        except (ValueError, RecursionError):
            raise web.HTTPError(400) from None
        if not isinstance(question, dict):
            raise web.HTTPError(400)
        return question

    def _reply(self, answer: Mapping[str, Any]) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(answer, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c"))

    def write_error(self, status_code: int, **details: Any) -> None:
        """The refusal as an answer."""
        error = details.get("exc_info", (None, None, None))[1]
        if self.reason_class is None:
            self.reason_class = "BadRequest" if isinstance(error, web.HTTPError) else type(error).__name__
        said = words.message(status_code)
        self._reply({"ok": False, "message": {"en": said.en, "fr": said.fr}})


def _not_a_number(_: str) -> None:
    raise ValueError("not JSON")
