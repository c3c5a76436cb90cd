"""JupyterHub started for real with the example's configuration, and the dashboards as its service.

Only where JupyterHub is installed beside the workbench; it is no dependency of ours. The hub's own proxy is
replaced with the tests' TLS proxy, and its login with JupyterHub's dummy, which believes any name.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.dashboards.conftest import (
    CANARY_OF,
    HEAD,
    NOBODY,
    OTHER_HEAD,
    LiveServer,
    fill,
    free_port,
    stop,
    until,
    write_service,
)
from tests.deploy.tls_proxy import TlsProxy

pytestmark = pytest.mark.long
DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
HERE = """
import sys
exec(open({example!r}).read())
from jupyterhub.proxy import Proxy

class Elsewhere(Proxy):
    should_start = False
    routes = {{}}

    async def add_route(self, routespec, target, data):
        self.routes[routespec] = {{"routespec": routespec, "target": target, "data": data}}

    async def delete_route(self, routespec):
        self.routes.pop(routespec, None)

    async def get_all_routes(self):
        return self.routes

c.JupyterHub.proxy_class = Elsewhere
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.bind_url = "http://127.0.0.1:{unused}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.cookie_secret_file = {folder!r} + "/cookie_secret"
c.JupyterHub.services[0]["url"] = "http://127.0.0.1:{service}"
c.JupyterHub.services[0]["environment"]["ETM_HOME"] = {folder!r} + "/home"
c.JupyterHub.services[0]["environment"]["PYTHONPATH"] = {path!r}
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    if importlib.util.find_spec("jupyterhub") is None:
        pytest.skip("JupyterHub is not installed, so it was not started")
    folder = tmp_path_factory.mktemp("hub")
    write_service(folder / "files")
    fill(f"sqlite:///{folder / 'service.sqlite'}", folder)
    ports = {"hub": free_port(), "service": free_port(), "unused": free_port()}
    text = (DEPLOY / "serve-in-hub.toml").read_text(encoding="utf-8")
    text = text.replace("8866", str(ports["service"])).replace("talent.example.org", "localhost")
    (folder / "serve.toml").write_text(text, encoding="utf-8")
    told = {
        "example": str(DEPLOY / "jupyterhub_config.py"),
        "folder": str(folder),
        "path": os.environ.get("PYTHONPATH", ""),
    }
    (folder / "hub.py").write_text(HERE.format(**told, **ports), encoding="utf-8")
    surroundings = {
        **os.environ,
        "ETM_KEY_FILE": str(folder / "pseudonym.key"),
        "ETM_STORE": f"sqlite:///{folder / 'service.sqlite'}",
        "ETM_SERVE_FILE": str(folder / "serve.toml"),
    }
    log = folder / "log"
    with log.open("w") as stream:
        command = [sys.executable, "-m", "jupyterhub", "-f", str(folder / "hub.py")]
        process = subprocess.Popen(command, env=surroundings, cwd=folder, stdout=stream, stderr=stream, text=True)
    server = LiveServer("", process, log)
    until(lambda: "Ready at" in log.read_text(encoding="utf-8") or process.poll() is not None, seconds=240)
    assert process.poll() is None, log.read_text(encoding="utf-8")
    proxy = TlsProxy(folder, None, {}, ports={"/services/dashboards/": ports["service"], "/hub/": ports["hub"]}).begin()
    server.url, server.certificate = f"https://localhost:{proxy.port}", str(proxy.certificate)
    yield server
    proxy.end()
    stop(server)


@pytest.fixture
def visit(hub):
    """A browser that has logged in at the hub under a name."""

    def visiting(name):
        session = hub.session(None)
        session.verify = hub.certificate
        page = session.get(f"{hub.url}/services/dashboards/view/talent_map/", timeout=240)
        assert "/hub/login" in page.url
        token = re.search(r'name="_xsrf" value="([^"]+)"', page.text)[1]
        form = {"username": name, "password": "x", "_xsrf": token}
        return session, session.post(page.url, data=form, headers={"Referer": page.url}, timeout=240)

    return visiting


def test_person_whom_the_hub_knows_gets_their_own_dashboard(visit, hub):
    session, page = visit(HEAD)
    assert (200, True) == (page.status_code, 'id="payload"' in page.text)
    other = session.get(f"{hub.url}/services/dashboards/view/talent_map/?organization=47", timeout=240)
    assert 403 == other.status_code


def test_question_in_the_hub_is_answered_with_its_token_only(visit, hub):
    session, _ = visit(HEAD)
    token = next(cookie.value for cookie in session.cookies if cookie.name == "_xsrf" and "services" in cookie.path)
    question = {"kind": "people", "where": {}, "purpose": "talent review"}
    address = f"{hub.url}/services/dashboards/view/talent_map/ask"
    headers = ({"X-XSRFToken": token, "Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "cors"})
    answers = [session.post(address, json=question, headers=each, timeout=240) for each in headers]
    assert [200, 403] == [answer.status_code for answer in answers]
    assert CANARY_OF["132"].family_name in answers[0].text


def test_person_who_is_not_on_the_access_list_sees_nothing(visit):
    _, page = visit(NOBODY)
    assert (403, False) == (page.status_code, 'id="payload"' in page.text)


def test_hubs_token_in_the_address_and_the_proxys_header_count_for_nothing(hub):
    with requests.Session() as session:
        session.verify, session.trust_env = hub.certificate, False
        page = session.get(
            f"{hub.url}/services/dashboards/view/talent_map/?token=x",
            headers={"X-Remote-User": OTHER_HEAD},
            timeout=240,
        )
    assert "/hub/login" in page.url
