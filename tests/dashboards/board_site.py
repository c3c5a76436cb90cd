"""Dashboards for a browser of the tests, without a server: real pages and real answers of the small service.

Pages are served under the policy that only their own script and style may run. Who looks is said in the
header of the tests' proxy; without it the delegate, and OCHRO at the dashboard of the service.
"""

from __future__ import annotations

import json
import shutil
from urllib.parse import parse_qs, urlsplit

import pytest

from etm_workbench.presentation.widgets import content_hashes
from etm_workbench.reporting.dashboards import Viewing, answer, page
from etm_workbench.reporting.dashboards.opening import links_of
from etm_workbench.reporting.dashboards.service_release import keep_service, service_tables
from etm_workbench.reporting.session import open_workbench
from tests.dashboards.conftest import ANALYST, CYCLES, DELEGATE, HEADER


@pytest.fixture(scope="module")
def site(service_folder, tmp_path_factory):
    """Answers a browser's requests for the four dashboards; `asked` is every question it got."""
    home = tmp_path_factory.mktemp("home")
    store = f"sqlite:///{shutil.copy(service_folder / 'service.sqlite', home / 'service.sqlite')}"
    rules = {"font-src": "data:", "img-src": "data:", "connect-src": "'self'", **content_hashes()}
    policy = "; ".join(["default-src 'none'", *(f"{directive} {source}" for directive, source in rules.items())])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETM_HOME", str(home))
        patch.setenv("ETM_KEY_FILE", str(service_folder / "pseudonym.key"))
        with open_workbench(CYCLES[-1], audience="service", store=store) as workbench:
            keep_service(workbench.protect(service_tables(workbench)))
        pages = {}

        def serve(route):
            address = urlsplit(route.request.url)
            name, query = address.path.split("/")[2], {k: v[-1] for k, v in parse_qs(address.query).items()}
            viewer = route.request.headers.get(HEADER.lower()) or (ANALYST if name == "service" else DELEGATE)
            viewing = Viewing.wished(viewer, query, store=store).settled()
            if route.request.method == "POST":
                question = json.loads(route.request.post_data)
                serve.asked.append(question)
                route.fulfill(json=answer(name, viewing, question))
                return
            key = name, viewing
            links = links_of(name, viewing, view="/view/", ask=f"ask?{address.query}")
            pages[key] = pages.get(key) or page(name, viewing, links=links)
            headers = {"Content-Security-Policy": policy, "Content-Type": "text/html; charset=utf-8"}
            route.fulfill(body=pages[key], headers=headers)

        serve.asked = []
        yield serve


@pytest.fixture
def visit(browse, site):
    """Opens a dashboard, for the viewer named or for those who usually look."""

    def opened(name, language="en", *, viewer="", **options):
        head = {HEADER: viewer} if viewer else {}
        visited = browse(site, f"/view/{name}/?lang={language}", extra_http_headers=head, **options)
        visited.set_default_timeout(180_000)  # so may be the first answer
        visited.wait_for_selector("footer")
        if name == "builder":
            visited.wait_for_selector(".answer h3", timeout=120_000)
        return visited

    site.asked.clear()
    return opened
