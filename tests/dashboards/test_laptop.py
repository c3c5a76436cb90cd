"""On one's own machine: a token that opens one session, this machine's user, and no header that counts."""

from __future__ import annotations

import getpass
import re

import pytest

from tests.dashboards.conftest import HEADER, OTHER_HEAD


@pytest.fixture(scope="module")
def laptop(start_server):
    server = start_server(arguments=("--no-browser",))
    server.token = re.search(r"token=([\w-]+)", server.log_file.read_text(encoding="utf-8"))[1]
    return server


@pytest.fixture(scope="module")
def opened(laptop):
    """A session that the printed address has opened."""
    session = laptop.session(None)
    answer = session.get(f"{laptop.url}/login?token={laptop.token}", timeout=120)
    assert 200 == answer.status_code
    return session


def test_session_is_this_machines_user(opened, laptop):
    assert f"{getpass.getuser()}." in opened.get(f"{laptop.url}/", timeout=120).text


def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites(opened, laptop):
    cookie = next(c for c in opened.cookies if c.name.startswith("etm-session"))
    assert (True, "Strict") == ("HttpOnly" in cookie._rest, cookie._rest.get("SameSite"))


def test_token_is_good_for_one_use(opened, laptop):
    answer = laptop.get(f"/login?token={laptop.token}", None)
    assert (401, {}) == (answer.status_code, dict(answer.cookies))


@pytest.mark.parametrize("token", ["", "x", "é", "a" * 43, "%00"])
def test_other_token_opens_nothing(laptop, token):
    assert 401 == laptop.get(f"/login?token={token}", None).status_code


def test_token_in_another_address_opens_nothing(opened, laptop):
    assert 401 == laptop.get(f"/?token={laptop.token}", None).status_code


@pytest.mark.parametrize("value", ["x", "2|1:0|10:1|1:x|1:x|x"])
def test_made_up_or_foreign_session_is_refused(laptop, value):
    name = f"etm-session-{laptop.url.rsplit(':', 1)[1]}"
    assert 401 == laptop.get("/", None, headers={"Cookie": f"{name}={value}"}).status_code


def test_proxys_header_counts_for_nothing(laptop):
    assert 401 == laptop.get("/", None, headers={HEADER: OTHER_HEAD}).status_code


def test_log_holds_no_token(opened, laptop):
    lines = laptop.log_file.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if line.startswith("{") and laptop.token in line]
