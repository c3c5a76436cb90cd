"""The one door: sensitive tables in, a bundle of protected ones out, all of one release at once.

Primary rules, complementary suppression, then an independent attack on the result; what the attack can
narrow never leaves. With a memory of earlier releases, all this holds for them together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from time import thread_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from etm_workbench.bundle import Bundle, Manifest
from etm_workbench.errors import BadInput, CannotProtect
from etm_workbench.protected import Reason
from etm_workbench.protection.facts import Facts, collect_facts
from etm_workbench.protection.lattice import Counts, Lattice, add_release, lattice_of
from etm_workbench.protection.memory import Memory
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.primary import groups_of
from etm_workbench.protection.problem import losses, relation_matrix
from etm_workbench.protection.refusal import refusal
from etm_workbench.protection.rounding import round_counts
from etm_workbench.protection.scope import ReleaseScope
from etm_workbench.protection.secondary.clock import Clock
from etm_workbench.protection.solve import Solution, sketch, solve
from etm_workbench.protection.tables_out import protect_table
from etm_workbench.protection.together import Look
from etm_workbench.protection.web import Web
from etm_workbench.sensitive import SensitiveTable

Floors = dict[str, NDArray[np.int64]]
Hidden = dict[str, NDArray[np.bool_]]
ADVICE_SECONDS = 60.0  # of the processor, for all requests looked at in the place of one that is refused


@dataclass(frozen=True, slots=True, repr=False)
class Release:
    """A protected release and what it lets its readers deduce, for the ledger."""

    bundle: Bundle
    facts: Facts

    def __repr__(self) -> str:
        return f"<Release of {self.bundle!r}>"


def protect(tables: Mapping[str, SensitiveTable], policy: Policy, scope: ReleaseScope) -> Bundle:
    """Protected tables of one release, by itself.

    Parameters
    ----------
    tables : mapping of str to SensitiveTable
        Every table that leaves together. Each key is the table's name in the release.
    policy : Policy
        Of the audience.
    scope : ReleaseScope
        Whose records.

    Returns
    -------
    Bundle
        The tables in the order given; its manifest's `proof` says what was hidden and what the attack
        found.

    Raises
    ------
    CannotProtect
        No safe form exists: the message names the tables and what to ask instead.
    UnprotectedOutput
        The attack found a breach in what suppression called safe: a fault of ours; nothing is released.
    """
    return protect_release(tables, policy, scope, memories=(Memory.empty(),)).bundle


def protect_release(
    tables: Mapping[str, SensitiveTable],
    policy: Policy,
    scope: ReleaseScope,
    *,
    memories: Sequence[Memory],
    advises: bool = True,
) -> Release:
    """Protected tables of one release, safe together with every earlier one that its readers may combine.

    Parameters
    ----------
    tables, policy, scope
        As for `protect`.
    memories : sequence of Memory
        What readers already hold: first those of this audience, then those of other audiences who will
        read this release beside their own.
    advises : bool
        Whether a refusal looks for the nearest request that would be safe.

    Raises
    ------
    CannotProtect
        As for `protect`; the message also names the earlier releases.
    """
    if not tables:
        raise BadInput("A release needs at least one table.", remedy="Pass wb.protect a dict of tables.")
    named = [table if table.name == name else replace(table, name=name) for name, table in tables.items()]
    readers = [_Readers(memory, named, _policy_for(memory, policy)) for memory in memories]
    hidden: Hidden = {table.name: np.zeros(len(table.cells), bool) for table in named}
    while True:
        before = sum(int(dark.sum()) for dark in hidden.values())
        for number, one in enumerate(readers):
            hidden = one.hide(hidden, advises=advises, said=readers[0].floors() if number else None)
        if len(readers) == 1 or sum(int(dark.sum()) for dark in hidden.values()) == before:
            break
    first = readers[0]
    counts = _shown_counts(first.lattice, policy)
    protected = {
        t.name: protect_table(t, hidden[t.name], counts=counts[t.name], rules=first.rules(t.name), policy=policy)
        for t in named
    }
    manifest = Manifest(
        audience=policy.audience,
        policy=policy.identifier,
        policy_hash=policy.content_hash,
        data_version=scope.data_version,
        code_version=version("etm-workbench"),
        cycles=scope.cycles,
        organizations=scope.organizations,
        proof=_proof(first.lattice, first.solution, hidden, policy),
    )
    return Release(Bundle(protected, manifest), first.facts(hidden))


class _Readers:
    """Those who read a release beside the earlier ones of one memory."""

    def __init__(self, memory: Memory, tables: Sequence[SensitiveTable], policy: Policy) -> None:
        self._memory, self._tables, self._policy = memory, tables, policy
        self._web, self._places, self.lattice = self._joined(tables)
        self._solution: Solution | None = None

    @property
    def solution(self) -> Solution:
        """What was solved last."""
        if self._solution is None:
            raise BadInput("Nothing was hidden yet.", remedy="Call `hide` first.")
        return self._solution

    def hide(self, hidden: Hidden, *, advises: bool, said: Floors | None = None) -> Hidden:
        """These cells, and those that must be hidden with them.

        `said`: what other readers are told of each cell at least, where it is hidden from them.
        """
        if said is not None:
            self._take(hidden, said)
        forced = np.zeros(self.lattice.values.size, bool)
        for name, dark in hidden.items():
            forced[self.lattice.places[name][dark]] = True
        if self._solution is None or bool(
            (forced & ~self._solution.pattern.hidden & ~self._solution.primary.fixed).any()
        ):
            self._solution = self._solved(forced)
        if not self.solution.is_safe:
            is_safe = partial(self._is_safe, clock=Clock(ADVICE_SECONDS)) if advises else None
            raise refusal(self._tables, self.lattice, self.solution.pattern, is_safe=is_safe)
        # A sensitive cell that an earlier release showed, under other rules, is hidden in this one all the same.
        dark = self.solution.pattern.hidden.copy()
        dark[list(self.solution.primary.rule)] = True
        return {name: hidden[name] | dark[places] for name, places in self.lattice.places.items()}

    def floors(self) -> Floors:
        """What these readers are told of each cell at least, where it is hidden: nothing in groups that are closed."""
        return {name: self.solution.primary.lower[places] for name, places in self.lattice.places.items()}

    def _take(self, hidden: Hidden, said: Floors) -> None:
        """What other readers' rules hide is hidden here as if it had left before, zeros of closed groups too."""
        dark, lower = self.lattice.dark.copy(), self.lattice.earlier_lower.copy()
        for name, of_table in hidden.items():
            fresh = of_table & ~dark[self.lattice.places[name]]
            dark[self.lattice.places[name][fresh]] = True
            lower[self.lattice.places[name][fresh]] = said[name][fresh]
        self.lattice = replace(self.lattice, dark=dark, earlier_lower=lower)

    def rules(self, name: str) -> dict[int, Reason]:
        """The rule that fired, for the sensitive cells of a table."""
        rule = self.solution.primary.rule
        return {index: rule[int(place)] for index, place in enumerate(self.lattice.places[name]) if int(place) in rule}

    def facts(self, hidden: Hidden) -> Facts:
        """What the release adds to what these readers hold."""
        web, primary, lattice = self._web, self.solution.primary, self.lattice
        dark = self.solution.pattern.hidden.copy()
        for name, of_table in hidden.items():
            dark[lattice.places[name][of_table]] = True
        for place, number in enumerate(lattice.web_cell):
            if web.cells[number].condition and web.cells[number].state == "asked":
                state = "hidden" if dark[place] else "shown"
                width, lower = (int(primary.width[place]), int(primary.lower[place])) if dark[place] else (0, 0)
                web.change(int(number), state=state, width=width, lower=lower)
        known = self._memory.web
        asked = {int(cell) for cells in self._places.values() for cell in cells if web.cells[cell].condition}
        added = {int(n) for n in range(len(known.cells), len(web.cells)) if web.cells[n].condition}
        return collect_facts(
            web, cells=asked | added, since_relations=len(known.relations), since_families=len(known.families)
        )

    def _joined(self, tables: Sequence[SensitiveTable]) -> tuple[Web, dict[str, Counts], Lattice]:
        web = self._memory.web.copy()
        places = add_release(web, tables, thresholds=self._policy.thresholds, lasting=self._policy.lasting)
        return web, places, lattice_of(web, places)

    def _solved(self, forced: NDArray[np.bool_], *, quickly: bool = False) -> Solution:
        """The pattern, with more hidden until all that readers hold together narrows nothing."""
        policy, closed, left = self._policy, frozenset[int](), self._policy.suppression.seconds
        look: Look | None = None
        while True:
            start = thread_time()
            if quickly:
                solution = sketch(self.lattice, policy, forced=forced, closed=closed)
            else:
                solution = solve(self.lattice, policy, forced=forced, closed=closed, seconds=left)
            left = max(0.0, left - (thread_time() - start))
            if not solution.is_safe or (len(self._tables) == 1 and not self._memory.numbers):
                return solution
            look = look or Look(self._web, self.lattice, policy)
            found = look.at(solution.primary, solution.pattern.hidden)
            wider = closed | groups_of(self.lattice, found.close)
            if found.is_safe:
                return solution.with_hidden(found.hide, losses(self.lattice, policy))
            if wider == closed:
                return Solution(solution.primary, replace(solution.pattern, status="infeasible", exposed=found.exposed))
            # What was seen to be wide stays so while more is hidden.
            closed, forced = wider, forced | solution.pattern.hidden
            forced[list(found.on_the_way)] = True

    def _is_safe(self, tables: Sequence[SensitiveTable], *, clock: Clock) -> bool:
        if clock.left <= 0:
            return False
        limited = self._policy.suppression.model_copy(
            update={"seconds": min(clock.left, self._policy.suppression.seconds)}
        )
        other = _Readers(self._memory, tables, self._policy.model_copy(update={"suppression": limited}))
        try:
            return other._solved(np.zeros(other.lattice.values.size, bool), quickly=True).is_safe
        except CannotProtect:  # not shown to be safe in time
            return False


def _policy_for(memory: Memory, policy: Policy) -> Policy:
    """What these readers must not be able to work out: their own policy's rules, at the release's expense."""
    if memory.policy is None or memory.policy.audience == policy.audience:
        return policy
    return memory.policy.model_copy(update={"suppression": policy.suppression})


def _shown_counts(lattice: Lattice, policy: Policy) -> dict[str, Counts]:
    """What each table shows of its cells where they are not hidden: people, rounded where the policy rounds."""
    inside = [r for r, (total, parts) in enumerate(lattice.relations) if not lattice.virtual[[total, *parts]].any()]
    sums = relation_matrix(lattice)[inside]
    rounding = policy.rounding
    seed = int(lattice.values.sum())
    counts = round_counts(lattice.values, sums, base=rounding.base, method=rounding.method, seed=seed)
    return {name: counts[places] for name, places in lattice.places.items()}


def _proof(lattice: Lattice, solution: Solution, hidden: Hidden, policy: Policy) -> dict[str, Any]:
    asked = {int(place): False for places in lattice.places.values() for place in places}
    for name, places in lattice.places.items():
        asked |= {int(place): True for place in places[hidden[name]]}
    return {
        "attackers": {"outsider": True, **policy.attackers.model_dump()},
        "cells": len(asked),
        "hidden": sum(asked.values()),
        "sensitive": sum(1 for place in asked if place in solution.primary.rule),
        "status": solution.pattern.status,
        "gap": round(solution.pattern.gap, 6),
        "breaches": 0,
    }
