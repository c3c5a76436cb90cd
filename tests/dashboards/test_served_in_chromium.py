"""What the live server sends, in a real browser: scripts in names stay words, and a dead dashboard says so."""

from __future__ import annotations

import json
import os
import re
import signal

import pytest

from tests.dashboards.conftest import HEAD, HEADER, process_of, until

pytestmark = pytest.mark.chromium
MAP = "/voila/render/talent_map.ipynb"
OVER = {"en": "This dashboard’s session has ended", "fr": "La session de ce tableau de bord a pris fin"}
NOT_OPENED = {"en": "could not be opened", "fr": "n’a pas pu s’ouvrir"}
DIES = """
from etm_workbench.reporting.serving.kernels import OwnedKernels
start_kernel = OwnedKernels.start_kernel
async def start_and_die(self, **options):
    kernel = await start_kernel(self, **options)
    await self.get_kernel(kernel).signal_kernel(9)
    return kernel
OwnedKernels.start_kernel = start_and_die
"""


@pytest.fixture(scope="module")
def dying(start_server):
    """A server whose kernels die as soon as they are there."""
    return start_server(before=DIES)


@pytest.fixture
def visit(open_page, live_server):
    """Opens a path of the server as the head of an organization; `said` is what the console said."""

    def visiting(path, *, server=live_server, before=None, loaded="load", **options):
        page = open_page("about:blank", extra_http_headers={HEADER: HEAD}, **options)
        page.said = []
        page.on("console", lambda line: line.type == "error" and page.said.append(line.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.asked.clear()
        if before:
            before(page)
        page.goto(server.url + path, timeout=120_000, wait_until=loaded)
        return page

    return visiting


def kernel_of(page):
    """The kernel that a live page has got."""
    return json.loads(page.locator("#kernel").text_content(timeout=120_000))["kernelId"]


def open_cell(page):
    """Asks the kernel who is in a cell, and waits for its answer: from then on the page is joined to it."""
    page.locator(".map-grid tbody tr").first.locator("button").last.click()
    page.locator(".people-place .marking").wait_for(timeout=120_000)


def ask(page):
    """Asks the kernel, and leaves the page as it was."""
    open_cell(page)
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
    assert OVER["fr"] in page.locator("#ended").inner_text()
    assert "L’ouvrir de nouveau" == page.evaluate("document.activeElement.textContent")


def test_kernel_that_dies_before_its_page_has_joined_it_is_told_within_seconds(visit, language):
    processes = []

    def stop(line):
        processes.append(process_of(re.search("[0-9a-f-]{36}", line.url)[0]))
        os.kill(processes[0], signal.SIGSTOP)  # it lives and does not answer, so the page waits to be joined
        line.connect_to_server()

    page = visit(f"{MAP}?lang={language}", before=lambda page: page.route_web_socket(re.compile("channels"), stop))
    page.wait_for_timeout(1000)
    os.kill(processes[0], signal.SIGKILL)
    page.locator("#ended").wait_for(timeout=20_000)
    assert OVER[language] in page.locator("#ended").inner_text()


def test_kernel_that_dies_while_its_page_loads_is_told_within_seconds(visit, dying, language):
    page = visit(f"{MAP}?lang={language}", server=dying, loaded="commit")
    page.locator("#ended").wait_for(timeout=20_000)
    assert NOT_OPENED[language] in page.locator("#ended").inner_text()


def test_end_of_a_kernel_is_told_in_the_list_of_people_that_is_open(visit, faults, keep):
    page = visit(f"{MAP}?lang=fr", bypass_csp=True)
    open_cell(page)
    os.kill(process_of(kernel_of(page)), signal.SIGKILL)
    notice = page.get_by_role("dialog").get_by_role("alert")
    notice.wait_for(timeout=60_000)
    keep(page, "live.ended.people.fr")
    assert OVER["fr"] in notice.inner_text()
    assert "L’ouvrir de nouveau" == page.evaluate("document.activeElement.textContent")
    assert [] == faults(page)


def test_end_of_a_kernel_stays_told_when_the_list_of_people_is_closed(visit):
    page = visit(MAP)
    open_cell(page)
    os.kill(process_of(kernel_of(page)), signal.SIGKILL)
    page.get_by_role("dialog").get_by_role("alert").wait_for(timeout=60_000)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    assert "can answer no further questions" in page.get_by_role("dialog").locator(".problem").inner_text()
    page.keyboard.press("Escape")
    assert page.get_by_role("alert").get_by_role("button", name="Open it again").is_visible()


def test_kernel_ends_when_the_browsers_tab_closes(visit, live_server):
    page = visit("/voila/render/talent_map.ipynb")
    page.locator(".map-grid").wait_for(timeout=120_000)
    kernel = kernel_of(page)
    ask(page)
    page.context.close()
    until(lambda: live_server.get(f"/api/kernels/{kernel}").status_code == 403, seconds=60)
