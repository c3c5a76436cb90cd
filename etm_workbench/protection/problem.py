"""From a lattice and its primary rules to the suppressor's problem, and to the intruder's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.protection.audit import Breach, Published, attack_as_members, check_release
from etm_workbench.protection.instance import Instance, Pattern
from etm_workbench.protection.lattice import Lattice
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.primary import Primary
from etm_workbench.protection.secondary import costs, weigh


def build_instance(
    lattice: Lattice,
    primary: Primary,
    policy: Policy,
    *,
    raised: NDArray[np.int64] | None = None,
    forced: NDArray[np.bool_] | None = None,
) -> Instance:
    """The suppressor's problem for a lattice; cells that no table shows count as hidden from the start.

    Parameters
    ----------
    lattice, primary, policy
        What to protect.
    raised : ndarray of int, shape (cells,), optional
        People to add to the width of single cells.
    forced : ndarray of bool, shape (cells,), optional
        Cells to hide whatever it costs.
    """
    secret = primary.sensitive if forced is None else primary.sensitive | (forced & ~primary.fixed)
    virtual = lattice.virtual & ~primary.fixed
    width = primary.width if raised is None else primary.width + raised
    return Instance(
        values=lattice.values,
        relations=relation_matrix(lattice),
        primary=secret | virtual,
        width=width,
        cost=losses(lattice, policy),
        fixed=primary.fixed,
        lower=primary.lower,
        members_attack=policy.attackers.members,
        owner=lattice.owner,
        attacks=primary.attacks,
        unseen=virtual & ~secret & (width == 0),
    )


def losses(lattice: Lattice, policy: Policy) -> NDArray[np.float64]:
    """What hiding each cell loses, by the policy: its kind of cost, more for totals, less for last cycle's cells.

    A total is a cell whose parts leave beside it: readers look at it first. What only an earlier release or a
    subtraction splits is no more than any cell.

    Returns
    -------
    ndarray of float, shape (cells,)
        Non-negative.
    """
    choice = policy.suppression
    asked = set(np.flatnonzero(lattice.asked).tolist())
    totals = np.zeros(lattice.values.size, np.bool_)
    totals[[total for total, parts in lattice.relations if asked.issuperset((total, *parts))]] = True
    return weigh(
        costs(lattice.values, choice.cost),
        totals=totals,
        margin_weight=choice.margin_weight,
        hidden_before=lattice.hidden_before,
        stability=choice.stability,
    )


def relation_matrix(lattice: Lattice) -> sparse.csr_array:
    """The lattice's sums: a row each, +1 for parts and -1 for the total."""
    rows = np.repeat(np.arange(len(lattice.relations)), [1 + len(parts) for _, parts in lattice.relations])
    columns = [cell for total, parts in lattice.relations for cell in (total, *parts)]
    signs = [sign for _, parts in lattice.relations for sign in (-1, *(1,) * len(parts))]
    shape = (len(lattice.relations), lattice.values.size)
    return sparse.csr_array((np.array(signs, np.int8), (rows, np.array(columns, int))), shape=shape)


def attack_release(
    instance: Instance, pattern: Pattern, width: NDArray[np.int64], *, seconds: float
) -> tuple[Breach, ...]:
    """What an intruder, who shares no code with the suppressor, can narrow below `width`; empty when nothing.

    Outsiders reckon in whole people. Members of a cell of one are kept from being certain of anybody
    else's answer, reckoning in fractions: whole numbers for each member of each cell take too long.
    """
    if not pattern.hidden.any():
        return ()
    problem = Published(
        known=np.where(pattern.hidden, np.nan, instance.values.astype(float)),
        relations=instance.relations,
        lower=instance.lower.astype(float),
        upper=np.full(instance.values.size, np.inf),
    )
    truth = instance.values.astype(float)
    outside = check_release(problem, width.astype(float), truth=truth, seconds=seconds)
    if not instance.members_attack:
        return outside
    certain = np.minimum(width, instance.member_width).astype(float)
    inside = attack_as_members(
        replace(problem, integer=False),
        truth,
        width=certain,
        seconds=seconds,
        owner=instance.owner,
        attacks=instance.attacks,
    )
    return (*outside, *inside)
