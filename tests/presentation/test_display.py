"""Parts and tables showing themselves in a notebook, in the session's language."""

from __future__ import annotations

import pytest

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation.display import set_labels, set_language, show_table
from etm_workbench.presentation.document import Heading, Layout, Note, TablePart
from etm_workbench.protected import set_renderer
from etm_workbench.sensitive import Dimension


@pytest.fixture(autouse=True)
def session(labels):
    set_language("fr")
    set_labels(labels)
    yield
    set_language("en")
    set_labels({})
    set_renderer(None)


def test_part_shows_itself_in_the_language_of_the_session(table):
    part = TablePart("t", Bilingual("By level", "Par niveau"), table, Layout(("level",)))
    shown = part._repr_html_()
    assert (True, True) == ("Par niveau" in shown, 'lang="fr-CA"' in shown)


@pytest.mark.parametrize(("part", "words"), [
    (Heading(Bilingual("Why?", "Pourquoi ?")), "Pourquoi?"),
    (Note(Bilingual("Careful.", "Attention."), "caution"), "Ce qu’il ne faut pas conclure"),
])  # fmt: skip
def test_words_show_themselves(part, words):
    assert words in part._repr_html_()


def test_chart_shows_itself_with_its_text_version(document):
    chart = next(part for part in document.parts if part.part == "chart")
    shown = chart._repr_html_()
    assert (True, True) == ("<svg" in shown, "Version textuelle" in shown)


def test_protected_table_shows_itself_through_the_renderer(table):
    set_renderer(show_table)
    assert "Prêt à être promu" in table._repr_html_()


def test_code_without_a_label_shows_as_itself(build):
    table = build("t", [Dimension.flat("region", ["NCR"])], [20, 20])
    assert ">NCR<" in show_table(table)
