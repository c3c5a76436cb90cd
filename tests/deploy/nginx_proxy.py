"""nginx with the example's configuration, and a stand-in for the login service that it asks."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.dashboards.conftest import free_port, until
from tests.deploy.tls_proxy import certificate

CONFIGURATION = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
# Debian keeps it where only the administrator's path leads.
NGINX = os.environ.get("ETM_TEST_NGINX") or shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class NginxProxy:
    """nginx in front of the server's socket; `port` is where it listens."""

    def __init__(self, folder: Path, behind: Path, logins: Mapping[str, str]) -> None:
        self._folder, self.port = folder, free_port()
        self.certificate, key = certificate(folder)
        self._login = ThreadingHTTPServer(("127.0.0.1", 0), _answering(logins))
        text = CONFIGURATION.read_text(encoding="utf-8")
        for before, after in (
            ("/etc/etm/tls/server.crt", str(self.certificate)),
            ("/etc/etm/tls/server.key", str(key)),
            ("/var/log/nginx", str(folder)),
            ("/run/etm/serve.sock", str(behind)),
            ("127.0.0.1:4180", f"127.0.0.1:{self._login.server_port}"),
            ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
            ("listen 80", f"listen 127.0.0.1:{free_port()}"),
            ("talent.example.org", "localhost"),
        ):
            assert before in text
            text = text.replace(before, after)
        scratch = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in _SCRATCH)
        text = text.replace("http {\n", f"http {{\n{scratch}")
        user = "user root;\n" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n{text}", encoding="utf-8"
        )

    def begin(self) -> NginxProxy:
        """The proxy, once it listens."""
        threading.Thread(target=self._login.serve_forever, daemon=True).start()
        command = [str(NGINX), "-p", str(self._folder), "-c", str(self._folder / "nginx.conf")]
        self._process = subprocess.Popen([*command, "-e", str(self._folder / "error.log")])
        until(lambda: (self._folder / "pid").exists() or self._process.poll() is not None)
        log = self._folder / "error.log"
        assert self._process.poll() is None, log.read_text(encoding="utf-8") if log.exists() else ""
        return self

    def end(self) -> None:
        """Stops it and the stand-in."""
        self._process.terminate()
        self._process.wait(30)
        self._login.shutdown()
        self._login.server_close()


_SCRATCH = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def _answering(logins: Mapping[str, str]) -> type[BaseHTTPRequestHandler]:
    class Login(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            cookies = dict(part.strip().partition("=")[::2] for part in self.headers.get("Cookie", "").split(";"))
            who = logins.get(cookies.get("login", ""))
            self.send_response(202 if who and self.path == "/oauth2/auth" else 401)
            if who:
                self.send_header("X-Auth-Request-Email", who)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    return Login
