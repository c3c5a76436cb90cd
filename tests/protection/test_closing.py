"""Closing a group: every answer of it is hidden, as long as no earlier release showed one."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from etm_workbench.protection.primary import groups_of

ANSWERS = ((), (("placement", "A"),), (("placement", "B"),))


@pytest.mark.parametrize(("shown", "closed"), [([False, False, False], {0}), ([False, True, False], set())])
def test_group_of_which_an_answer_was_shown_before_is_not_closed(shown, closed):
    lattice = SimpleNamespace(
        values=np.array([9, 4, 5]), groups=((), (0,), (0,)), shown=np.array(shown), condition=ANSWERS
    )
    assert closed == groups_of(lattice, [2])
