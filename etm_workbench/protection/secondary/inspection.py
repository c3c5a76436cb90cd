"""Which cells a pattern leaves without their doubt, for every attacker that the instance names.

Most cells are cleared by deviations that move many of them at once, each cell pushed a random way;
only the few left over get a problem of their own.
On organization by level by placement that is some twenty problems instead of 1,700.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np

from etm_workbench.protection.secondary.arrays import Flags, Floats
from etm_workbench.protection.secondary.cuts import Cut
from etm_workbench.protection.secondary.doubt import Doubt, take_until_met
from etm_workbench.protection.secondary.interrogation import Interrogator, Leak
from etm_workbench.protection.secondary.membership import leaks_to_members
from etm_workbench.protection.secondary.needs import Needs
from etm_workbench.protection.secondary.reduction import Part
from etm_workbench.protection.secondary.whole import WholeAttacker, condition, narrow_cells
from etm_workbench.protection.secondary.witnesses import Witnesses

_MISSED = 1e-3
"""A pattern with fractions must miss a cut by this much for it to be worth adding."""


class Inspector:
    """Finds the leaks of patterns of one part, remembering what earlier patterns taught.

    Parameters
    ----------
    part : Part
        The part.
    member_width : float
        What members of a cell of one must be left with; 0 when they do not attack.
    witnesses : Witnesses, optional
        Deviations known before.
    """

    def __init__(self, part: Part, member_width: float, *, witnesses: Witnesses | None = None) -> None:
        self._part, self._member_width = part, member_width
        self._outsider = Needs.of_outsider(part)
        self._member = Needs.of_member(part, member_width)
        self._members_attack = member_width > 0
        self._interrogator = Interrogator(part, witnesses or Witnesses(part.size))
        self._reach = float(np.max(self._outsider.cap, initial=1.0))

    def leaks(self, hidden: Flags, *, thorough: bool = False) -> list[Leak]:
        """Leaks to an outsider; if none, to a member; if none, to an outsider who reckons in whole people.

        Parameters
        ----------
        hidden : ndarray of bool, shape (cells,)
            The pattern, primary cells included.
        thorough : bool
            Whether to name every cell, also those that the condition from another one would mend.

        Returns
        -------
        list of Leak
            Empty when the pattern is safe.
        """
        return next((found for search in self._searches(hidden, thorough=thorough) if (found := list(search))), [])

    def is_safe(self, hidden: Flags) -> bool:
        """Whether `leaks` would find nothing; stops at the first."""
        return next(chain.from_iterable(self._searches(hidden)), None) is None

    def recheck(self, hidden: Flags) -> list[Leak]:
        """The leaks that another inspector finds, who takes over nothing but deviations, each reckoned afresh."""
        proved = self._interrogator.witnesses.proved(self._part, hidden)
        return Inspector(self._part, self._member_width, witnesses=proved).leaks(hidden)

    def fractional_cuts(self, share: Floats) -> list[Cut]:
        """Cuts that a pattern with fractions misses.

        Parameters
        ----------
        share : ndarray of float, shape (cells,)
            Hidden share of each cell.
        """
        self._interrogator.see(share, self._reach)
        leaks = self._interrogator.interrogate(Doubt(self._outsider))
        return [cut for leak in leaks for cut in leak.cuts if cut.lacks(share) > _MISSED]

    def _searches(self, hidden: Flags, *, thorough: bool = False) -> Iterator[Iterator[Leak]]:
        self._interrogator.see(hidden.astype(float), self._reach)
        yield self._leaks_to_outsider(hidden, thorough=thorough)
        if self._members_attack:
            yield leaks_to_members(self._interrogator, self._member, hidden, thorough=thorough)
        yield self._leaks_in_whole_people(hidden)

    def _leaks_to_outsider(self, hidden: Flags, *, thorough: bool) -> Iterator[Leak]:
        doubt = Doubt(self._outsider)
        take_until_met(doubt, self._interrogator.witnesses.possible(hidden))
        yield from self._interrogator.interrogate(doubt, thorough=thorough)

    def _leaks_in_whole_people(self, hidden: Flags) -> Iterator[Leak]:
        doubt = Doubt(self._outsider)
        take_until_met(doubt, self._interrogator.witnesses.possible(hidden, whole=True))
        if not doubt.unmet().any():
            return
        narrow, deviations = narrow_cells(WholeAttacker(self._part, hidden), doubt, self._interrogator.rng)
        for deviation in deviations:
            self._interrogator.witnesses.add(deviation)
        for one in narrow:
            yield Leak(one.cell, (condition(self._part, hidden, self._outsider, one.cell),), one.proved)
