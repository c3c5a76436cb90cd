"""Attacks against a live server: everything is refused, nothing comes out, and the log says who tried.

Two viewers of two organizations, each holding a planted person. Whatever is tried in the name of one, no
string of the other's person may be in the answer, and every refusal stands in the server's log.
"""

from __future__ import annotations

import contextlib
import html
import json
import socket as sockets
from urllib.parse import quote

import pytest
import requests
import websocket

from etm_workbench.reporting.serving.plain import render
from tests.dashboards.conftest import CANARY_OF, HEAD, HEADER, HOSTILE, NOBODY, OTHER_HEAD, SCRIPT, until

ASK = {"kind": "people", "where": {}, "purpose": "review"}
UNKNOWN_KERNEL = "00000000-0000-4000-8000-000000000000"


def leaks(text, organization="47"):
    return [string for string in CANARY_OF[organization].strings if string in text]


def assert_refused(server, answer, *, status):
    assert status == answer.status_code
    assert not leaks(answer.text)
    assert not leaks(answer.text, "132")
    until(lambda: any(line["reason"] for line in server.refusals(status=status)))


# --- Who somebody is


def test_visitor_without_identity_is_refused(live_server):
    assert_refused(live_server, live_server.get("/view/talent_map/", identity=None), status=401)


def test_person_who_is_not_on_the_access_list_is_refused(live_server):
    assert_refused(live_server, live_server.get("/view/talent_map/", identity=NOBODY), status=403)


@pytest.mark.parametrize("name", ["viewer", "user", "identity", "ETM_VIEWER", "etm.identity", "X-Remote-User", "token"])
def test_identity_in_the_query_string_counts_for_nothing(live_server, name):
    answer = live_server.get(f"/view/talent_map/?{name}={quote(OTHER_HEAD)}", identity=None)
    assert_refused(live_server, answer, status=401)


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-User", "X-Remote-Email", "Remote-User", "X_Remote_User", "X-Auth-Request-User", "X-Forwarded-Email"],
)
def test_header_that_is_not_the_configured_one_counts_for_nothing(live_server, header):
    answer = live_server.get("/view/talent_map/", identity=None, headers={header: OTHER_HEAD})
    assert_refused(live_server, answer, status=401)


@pytest.mark.parametrize(
    "identity",
    [f"{HEAD},{OTHER_HEAD}", f"{HEAD}; {OTHER_HEAD}", f'"{HEAD}"', "a" * 201, "<b>", f"{HEAD}\t{OTHER_HEAD}"],
    ids=["list", "semicolon", "quoted", "long", "tags", "tab"],
)
def test_header_that_names_no_one_person_is_refused(live_server, identity):
    assert_refused(live_server, live_server.get("/view/talent_map/", identity=identity), status=401)


def test_header_given_twice_is_refused(live_server):
    answer = raw(
        live_server, f"GET /view/talent_map/ HTTP/1.1\r\nHost: localhost\r\n{HEADER}: {HEAD}\r\n{HEADER}: {OTHER_HEAD}"
    )
    assert "401" in answer.splitlines()[0]
    assert not leaks(answer)


def test_server_answers_on_the_loopback_alone(live_server):
    port = int(live_server.url.rsplit(":", 1)[1])
    outside = {entry[4][0] for entry in sockets.getaddrinfo(sockets.gethostname(), port, sockets.AF_INET)}
    for address in outside - {"127.0.0.1", "127.0.1.1"}:
        with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
            sockets.create_connection((address, port), timeout=2)


@pytest.mark.parametrize("host", ["evil.example", "talent.example.evil.example", "localhost.evil.example:80"])
def test_foreign_name_of_the_server_is_refused(live_server, host):
    answer = live_server.get("/view/talent_map/", headers={"Host": host})
    assert_refused(live_server, answer, status=403)


# --- Other organizations


@pytest.mark.parametrize("name", ["talent_map", "cadre", "cycle_desk"])
def test_other_organization_in_the_address_is_refused(live_server, name):
    assert_refused(live_server, live_server.get(f"/view/{name}/?organization=47"), status=403)


@pytest.mark.parametrize(
    "wish", ["132,47", "132&organization=47", "*", "%2A", "47%00", "' OR 1=1 --", "47/../132", "ＡＢ"]
)
def test_organization_that_is_no_code_is_refused(live_server, wish):
    answer = live_server.get(f"/view/talent_map/?organization={wish}")
    assert answer.status_code in (400, 403, 404)
    assert_refused(live_server, answer, status=answer.status_code)


def test_live_version_of_another_organization_starts_no_kernel(live_server):
    answer = live_server.get("/voila/render/talent_map.ipynb?organization=47")
    assert_refused(live_server, answer, status=403)


def test_service_dashboard_is_refused_to_a_deputy_head(live_server):
    assert_refused(live_server, live_server.get("/view/service/"), status=403)


def test_question_about_another_organization_is_refused(live_server):
    answer = live_server.ask("/view/talent_map/ask?organization=47", ASK)
    assert (False, []) == (answer.json()["ok"], leaks(answer.text))
    until(lambda: live_server.refusals(route="ask", who=HEAD))


@pytest.mark.parametrize(
    "where",
    [
        {"organization": "47"},
        {"organization": ["132", "47"]},
        {"organizations": ["47"]},
        {"where": {"organization": "47"}},
    ],
    ids=["one", "list", "plural", "nested"],
)
def test_question_whose_conditions_name_another_organization_gives_none_of_its_people(live_server, where):
    answer = live_server.ask(
        "/view/talent_map/ask", {**ASK, "where": where, "organization": "47", "viewer": OTHER_HEAD}
    )
    assert [] == leaks(answer.text)


def test_page_of_one_organization_holds_nobody_of_it_and_nothing_of_another(live_server):
    page = live_server.get("/view/talent_map/").text
    assert [] == leaks(page, "132") + leaks(page, "47") + leaks(page, "12")


def test_own_people_come_by_the_logged_route_alone(live_server):
    """What all the others are measured by: the planted person's name does come where it may."""
    answer = live_server.ask("/view/talent_map/ask", {"kind": "people", "where": {}, "purpose": "talent review"})
    assert CANARY_OF["132"].family_name in answer.text
    assert [] == leaks(answer.text)
    assert "<script" not in answer.text


# --- Scripts in names and in free text, where the answer is markup


def markup_of(answer):
    """Both languages of an answer that a page puts into itself as it is."""
    return "\n".join(answer.json()["html"])


def test_script_in_a_name_comes_escaped_where_the_desk_lists_it(live_server):
    values = {"who": "either", "level": "", "purpose": "reminder"}
    markup = markup_of(live_server.ask("/view/cycle_desk/ask", {"kind": "people", "values": values}))
    assert ("<script" in markup, "<img" in markup, html.escape(HOSTILE, quote=False) in markup) == (False, False, True)


def test_script_in_a_purpose_comes_escaped(live_server):
    values = {"who": "either", "level": "", "purpose": HOSTILE}
    markup = markup_of(live_server.ask("/view/cycle_desk/ask", {"kind": "people", "values": values}))
    assert ("<script" in markup, "<img" in markup, html.escape(SCRIPT) in markup) == (False, False, True)


def test_script_in_the_name_of_the_viewer_comes_escaped():
    page = render("index.html.j2", home="/", nonce="", viewer=SCRIPT, language="en", other="fr", boards=[])
    assert (False, True) == (SCRIPT in page, html.escape(SCRIPT) in page)


# --- Paths

TRAVERSALS = [
    "/voila/static/../../../../etc/passwd",
    "/voila/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/voila/static/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/voila/static/....//....//....//etc/passwd",
    "/voila/static//etc/passwd",
    "/voila/static/%2fetc%2fpasswd",
    "/voila/static/..\\..\\..\\etc\\passwd",
    "/voila/static/%252e%252e%252fetc%252fpasswd",
    "/voila/static/voila.js/../../../../../etc/passwd",
    "/voila/static/%00/etc/passwd",
    "/voila/static/~root/.bashrc",
    "/voila/labextensions/anywidget/static/../../../../../../etc/passwd",
    "/voila/labextensions/%2e%2e/%2e%2e/etc/passwd",
    "/view/../../etc/passwd",
    "/static/etc/passwd",
    "/voila/templates/etm/static/../../../etc/passwd",
    "/voila/files/..%2f..%2fetc%2fpasswd",
]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_path_out_of_the_folder_is_refused(live_server, path):
    answer = raw(live_server, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{HEADER}: {HEAD}")
    assert answer.split()[1] in ("400", "404")
    assert "root:" not in answer


NOT_THERE = [
    "/tree",
    "/lab",
    "/voila/tree",
    "/voila/tree/talent_map.ipynb",
    "/notebooks/talent_map.ipynb",
    "/edit/talent_map.ipynb",
    "/files/talent_map.ipynb",
    "/voila/files/talent_map.ipynb",
    "/voila/files/README.md",
    "/voila/render/talent_map",
    "/voila/render/README.md",
    "/voila/render/../README.md",
    "/voila/render/service.sqlite",
    "/voila/render/other.ipynb",
    "/voila/render/talent_map.ipynb/x",
    "/voila/render//etc/passwd",
    "/voila/api/contents/",
    "/voila/api/contents/talent_map.ipynb",
    "/voila/api/themes/x",
    "/voila/templates/lab/static/index.css",
    "/voila/query/" + UNKNOWN_KERNEL,
    "/voila/execution/" + UNKNOWN_KERNEL,
    "/api",
    "/api/contents",
    "/api/contents/talent_map.ipynb",
    "/api/kernels",
    "/api/kernelspecs",
    "/api/sessions",
    "/api/terminals",
    "/api/config/x",
    "/api/me",
    "/api/status",
    "/api/shutdown",
    "/terminals/1",
    "/metrics",
    "/nbconvert/html/talent_map.ipynb",
    "/login/x",
    "/logout",
    "/hub/api",
    "/view/nothing/",
    "/view/talent_map/ask/x",
    "/.git/config",
    "/service.sqlite",
    "/pseudonym.key",
]


@pytest.mark.parametrize("path", NOT_THERE)
def test_route_that_is_not_ours_is_refused_and_says_nothing(live_server, path):
    assert_refused(live_server, live_server.get(path), status=404)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/api/kernels", "/api/contents/x", "/", "/view/talent_map/"])
def test_method_that_changes_anything_is_refused(live_server, method, path):
    answer = live_server.session().request(method, live_server.url + path, timeout=60)
    assert answer.status_code in (403, 404, 405)
    assert_refused(live_server, answer, status=answer.status_code)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "<script>"])
def test_unknown_method_is_refused(live_server, method):
    answer = raw(live_server, f"{method} /view/talent_map/ HTTP/1.1\r\nHost: localhost\r\n{HEADER}: {HEAD}")
    assert answer == "" or answer.split()[1] in ("400", "404", "405")
    assert "<script>" not in answer


def test_refusal_repeats_nothing_of_the_request(live_server):
    answer = live_server.get("/view/<script>alert(1)</script>?organization=<script>alert(2)</script>")
    assert "alert(" not in answer.text
    assert "alert(" not in live_server.log_file.read_text(encoding="utf-8")


# --- Requests from elsewhere


def test_question_without_token_is_refused(live_server):
    answer = live_server.session().post(
        f"{live_server.url}/view/talent_map/ask", json=ASK, headers={"Content-Type": "application/json"}, timeout=60
    )
    assert_refused(live_server, answer, status=403)


def test_question_with_a_made_up_token_is_refused(live_server):
    answer = live_server.ask("/view/talent_map/ask", ASK, **{"X-XSRFToken": "2|aaaaaaaa|bbbbbbbbbbbbbbbbbbbbbbbb|1"})
    assert_refused(live_server, answer, status=403)


def test_question_with_another_visits_token_is_refused(live_server):
    foreign = live_server.session(OTHER_HEAD)
    foreign.get(f"{live_server.url}/view/talent_map/", headers={HEADER: OTHER_HEAD}, timeout=120)
    answer = live_server.ask("/view/talent_map/ask", ASK, **{"X-XSRFToken": foreign.cookies["_xsrf"]})
    assert_refused(live_server, answer, status=403)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=["other site", "no site", "other port", "cross-site", "same-site"],
)
def test_question_from_another_site_is_refused(live_server, headers):
    answer = live_server.ask("/view/talent_map/ask", ASK, **headers)
    assert answer.status_code in (403, 404)
    assert_refused(live_server, answer, status=answer.status_code)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_question_in_a_form_of_another_site_is_refused(live_server, kind):
    answer = live_server.ask("/view/talent_map/ask", ASK, **{"Content-Type": kind})
    assert_refused(live_server, answer, status=400)


def test_token_in_the_address_counts_for_nothing(live_server):
    answer = live_server.ask("/view/talent_map/ask?_xsrf=x", ASK, **{"X-XSRFToken": ""})
    assert_refused(live_server, answer, status=403)


def test_no_answer_may_be_read_by_another_sites_page(live_server):
    answer = live_server.get("/view/talent_map/", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert "same-origin" == answer.headers["Cross-Origin-Resource-Policy"]


# --- Bodies


@pytest.mark.parametrize(
    "body",
    [
        "{", "", "null", "[]", "1", '"people"', "{'kind': 'people'}", '{"kind": NaN}', bytes([255]),
        "[" * 5000, '{"a":' * 5000,
    ],
    ids=["cut", "empty", "null", "list", "number", "text", "quotes", "NaN", "bytes", "deep", "deep object"],
)  # fmt: skip
def test_question_that_is_no_question_is_refused(live_server, body):
    assert_refused(live_server, live_server.ask("/view/talent_map/ask", body), status=400)


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"kind": None},
        {"kind": ["people"]},
        {"kind": "__import__"},
        {"kind": "sql", "where": "1=1"},
        {"kind": "people", "where": "1=1"},
        {"kind": "people", "where": {"placement": {"$ne": ""}}},
        {"kind": "people", "columns": ["email", "manager_comments"], "where": {}},
    ],
    ids=lambda question: json.dumps(question)[:30],
)
def test_question_of_no_kind_of_ours_leaks_nothing(live_server, question):
    answer = live_server.ask("/view/talent_map/ask", question)
    assert [] == leaks(answer.text)
    assert "Traceback" not in answer.text


def test_body_longer_than_a_question_is_refused(live_server):
    assert_refused(live_server, live_server.ask("/view/talent_map/ask", {"kind": "x" * 70_000}), status=413)


def test_body_longer_than_anything_is_cut_unread(live_server):
    with contextlib.suppress(requests.RequestException):  # the line may be cut before the answer can be read
        assert 400 == live_server.ask("/view/talent_map/ask", b"x" * 3_000_000).status_code
    until(lambda: [line for line in live_server.log() if line.get("by") == "tornado.general"])


# --- Headers and what scripts may do


@pytest.mark.parametrize("path", ["/", "/view/talent_map/", "/nothing", "/view/talent_map/?organization=47"])
def test_every_answer_is_kept_from_frames_caches_and_guesses(live_server, path):
    headers = live_server.get(path).headers
    expected = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
    assert expected == {name: headers[name] for name in expected}
    assert "no-store" in headers["Cache-Control"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/view/talent_map/"])
def test_page_without_kernel_runs_its_own_script_alone(live_server, path):
    policy = live_server.get(path).headers["Content-Security-Policy"]
    script = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"} & set(script.split())
    assert "default-src 'none'" in policy


def test_cookie_goes_to_this_server_alone(live_server):
    cookie = live_server.get("/view/talent_map/").headers["Set-Cookie"].lower()
    assert ("samesite=strict" in cookie, "secure" in cookie) == (True, True)


# --- Log


def test_log_holds_no_string_of_a_planted_person_and_no_path(live_server):
    live_server.ask("/view/talent_map/ask", ASK)
    live_server.get("/view/talent_map/?organization=SECRETPATH")
    text = live_server.log_file.read_text(encoding="utf-8")
    assert [] == [s for canary in CANARY_OF.values() for s in canary.strings if s in text]
    assert "SECRETPATH" not in text


def test_live_route_sends_a_socket_to_its_owner_only_for_kernels_that_are(live_server):
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        websocket.create_connection(
            f"{live_server.url.replace('http', 'ws')}/api/kernels/{UNKNOWN_KERNEL}/channels",
            header={HEADER: HEAD},
            origin=live_server.url,
        )
    until(lambda: live_server.refusals(route="kernel socket", who=HEAD, reason="NotTheOwner"))


def raw(server, head):
    """The answer to a request written by hand, which no client would put right."""
    with sockets.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1])), timeout=60) as line:
        line.sendall(f"{head}\r\nConnection: close\r\n\r\n".encode())
        received = b""
        while part := line.recv(65536):
            received += part
    return received.decode("utf-8", "replace")
