"""No path shows a sensitive table, people's records or a list of names: not display, text, copies, logs, errors."""

from __future__ import annotations

import copy
import dataclasses
import io
import json
import logging
import pickle
import pprint
import traceback
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rich.console
import rich.pretty
import rich.traceback
from IPython.core.formatters import DisplayFormatter
from IPython.core.ultratb import VerboseTB
from IPython.lib.pretty import pretty
from scipy import sparse

from etm_workbench.cadre import Cadre, Scope
from etm_workbench.codebook import load_codebook
from etm_workbench.errors import UnprotectedOutput, WorkbenchError
from etm_workbench.protected import ProtectedFigure, ProtectedTable, Seal, Shown, claim_seal
from etm_workbench.protection.microdata import Microdata
from etm_workbench.reporting.session import CadreView
from etm_workbench.roster import Grant, Roster
from etm_workbench.sensitive import Dimension, Evidence, Figure, Population, SensitiveTable

CANARY = 7919  # people in the one cell, the value of its one figure, and an answer of the one record
NAME = "canary-person@2025-26"
MARKS = (str(CANARY), "7,919", "7 919", "7\u00a0919", "7919.0", NAME)

PROTOCOLS = [
    "_repr_html_", "_repr_mimebundle_", "_repr_markdown_", "_repr_json_", "_repr_latex_", "_repr_svg_", "_repr_png_",
    "_repr_jpeg_", "_repr_pdf_", "_repr_javascript_", "_repr_pretty_", "_ipython_display_", "__dataframe__",
    "__arrow_c_stream__", "__array_interface__", "__array_struct__", "__rich__", "__rich_console__",
    "__rich_repr__", "__html__", "__dict__", "__json__", "to_dict", "to_json", "to_payload",
]  # fmt: skip


def a_table() -> SensitiveTable:
    """A table whose numbers would be recognised anywhere."""
    people = np.array([NAME, *(f"{number:05d}" for number in range(CANARY - 1))])
    contributors = sparse.csr_array(np.ones((1, CANARY), np.int32))
    figure = Figure("mean", "mean", np.array([float(CANARY)]), ((0,),))
    evidence = Evidence(contributors, people, np.full(CANARY, float(CANARY)))
    dimension = Dimension.flat("level", ["EX-01"], margin=False)
    return SensitiveTable(
        "secret", (dimension,), Population(("2025-26",), "2025-03-31"), "judgement", evidence, (figure,)
    )


def a_cadre() -> Cadre:
    """One record of a person and an answer that would be recognised anywhere."""
    record = {"person_key": NAME, "cycle": "2025-26", "organization": "128", "placement": str(CANARY)}
    return Cadre(pd.DataFrame([record]), load_codebook("2025-26"), Scope(("2025-26",), None, "service"))


HOLDERS = {
    "table": a_table,
    "evidence": lambda: a_table()._evidence,
    "figure": lambda: a_table().figures[0],
    "cadre": a_cadre,
    "view": lambda: CadreView(a_cadre()),
    "roster": lambda: Roster(("name",), ({"name": NAME, "placement": CANARY},), "reader", "review", Grant(1)),
    "microdata": lambda: Microdata(a_cadre().records, ("organization",), ("placement",)),
}


@pytest.fixture(scope="module", params=HOLDERS)
def held(request):
    """Each thing that holds what must not be seen."""
    return HOLDERS[request.param]()


@pytest.fixture(scope="module")
def table():
    """The table alone."""
    return a_table()


def clean(text):
    return not any(mark in text for mark in MARKS)


@pytest.mark.parametrize(
    "write",
    [repr, str, format, ascii, "{}".format, "{!r}".format, pprint.pformat, pretty, rich.pretty.pretty_repr,
     lambda held: json.dumps([held], default=repr), lambda held: json.dumps(held, default=str),
     lambda held: str([held]) + str({"a": held}), lambda held: f"{held=}",
     lambda held: str(np.array(held, dtype=object)) if not isinstance(held, SensitiveTable) else "",
     lambda held: str(pd.Series({"a": held}, dtype=object).map(repr))],
)  # fmt: skip
def test_text_shows_structure_only(held, write):
    assert clean(write(held))


def test_no_display_protocol_of_ipython_shows_anything(held):
    data, metadata = DisplayFormatter().format(held)
    assert {"text/plain"} == set(data)
    assert clean(f"{data} {metadata}")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_nothing_of_it_answers_a_display_protocol(held, protocol):
    if isinstance(held, CadreView) and protocol == "__dict__":
        assert clean(str(vars(held)))
    else:
        assert not hasattr(held, protocol)


@pytest.mark.parametrize(
    "take",
    [copy.copy, copy.deepcopy, pickle.dumps, dataclasses.asdict, dataclasses.astuple,
     lambda held: pd.DataFrame([held]), lambda held: pd.DataFrame([held, held])],
    ids=["copy", "deepcopy", "pickle", "asdict", "astuple", "frame", "frames"],
)  # fmt: skip
def test_nothing_of_it_is_copied_pickled_or_taken_apart(held, take):
    if take is copy.copy and isinstance(held, CadreView):
        pytest.skip("a copied view holds the same cadre")
    with pytest.raises(UnprotectedOutput) as refused:
        take(held)
    assert clean(str(refused.value))


@pytest.mark.parametrize(
    "take", [iter, list, tuple, np.asarray, np.array, sorted, bytes, pd.Series, pd.DataFrame, pd.array]
)
def test_table_is_neither_iterated_nor_made_an_array(table, take):
    with pytest.raises((UnprotectedOutput, TypeError, ValueError)) as refused:
        take(table)
    assert clean(str(refused.value))


@pytest.mark.parametrize("take", [float, int, len, memoryview, json.dumps, vars, complex])
def test_table_is_no_number_and_nothing_else_that_prints(table, take):
    with pytest.raises(TypeError) as refused:
        take(table)
    assert clean(str(refused.value))


def test_log_line_shows_structure_only(held, caplog):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("analyst").debug("made %s and %r", held, held, extra={"held": held})
    assert clean(caplog.text)


def failing(held):
    """A frame with the thing among its locals."""
    inside = {"held": [held]}
    raise RuntimeError(f"cannot use {held}, {len(inside)}")


def test_traceback_with_locals_shows_structure_only(held):
    with pytest.raises(RuntimeError) as problem:
        failing(held)
    text = "".join(traceback.TracebackException.from_exception(problem.value, capture_locals=True).format())
    assert clean(text)


def test_rich_traceback_with_locals_shows_structure_only(held):
    with pytest.raises(RuntimeError) as problem:
        failing(held)
    out = io.StringIO()
    shown = rich.traceback.Traceback.from_exception(
        problem.type, problem.value, problem.tb, show_locals=True, locals_max_length=50, locals_max_string=500
    )
    rich.console.Console(file=out, width=200).print(shown)
    assert "held" in out.getvalue()
    assert clean(out.getvalue())


def test_verbose_traceback_of_ipython_shows_structure_only(held):
    with pytest.raises(RuntimeError) as problem:
        failing(held)
    text = VerboseTB(theme_name="nocolor").text(problem.type, problem.value, problem.tb, tb_offset=0)
    assert "held" in text
    assert clean(text)


def test_error_about_it_shows_structure_only(held):
    problem = WorkbenchError(f"{held} does not fit.", remedy=f"Ask for {held!r}.")
    assert clean(f"{problem} {problem.args} {pickle.loads(pickle.dumps(problem))}")


def test_table_has_no_place_for_further_attributes(table):
    with pytest.raises((AttributeError, TypeError)):
        table.leak = CANARY


def fields_of_a_protected_table():
    dimension = Dimension.flat("level", ["EX-01"], margin=False)
    figure = ProtectedFigure("count", "count", (Shown(float(CANARY)),))
    population = Population(("2025-26",), "2025-03-31")
    return ("t", (dimension,), population, "establishment", "service", "service v1", (figure,))


@pytest.mark.parametrize("seal", [None, Seal(), object(), True], ids=["none", "a new one", "an object", "true"])
def test_protected_table_is_made_by_protection_only(seal):
    with pytest.raises(UnprotectedOutput):
        ProtectedTable(*fields_of_a_protected_table(), seal=seal)


def test_protected_table_does_not_become_another_one():
    made = ProtectedTable(*fields_of_a_protected_table(), seal=claim_seal())
    with pytest.raises(UnprotectedOutput):
        dataclasses.replace(made, figures=(ProtectedFigure("count", "count", (Shown(1.0),)),))


def test_protected_table_does_not_give_its_seal_away():
    assert ProtectedTable(*fields_of_a_protected_table(), seal=claim_seal()).seal is None


def test_protected_table_has_no_kind_of_its_own():
    with pytest.raises(UnprotectedOutput):
        type("Mine", (ProtectedTable,), {"__post_init__": print})


@pytest.mark.parametrize("change", [{"audience": "public"}, {"name": "other"}])
def test_protected_table_keeps_its_fields(change):
    made = ProtectedTable(*fields_of_a_protected_table(), seal=claim_seal())
    (name, value), *_ = change.items()
    with pytest.raises((dataclasses.FrozenInstanceError, AttributeError)):
        setattr(made, name, value)


def test_no_module_outside_these_makes_a_protected_table():
    package = Path(__file__).resolve().parents[2] / "etm_workbench"
    makers = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if "ProtectedTable(" in path.read_text(encoding="utf-8").replace("class ProtectedTable(", "")
    }
    assert {"protected.py", "protection/tables_out.py"} == makers
