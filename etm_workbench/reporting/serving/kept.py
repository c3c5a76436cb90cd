"""What was made once and is given out again: bounded by its size, and made by one thread for all who wait."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

Made = TypeVar("Made")
_NEARLY = 0.9


class Kept:
    """Things by their keys; when there is no room left, what was not asked for longest goes first.

    Parameters
    ----------
    most_bytes : int
        How much is kept. What is larger than this is made each time.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most, self._held = most_bytes, 0
        self._made: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    @property
    def is_full(self) -> bool:
        """Whether there is little room left."""
        return self._held > self._most * _NEARLY

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._made

    def get(self, key: Hashable, make: Callable[[], Made], *, size: Callable[[Any], int] = len) -> Made:
        """What is kept under a key, made now if it is not there; of several who ask at once, one makes it.

        Whatever `make` raises reaches the one who asked, and nothing is kept. `size`: of what was made, in bytes.
        """
        with self._lock:
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._made:
                    self._made.move_to_end(key)
                    return cast("Made", self._made[key][0])
            try:
                made = make()
                self._keep(key, made, size(made))
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made

    def _keep(self, key: Hashable, made: object, size: int) -> None:
        with self._lock:
            # It is there already where two made it, which happens after somebody's making of it has failed.
            _, before = self._made.pop(key, (None, 0))
            self._made[key] = made, size
            self._held += size - before
            while self._held > self._most:
                _, (_, gone) = self._made.popitem(last=False)
                self._held -= gone
