"""The server: Voila's application with our routes in place of its own.

Voila brings the notebook machinery. Its file browser, contents, templates, themes and query routes are not
there: `init_handlers` gives the list of all routes that exist, and everything else is one refusal.
"""

from __future__ import annotations

import logging
import re
import shutil
import signal
import stat
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tornado.ioloop
import tornado.web
from jupyter_core.utils import run_sync
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_unix_socket
from traitlets import default
from voila.app import Voila
from voila.configuration import VoilaConfiguration

from etm_workbench import settings
from etm_workbench.errors import BadEnvironment
from etm_workbench.reporting import dashboards
from etm_workbench.reporting.serving import notebooks, pages, plain, sockets, warm
from etm_workbench.reporting.serving.ahead import Ahead
from etm_workbench.reporting.serving.desk import Desk
from etm_workbench.reporting.serving.identity import HubIdentity, LaptopIdentity, ProxyIdentity
from etm_workbench.reporting.serving.journal import log_request
from etm_workbench.reporting.serving.kernels import OwnedKernels
from etm_workbench.reporting.serving.limits import Limits, load_limits
from etm_workbench.reporting.serving.ownership import OwnersOnly
from etm_workbench.reporting.serving.place import Place
from etm_workbench.reporting.zygote.kernelspec import ensure_kernelspec

Say = Callable[[str], None]
_KERNEL = r"(?P<kernel_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
PRELOADED = ("etm_workbench.reporting.serving.warm:take_in", "anywidget", "ipywidgets", "pandas", "scipy.stats")


class DashboardServer(Voila):  # type: ignore[misc]
    """One running server."""

    place: Place
    limits: Limits
    say: Say
    ahead: Ahead | None = None

    @classmethod
    def at(cls, place: Place, *, say: Say = print) -> DashboardServer:
        """A server for a place, not yet started; `say` gets the words for whoever started it.

        Raises
        ------
        BadEnvironment
            The store does not fit such a server, or JupyterHub is wanted and not installed.
        """
        warm.take_in()
        server = cls(authorizer_class=OwnersOnly, open_browser=False, base_url=place.base_url)
        server.place, server.limits, server.say = place, load_limits(), say
        server.root_dir = str(settings.project_folder("dashboards"))
        server.voila_configuration = VoilaConfiguration(parent=server, **_configuration())
        server.template_paths = [str(plain.TEMPLATES / "voila")]
        return server

    @default("log")
    def _log_default(self) -> logging.Logger:
        return logging.getLogger("etm.voila")

    def init_settings(self) -> dict[str, Any]:
        """Voila's settings, with our identity, limits and headers."""
        made: dict[str, Any] = super().init_settings()
        self._prepare_kernels()
        made |= {
            "identity_provider": self._identity(),
            "xsrf_cookies": True,
            "xsrf_cookie_kwargs": {"samesite": "Strict", "secure": self.place.secure, "path": self.place.base_url},
            "allow_remote_access": False,
            "local_hostnames": ["localhost", *self.place.hosts],
            "log_function": log_request,
            "default_handler_class": plain.NoSuchPage,
            "websocket_max_message_size": self.limits.requests.most_message_bytes,
            "etm_desk": Desk(self.limits.requests, view=f"{self.place.base_url}view/"),
            "etm_store": self.place.store,
            "etm_limits": self.limits,
            "etm_port": self.place.port,
        }
        self.authorizer.identity_provider = made["identity_provider"]
        return made

    def _identity(self) -> Any:
        options: dict[str, Any] = {"parent": self, "log": self.log, "token": ""}
        if self.place.identity == "proxy":
            return ProxyIdentity(header=self.place.header, **options)
        if self.place.identity == "hub":
            return HubIdentity(**options)
        return LaptopIdentity(session_hours=self.limits.laptop.session_hours, **options)

    def _prepare_kernels(self) -> None:
        self.kernel_manager.store = self.place.store
        jupyter = Path(self.connection_dir) / "jupyter"
        ensure_kernelspec(
            OwnedKernels.kernelspec, display_name="Python", preload=PRELOADED, level="dashboards", base=jupyter
        )
        self.kernel_spec_manager.kernel_dirs = [str(jupyter / "kernels")]
        self.kernel_spec_manager.ensure_native_kernel = False

    def init_handlers(self) -> list[Any]:
        """Every route there is."""
        base, names = re.escape(self.place.base_url), "|".join(dashboards.NAMES)
        voila = {
            "voila_configuration": self.voila_configuration,
            "template_paths": self.template_paths,
            "config": self.config,
        }
        routes: list[Any] = [
            ("", pages.Index),
            ("login", pages.Login),
            (r"favicon\.ico", pages.Icon),
            (rf"view/(?P<name>{names})/", pages.View),
            (rf"view/(?P<name>{names})/ask", pages.Ask),
            (rf"voila/render/(?P<name>{names})\.ipynb", notebooks.Live, voila),
            (rf"api/kernels/{_KERNEL}", sockets.Kernel),
            (rf"api/kernels/{_KERNEL}/channels", sockets.Socket),
            (rf"voila/api/shutdown/{_KERNEL}", sockets.Goodbye),
            *self.app.settings["identity_provider"].get_handlers(),
        ]
        return [(base + pattern, *rest) for pattern, *rest in routes]

    def listen(self) -> None:
        """Binds the loopback or the socket, and serves until told to stop."""
        requests = self.limits.requests
        server = HTTPServer(
            self.app,
            max_body_size=requests.most_transport_bytes,
            max_buffer_size=requests.most_transport_bytes,
            body_timeout=requests.body_seconds,
            idle_connection_timeout=self.limits.kernels.unopened_seconds,
        )
        self._bind(server)
        self.ioloop = tornado.ioloop.IOLoop.current()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._handle_signal_stop)
        self.when_ready()
        try:
            self.ioloop.start()
        finally:
            self.stop()

    def _bind(self, server: HTTPServer) -> None:
        try:
            if self.place.socket is not None:
                server.add_socket(bind_unix_socket(str(self.place.socket), mode=stat.S_IRUSR | stat.S_IWUSR | 0o060))
            else:
                server.listen(self.place.port, "127.0.0.1")
        except OSError as problem:
            raise BadEnvironment(
                f"The server cannot listen at {self.place.socket or self.place.port}: {problem.strerror}.",
                remedy="Choose another port with --port, or end the other program.",
            ) from None

    def when_ready(self) -> None:
        """Says where it is, once it listens."""
        self.say(f"Ready at {self.address}" if self.place.socket is None else f"Ready at {self.place.socket}")
        if self.place.open_browser:
            webbrowser.open(self.address)
        self.ahead = Ahead(self.app.settings["etm_desk"], self.place.store)
        threading.Thread(target=self._make_ready, args=(self.ahead,), name="ahead", daemon=True).start()

    def _make_ready(self, ahead: Ahead) -> None:
        """What the first visitors would else wait for: the process that kernels are forked from, then pages."""
        self.kernel_manager.warm_up()
        ahead.run()

    @property
    def address(self) -> str:
        """Where a browser begins; on one's own machine with the token, which is good for one use."""
        home = f"http://127.0.0.1:{self.place.port}{self.place.base_url}"
        provider = self.app.settings["identity_provider"]
        return f"{home}login?token={provider.take_token()}" if isinstance(provider, LaptopIdentity) else home

    def stop(self) -> None:
        """Ends every kernel and lets everything go."""
        if self.ahead:
            self.ahead.end()
        self.app.settings["etm_desk"].close()
        run_sync(self.kernel_manager.shutdown_all)(now=True)
        shutil.rmtree(self.connection_dir, ignore_errors=True)


def _configuration() -> dict[str, Any]:
    """Voila's own choices: our template and kernels, nothing by address, nothing warmed up in advance."""
    return {
        "template": "etm",
        "theme": "light",
        "allow_template_override": "NO",
        "allow_theme_override": "NO",
        "strip_sources": True,
        "show_tracebacks": False,
        "preheat_kernel": False,
        "progressive_rendering": False,
        "http_header_envs": [],
        "attempt_fix_notebook": False,
        "multi_kernel_manager_class": OwnedKernels,
        "prelaunch_hook": notebooks.name_kernel,
        "extension_allowlist": [],
        "extension_denylist": [],
        "extension_config": {},
    }
