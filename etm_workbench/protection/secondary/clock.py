"""How much of a solver's time is left.

Time is the processor's, so that a busy machine gives the same answer as a quiet one;
a machine so busy that nothing moves ends the search all the same.
"""

from __future__ import annotations

from time import monotonic, thread_time

_PATIENCE = 8.0
"""How many times the asked seconds a busy machine may take by the clock on the wall."""


class Clock:
    """Runs from its making.

    Parameters
    ----------
    seconds : float
        Processor time to spend, in this thread.
    """

    def __init__(self, seconds: float) -> None:
        self._processor, self._wall = thread_time() + seconds, monotonic() + _PATIENCE * seconds

    @property
    def left(self) -> float:
        """Seconds left; negative when over."""
        return min(self._processor - thread_time(), (self._wall - monotonic()) / _PATIENCE)
