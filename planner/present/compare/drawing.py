"""The map of differences: cells by how much more one plan detects there than the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.present.compare.sides import Side
from planner.present.figures import FloatArray, cell_figures
from planner.present.palette import Scale
from planner.present.report.drawing import drawing, small_svg
from planner.present.report.sea_chart import (
    Scene,
    add_bases,
    add_cells,
    add_legend,
    finished,
    sea_axes,
)

DIFFERENCE_COLOURS = (
    "#7f3b08", "#b35806", "#e08214", "#fdb863", "#f7f7f7", "#b2abd2", "#8073ac", "#542788",
    "#2d004b",
)  # fmt: skip
"""ColorBrewer 2.0's PuOr (Apache-2.0), rated safe for colour-blind readers; the middle is none."""

NOTICED = 0.02
"""A difference in detection below this is none on the map."""

_EDGES = (-0.4, -0.2, -0.1, -NOTICED, NOTICED, 0.1, 0.2, 0.4)


def difference_scale() -> Scale:
    """Classes of the difference in detection, B less A; the same on every map."""
    return Scale(
        title="Difference in detection",
        unit="points that B detects more than A",
        edges=(-np.inf, *_EDGES),
        labels=(
            "A 40 and more", "A 20–40", "A 10–20", "A 2–10", "within 2", "B 2–10", "B 10–20",
            "B 20–40", "B 40 and more",
        ),
        colours=DIFFERENCE_COLOURS,
    )  # fmt: skip


def cell_differences(a: Side, b: Side) -> FloatArray:
    """What B detects more than A in each cell of A's sea, shares (n,).

    NaN where nothing is at stake in either plan; a cell that one plan's sea
    does not have counts as nothing found there.
    """
    ids = a.sea.cells.ids
    found = cell_figures(a.plan, a.sea.cells).detection
    known = dict(
        zip(b.sea.cells.ids, cell_figures(b.plan, b.sea.cells).detection.tolist(), strict=True)
    )
    others = np.array([known.get(name, np.nan) for name in ids])
    gain: FloatArray = np.nan_to_num(others) - np.nan_to_num(found)
    gain[np.isnan(found) & np.isnan(others)] = np.nan
    return gain


def difference_map(a: Side, b: Side, beside: Sequence[Scene] = ()) -> str:
    """SVG of A's cells by :func:`cell_differences`."""
    scale = difference_scale()
    classes = np.array([scale.index(value) for value in cell_differences(a, b)])
    with drawing():
        figure, axes, detail = sea_axes(a, beside)
        handles = add_cells(axes, a.sea.cells, classes, scale, detail)
        add_bases(axes, a)
        add_legend(figure, handles, "Points that one plan detects more than the other", 3)
        return finished(small_svg(figure))
