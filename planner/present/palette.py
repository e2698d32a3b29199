"""Colours of the maps and charts, and how a figure becomes a colour.

The sequential palettes are ColorBrewer 2.0's YlGnBu (over near-white for
nothing), OrRd, BuPu, YlOrBr, Purples, Blues and PuBuGn (Brewer and Harrower,
Apache-2.0), which its authors rate as safe for colour-blind readers. The hull
colours follow Okabe and Ito's palette and Paul Tol's dark ones, told apart
under the usual colour-vision deficiencies.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from planner.present.text import plain
from planner.present.wording import t

DETECTION_COLOURS = (
    "#ffffff", "#f7fcb9", "#d9f0a3", "#a1dab4", "#5fc1c0", "#2c7fb8", "#253494", "#081d58",
)  # fmt: skip
RISK_COLOURS = ("#fff7ec", "#fee8c8", "#fdd49e", "#fdbb84", "#fc8d59", "#ef6548", "#b30000")
COVERAGE_COLOURS = ("#f7fcfd", "#e0ecf4", "#bfd3e6", "#9ebcda", "#8c96c6", "#8856a7", "#6e016b")

SINCE_COLOURS = ("#ffffd4", "#fee391", "#fec44f", "#fe9929", "#ec7014", "#993404")
RESPONSE_COLOURS = (
    "#f2f0f7", "#dadaeb", "#bcbddc", "#9e9ac8", "#807dba", "#6a51a3", "#4a1486",
)  # fmt: skip
WAVE_COLOURS = ("#eff3ff", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#084594")
WIND_COLOURS = ("#f6eff7", "#d0d1e6", "#a6bddb", "#67a9cf", "#3690c0", "#02818a", "#016450")
NEVER_COLOUR, ICE_COLOUR = "#c3cacd", "#ffffff"

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
    labels = [t("nothing"), *(f"{low}–{high}" for low, high in pairwise(percents))]
    return Scale(
        title=t("Detection"),
        unit=t("chance that a target in the cell is detected, %"),
        edges=(0.0, 1e-6, *(value / 100 for value in percents[1:-1])),
        labels=tuple(labels),
        colours=DETECTION_COLOURS,
    )


def risk_scale(values: Iterable[float]) -> Scale:
    """Classes of risk density for these figures (‱ of all target weight per nm²)."""
    unit = t("target weight per nm², in 1/10,000 of the whole")
    return _rounded(t("Risk"), unit, values, RISK_COLOURS)


def watch_scale(values: Iterable[float]) -> Scale:
    """Classes of risk density at the hours of a watch, as those of :func:`risk_scale`."""
    unit = t("target weight per nm² at the rate of these hours, in 1/10,000 of the whole")
    return _rounded(t("Risk by watch"), unit, values, RISK_COLOURS)


def coverage_scale(values: Iterable[float]) -> Scale:
    """Classes of search effort for these figures (sum of coverage factors)."""
    return _rounded(
        t("Search effort"),
        t("sum of coverage factors (1 = area swept once over)"),
        values,
        COVERAGE_COLOURS,
    )


def since_scale() -> Scale:
    """Classes of the hours since a cell was last seen; the last is for cells not seen yet."""
    return Scale(
        title=t("Time since last seen"),
        unit=t("hours at the clock's time"),
        edges=(0.0, 3.0, 6.0, 12.0, 24.0, 48.0, math.inf),
        labels=("0–3", "3–6", "6–12", "12–24", "24–48", _and_more("48"), t("not seen yet")),
        colours=(*SINCE_COLOURS, NEVER_COLOUR),
    )


def response_scale() -> Scale:
    """Classes of the minutes that the nearest boat needs, the same on every map."""
    return _fixed(
        t("Minutes to reach"),
        t("from the nearest base, by sea at cruise speed; uncoloured: too shallow or closed"),
        (0, 30, 60, 120, 180, 240, 360),
        RESPONSE_COLOURS,
    )


def wave_scale(ice: bool = False) -> Scale:
    """Classes of significant wave height, m: Douglas' degrees of the sea (WMO code table 3700)."""
    scale = _fixed(
        t("Wave height"),
        t("significant height at the clock's time, m"),
        (0, 0.1, 0.5, 1.25, 2.5, 4, 6),
        WAVE_COLOURS,
    )
    if not ice:
        return scale
    return replace(scale, labels=(*scale.labels, t("ice")), colours=(*scale.colours, ICE_COLOUR),
                   edges=(*scale.edges, math.inf))  # fmt: skip


def wind_scale() -> Scale:
    """Classes of wind, kn: Beaufort 0–1, 2–3, 4, 5, 6, 7 and a gale or more."""
    edges = (0, 4, 11, 17, 22, 28, 34)
    return _fixed(t("Wind"), t("at the clock's time, kn"), edges, WIND_COLOURS)


def hull_colour(number: int) -> str:
    """Colour of the hull with this number; colours repeat after the last."""
    return HULL_COLOURS[number % len(HULL_COLOURS)]


def _fixed(title: str, unit: str, edges: tuple[float, ...], colours: tuple[str, ...]) -> Scale:
    """Classes with these lower edges, the last without an upper one."""
    labels = [f"{plain(low)}–{plain(high)}" for low, high in pairwise(edges)]
    return Scale(title, unit, edges, (*labels, _and_more(plain(edges[-1]))), colours)


def _and_more(edge: str) -> str:
    return t("{edge} and more", edge=edge)


def _rounded(title: str, unit: str, values: Iterable[float], colours: tuple[str, ...]) -> Scale:
    """Classes whose edges are 1, 2 or 5 times a power of ten, up to the largest figure.

    The lowest class holds everything positive below the first edge.
    """
    largest = max((value for value in values if math.isfinite(value)), default=0.0)
    edges = _round_edges(largest, len(colours) - 1)
    texts = [plain(edge, 12) for edge in edges]
    labels = [t("below {edge}", edge=texts[0])]
    labels += [f"{low}–{high}" for low, high in pairwise(texts)]
    labels.append(_and_more(texts[-1]))
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
