"""The server's log: who asked for what and what came of it, one JSON line each; never a value.

Paths and query strings are not written, since anybody may type anything there: the name of the route is.
Other programs' messages pass a formatter that writes the message without its arguments and an exception
without its text, since both may quote what somebody answered.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from tornado.web import RequestHandler

LOG = logging.getLogger("etm.serving")
OTHERS = (
    "etm_workbench",
    "etm.voila",
    "tornado.access",
    "tornado.application",
    "tornado.general",
    "asyncio",
    "traitlets",
)
REFUSED_FROM = 400


class QuietFormatter(logging.Formatter):
    """A line of JSON: moment, level, logger, the message as written in the code, the class of the exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {"at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")}
        if record.name == LOG.name:
            return json.dumps({**line, **getattr(record, "told", {"said": record.msg})}, ensure_ascii=False)
        if record.name.startswith("etm_workbench"):  # our own messages never hold a value
            return json.dumps({**line, "by": record.name, "said": record.getMessage()}, ensure_ascii=False)
        # A message that is itself an exception, or was put together before it came here, is told by its kind.
        said = record.msg if isinstance(record.msg, str) and not _MADE_UP.search(record.msg) else ""
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        kind = "" if isinstance(record.msg, str) else type(record.msg).__name__
        told = {"level": record.levelname, "by": record.name, "said": said or kind, "error": error}
        return json.dumps({**line, **{name: value for name, value in told.items() if value}}, ensure_ascii=False)


# Quotation marks or braces in a message without arguments: somebody's words may stand between them.
_MADE_UP = re.compile(r"[{}\"\n]")


def start_journal(*, stream: Any = None) -> None:
    """Sends the server's log, and that of the libraries it stands on, to standard error or another stream."""
    writing = logging.StreamHandler(stream)
    writing.setFormatter(QuietFormatter())
    for name in (LOG.name, *OTHERS):
        logger = logging.getLogger(name)
        logger.handlers[:] = [writing]
        logger.propagate = False
        logger.setLevel(logging.INFO if name in (LOG.name, "tornado.general") else logging.WARNING)
    logging.getLogger("tornado.access").setLevel(logging.CRITICAL)  # its lines hold paths; ours replace them


def log_request(handler: RequestHandler) -> None:
    """One line for a request that has ended; tornado's `log_function`."""
    status, reason = handler.get_status(), getattr(handler, "reason_class", None)
    told = {
        "outcome": "refused" if reason or status >= REFUSED_FROM else "served",
        "who": who_asked(handler),
        "route": getattr(handler, "route", type(handler).__name__),
        "what": getattr(handler, "board", None),
        "method": handler.request.method if handler.request.method in _METHODS else "other",
        "status": status,
        "reason": reason,
        "ms": round(1000 * handler.request.request_time()),
    }
    tell(**told)


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def tell(**told: object) -> None:
    """One line of the server's log; what is None is left out."""
    LOG.info("", extra={"told": {name: value for name, value in told.items() if value is not None}})


def who_asked(handler: RequestHandler) -> str:
    """The identity that the server established, or `nobody`."""
    user = getattr(handler, "_jupyter_current_user", None)
    return str(user.username) if user is not None else "nobody"
