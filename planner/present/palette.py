"""Colours of the maps and charts, and how a figure becomes a colour.

The sequential palettes are ColorBrewer 2.0's YlGnBu (over near-white for
nothing), OrRd and BuPu (Brewer and Harrower, Apache-2.0), which its authors
rate as safe for colour-blind readers. The hull colours follow Okabe and Ito's
palette and Paul Tol's dark ones, told apart under the usual colour-vision
deficiencies.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

DETECTION_COLOURS = (
    "#ffffff", "#f7fcb9", "#d9f0a3", "#a1dab4", "#5fc1c0", "#2c7fb8", "#253494", "#081d58",
)  # fmt: skip
RISK_COLOURS = ("#fff7ec", "#fee8c8", "#fdd49e", "#fdbb84", "#fc8d59", "#ef6548", "#b30000")
COVERAGE_COLOURS = ("#f7fcfd", "#e0ecf4", "#bfd3e6", "#9ebcda", "#8c96c6", "#8856a7", "#6e016b")

HULL_COLOURS = (
    "#d55e00", "#000000", "#aa3377", "#0072b2", "#b8860b", "#117733", "#882255", "#5b4bc4",
    "#cc0044", "#3d3d3d", "#8a5a2b", "#00695c",
)  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """Classes of a figure and their colours: class ``k`` is ``[edges[k], edges[k + 1])``.

    The last class has no upper edge. ``labels`` name the classes, ``unit``
    what they are counted in.
    """

    title: str
    unit: str
    edges: tuple[float, ...]
    labels: tuple[str, ...]
    colours: tuple[str, ...]

    def index(self, value: float) -> int:
        """Class of a figure; -1 for what is not a number or lies below all classes."""
        if math.isnan(value):
            return -1
        return bisect_right(self.edges, value) - 1


def detection_scale() -> Scale:
    """Classes of detection, the same on every map so that maps can be compared."""
    percents = (0, 5, 10, 20, 40, 60, 80, 100)
    labels = ["nothing", *(f"{low}–{high}" for low, high in pairwise(percents))]
    return Scale(
        title="Detection",
        unit="chance that a target in the cell is detected, %",
        edges=(0.0, 1e-6, *(value / 100 for value in percents[1:-1])),
        labels=tuple(labels),
        colours=DETECTION_COLOURS,
    )


def risk_scale(values: Iterable[float]) -> Scale:
    """Classes of risk density for these figures (‱ of all target weight per nm²)."""
    return _rounded("Risk", "target weight per nm², in 1/10,000 of the whole", values, RISK_COLOURS)


def watch_scale(values: Iterable[float]) -> Scale:
    """Classes of risk density at the hours of a watch, as those of :func:`risk_scale`."""
    unit = "target weight per nm² at the rate of these hours, in 1/10,000 of the whole"
    return _rounded("Risk by watch", unit, values, RISK_COLOURS)


def coverage_scale(values: Iterable[float]) -> Scale:
    """Classes of search effort for these figures (sum of coverage factors)."""
    return _rounded(
        "Search effort",
        "sum of coverage factors (1 = area swept once over)",
        values,
        COVERAGE_COLOURS,
    )


def hull_colour(number: int) -> str:
    """Colour of the hull with this number; colours repeat after the last."""
    return HULL_COLOURS[number % len(HULL_COLOURS)]


def _rounded(title: str, unit: str, values: Iterable[float], colours: tuple[str, ...]) -> Scale:
    """Classes whose edges are 1, 2 or 5 times a power of ten, up to the largest figure.

    The lowest class holds everything positive below the first edge.
    """
    largest = max((value for value in values if math.isfinite(value)), default=0.0)
    edges = _round_edges(largest, len(colours) - 1)
    texts = [f"{edge:.12g}" for edge in edges]
    labels = [f"below {texts[0]}"]
    labels += [f"{low}–{high}" for low, high in pairwise(texts)]
    labels.append(f"{texts[-1]} and more")
    return Scale(title, unit, (math.ulp(0.0), *edges), tuple(labels), colours)


def _round_edges(largest: float, count: int) -> list[float]:
    """The ``count`` greatest figures of 1, 2, 5 × 10^k that lie below ``largest``."""
    if largest < 1e-12:
        largest = 1.0
    power = math.floor(math.log10(largest))
    ladder = [
        float(f"{step}e{exponent}")
        for exponent in range(power - count, power + 1)
        for step in (1, 2, 5)
    ]
    return [edge for edge in ladder if edge < largest][-count:]
