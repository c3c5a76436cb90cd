"""A report made alone equals the same report made in a batch, byte for byte, whatever the order."""

from __future__ import annotations

import pytest

from etm_workbench.reporting.zygote import Job, WarmUp, run_batch

CELLS = [
    "import random, uuid\nimport numpy as np, pandas as pd, altair as alt\nalt.renderers.enable('svg')",
    "np.random.rand(), random.random(), uuid.uuid4()",
    "set('abcdefgh') | {str(number)}",
    "pd.DataFrame({'a': [number, 2]}).style.format('{:.1f}')",
    "alt.Chart(pd.DataFrame({'a': ['x', 'y'], 'b': [1, number]})).mark_bar().encode(x='a', y='b:Q')",
    "import os; os.getpid() > 0",
]
NUMBERS = (1, 2, 3, 4)


@pytest.fixture(scope="module")
def made(folder, notebooks, afterwards):
    """The bytes of each report's notebook and page, by how they were made."""
    notebook = notebooks.write(folder / "same.ipynb", *CELLS)

    def run(how: str, numbers: list[int], workers: int) -> dict[int, tuple[bytes, bytes]]:
        def job(number: int) -> Job:
            page = folder / how / f"{number}.html"
            notebook_out = folder / how / f"{number}.ipynb"
            return Job(notebook, {"number": number}, notebook_out, (page,), f"{afterwards}:page")

        warm = WarmUp(preload=("altair", "pandas"), job=job(0))
        done = run_batch([job(number) for number in numbers], workers=workers, warm_up=warm)
        assert {"done"} == {one.status for one in done}
        return {one.job.parameters["number"]: _bytes(one.job) for one in done}

    return {
        "in order": run("forward", list(NUMBERS), 1),
        "in reverse by two workers": run("reverse", list(reversed(NUMBERS)), 2),
        "alone": run("alone", [2], 1),
    }


def _bytes(job: Job) -> tuple[bytes, bytes]:
    return job.output.read_bytes(), job.files[0].read_bytes()


def test_order_and_workers_change_no_byte(made):
    assert made["in order"] == made["in reverse by two workers"]


def test_alone_equals_in_a_batch(made):
    assert made["alone"][2] == made["in order"][2]


def test_other_parameters_draw_other_random_numbers(made, notebooks, folder):
    drawn = {notebooks.shown(folder / "forward" / f"{number}.ipynb")[1][0].data["text/plain"] for number in NUMBERS}
    assert len(NUMBERS) == len(drawn)


def test_every_report_says_something_else(made):
    assert len(NUMBERS) == len(set(made["in order"].values()))


def test_no_folder_or_time_is_in_a_report(made, folder):
    assert not [name for name in (str(folder), "start_time", "duration") if name.encode() in made["alone"][2][0]]
