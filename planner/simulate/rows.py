"""Rows of rising values laid end to end, in each of which values are looked up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from planner.simulate.plane import Floats
from planner.simulate.strata import Ints


@njit(cache=True, nogil=True)
def _after(values, least, most, value):  # type: ignore[no-untyped-def]
    """Place in ``least`` … ``most`` of the first of the rising values that is above another."""
    while least < most:
        middle = (least + most) // 2
        if values[middle] <= value:
            least = middle + 1
        else:
            most = middle
    return least


@njit(cache=True, nogil=True)
def _between(values, first, row, low, high):  # type: ignore[no-untyped-def]
    begin = np.empty(len(row), np.int64)
    end = np.empty(len(row), np.int64)
    for q in range(len(row)):
        most = first[row[q] + 1]
        begin[q] = _after(values, first[row[q]], most, low[q])
        end[q] = _after(values, begin[q], most, high[q])
    return begin, end


@dataclass(frozen=True)
class Rows:
    """Values of r rows, rising within each.

    Attributes
    ----------
    values : (k,)
        Row after row.
    first : (r + 1,)
        Where those of each row begin, and k.
    """

    values: Floats
    first: Ints

    def between(self, row: Ints, low: Floats, high: Floats) -> tuple[Ints, Ints]:
        """Places of the values of rows (q,) above ``low`` up to ``high``: the first, and the end.

        Both (q,), counted from the beginning of all values; equal where there are none.
        """
        found: tuple[Ints, Ints] = _between(self.values, self.first, row, low, high)
        return found
