"""Values looked up in rows laid end to end, against the standard library's bisection."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planner.simulate.rows import Rows

FEW = st.lists(st.integers(-4, 4), max_size=6)


@given(st.lists(FEW, min_size=1, max_size=4), st.data())
def test_places_are_those_of_each_row_by_itself(rows: list[list[int]], data: st.DataObject) -> None:
    """Above the one bound and up to the other, in that row alone, whatever lies beside it."""
    ordered = [sorted(row) for row in rows]
    first = np.cumsum([0, *map(len, ordered)])
    found = Rows(np.array([value for row in ordered for value in row], float), first)
    asked = data.draw(
        st.lists(
            st.tuples(st.integers(0, len(rows) - 1), st.integers(-5, 5), st.integers(0, 6)),
            max_size=8,
        )
    )
    row = np.array([k for k, _, _ in asked], np.int64)
    low = np.array([least for _, least, _ in asked], float)
    begin, end = found.between(row, low, low + [span for _, _, span in asked])
    for (k, least, span), since, until in zip(asked, begin, end, strict=True):
        assert since == first[k] + bisect_right(ordered[k], least)
        assert until == first[k] + bisect_right(ordered[k], least + span)
