"""The module as anywidget calls it: drawn into an element of somebody else's page, asking by messages."""

from __future__ import annotations

import json

import pytest

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation.document import Provenance
from etm_workbench.presentation.widgets import Board, BoardWidget, MapSection
from etm_workbench.presentation.widgets.module import module, style

pytestmark = pytest.mark.chromium

# What anywidget hands to a module, as far as ours uses it.
MODEL = """
const values = {payload: PAYLOAD, language: "fr"};
const heard = [];
window.sent = [];
window.saved = [];
const model = {
  get: (name) => values[name],
  set: (name, value) => { values[name] = value; },
  save_changes: () => window.saved.push(values.language),
  on: (name, hear) => heard.push(hear),
  send: (message) => {
    window.sent.push(message);
    const answer = {ok: true, columns: [["Name", "Nom"]], rows: [[["A. Fictive", "A. Fictive"]]],
      marking: ["Protected B", "Protégé B"], purpose: message.question.purpose, reader: "head@example.test"};
    setTimeout(() => heard.forEach((hear) => hear({number: message.number, answer})));
  },
};
"""


@pytest.fixture
def shown(table, labels, open_page, tmp_path):
    title = Bilingual("Map", "Tableau")
    purposes = (Bilingual("Review", "Examen"),)
    section = MapSection("map", title, table, 0.05, names=True, purposes=purposes)
    source = Provenance("test", {}, "data", "code", "policy", "service", None, "hash")
    widget = BoardWidget(Board("map", title, title, (section,), labels, source), answer=dict)
    start = "render({model, el: document.getElementById('place')});"
    script = "\n".join([MODEL.replace("PAYLOAD", json.dumps(widget.payload).replace("<", "\\u003c")), module(), start])
    path = tmp_path / "widget.html"
    path.write_text(
        f"<!DOCTYPE html><html lang='en'><title>Voila</title><style>{style()}</style><div id='place'></div>"
        f"<script type='module'>{script}</script></html>",
        encoding="utf-8",
    )
    page = open_page(path)
    page.wait_for_selector(".map-grid")
    return page


def test_widget_says_its_own_language_and_leaves_the_page_alone(shown):
    tags = shown.evaluate("[document.documentElement.lang, document.getElementById('place').lang, document.title]")
    assert ["en", "fr-CA", "Voila"] == tags


def test_language_chosen_is_told_to_the_kernel(shown):
    shown.locator(".language").click()
    assert ["en"] == shown.evaluate("window.saved")


def test_question_goes_by_message_and_its_answer_is_shown(shown):
    shown.locator(".map-grid .cell").first.click()
    shown.wait_for_selector(".named tbody tr")
    asked = shown.evaluate("window.sent[0].question")
    assert {"kind": "people", "where": {"placement": ["READY_ADV"], "level": ["EX-01"]}, "purpose": "Examen"} == asked
    assert "A. Fictive" in shown.locator(".named").inner_text()
