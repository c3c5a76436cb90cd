"""Live dashboards answer their owner only, take messages of widgets only, and end when nobody looks any more."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import threading
import uuid
from pathlib import Path

import pytest
import websocket

from etm_workbench.reporting.serving.kernels import OwnedKernels, Visit
from tests.dashboards.conftest import CANARY_OF, DELEGATE, HEAD, HEADER, OTHER_HEAD, process_of, until

MAP = "/voila/render/talent_map.ipynb"
PACKED = "v1.kernel.websocket.jupyter.org"


@pytest.fixture(scope="module")
def server(start_server, with_limits):
    quick = with_limits(most=3, most_a_viewer=2, closed_tab_seconds=1, unopened_seconds=120, sweep_seconds=0.3)
    return start_server(ETM_DATA=str(quick))


def open_map(server, identity=HEAD, query="?lang=fr"):
    answer = server.get(MAP + query, identity)
    found = re.search(r'"kernelId": "([0-9a-f-]{36})"', answer.text)
    assert found, answer.text[-2000:]
    return found[1], answer


def end(server, kernel, identity=HEAD):
    return delete(server, kernel, identity)


def delete(server, kernel, identity, method="DELETE"):
    session = server.session(identity)
    token = session.get(f"{server.url}/", timeout=120).cookies["_xsrf"]
    xsrf = {"Cookie": f"_xsrf={token}", "X-XSRFToken": token}
    return session.request(method, f"{server.url}/api/kernels/{kernel}", headers=xsrf, timeout=60)


LINES = []


@pytest.fixture(autouse=True)
def hang_up():
    """Closes what a test leaves open."""
    yield
    while LINES:
        LINES.pop().shutdown()


def join(server, kernel, identity=HEAD, origin=None, timeout=20, **options):
    line = websocket.create_connection(
        f"{server.url.replace('http', 'ws')}/api/kernels/{kernel}/channels?session_id={uuid.uuid4()}",
        header={HEADER: identity},
        origin=origin or server.url,
        timeout=timeout,
        **options,
    )
    LINES.append(line)
    return line


def message(kind, content=None, channel="shell"):
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": kind,
        "username": "",
        "session": "s",
        "date": "",
        "version": "5.3",
    }
    told = {"header": header, "parent_header": {}, "metadata": {}, "content": content or {}, "buffers": []}
    return json.dumps({**told, "channel": channel})


def pack(kind, content=None, channel="shell"):
    told = json.loads(message(kind, content))
    parts = [
        channel.encode(),
        *(json.dumps(told[p]).encode() for p in ("header", "parent_header", "metadata", "content")),
    ]
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    head = len(offsets).to_bytes(8, "little") + b"".join(place.to_bytes(8, "little") for place in offsets)
    return head + b"".join(parts)


def code_of_close(line):
    while True:
        opcode, data = line.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(data[:2], "big")


@pytest.fixture(scope="module")
def own(server):
    """A kernel of the head of one organization, with a page that stays."""
    kernel, _ = open_map(server)
    line = join(server, kernel)
    LINES.clear()  # it stays for all the tests
    yield kernel
    line.shutdown()
    end(server, kernel)


def test_page_is_in_the_language_asked_for_and_shows_no_source(server):
    kernel, answer = open_map(server)
    end(server, kernel)
    assert '<html lang="fr-CA">' in answer.text
    assert "import etm_workbench" not in answer.text
    assert [] == [s for canary in CANARY_OF.values() for s in canary.strings if s in answer.text]


@pytest.mark.parametrize("identity", [OTHER_HEAD, DELEGATE])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_other_persons_kernel_is_refused_like_one_that_is_not_there(server, own, method, identity):
    kernels = (own, "00000000-0000-4000-8000-000000000000")
    answers = [delete(server, kernel, identity, method) for kernel in kernels]
    until(lambda: server.refusals(reason="NotTheOwner"))
    assert [403, 403] == [answer.status_code for answer in answers]
    assert 200 == server.get(f"/api/kernels/{own}").status_code


def test_other_persons_socket_is_refused(server, own):
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        join(server, own, OTHER_HEAD)
    until(lambda: [line for line in server.log() if line.get("reason") == "NotTheOwner" and line["who"] == OTHER_HEAD])


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_socket_of_another_sites_page_is_refused(server, own, origin):
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        join(server, own, origin=origin)


def test_socket_without_a_page_is_refused(server, own):
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        join(server, own, suppress_origin=True)


def test_owner_may_ask_what_a_page_asks(server, own):
    line = join(server, own)
    line.send(message("kernel_info_request"))
    kinds = {json.loads(line.recv())["header"]["msg_type"] for _ in range(3)}
    line.shutdown()
    assert "kernel_info_reply" in kinds or "status" in kinds


EVIL = {"code": "import os; os.system('touch /tmp/owned')", "silent": False}
NOT_OF_WIDGETS = [
    ("execute_request", EVIL, "shell"),
    ("execute_request", EVIL, "control"),
    ("inspect_request", {"code": "x", "cursor_pos": 1}, "shell"),
    ("complete_request", {"code": "x", "cursor_pos": 1}, "shell"),
    ("history_request", {"hist_access_type": "tail"}, "shell"),
    ("debug_request", {"command": "attach"}, "control"),
    ("shutdown_request", {"restart": False}, "control"),
    ("interrupt_request", {}, "control"),
    ("input_reply", {"value": "x"}, "stdin"),
    ("comm_msg", {"comm_id": "x", "data": {}}, "control"),
    ("comm_open", {"comm_id": "x", "target_name": "anything", "data": {}}, "shell"),
    ("comm_open", {"comm_id": "x", "target_name": "jupyter.widget", "data": {}}, "shell"),
    (["execute_request"], EVIL, "shell"),
]


@pytest.mark.parametrize(("kind", "content", "channel"), NOT_OF_WIDGETS)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_message_that_is_not_of_widgets_ends_the_connection(server, own, kind, content, channel, packed):
    line = join(server, own, subprotocols=[PACKED] if packed else None)
    if packed:
        line.send_binary(pack(kind, content, channel))
    else:
        line.send(message(kind, content, channel))
    assert 4403 == code_of_close(line)
    assert 200 == server.get(f"/api/kernels/{own}").status_code


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"channel": "shell"}', "[" * 3000, '{"channel": "shell", "header": 1, "content": 1}'],
)
def test_message_that_cannot_be_read_ends_the_connection(server, own, text):
    line = join(server, own)
    line.send(text)
    assert 4403 == code_of_close(line)


@pytest.mark.parametrize("data", [b"", b"\x00" * 7, b"\xff" * 64, pack("comm_msg")[:40]])
def test_packed_message_that_cannot_be_read_ends_the_connection(server, own, data):
    line = join(server, own, subprotocols=[PACKED])
    line.send_binary(data)
    assert 4403 == code_of_close(line)


def test_message_longer_than_any_widgets_ends_the_connection(server, own):
    line = join(server, own)
    with contextlib.suppress(ConnectionError):  # it may be cut before the reason can be read
        line.send(message("comm_msg", {"comm_id": "x", "data": "x" * 300_000}))
        assert 1009 == code_of_close(line)
    assert 200 == server.get(f"/api/kernels/{own}").status_code


def test_refused_messages_are_logged_with_who_and_without_what(server, own):
    line = join(server, own)
    line.send(message("execute_request", EVIL))
    code_of_close(line)
    refused = [entry for entry in server.log() if entry.get("reason") == "MessageNotAllowed"]
    assert {HEAD} == {entry["who"] for entry in refused}
    assert "owned" not in server.log_file.read_text(encoding="utf-8")


def test_kernel_ends_soon_after_its_tab_is_closed(server):
    kernel, _ = open_map(server, DELEGATE)
    process = process_of(kernel)
    join(server, kernel, DELEGATE).shutdown()
    until(lambda: server.get(f"/api/kernels/{kernel}", DELEGATE).status_code == 403, seconds=30)
    until(lambda: not Path(f"/proc/{process}").exists(), seconds=30)


def test_page_of_a_killed_kernel_is_told_at_once(server):
    kernel, _ = open_map(server, DELEGATE)
    line = join(server, kernel, DELEGATE)
    os.kill(process_of(kernel), signal.SIGKILL)
    assert 4404 == code_of_close(line)
    assert 403 == server.get(f"/api/kernels/{kernel}", DELEGATE).status_code


def test_page_whose_kernel_dies_before_it_answers_is_told_at_once(server):
    kernel, _ = open_map(server, DELEGATE)
    process = process_of(kernel)
    os.kill(process, signal.SIGSTOP)  # it lives and does not answer, so the socket waits for it
    threading.Timer(2, os.kill, (process, signal.SIGKILL)).start()
    with pytest.raises(websocket.WebSocketBadStatusException, match="404"):
        join(server, kernel, DELEGATE)  # its line would be cut after twenty seconds
    until(lambda: server.refusals(route="kernel socket", reason="KernelEnded"))


def test_kernel_ends_whose_page_left_before_it_was_joined(server):
    kernel, _ = open_map(server, DELEGATE)
    process = process_of(kernel)
    os.kill(process, signal.SIGSTOP)
    with pytest.raises(websocket.WebSocketTimeoutException):
        join(server, kernel, DELEGATE, timeout=2)
    os.kill(process, signal.SIGCONT)
    line = join(server, kernel, DELEGATE)
    line.shutdown()
    until(lambda: server.get(f"/api/kernels/{kernel}", DELEGATE).status_code == 403, seconds=30)


def test_visitor_for_whom_there_is_no_room_gets_a_plain_page_in_both_languages(server, own):
    second, _ = open_map(server)
    answer = server.get(MAP)
    end(server, second)
    assert 503 == answer.status_code
    said = ("as many live dashboards open", "autant de tableaux de bord interactifs")
    assert [] == [words for words in said if words not in answer.text]


def test_kernel_knows_its_visit_and_nothing_of_the_servers_secrets(monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret")
    monkeypatch.setenv("HTTP_X_REMOTE_USER", "somebody")
    given = {"VOILA_BASE_URL": "/", "VOILA_REQUEST_URL": "http://h/?x=1", "HTTP_COOKIE": "secret", **os.environ}
    kernels = OwnedKernels()
    kernels.store = "sqlite:///s"
    told = kernels._environment(Visit("head", "lang=fr"), given)
    assert ("head", "sqlite:///s", "lang=fr") == (told["ETM_VIEWER"], told["ETM_STORE"], told["QUERY_STRING"])
    assert not {"JUPYTERHUB_API_TOKEN", "HTTP_X_REMOTE_USER", "HTTP_COOKIE", "VOILA_REQUEST_URL"} & set(told)
