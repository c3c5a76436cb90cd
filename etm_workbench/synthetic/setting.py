"""What every draw of one cycle needs: the cycle, its codebook and the parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etm_workbench.codebook import Codebook, Cycle
from etm_workbench.synthetic.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Setting:
    """A cycle of the fictional service."""

    codebook: Codebook
    parameters: Parameters

    @property
    def cycle(self) -> Cycle:
        """The cycle, with its dates."""
        return self.codebook.cycles[self.codebook.cycle]

    @property
    def counted_on(self) -> np.datetime64:
        """The day of the headcount."""
        return np.datetime64(self.cycle.headcount_on)

    @property
    def opens_on(self) -> np.datetime64:
        """The day questionnaires open."""
        return np.datetime64(self.cycle.opens_on)

    @property
    def final_on(self) -> np.datetime64:
        """The day placements are final and second-language results must be valid."""
        return np.datetime64(self.cycle.finalized_on)
