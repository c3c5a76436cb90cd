"""What a cell shows in this process is what it would show through a kernel."""

from __future__ import annotations

import base64

import pytest

from etm_workbench.reporting.zygote import run_batch

CELLS = {
    "joined": "print('a'); print('b')",
    "two_streams": "import sys; print('out'); print('err', file=sys.stderr); print('out')",
    "value": "1 + 1",
    "semicolon": "1 + 1;",
    "nothing": "None",
    "rich": "from IPython.display import HTML; HTML('<b>x</b>')",
    "bytes": "display({'image/png': b'\\x89PNG', 'text/plain': 'p'}, raw=True)",
    "numbers": "import numpy as np; display({'application/json': {'a': np.int64(3)}, 'text/plain': 'j'}, raw=True)",
    "metadata": "display({'text/plain': 'm'}, metadata={'text/plain': {'k': 1}}, raw=True)",
    "first_display": "handle = display('old', display_id='d')",
    "updated_later": "_ = handle.update('new')",
    "cleared": "from IPython.display import clear_output\nprint('gone'); clear_output(); print('kept')",
    "cleared_waiting": "print('gone'); clear_output(wait=True); print('kept')",
    "await": "import asyncio; await asyncio.sleep(0, 'awaited')",
    "shell_command": "!echo from-a-command",
    "c_library": "import os; print('before'); os.system('echo from-c'); print('after')",
    "subprocess": "import subprocess; _ = subprocess.run(['echo', 'from-a-subprocess'])",
    "magic": "%timeit -n 1 -r 1 pass",
    "time_magic": "%%time\nprint('timed')",
    "shell": "get_ipython().__class__.__name__",
    "underscore": "'display' in dir(__builtins__) or display is not None",
    "dataframe": "import pandas as pd; pd.DataFrame({'a': [1]})",
    "allowed_error": "1/0",
    "pickled_main": "import pickle\nclass Thing: pass\ntype(pickle.loads(pickle.dumps(Thing()))).__name__",
}


@pytest.fixture(scope="module")
def cells(folder, notebooks):
    """The outputs of each cell, all run in one notebook."""
    from etm_workbench.reporting.zygote import Job

    names = [*CELLS]
    tags = {names.index("allowed_error"): "raises-exception"}
    notebook = notebooks.write(folder / "cells.ipynb", *CELLS.values(), tags=tags)
    (outcome,) = run_batch([Job(notebook, {}, folder / "done.ipynb")])
    path = folder / "done.failed.ipynb"
    assert "ZeroDivisionError in cell 24" == outcome.error  # papermill counts even an allowed error
    return dict(zip(names, notebooks.shown(path), strict=True))


def text(outputs):
    return [(output.output_type, output.get("name", ""), output.get("text", "")) for output in outputs]


def plain(outputs):
    return [output.data["text/plain"] for output in outputs]


def test_prints_of_one_stream_are_joined(cells):
    assert [("stream", "stdout", "a\nb\n")] == text(cells["joined"])


def test_streams_keep_their_order(cells):
    assert ["out\n", "err\n", "out\n"] == [output.text for output in cells["two_streams"]]


def test_the_last_value_is_a_result_with_its_count(cells):
    (output,) = cells["value"]
    assert ("execute_result", "2") == (output.output_type, output.data["text/plain"])


def test_results_count_cells_from_one(cells):
    assert 4 == cells["value"][0].execution_count  # parameters, then two cells before it


@pytest.mark.parametrize("name", ["semicolon", "nothing"])
def test_a_silenced_value_is_not_shown(cells, name):
    assert [] == cells[name]


def test_rich_forms_are_all_kept(cells):
    assert {"text/plain", "text/html"} == set(cells["rich"][0].data)


def test_bytes_are_kept_as_base64(cells):
    assert base64.b64encode(b"\x89PNG").decode() == cells["bytes"][0].data["image/png"]


def test_numpy_numbers_become_numbers(cells):
    assert {"a": 3} == cells["numbers"][0].data["application/json"]


def test_metadata_is_kept(cells):
    assert {"text/plain": {"k": 1}} == cells["metadata"][0].metadata


def test_a_display_is_updated_from_a_later_cell(cells):
    assert ["'new'"] == plain(cells["first_display"])


def test_an_update_shows_nothing_of_its_own(cells):
    assert [] == cells["updated_later"]


@pytest.mark.parametrize("name", ["cleared", "cleared_waiting"])
def test_cleared_output_is_gone(cells, name):
    assert [("stream", "stdout", "kept\n")] == text(cells[name])


def test_await_works_at_the_top(cells):
    assert ["'awaited'"] == plain(cells["await"])


def test_a_shell_command_is_shown(cells):
    assert "from-a-command" in "".join(output.text for output in cells["shell_command"])


def test_what_c_code_prints_is_caught_in_its_place(cells):
    assert "before\nfrom-c\nafter\n" == "".join(o.text for o in cells["c_library"] if o.output_type == "stream")


def test_what_a_subprocess_prints_is_caught(cells):
    assert [("stream", "stdout", "from-a-subprocess\n")] == text(cells["subprocess"])


@pytest.mark.parametrize("name", ["magic", "time_magic"])
def test_magics_work(cells, name):
    assert [] != cells[name]


def test_get_ipython_finds_the_shell(cells):
    assert ["'NotebookShell'"] == plain(cells["shell"])


def test_display_needs_no_import(cells):
    assert ["True"] == plain(cells["underscore"])


def test_tables_are_shown_as_html(cells):
    assert "<table" in cells["dataframe"][0].data["text/html"]


def test_an_error_is_shown_with_its_traceback(cells):
    (output,) = cells["allowed_error"]
    assert ("error", "ZeroDivisionError", True) == (output.output_type, output.ename, bool(output.traceback))


def test_cells_go_on_after_an_allowed_error(cells):
    assert ["'Thing'"] == plain(cells["pickled_main"])
