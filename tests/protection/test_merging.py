"""Small groups are merged where shares fit every sum, and stay apart as soon as one sum is of another form."""

from __future__ import annotations

import numpy as np
import pytest

from etm_workbench.protection.merging import ANSWER, ELSEWHERE, NOBODY, PEOPLE, merge, nowhere

GROUPS = np.arange(3)
P = [((("placement", code),), 0) for code in "AB"]
S = [((("sex", code),), 0) for code in "FM"]
BOTH = {(p, s): ((*p[0], *s[0]), 0) for p in P for s in S}
GIVEN = {
    **dict(zip(BOTH.values(), np.array([[1, 2, 0], [2, 0, 1], [3, 1, 1], [0, 1, 2]], float), strict=True)),
    P[0]: np.array([3, 2, 1.0]), P[1]: np.array([3, 2, 3.0]),
    S[0]: np.array([4, 3, 1.0]), S[1]: np.array([2, 1, 3.0]),
}  # fmt: skip


def adding(whole, parts, kind=None):
    one = nowhere(whole, tuple(sorted(parts)), GROUPS.size)
    one.kind[:] = kind if kind is not None else PEOPLE if whole is None else ANSWER
    one.same[:] = GROUPS
    return one


def all_sums():
    return {
        "everybody placed": adding(None, P),
        "everybody counted": adding(None, S),
        **{f"placed {n}": adding(p, [BOTH[p, s] for s in S]) for n, p in enumerate(P)},
        **{f"counted {n}": adding(s, [BOTH[p, s] for p in P]) for n, s in enumerate(S)},
    }


def standing(sums, given=GIVEN, marks=None):
    alike = {key: np.zeros(GROUPS.size, np.uint64) for key in given}
    # By placement every small group is told apart.
    told = alike | {key: GROUPS.astype(np.uint64) for key in P} | (marks or {})
    return merge(list(sums.values()), given, marks=told)


def test_a_table_of_everybody_is_reckoned_in_one_block():
    found = standing(all_sums())
    blocks = {key: rows.tolist() for key, rows in found.items()}
    assert {key: [0, 0, 0] if key in {*S, *BOTH.values()} else [0, 1, 2] for key in GIVEN} == blocks


def test_small_groups_that_a_cell_tells_apart_stay_apart():
    found = standing(all_sums(), marks={S[0]: np.array([7, 7, 9], np.uint64)})
    assert [0, 0, 2] == found[BOTH[P[0], S[0]]].tolist()


@pytest.mark.parametrize("missing", ["everybody placed", "placed 0", "placed 1"])
def test_without_a_sum_that_another_follows_from_nothing_is_merged(missing):
    sums = all_sums()
    del sums[missing]
    assert is_apart(standing(sums))


def test_a_sum_that_nobody_wrote_is_added_where_the_truth_fits_it():
    sums = list(all_sums().values())
    gathered = [one for one in sums if one.whole != S[1]]
    found = merge(gathered, GIVEN, marks=marks_of_placement())
    assert [0, 0, 0] == found[S[1]].tolist()
    (added,) = gathered[len(sums) - 1 :]
    assert (S[1], {ANSWER}) == (added.whole, set(added.kind.tolist()))
    assert {BOTH[p, S[1]] for p in P} == set(added.parts)


def test_a_sum_that_nobody_wrote_is_not_added_where_the_truth_does_not_fit_it():
    sums = all_sums()
    del sums["counted 1"]
    del sums["everybody counted"]
    assert is_apart(standing(sums, GIVEN | {S[1]: np.array([2, 1, 4.0])}))


@pytest.mark.parametrize("kind", [NOBODY, ELSEWHERE])
@pytest.mark.parametrize("name", ["placed 0", "counted 1"])
def test_answers_of_other_people_are_not_merged(name, kind):
    sums = all_sums()
    sums[name].kind[:] = kind
    assert is_apart(standing(sums))


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        pytest.param(None, [BOTH[P[0], S[0]], S[1]], id="tied and plain answers"),
        pytest.param(None, [BOTH[P[0], S[0]], BOTH[P[1], S[1]]], id="people who are tied answers"),
        pytest.param(S[0], [P[0], P[1]], id="answers by another variable"),
        pytest.param(BOTH[P[0], S[0]], [S[1]], id="plain answers in a tied one"),
        pytest.param(BOTH[P[0], S[0]], [BOTH[P[1], S[1]]], id="answers tied to two"),
        pytest.param(S[0], [S[1]], id="plain answers, and nothing like it of tied ones"),
    ],
)
def test_sums_of_another_form_keep_small_groups_apart(whole, parts):
    assert is_apart(standing({**all_sums(), "other": adding(whole, parts)}))


def test_small_groups_that_others_point_at_stay_apart():
    sums = all_sums()
    sums["counted 0"].kind[2], sums["counted 0"].same[2] = ELSEWHERE, 0
    assert [0, 1, 2] == standing(sums)[S[0]].tolist()


def marks_of_placement():
    return {key: GROUPS.astype(np.uint64) if key in P else np.zeros(GROUPS.size, np.uint64) for key in GIVEN}


def is_apart(found):
    return all(rows.tolist() == GROUPS.tolist() for rows in found.values())
