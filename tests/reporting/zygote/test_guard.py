"""A process with more than one thread must not fork, and says so instead of hanging later."""

from __future__ import annotations

import threading

import pytest

from etm_workbench.errors import BadEnvironment
from etm_workbench.reporting.zygote import WarmUp, run_batch
from etm_workbench.reporting.zygote.guard import require_single_thread


def test_a_second_thread_is_refused():
    held = threading.Event()
    thread = threading.Thread(target=held.wait)
    thread.start()
    try:
        with pytest.raises(BadEnvironment, match=r"After a test, the process that forks has [1-9]"):
            require_single_thread("a test")
    finally:
        held.set()
        thread.join()


def test_a_warm_up_that_leaves_a_thread_is_refused(make_job):
    waits = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
    with pytest.raises(BadEnvironment, match="1 more threads"):
        run_batch([make_job("never", "pass")], warm_up=WarmUp(job=make_job("threads", waits)))


def test_a_warm_up_that_starts_the_drawing_engine_is_refused(make_job):
    draws = "from vl_convert import vl_convert; vl_convert.vegalite_to_svg({'mark': 'point', 'data': {'values': []}})"
    with pytest.raises(BadEnvironment, match="V8"):
        run_batch([make_job("never", "pass")], warm_up=WarmUp(job=make_job("engine", draws)))


def test_a_warm_up_may_draw_through_the_server(make_job):
    draws = "import altair as alt; alt.renderers.enable('svg'); alt.Chart(alt.Data(values=[{}])).mark_point()"
    (outcome,) = run_batch([make_job("draws_too", draws)], warm_up=WarmUp(job=make_job("draws", draws)))
    assert "done" == outcome.status
