"""What every route of the server shares: who asks is known, headers are strict, refusals are plain pages.

A refusal is a page in both languages without anything of the request in it. Its reason goes to the log
as a class name.
"""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import jinja2
from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from etm_workbench.codebook import LANGUAGES, Bilingual, Language
from etm_workbench.errors import BadInput, NotAllowed, WorkbenchError
from etm_workbench.presentation.locale import LANGUAGE_TAGS, say
from etm_workbench.presentation.theme import colour
from etm_workbench.reporting.serving import words
from etm_workbench.reporting.serving.journal import tell, who_asked
from etm_workbench.reporting.serving.kernels import TooMany

TEMPLATES = Path(__file__).resolve().parent / "templates"
# What our own pages may do: their own marked scripts and styles, and questions to this server.
_REASONS = {
    401: "NotSignedIn",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    413: "TooLong",
    503: "TooMany",
}
STRICT = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "private, no-store",
    "Server": "etm",
}


class Plain(JupyterHandler):
    """A route of ours; each names itself for the log."""

    route: ClassVar[str] = "unknown"
    policy: ClassVar[str] = STRICT
    board: str | None = None
    reason_class: str | None = None

    @property
    def nonce(self) -> str:
        """What marks the scripts and styles of this answer as ours."""
        if not hasattr(self, "_nonce"):
            self._nonce = secrets.token_urlsafe(18)
        return self._nonce

    @property
    def content_security_policy(self) -> str:
        """What the page may do."""
        return self.policy.format(nonce=self.nonce)

    def set_default_headers(self) -> None:
        """Strict headers on every answer, refusals among them."""
        for name, value in {**HEADERS, "Content-Security-Policy": self.content_security_policy}.items():
            self.set_header(name, value)

    @property
    def viewer(self) -> str:
        """The identity that the server established."""
        return who_asked(self)

    async def prepare(self, *_: Any, **__: Any) -> None:
        """Knows who asks before anything else happens; somebody unknown gets no further."""
        if not self.check_host():
            self.reason_class = "ForeignHost"
            self._jupyter_current_user = None
            raise web.HTTPError(403)
        try:
            await JupyterHandler.prepare(self, _redirect_to_login=False)
        except web.HTTPError:
            if not hasattr(self, "_jupyter_current_user") or self._jupyter_current_user is not None:
                raise  # a request forged elsewhere
            provider: Any = self.identity_provider
            address = provider.login_address(self)
            if address is None or self.request.method != "GET":
                self.reason_class = "NotSignedIn"
                raise web.HTTPError(401) from None
            self.redirect(address)
            return
        if self.request.method not in ("GET", "HEAD") and not self.check_origin():
            self.reason_class = "ForeignOrigin"
            raise web.HTTPError(403)

    def check_origin(self, origin: str | None = None) -> bool:  # noqa: ARG002  tornado's signature
        """Whether the request comes from a page of ours; another site's says so in headers no page can set."""
        if self.request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return False
        sender = self.request.headers.get("Origin")
        return sender is None or urlsplit(sender).netloc.lower() == str(self.request.host).lower()

    def refuse(self, error: Exception) -> web.HTTPError:
        """The answer to an error: its class goes to the log, and nothing of it to the page."""
        self.reason_class = type(error).__name__
        status = 503 if isinstance(error, TooMany) else 403 if isinstance(error, NotAllowed) else 500
        status = 404 if isinstance(error, BadInput) else status
        return web.HTTPError(status)

    def write_error(self, status_code: int, **details: Any) -> None:
        """The refusal as a page, in the language asked for first and then in the other."""
        error = details.get("exc_info", (None, None, None))[1]
        if self.reason_class is None and error is not None:
            self.reason_class = _REASONS.get(status_code, "BadRequest")
            if not isinstance(error, web.HTTPError):
                self.reason_class = type(error).__name__
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.page_of(self.refusal_words(status_code), first=_language_of(self)))

    def refusal_words(self, status_code: int) -> Bilingual:
        """What the page of a refusal says."""
        return words.message(status_code)

    def page_of(self, said: Bilingual, *, first: Language) -> str:
        """A plain page that says one thing in both languages."""
        order = sorted(LANGUAGES, key=lambda language: language != first)
        return render("plain.html.j2", said=said, order=order, nonce=self.nonce, home=self.base_url)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:  # noqa: ARG002  tornado's signature
        """The class of a fault of ours, without its message or trace: both may quote an answer."""
        if not isinstance(value, web.HTTPError | WorkbenchError) and typ is not None:
            tell(outcome="failed", who=self.viewer, route=self.route, what=self.board, reason=typ.__name__)

    def compute_etag(self) -> None:
        """None: nothing is kept by browsers, so there is nothing to compare."""


class NoSuchPage(Plain):
    """Everything that is not a route: refused alike, whoever asks and whatever for."""

    async def prepare(self, *_: Any, **__: Any) -> None:
        """Known or not, the answer is the same."""
        self._jupyter_current_user = None
        if self.check_host():
            self._jupyter_current_user = await ensure_async(self.identity_provider.get_user(self))
        raise web.HTTPError(404)


def _language_of(handler: web.RequestHandler) -> Language:
    try:
        return "fr" if handler.get_query_argument("lang", "en") == "fr" else "en"
    except web.HTTPError:  # bytes that are no text
        return "en"


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    made.globals.update(say=say, colour=colour, words=words, tags=LANGUAGE_TAGS)
    return made


def render(template: str, **given: object) -> str:
    """A page of the server's own, from its template."""
    return _environment().get_template(template).render(**given)
