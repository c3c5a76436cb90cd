"""Pages and answers of the dashboards, made in threads beside the server's loop; kept while nothing has changed.

A page is kept for the person it was made for, and only as long as the access list, the data and the
imported comparators say what they said: all of these are in the key. Somebody else, or the same person
with other rights, gets a page made anew.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

from tornado.web import RequestHandler

from etm_workbench import settings
from etm_workbench.access import load_access_policy, whoami
from etm_workbench.access.readers import Reader
from etm_workbench.errors import BadInput, NotAllowed
from etm_workbench.reporting import dashboards
from etm_workbench.reporting.dashboards import Viewing
from etm_workbench.reporting.serving.kernels import TooMany
from etm_workbench.reporting.serving.limits import RequestLimits
from etm_workbench.store import EVERY_ORGANIZATION

Made = TypeVar("Made")
Rendered = Callable[[tuple[str, ...]], str]  # from the names of all that the viewer may open
KEPT = 128  # pages, of about half a megabyte each
WISHES = ("organization", "cycle", "lang")
_WISH = re.compile(r"[A-Za-z0-9._-]{1,40}")


class Desk:
    """Where the server's requests for pages and answers are worked on.

    Parameters
    ----------
    limits : RequestLimits
        How many at a time, and how many may wait.
    """

    def __init__(self, limits: RequestLimits) -> None:
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="desk")
        self._most, self._under_way = limits.waiting, 0
        self._kept: OrderedDict[tuple[object, ...], str] = OrderedDict()
        self._lock = Lock()

    async def page(self, name: str, viewing: Viewing, *, rendered: Rendered) -> str:
        """The page of a dashboard: as kept for this viewer, or made now.

        Raises
        ------
        NotAllowed, BadInput
            The viewer may not see what the address asks for, or there is no such thing.
        TooMany
            Too many requests are waiting.
        """
        return await self._run(lambda: self._page(name, viewing, rendered))

    async def answer(self, name: str, viewing: Viewing, question: Mapping[str, Any]) -> dict[str, Any]:
        """What a dashboard answers; errors as for `page`."""
        return await self._run(lambda: dashboards.answer(name, viewing, question))

    async def check(self, name: str, viewing: Viewing) -> None:
        """Refuses at once what the access list rules out; errors as for `page`."""
        await self._run(lambda: _check(name, viewing))

    async def open_to(self, viewing: Viewing) -> tuple[str, ...]:
        """Names of the dashboards that the viewer may open."""
        return await self._run(lambda: _open_to(_reader(viewing)))

    def close(self) -> None:
        """Takes on nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], Made]) -> Made:
        if self._under_way >= self._most:
            raise TooMany(own=False)
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._under_way -= 1

    def _page(self, name: str, viewing: Viewing, rendered: Rendered) -> str:
        who, stands = _as_it_stands(viewing)
        _refuse(name, viewing, who)
        key = (name, viewing, who.entries, stands)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = rendered(_open_to(who))
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made


def read_viewing(handler: RequestHandler, viewer: str, *, store: str) -> Viewing:
    """What the address of a request asks for; the viewer is whoever the server says it is.

    Raises
    ------
    BadInput
        A wish is no code.
    """
    asked = {name: handler.get_query_argument(name, "") for name in WISHES}
    if any(value and not _WISH.fullmatch(value) for value in asked.values()):
        raise BadInput("An address asks for what is no code.")
    return Viewing.wished(viewer, {name: value for name, value in asked.items() if value}, store=store)


def _as_it_stands(viewing: Viewing) -> tuple[Reader, tuple[object, ...]]:
    """Whatever decides what the page says, besides what is asked for: the reader's rights, files, comparators."""
    with viewing.open_store() as store:
        who = whoami(store, viewing.viewer)
        files = tuple((v.kind, v.cycle, v.organization, v.number, v.superseded) for v in store.versions())
    beside = tuple((path.name, path.stat().st_mtime_ns) for path in sorted(settings.user_folder().glob("*/*.json")))
    return who, (files, beside)


def _check(name: str, viewing: Viewing) -> None:
    _refuse(name, viewing, _reader(viewing))


def _reader(viewing: Viewing) -> Reader:
    with viewing.open_store() as store:
        return whoami(store, viewing.viewer)


def _refuse(name: str, viewing: Viewing, who: Reader) -> None:
    held = who.organizations
    theirs = viewing.organization is None or viewing.organization in held or EVERY_ORGANIZATION in held
    if name not in _open_to(who) or not theirs:
        raise NotAllowed("A dashboard was asked for that the access list does not open to this viewer.")


def _open_to(who: Reader) -> tuple[str, ...]:
    """Dashboards of an organization for those who see everybody in it; that of the service for OCHRO."""
    policy = load_access_policy()
    rules = [rule for role in who.roles if role in policy.roles for rule in policy.roles[role].names]
    own = any((r.organizations, r.people, r.levels) == ("own", "everyone", ()) for r in rules)
    service = any(rule.organizations == "every" for rule in rules)
    open_by = {"service": service, "builder": own or service}
    return tuple(name for name in dashboards.NAMES if open_by.get(name, own))
