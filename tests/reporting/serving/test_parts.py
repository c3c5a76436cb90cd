"""The server's parts by themselves: where it is, who speaks, what is logged, which files there are."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace

import pytest
from tornado.httputil import HTTPHeaders

from etm_workbench.errors import BadCodebook, BadEnvironment, BadInput
from etm_workbench.reporting.serving.identity import ProxyIdentity
from etm_workbench.reporting.serving.journal import LOG, QuietFormatter
from etm_workbench.reporting.serving.limits import load_limits
from etm_workbench.reporting.serving.place import Place, read_place
from etm_workbench.reporting.serving.sockets import unpack
from etm_workbench.reporting.serving.start import look_at_store
from etm_workbench.store import Store


def asked(headers, *, remote="127.0.0.1", family=2):
    """A request as tornado would hand it over."""
    context = SimpleNamespace(remote_ip=remote, address_family=family)
    made = HTTPHeaders()
    for name, value in headers:
        made.add(name, value)
    return SimpleNamespace(request=SimpleNamespace(headers=made, connection=SimpleNamespace(context=context)))


def who(handler):
    found = ProxyIdentity(header="X-Remote-User").get_user(handler)
    return found.username if found else None


HEADER = [("X-Remote-User", "head@example.test")]


@pytest.mark.parametrize("remote", ["127.0.0.1", "::1", "127.8.8.8"])
def test_header_from_the_loopback_names_its_person(remote):
    assert "head@example.test" == who(asked(HEADER, remote=remote))


def test_header_from_a_unix_socket_names_its_person():
    assert "head@example.test" == who(asked(HEADER, remote="0.0.0.0", family=1))


@pytest.mark.parametrize("remote", ["10.0.0.5", "192.168.1.1", "0.0.0.0", "::ffff:10.0.0.5", "evil.example", ""])
def test_header_from_anywhere_else_names_nobody(remote):
    assert who(asked(HEADER, remote=remote)) is None


def test_header_given_twice_names_nobody():
    assert who(asked(HEADER * 2)) is None


@pytest.mark.parametrize(
    "parts",
    [
        {"identity": "proxy"},
        {"identity": "laptop", "header": "X-Remote-User"},
        {"identity": "proxy", "header": "X Remote"},
        {"identity": "proxy", "header": "Cookie"},
        {"identity": "proxy", "header": "Host"},
        {"base_url": "dashboards"},
    ],
    ids=lambda parts: " ".join(map(str, parts.values())),
)
def test_place_that_does_not_fit_together_is_refused(parts):
    with pytest.raises(BadInput):
        Place("sqlite://", **parts)


def test_servers_file_tells_all_its_problems(tmp_path):
    file = tmp_path / "serve.toml"
    file.write_text('identity = "anyone"\nport = 0\nunknown = 1\n', encoding="utf-8")
    with pytest.raises(BadInput, match="3 problems"):
        read_place(file, store="sqlite://")


def test_servers_file_names_its_store_or_takes_the_one_given(tmp_path):
    file = tmp_path / "serve.toml"
    file.write_text('identity = "hub"\n', encoding="utf-8")
    assert "sqlite:///own" == read_place(file, store="sqlite:///own").store


def test_limits_with_a_wrong_line_are_refused(tmp_path):
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "serving.toml").write_text("version = 1\n", encoding="utf-8")
    with pytest.raises(BadCodebook, match=r"kernels: Field required"):
        load_limits(folder=tmp_path)


def test_file_store_without_access_list_is_served_to_nobody_but_its_owner(tmp_path):
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    Store.open(url, key=bytes(32)).close()
    look_at_store(Place(url))
    with pytest.raises(BadEnvironment, match="no access list"):
        look_at_store(Place(url, "proxy", header="X-Remote-User"))


SECRET = "Zzserin-Quelqu’un"


@pytest.mark.parametrize(
    "record",
    [
        ("tornado.general", "failed for %s", (SECRET,), None),
        ("etm.voila", f"Error at '{{{SECRET}}}'", (), None),
        ("etm.voila", ValueError(SECRET), (), None),
        ("traitlets", "Error at server", (), (ValueError, ValueError(SECRET), None)),
        ("etm.voila", f'"{SECRET}" is not trusted', (), None),
    ],
    ids=["argument", "braces", "exception", "trace", "quotes"],
)
def test_log_line_of_a_library_holds_no_value(record):
    name, message, arguments, error = record
    line = QuietFormatter().format(logging.LogRecord(name, logging.ERROR, "", 0, message, arguments, error))
    assert SECRET not in line


def test_log_line_of_ours_says_what_it_was_told():
    record = logging.LogRecord(LOG.name, logging.INFO, "", 0, "", (), None)
    record.told = {"outcome": "refused", "who": "head@example.test"}
    assert {"outcome": "refused", "who": "head@example.test"}.items() <= json.loads(
        QuietFormatter().format(record)
    ).items()


@pytest.mark.parametrize("data", [b"", b"\x00" * 8, b"\xff" * 8, b"\xff" * 400, b"\x06" + b"\x00" * 60])
def test_packed_message_is_held_to_its_own_length(data):
    with pytest.raises(ValueError, match=r"count|places"):
        unpack(data)
