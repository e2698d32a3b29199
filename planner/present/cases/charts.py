"""Charts of a study of cases as SVG: intervals, curves, sensitivities, cooperation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten, wrap
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from planner.present.cases.cooperation import Teamwork
from planner.present.chart import BAND_COLOUR, BOUND_COLOUR, PLAN_COLOUR, QUIET
from planner.present.report.drawing import drawing, small_svg
from planner.present.text import clean
from planner.study.cases.curves import Curve
from planner.study.cases.points import Difference, Standing

WIDTH_IN = 4.7
ROW_IN = 0.3
SMALL = 8
"""Points of the small print in charts."""

LONGEST = 34
"""Letters of a name in a chart."""

RANGE_COLOUR = "#b9d3df"
TRIAL_COLOUR = "#4a4a4a"
TRIED_COLOUR = "#b08d3c"
MORE_COLOUR, LESS_COLOUR, OPEN_COLOUR = "#1d6f42", "#a3341f", "#b8c4cb"


@dataclass(frozen=True)
class Bar:
    """One bar of the chart of sensitivities: a case that changes one thing.

    ``trial`` stands for the gain where the plan stays the same and only its trial differs: by
    how much, and the half width of its 95 % interval.
    """

    factor: str
    case: str
    gain: Difference
    trial: tuple[float, float] | None = None

    @property
    def found(self) -> float:
        """Its length."""
        return self.gain.found if self.trial is None else self.trial[0]

    @property
    def limits(self) -> tuple[float, float]:
        """Its limits."""
        if self.trial is None:
            return self.gain.low, self.gain.high
        found, half = self.trial
        return found - half, found + half


def interval_chart(points: Sequence[Standing], names: Sequence[str], reference: int | None) -> str:
    """SVG of the interval of each point: plan found, bound, and the trial with its own interval.

    Parameters
    ----------
    points
        One row each, from the top.
    names
        What to call them.
    reference
        Number of the point that lines are drawn down from; None for no lines.
    """
    with drawing():
        figure, axes = _rows(len(points), 0.55)
        for row, each in enumerate(points):
            low, high = 100 * each.detection, 100 * each.bound
            axes.plot([low, high], [row, row], color=RANGE_COLOUR, linewidth=6, zorder=2)
            axes.plot(high, row, "|", color=BOUND_COLOUR, markersize=9, markeredgewidth=2, zorder=3)
            axes.plot(low, row, "o", color=PLAN_COLOUR, markersize=5.5, zorder=4)
            _trial(axes, each, row + 0.3)
            if each.number == reference:
                for value, colour in ((low, PLAN_COLOUR), (high, BOUND_COLOUR)):
                    axes.axvline(value, color=colour, linewidth=0.7, linestyle=(0, (2, 3)))
        _names(axes, names)
        axes.set_xlim(left=0)
        axes.set_xlabel("Detection, %")
        _legend(figure, with_trial=any(each.record.simulated is not None for each in points))
        return small_svg(figure)


def curve_chart(curve: Curve, most: float, levels: Sequence[float]) -> str:
    """SVG of one curve: the band from plans found to bounds, and the trials.

    Parameters
    ----------
    curve
        The curve.
    most
        Top of the scale, a share, so that curves of one axis can be compared.
    levels
        Shares to draw a line at.
    """
    with drawing():
        figure = Figure(figsize=(WIDTH_IN, 3.1), layout="constrained")
        axes = figure.add_subplot()
        x = np.array(curve.values)
        found = np.array([100 * each.detection for each in curve.points])
        bound = np.array([100 * each.bound for each in curve.points])
        axes.fill_between(x, found, bound, color=BAND_COLOUR, linewidth=0, zorder=1)
        axes.plot(
            x, bound, color=BOUND_COLOUR, linestyle=(0, (5, 2)), marker="_", markersize=9,
            markeredgewidth=2, zorder=3,
        )  # fmt: skip
        axes.plot(x, found, color=PLAN_COLOUR, linewidth=2.0, marker="o", markersize=5, zorder=4)
        shift = 0.012 * (x[-1] - x[0])
        tried = [each.record.simulated is not None for each in curve.points]
        for value, each in zip(x, curve.points, strict=True):
            _trial(axes, each, value + shift, upright=True)
        for level in levels:
            axes.axhline(100 * level, color=QUIET, linewidth=0.8, linestyle=(0, (2, 3)))
        if curve.knee is not None:
            axes.axvline(curve.knee.value, color="#d7dfe4", linewidth=6, zorder=0)
        axes.set_ylim(0, 108 * most)
        axes.set_ylabel("Detection, %")
        axes.set_xlabel(_short(curve.name))
        if len(x) <= 12:
            axes.set_xticks(x)
        axes.grid(axis="y", color="#e3e9ed", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(length=0)
        _legend(figure, with_trial=any(tried))
        return small_svg(figure)


def tornado_chart(bars: Sequence[Bar]) -> str:
    """SVG of what each case changes, largest first: plans found as bars, limits as lines."""
    factors = list(dict.fromkeys(bar.factor for bar in bars))
    size = {
        factor: max(abs(bar.found) for bar in bars if bar.factor == factor) for factor in factors
    }
    factors.sort(key=lambda factor: -size[factor])
    with drawing():
        figure, axes = _rows(len(factors), 0.6)
        for row, factor in enumerate(factors):
            own = [bar for bar in bars if bar.factor == factor]
            for k, bar in enumerate(own):
                at = row + (k - (len(own) - 1) / 2) * 0.7 / len(own)
                axes.barh(at, 100 * bar.found, height=0.5 / len(own), color=_colour(bar), zorder=3)
                axes.plot(
                    [100 * limit for limit in bar.limits], [at, at], color=QUIET, linewidth=1.1,
                    marker="|", markersize=5, zorder=4,
                )  # fmt: skip
        axes.axvline(0, color=QUIET, linewidth=0.9, zorder=5)
        _names(axes, factors)
        axes.set_xlabel("Points of detection over the reference")
        marks: list[Any] = [
            Patch(color=MORE_COLOUR, label="proven to be more"),
            Patch(color=LESS_COLOUR, label="proven to be less"),
            Patch(color=OPEN_COLOUR, label="difference of the plans found only"),
            Line2D([], [], color=QUIET, marker="|", label="limits for the best plans"),
        ]
        if any(bar.trial is not None for bar in bars):
            marks.append(Patch(color=TRIED_COLOUR, label="same plan, trial with breakdowns"))
        figure.legend(handles=marks, **_BELOW)
        return small_svg(figure)


def teamwork_chart(rows: Sequence[Teamwork]) -> str:
    """SVG of what agencies find apart, in turn and jointly, with the bound of any plan."""
    looks = (("apart", "s", OPEN_COLOUR), ("in_turn", "D", "#6d8fa3"), ("joint", "o", PLAN_COLOUR))
    with drawing():
        figure, axes = _rows(len(rows), 0.6)
        for row, each in enumerate(rows):
            found = [
                100 * known.detection
                for known in (each.apart, each.in_turn, each.joint)
                if known is not None
            ]
            if each.joint is not None:
                most = 100 * each.joint.bound
                axes.plot([found[-1], most], [row, row], color=RANGE_COLOUR, linewidth=6, zorder=1)
                axes.plot(most, row, "|", color=BOUND_COLOUR, markersize=9, markeredgewidth=2)
            axes.plot([min(found), max(found)], [row, row], color=QUIET, linewidth=1.2, zorder=2)
            for name, mark, colour in looks:
                known = getattr(each, name)
                if known is not None:
                    axes.plot(
                        100 * known.detection, row, mark, color=colour, markersize=6.5,
                        markeredgecolor="#ffffff", markeredgewidth=0.6, zorder=3,
                    )  # fmt: skip
        _names(axes, [each.name for each in rows])
        axes.set_xlabel("Detection, %")
        marks = [
            Line2D([], [], marker=mark, color=colour, linestyle="", label=name.replace("_", " "))
            for name, mark, colour in looks
        ]
        marks.append(
            Line2D([], [], marker="|", color=BOUND_COLOUR, linestyle="", label="proven bound")
        )
        figure.legend(handles=marks, **_BELOW)
        return small_svg(figure)


_BELOW: Any = {
    "loc": "outside lower left",
    "ncols": 2,
    "frameon": False,
    "fontsize": SMALL,
    "handlelength": 1.5,
    "columnspacing": 1.4,
}


def _rows(count: int, more_in: float) -> tuple[Figure, Any]:
    """Figure and axes with a row for each name, the first on top."""
    figure = Figure(figsize=(WIDTH_IN, ROW_IN * count + more_in + 0.55), layout="constrained")
    axes = figure.add_subplot()
    axes.set_ylim(count - 0.35, -0.65)
    axes.grid(axis="x", color="#e3e9ed", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    return figure, axes


def _names(axes: Any, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), [_folded(name) for name in names], fontsize=SMALL)


def _folded(name: str) -> str:
    """A name on two lines at most, so that long ones can be told apart."""
    return "\n".join(wrap(clean(name), LONGEST, max_lines=2, placeholder=" …"))


def _short(name: str) -> str:
    return shorten(clean(name), LONGEST, placeholder=" …")


def _trial(axes: Any, each: Standing, at: float, *, upright: bool = False) -> None:
    """What was simulated, with its interval, at a place across."""
    record = each.record
    if record.simulated is None or record.low is None or record.high is None:
        return
    along, across = [100 * record.low, 100 * record.high], [at, at]
    mark = (100 * record.simulated, at)
    if upright:
        axes.plot(across, along, color=TRIAL_COLOUR, linewidth=0.9, zorder=5)
        mark = (at, 100 * record.simulated)
    else:
        axes.plot(along, across, color=TRIAL_COLOUR, linewidth=0.9, zorder=5)
    axes.plot(*mark, "x", color=TRIAL_COLOUR, markersize=3.5, markeredgewidth=0.9, zorder=5)


def _colour(bar: Bar) -> str:
    if bar.trial is not None:
        return TRIED_COLOUR
    return {"more": MORE_COLOUR, "less": LESS_COLOUR}.get(bar.gain.verdict, OPEN_COLOUR)


def _legend(figure: Figure, *, with_trial: bool) -> None:
    marks = [
        Line2D([], [], marker="o", color=PLAN_COLOUR, linestyle="", label="plan found"),
        Line2D([], [], marker="|", color=BOUND_COLOUR, linestyle="", label="proven bound"),
        Patch(color=RANGE_COLOUR, label="the best plan lies here"),
    ]
    if with_trial:
        marks.append(
            Line2D(
                [], [], marker="x", markersize=4, color=TRIAL_COLOUR, linewidth=0.9,
                label="simulated, 95 %",
            )
        )  # fmt: skip
    figure.legend(handles=marks, **_BELOW)
