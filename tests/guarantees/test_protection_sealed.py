"""No path shows a sensitive table: not display, not text, not copies, not logs, not errors."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from scipy import sparse

from etm_workbench.errors import UnprotectedOutput
from etm_workbench.sensitive import Dimension, Evidence, Figure, Population, SensitiveTable

CANARY = 7919  # people in the one cell, and the value of its one figure
NAME = "canary-person@2025-26"
MARKS = (str(CANARY), "7,919", "7 919", "7919.0", NAME)


@pytest.fixture(scope="module")
def table():
    """A table whose numbers would be recognised anywhere."""
    people = np.array([NAME, *(f"{number:05d}" for number in range(CANARY - 1))])
    contributors = sparse.csr_array(np.ones((1, CANARY), np.int32))
    figure = Figure("mean", "mean", np.array([float(CANARY)]), ((0,),))
    evidence = Evidence(contributors, people, np.full(CANARY, float(CANARY)))
    dimension = Dimension.flat("level", ["EX-01"], margin=False)
    return SensitiveTable(
        "secret", (dimension,), Population(("2025-26",), "2025-03-31"), "judgement", evidence, (figure,)
    )


def clean(text):
    return not any(mark in text for mark in MARKS)


@pytest.mark.parametrize("write", [repr, str, format, "{}".format, "{!r}".format, "{!s}".format, "{!a}".format, ascii])
def test_text_shows_structure_only(table, write):
    assert clean(write(table))


@pytest.mark.parametrize("part", ["_evidence", "figures"])
def test_parts_show_no_number(table, part):
    assert clean(repr(getattr(table, part)))


def test_no_display_protocol_of_ipython_shows_a_number(table):
    data, metadata = DisplayFormatter().format(table)
    assert clean(f"{data} {metadata}")


@pytest.mark.parametrize(
    "protocol",
    ["_repr_html_", "_repr_mimebundle_", "_repr_markdown_", "_repr_json_", "_repr_latex_", "_repr_svg_",
     "_repr_png_", "_repr_jpeg_", "_repr_pdf_", "_repr_javascript_", "_repr_pretty_", "_ipython_display_",
     "__dataframe__", "__array_interface__", "__rich__", "__rich_console__"],
)  # fmt: skip
def test_table_has_no_display_protocol(table, protocol):
    assert not hasattr(table, protocol)


@pytest.mark.parametrize("take", [copy.copy, copy.deepcopy, pickle.dumps, iter, list, np.asarray, np.array, sorted])
def test_table_is_neither_copied_nor_iterated_nor_pickled(table, take):
    with pytest.raises(UnprotectedOutput) as refused:
        take(table)
    assert clean(str(refused.value))


@pytest.mark.parametrize("take", [float, int, len])
def test_table_is_no_number_and_has_no_length(table, take):
    with pytest.raises(TypeError) as refused:
        take(table)
    assert clean(str(refused.value))


def test_log_line_shows_structure_only(table, caplog):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("analyst").debug("made %s and %r", table, table)
    assert clean(caplog.text)


def test_traceback_with_locals_shows_structure_only(table):
    def fails(held):
        raise RuntimeError(f"cannot use {held}")

    try:
        fails(table)
    except RuntimeError as problem:
        text = "".join(traceback.TracebackException.from_exception(problem, capture_locals=True).format())
    assert clean(text)


def test_table_has_no_place_for_further_attributes(table):
    with pytest.raises((AttributeError, TypeError)):
        table.leak = CANARY
