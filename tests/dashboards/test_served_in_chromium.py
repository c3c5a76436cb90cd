"""What the live server sends, in a real browser: scripts in names stay words, and a dead dashboard says so."""

from __future__ import annotations

import json
import os
import signal

import pytest

from tests.dashboards.conftest import HEAD, HEADER, process_of, until

pytestmark = pytest.mark.chromium


@pytest.fixture
def visit(open_page, live_server):
    """Opens a path of the server as the head of an organization; `said` is what the console said."""

    def visiting(path, **options):
        page = open_page("about:blank", extra_http_headers={HEADER: HEAD}, **options)
        page.said = []
        page.on("console", lambda line: line.type == "error" and page.said.append(line.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.asked.clear()
        page.goto(live_server.url + path, timeout=120_000)
        return page

    return visiting


def kernel_of(page):
    """The kernel that a live page has got."""
    return json.loads(page.locator("#kernel").text_content(timeout=120_000))["kernelId"]


def ask(page):
    """Asks the kernel who is in a cell, and waits for its answer: from then on the page is joined to it."""
    page.locator(".map-grid tbody tr").first.locator("button").last.click()
    page.locator(".people-place .marking").wait_for(timeout=120_000)
    page.keyboard.press("Escape")


def test_list_of_dashboards_is_accessible_and_quiet(visit, faults):
    page = visit("/?lang=fr")
    assert ([], []) == (page.said, faults(page))


def test_refusal_is_accessible(visit, faults):
    assert [] == faults(visit("/view/service/"))


def test_page_is_quiet_under_its_policy_and_asks_this_server_only(visit, live_server):
    page = visit("/view/talent_map/?lang=fr")
    page.locator(".map-grid").wait_for()
    assert [] == page.said
    assert [] == [url for url in page.asked if not url.startswith((live_server.url, "data:"))]


def test_script_in_a_name_is_shown_and_does_not_run(visit):
    page = visit("/view/talent_map/")
    found = False
    for row in range(page.locator(".map-grid tbody tr").count()):
        page.locator(".map-grid tbody tr").nth(row).locator("button").last.click()
        page.locator(".people-place .marking").wait_for(timeout=60_000)
        found = found or "<script>" in page.locator(".people-place").inner_text()
        if found:
            break
        page.keyboard.press("Escape")
    assert (True, None) == (found, page.evaluate("window.stolen ?? null"))


def test_live_dashboard_opens_in_french_and_says_so_when_its_process_dies(visit, live_server):
    page = visit("/voila/render/talent_map.ipynb?lang=fr")
    page.locator(".map-grid").wait_for(timeout=120_000)
    assert "fr-CA" == page.evaluate("document.documentElement.lang")
    assert [] == [line for line in page.said if "Content Security Policy" in line]
    assert [] == [url for url in page.asked if not url.startswith((live_server.url, "data:", "blob:"))]
    kernel = kernel_of(page)
    ask(page)
    os.kill(process_of(kernel), signal.SIGKILL)
    page.locator("#ended").wait_for(timeout=60_000)
    assert "Ce tableau de bord a pris fin" in page.locator("#ended").inner_text()
    assert "L’ouvrir de nouveau" == page.evaluate("document.activeElement.textContent")


def test_kernel_ends_when_the_browsers_tab_closes(visit, live_server):
    page = visit("/voila/render/talent_map.ipynb")
    page.locator(".map-grid").wait_for(timeout=120_000)
    kernel = kernel_of(page)
    ask(page)
    page.context.close()
    until(lambda: live_server.get(f"/api/kernels/{kernel}").status_code == 403, seconds=60)
