"""The example deployment's parts, started for real: database users, access list, server on its socket, TLS.

TLS ends at a proxy of the tests, which does what the example's configuration of nginx does, and again at
nginx with that configuration where nginx is installed. The login service is a stand-in.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
import requests
import websocket

from etm_workbench.intake import find_files, take_in_files
from etm_workbench.reporting.serving.place import read_place
from etm_workbench.store import Store
from tests.conftest import _postgresql_program
from tests.dashboards.conftest import (
    CANARY_OF,
    HEAD,
    ON,
    OTHER_HEAD,
    START,
    LiveServer,
    stop,
    until_ready,
    write_service,
)
from tests.deploy.nginx_proxy import NGINX, NginxProxy
from tests.deploy.tls_proxy import HEADER, TlsProxy

pytestmark = [pytest.mark.long, pytest.mark.postgresql]
DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PEOPLE = {"kind": "people", "where": {}, "purpose": "talent review"}
ACCESS = f"identity,role,organization\n{HEAD},deputy_head,132\n{OTHER_HEAD},deputy_head,47\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("deployment")


@pytest.fixture(scope="module")
def database(postgresql_server):
    """The server's two users and its database, made by the example's own file."""
    psql = _postgresql_program("psql")
    administer = [psql, "-h", postgresql_server, "-U", "etm", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-q"]
    subprocess.run([*administer, "-f", str(DEPLOY / "postgresql_roles.sql")], check=True)
    yield {user: f"postgresql://{user}@/etm?host={postgresql_server}" for user in ("etm_owner", "etm_reading")}
    gone = "DROP DATABASE etm WITH (FORCE); DROP ROLE etm_reading; DROP ROLE etm_owner;"
    for statement in gone.split("; "):
        subprocess.run([*administer, "-c", statement], check=True)


@pytest.fixture(scope="module")
def filled(database, folder):
    """The database with the small service and the access list of the example's command."""
    write_service(folder / "files")
    with Store.open(database["etm_owner"], key_file=folder / "pseudonym.key") as store:
        take_in_files(find_files(folder / "files").submissions, store, received_on=ON, workers=1)
    people = folder / "people.csv"
    people.write_text(ACCESS, encoding="utf-8")
    command = [sys.executable, str(DEPLOY / "access_list.py"), str(people), "--by", "keeper@example.test"]
    surroundings = {**os.environ, "ETM_KEY_FILE": str(folder / "pseudonym.key")}
    subprocess.run(
        [*command, "--store", database["etm_owner"], "--reading-user", "etm_reading"], check=True, env=surroundings
    )
    return database


@pytest.fixture(scope="module")
def place(filled, folder):
    """The example's server file, with a socket and a name of this machine's."""
    text = (DEPLOY / "serve-behind-proxy.toml").read_text(encoding="utf-8")
    text = text.replace("/run/etm/serve.sock", str(folder / "s")).replace("talent.example.org", "localhost")
    (folder / "serve.toml").write_text(text, encoding="utf-8")
    return folder / "serve.toml"


@pytest.fixture(scope="module")
def served(filled, place, folder):
    """The server on its socket, as its own account would run it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, so there is no certificate")
    # The pseudonym key is not this account's: the server reads without it.
    surroundings = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ETM_")},
        "ETM_HOME": str(folder / "home"),
        "ETM_STORE": filled["etm_reading"],
    }
    log = folder / "log"
    with log.open("w") as stream:
        command = [sys.executable, "-c", START, "serve", "--config", str(place)]
        process = subprocess.Popen(command, env=surroundings, stdout=stream, stderr=stream, text=True)
    server = until_ready(LiveServer("", process, log))
    yield server
    stop(server)


@pytest.fixture(scope="module", params=["proxy of the tests", "nginx"])
def site(request, served, folder):
    """The whole: database, server on its socket, TLS in front."""
    made = folder / request.param.split()[0]
    made.mkdir()
    kind = NginxProxy if request.param == "nginx" else TlsProxy
    if kind is NginxProxy and NGINX is None:
        pytest.skip("nginx is not installed, so its configuration was not tried")
    proxy = kind(made, folder / "s", {"a": HEAD, "b": OTHER_HEAD}).begin()
    served.url, served.certificate = f"https://localhost:{proxy.port}", str(proxy.certificate)
    yield served
    proxy.end()


@pytest.fixture
def visit(site):
    """A browser's session, logged in or not."""
    with contextlib.ExitStack() as opened:

        def visiting(login=None):
            session = opened.enter_context(requests.Session())
            session.trust_env, session.verify = False, site.certificate
            if login:
                session.cookies.set("login", login)
            return session

        yield visiting


def test_server_file_of_the_hub_can_be_read():
    assert "hub" == read_place(DEPLOY / "serve-in-hub.toml", store="sqlite://").identity


def test_socket_is_open_to_its_group_only(site, folder):
    assert 0o660 == (folder / "s").stat().st_mode & 0o777


def test_person_who_is_logged_in_gets_their_own_dashboard(site, visit):
    page = visit("a").get(f"{site.url}/view/talent_map/", timeout=180)
    assert (200, True) == (page.status_code, "Secure" in page.headers["Set-Cookie"])


def test_forged_header_gives_way_to_the_login(site, visit):
    session = visit("a")
    session.get(f"{site.url}/", timeout=180)
    answer = session.post(
        f"{site.url}/view/talent_map/ask",
        data=json.dumps(PEOPLE),
        headers={"Content-Type": "application/json", "X-XSRFToken": session.cookies["_xsrf"], HEADER: OTHER_HEAD},
        timeout=180,
    )
    assert (True, False) == tuple(CANARY_OF[o].family_name in answer.text for o in ("132", "47"))


def test_visitor_without_login_is_refused_whatever_they_send(site, visit):
    answer = visit().get(f"{site.url}/view/talent_map/", headers={HEADER: HEAD}, timeout=180)
    assert (401, False) == (answer.status_code, 'id="payload"' in answer.text)


def test_live_dashboard_speaks_through_tls(site, visit):
    page = visit("a").get(f"{site.url}/voila/render/talent_map.ipynb", timeout=300)
    kernel = re.search(r'"kernelId": "([0-9a-f-]{36})"', page.text)[1]
    line = websocket.create_connection(
        f"{site.url.replace('https', 'wss')}/api/kernels/{kernel}/channels?session_id={uuid.uuid4()}",
        sslopt={"ca_certs": site.certificate, "cert_reqs": ssl.CERT_REQUIRED},
        cookie="login=a",
        origin=site.url,
        timeout=120,
    )
    with contextlib.closing(line):
        assert "msg_type" in line.recv()


def test_owners_address_is_refused(filled, place, folder):
    surroundings = {**os.environ, "ETM_STORE": filled["etm_owner"], "ETM_HOME": str(folder / "home")}
    surroundings.pop("ETM_KEY_FILE", None)
    command = [sys.executable, "-c", START, "serve", "--config", str(place)]
    told = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=180, check=False)
    assert (16, True) == (told.returncode, "owns the store" in told.stderr)
