"""Short names for the arrays that the suppressor passes about."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Flags: TypeAlias = NDArray[np.bool_]
"""One truth value a cell; a pattern is the flags of its hidden cells."""

Floats: TypeAlias = NDArray[np.float64]
"""One number a cell."""

Positions: TypeAlias = NDArray[np.integer[Any]]
"""Positions of cells."""
