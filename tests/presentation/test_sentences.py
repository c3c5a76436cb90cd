"""Sentences of findings: in both languages, bound to cells, honest about what one cannot tell."""

from __future__ import annotations

import pytest

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation.document import CellRef
from etm_workbench.presentation.sentences import bounded, changed, compared, comparisons_of, direction_of, stated
from etm_workbench.sensitive import Dimension

READY = Bilingual("Ready for Advancement", "Prêt à être promu")


def said(text, language):
    return "".join(piece.text for piece in text.pieces(language))


@pytest.fixture
def comparison(build):
    return build(
        "compare",
        [Dimension.flat("placement", ("A", "B", "C"), margin=False)],
        [20, 30, 3],
        hidden=[("C",)],
        figures={
            "share": ("share", [0.2, 0.3, 0.03]),
            "rest_share": ("share", [0.12, 0.28, 0.1]),
            "difference": ("difference", [0.08, -0.02, 0.1]),
            "p_adjusted": ("p_value", [0.01, 0.4, 0.01]),
            "visible": ("bound", [0.05, 0.09, 0.2]),
        },
    )


def cells(table, placement):
    figures = {"share": "share", "rest": "rest_share", "visible": "visible"}
    return {name: CellRef.of(table, figure, placement=placement) for name, figure in figures.items()}


@pytest.mark.parametrize(("direction", "en", "fr"), [
    ("higher", "Ready for Advancement: 20.0%, higher than in the rest of the public service (12.0%).",
     ("Prêt à être promu\u00a0: 20,0\u00a0%, une part plus élevée"
     " que dans le reste de la fonction publique (12,0\u00a0%).")),
    ("lower", "Ready for Advancement: 20.0%, lower than in the rest of the public service (12.0%).",
     ("Prêt à être promu\u00a0: 20,0\u00a0%, une part plus faible"
     " que dans le reste de la fonction publique (12,0\u00a0%).")),
])  # fmt: skip
def test_comparison_says_which_way(comparison, direction, en, fr):
    text = compared(READY, direction, cells=cells(comparison, "A"))
    assert (en, fr) == (said(text, "en"), said(text, "fr"))


def test_what_cannot_be_told_says_what_would_have_been_seen(comparison):
    text = said(compared(READY, "unclear", cells=cells(comparison, "B")), "en")
    assert (
        "Ready for Advancement: 30.0% here and 28.0% in the rest of the public service; at this size one cannot tell"
        " whether they differ. Only a difference of 9.0 points or more would have been seen."
    ) == text


def with_evidence(table, placement):
    return {**cells(table, placement), "p": CellRef.of(table, "p_adjusted", placement=placement)}


@pytest.mark.parametrize(("comparisons", "en", "fr"), [
    (24, " Adjusted p-value: 0.010, one of 24 comparisons made.",
     " Valeur p ajustée\u00a0: 0,010, une des 24 comparaisons effectuées."),
    (1200, " Adjusted p-value: 0.010, one of 1,200 comparisons made.",
     " Valeur p ajustée\u00a0: 0,010, une des 1\u00a0200 comparaisons effectuées."),
    (1, " p-value: 0.010, the only comparison made.", " Valeur p\u00a0: 0,010, seule comparaison effectuée."),
])  # fmt: skip
def test_comparison_gives_its_p_value_and_how_many_were_made(comparison, comparisons, en, fr):
    text = compared(READY, "higher", cells=with_evidence(comparison, "A"), comparisons=comparisons)
    assert (True, True) == (said(text, "en").endswith(en), said(text, "fr").endswith(fr))


def test_p_value_of_a_sentence_is_bound_to_its_cell(comparison):
    text = compared(READY, "higher", cells=with_evidence(comparison, "A"), comparisons=3)
    assert ["compare:A:share", "compare:A:rest_share", "compare:A:p_adjusted"] == [
        piece.ref.identifier for piece in text.pieces("en") if piece.ref
    ]


def test_what_cannot_be_told_gives_its_p_value_before_what_would_have_been_seen(comparison):
    text = said(compared(READY, "unclear", cells=with_evidence(comparison, "B"), comparisons=3), "en")
    assert text.endswith(
        "Adjusted p-value: 0.400, one of 3 comparisons made. "
        "Only a difference of 9.0 points or more would have been seen."
    )


def test_p_value_without_the_number_of_comparisons_is_refused(comparison):
    with pytest.raises(BadDefinition, match="number of comparisons"):
        compared(READY, "higher", cells=with_evidence(comparison, "A"))


def test_withheld_comparisons_count_among_those_made(comparison):
    assert 3 == comparisons_of(comparison, "placement")


def test_withheld_cells_that_were_never_compared_do_not_count(build):
    """Of 3 x 3 x 3 cells, the part's two placements at two levels and all levels were compared: six."""
    dimensions = [
        Dimension.flat("population", ("PART", "REST")),
        Dimension.flat("placement", ("A", "B")),
        Dimension.flat("level", ("EX-01", "EX-02")),
    ]
    hidden = [("PART", "A", "EX-01"), ("REST", "A", "EX-01"), ("TOTAL", "A", "EX-01"), ("PART", "TOTAL", "EX-01")]
    figures = {"p_adjusted": ("p_value", [0.5] * 27)}
    table = build("c", dimensions, [9.0] * 27, hidden=hidden, figures=figures)
    assert 6 == comparisons_of(table, "placement")


def test_comparison_with_a_withheld_cell_says_so_under_its_label(comparison):
    text = compared(READY, "higher", cells=cells(comparison, "C"))
    assert "Ready for Advancement: not shown, to protect people in small groups." == said(text, "en")


@pytest.mark.parametrize(("code", "direction"), [("A", "higher"), ("B", "unclear"), ("C", None)])
def test_direction_follows_the_adjusted_test(comparison, code, direction):
    assert direction == direction_of(comparison, {"placement": code}, significance=0.05)


def test_statement_gives_people_and_share(table):
    text = stated(
        READY,
        count=CellRef.of(table, placement="READY_ADV"),
        whole=CellRef.of(table),
        share=CellRef.of(table, "share", placement="READY_ADV"),
    )
    assert ("Ready for Advancement: 76 of 460 (17%).", "Prêt à être promu\u00a0: 76 sur 460 (17\u00a0%).") == (
        said(text, "en"),
        said(text, "fr"),
    )


def test_bounds_say_what_they_hold_against(build):
    table = build("b", [Dimension.flat("level", ("EX-01",), margin=False)], [10],
                  figures={"from": ("share", [0.2]), "to": ("share", [0.5])})  # fmt: skip
    text = bounded(READY, low=CellRef.of(table, "from", level="EX-01"), high=CellRef.of(table, "to", level="EX-01"))
    assert "between 20.0% and 50.0%, whatever the answers still missing turn out to be." in said(text, "en")


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [("EX-01", "EX-02", "down"), ("EX-02", "EX-01", "up"), ("EX-01", "EX-01", "as before")],
)
def test_change_says_which_way(table, before, after, word):
    text = changed(
        READY,
        before=CellRef.of(table, placement="READY_ADV", level=before),
        after=CellRef.of(table, placement="READY_ADV", level=after),
    )
    assert word in said(text, "en")


def test_label_with_braces_stays_as_it_is(table):
    text = changed(Bilingual("a {b}", "a {b}"), before=CellRef.of(table), after=CellRef.of(table))
    assert said(text, "en").startswith("a {b}: 460")
