"""Where processes cannot be forked, the same jobs run through ordinary kernels."""

from __future__ import annotations

import pytest

from etm_workbench.reporting.zygote import guard, run_batch


@pytest.fixture(scope="module")
def outcomes(make_job, afterwards, folder):
    """A good and a bad report on a system without fork."""
    page = folder / "out" / "stock.html"
    jobs = [
        make_job("good", "print(number)", number=5, files=(page,), after=f"{afterwards}:page"),
        make_job("bad", "pass", "1/0"),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "can_fork", lambda: False)
        return run_batch(jobs, workers=2)


def test_a_report_is_made(outcomes, notebooks):
    assert ("done", "5\n") == (outcomes[0].status, notebooks.said(outcomes[0].job.output))


def test_what_comes_after_is_made(outcomes):
    assert "5" in outcomes[0].job.files[0].read_text()


def test_a_failure_is_told_by_its_class_and_place(outcomes):
    assert ("failed", "ZeroDivisionError in cell 3") == (outcomes[1].status, outcomes[1].error)
