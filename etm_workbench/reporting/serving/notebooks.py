"""Live dashboards: a notebook of ours under Voila, in a kernel of the visitor's own.

Only the dashboards' own notebooks have an address. What the address asks for is checked before a kernel
is started, and a visitor for whom there is no room gets a plain page at once.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlencode

from nbformat import NotebookNode
from voila.handler import VoilaHandler

from etm_workbench.codebook import Bilingual
from etm_workbench.errors import WorkbenchError
from etm_workbench.presentation.locale import LANGUAGE_TAGS
from etm_workbench.reporting.dashboards.opening import TITLES
from etm_workbench.reporting.serving import words
from etm_workbench.reporting.serving.desk import read_viewing
from etm_workbench.reporting.serving.kernels import OwnedKernels, TooMany, Visit
from etm_workbench.reporting.serving.plain import Plain

# Voila's front end compiles the checks of its own settings while it runs, and the widget's module comes
# through its kernel as text: both need more than our own pages may do. Nothing from elsewhere may load.
LIVE = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


# Formulas: there are none, and its scripts lie elsewhere.
WITHOUT = ("@jupyterlab/mathjax2-extension:plugin",)


class Live(Plain, VoilaHandler):  # type: ignore[misc]
    """One dashboard under Voila."""

    route: ClassVar[str] = "live"
    policy: ClassVar[str] = LIVE

    async def get(self, name: str) -> None:
        """The page, in pieces as they come: first what is being done, then the dashboard."""
        self.board = name
        self._own = False
        self.xsrf_token  # noqa: B018  sets the cookie that the front end's questions must repeat
        try:
            self.viewing = read_viewing(self, self.viewer, store=self.settings["etm_store"])
            self.kernel_manager.check_room(self.viewer)
            await self.settings["etm_desk"].check(name, self.viewing)
        except WorkbenchError as error:
            self._own = isinstance(error, TooMany) and error.own
            raise self.refuse(error) from None
        wishes = {"organization": self.viewing.organization, "cycle": self.viewing.cycle, "lang": self.viewing.language}
        self._visit = Visit(self.viewer, urlencode({key: value for key, value in wishes.items() if value}))
        async for piece in self.get_generator(path=f"{name}.ipynb"):
            # Voila's sign of life while a cell runs is a script without our mark; a space keeps the line open too.
            self.write(" " if "voila_heartbeat()" in piece else piece)
            await self.flush()

    def refusal_words(self, status_code: int) -> Bilingual:
        """Whether it is the server that is full, or this person's share of it."""
        own = status_code == 503 and getattr(self, "_own", False)
        return words.TOO_MANY_OF_YOURS if own else super().refusal_words(status_code)

    @property
    def kernel_manager(self) -> Any:
        """The kernels, which start one for this visit when Voila asks for it."""
        kernels: OwnedKernels = self.settings["kernel_manager"]
        return _ForVisit(kernels, self._visit) if hasattr(self, "_visit") else kernels


class _ForVisit:
    """The kernels as one visit sees them."""

    def __init__(self, kernels: OwnedKernels, visit: Visit) -> None:
        self._kernels = kernels
        self.start_kernel = partial(kernels.start_kernel, visit=visit)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kernels, name)


def prepare_notebook(handler: Live, notebook: NotebookNode, cwd: str) -> NotebookNode:  # noqa: ARG001  Voila's signature
    """Tells the template what it cannot know, and names the kernel; Voila's `prelaunch_hook`."""
    name, language = str(handler.board), handler.viewing.language
    notebook.metadata.kernelspec = {"name": OwnedKernels.kernelspec, "language": "python", "display_name": "Python"}
    notebook.metadata.etm = {
        "language": LANGUAGE_TAGS[language],
        "title": TITLES[name].in_language(language),
        "nonce": handler.nonce,
        "page": f"{handler.base_url}view/{name}/?lang={language}",
        "words": {key.lower(): getattr(words, key).in_language(language) for key in _SAID},
    }
    return notebook


def page_configuration(told: dict[str, Any], *, base_url: str, settings: dict[str, Any], **_: Any) -> dict[str, Any]:
    """What the front end reads about the server: our addresses and nothing more; Voila's `page_config_hook`."""
    address = f"{base_url}voila/static/{settings['etm_files'].version}"
    return {**told, "fullStaticUrl": address, "disabledExtensions": [*told.get("disabledExtensions", []), *WITHOUT]}


_SAID = ("PREPARING", "STARTED", "DRAWING", "ENDED", "RELOAD", "NO_SCRIPTS", "NOT_OPENED")
