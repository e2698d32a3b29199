"""The one check that all formulas of this layer share."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.errors import GeodataError

FloatArray: TypeAlias = NDArray[np.float64]


def not_negative(name: str, values: ArrayLike) -> FloatArray:
    """Return ``values`` as floats when none is negative or missing.

    Parameters
    ----------
    name : str
        What the message calls them; names its unit.
    values : array_like
        Any shape.

    Raises
    ------
    GeodataError
        When a value is below 0 or not a number.
    """
    array = np.asarray(values, np.float64)
    wrong = array[~(array >= 0.0)]
    if wrong.size:
        raise GeodataError(f"{name} of {wrong.flat[0]:g}: give figures of 0 or more")
    return array
