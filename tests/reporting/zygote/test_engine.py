"""The papermill engine by its name, as anybody may use it."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest


@pytest.fixture(scope="module")
def executed(folder, notebooks):
    """A notebook run by papermill's own command with `--engine inproc`."""
    notebook = notebooks.write(folder / "in.ipynb", "print(number)", "number")
    command = [sys.executable, "-m", "papermill", "--engine", "inproc", "--no-progress-bar", "-p", "number", "6"]
    subprocess.run([*command, str(notebook), str(folder / "out.ipynb")], check=True, capture_output=True)
    return folder / "out.ipynb"


def test_papermill_finds_it_by_name(executed, notebooks):
    assert "6\n" == notebooks.said(executed)


def test_results_are_kept(executed, notebooks):
    assert "6" == notebooks.shown(executed)[1][0].data["text/plain"]


@pytest.mark.parametrize(
    ("group", "name"), [("papermill.engine", "inproc"), ("jupyter_client.kernel_provisioners", "warm-process")]
)
def test_both_doors_are_registered(group, name):
    assert [name] == [entry.name for entry in entry_points(group=group) if "zygote" in entry.value]
