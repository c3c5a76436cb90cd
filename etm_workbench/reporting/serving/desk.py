"""Pages and answers of the dashboards, made in threads beside the server's loop; kept while nothing has changed.

Every request's rights are read anew. What is kept is kept under what decides its content (`Standing`) and not
under a name: readers with the same lines of the access list share a page, anybody else gets one made anew, and
who has lost a line is refused although the page is still there.
"""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlencode

from tornado.web import RequestHandler

from etm_workbench.errors import BadInput
from etm_workbench.presentation.widgets import Drawn, draw, render_live_page, render_page
from etm_workbench.reporting import dashboards
from etm_workbench.reporting.dashboards import Viewing
from etm_workbench.reporting.dashboards.opening import links_of
from etm_workbench.reporting.serving.kept import Kept
from etm_workbench.reporting.serving.kernels import TooMany
from etm_workbench.reporting.serving.limits import RequestLimits
from etm_workbench.reporting.serving.standing import Standing

Made = TypeVar("Made")
WISHES = ("organization", "cycle", "lang")
_WISH = re.compile(r"[A-Za-z0-9._-]{1,40}")
_COMPRESSION = 6
_SMALL = 256  # bytes, about: what is kept besides texts


class Desk:
    """Where the server's requests for pages and answers are worked on.

    Parameters
    ----------
    limits : RequestLimits
        How many at a time, how many may wait, and how much is kept.
    view : str
        Address of the dashboards' folder.
    """

    def __init__(self, limits: RequestLimits, *, view: str) -> None:
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="desk")
        self._most, self._under_way = limits.waiting, 0
        self._kept, self._view = Kept(limits.kept_bytes), view
        self.on_new_page: Callable[[], None] = lambda: None  # called when somebody had to wait for a page

    @property
    def is_busy(self) -> bool:
        """Whether somebody waits."""
        return self._under_way > 0

    @property
    def has_room(self) -> bool:
        """Whether more can be kept without letting go of what somebody asked for."""
        return not self._kept.is_full

    async def page(self, name: str, viewing: Viewing) -> bytes:
        """The page of a dashboard, compressed (gzip): as kept for readers of these rights, or made now.

        Raises
        ------
        NotAllowed, BadInput
            The viewer may not see what the address asks for, or there is no such thing.
        TooMany
            Too many requests are waiting.
        """
        return await self._run(lambda: self._page(name, viewing))

    async def live_page(self, name: str, viewing: Viewing) -> str:
        """The beginning of a live page, whole but for its kernel; errors as for `page`."""
        return await self._run(lambda: self._live_page(name, viewing))

    async def answer(self, name: str, viewing: Viewing, question: Mapping[str, Any]) -> dict[str, Any]:
        """What a dashboard answers; errors as for `page`."""
        return await self._run(lambda: dashboards.answer(name, viewing, question))

    async def open_to(self, viewing: Viewing) -> tuple[str, ...]:
        """Names of the dashboards that the viewer may open."""
        return await self._run(lambda: Standing.of(viewing).open)

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

    def holds(self, name: str, viewing: Viewing, standing: Standing) -> bool:
        """Whether a page is kept."""
        return self._page_key(name, self._settled(viewing, standing), standing) in self._kept

    def make(self, name: str, viewing: Viewing, standing: Standing) -> bytes:
        """A page as kept or made now, in the thread that calls; errors as for `page`."""
        standing.check(name, viewing)
        settled = self._settled(viewing, standing)

        def made() -> bytes:
            ask = f"ask?{wishes_of(settled)}"
            links = links_of(name, settled, view=self._view, ask=ask, boards=standing.open)
            page = render_page(self._drawn(name, settled, standing), settled.language, links=links)
            return gzip.compress(page.encode(), _COMPRESSION, mtime=0)

        return self._kept.get(self._page_key(name, settled, standing), made)

    def _page(self, name: str, viewing: Viewing) -> bytes:
        standing = Standing.of(viewing)
        is_new = not self.holds(name, viewing, standing)
        page = self.make(name, viewing, standing)
        if is_new:
            self.on_new_page()
        return page

    def _live_page(self, name: str, viewing: Viewing) -> str:
        standing = Standing.of(viewing)
        standing.check(name, viewing)
        settled = self._settled(viewing, standing)
        links = links_of(name, settled, view="", ask="")
        return render_live_page(self._drawn(name, settled, standing), settled.language, links=links)

    def _drawn(self, name: str, settled: Viewing, standing: Standing) -> Drawn:
        """The board written out: most of the work, and the same for both languages and both kinds of page."""
        key = "drawn", name, *_place(settled), standing
        return self._kept.get(key, lambda: draw(dashboards.open_board(name, settled)), size=lambda d: len(d.payload))

    def _settled(self, viewing: Viewing, standing: Standing) -> Viewing:
        """The viewing with every wish filled in; whatever fills them in is part of the standing."""
        key = "settled", *_place(viewing), standing
        found = self._kept.get(key, viewing.settled, size=lambda _: _SMALL)
        return replace(viewing, organization=found.organization, cycle=found.cycle)

    @staticmethod
    def _page_key(name: str, settled: Viewing, standing: Standing) -> tuple[object, ...]:
        return "page", name, *_place(settled), settled.language, standing


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


def wishes_of(viewing: Viewing) -> str:
    """The wishes as the query of an address; empty without any."""
    wishes = {"organization": viewing.organization, "cycle": viewing.cycle, "lang": viewing.language}
    return urlencode({key: value for key, value in wishes.items() if value})


def _place(viewing: Viewing) -> tuple[str | None, ...]:
    return viewing.organization, viewing.cycle, viewing.store
