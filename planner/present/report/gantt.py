"""The schedule drawn: a line a hull, a bar a sortie, the nights shaded."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from planner.plan.model import Sortie
from planner.present import palette
from planner.present.figures import hulls_in_order
from planner.present.report.case import Case
from planner.present.report.drawing import drawing, shade_nights, small_svg, time_axis
from planner.present.report.nights import nights
from planner.present.text import clean, hours_between

LINE_IN = 0.34
WIDTH_IN = 7.4
LONGEST_NAME = 26
ROOM_FOR_NAME = 0.028
"""A bar this share of the plan long has room for the sortie's name."""


def middle(case: Case) -> tuple[float, float]:
    """(lon, lat) of the middle of the area."""
    point = case.sea.aor.centroid
    return float(point.x), float(point.y)


def schedule_chart(case: Case) -> str:
    """SVG of the sorties of every hull over the time of the plan.

    A bar runs from departure to return, pale where the boat is in transit or
    waits and full where it searches; a thin line follows until it is ready
    again.
    """
    start, end = case.period
    hulls = hulls_in_order(case.plan)
    with drawing():
        height = 0.55 + LINE_IN * max(len(hulls), 2)
        figure = Figure(figsize=(WIDTH_IN, height), layout="constrained")
        axes = figure.add_subplot()
        shade_nights(axes, nights(middle(case), start, end))
        time_axis(axes, start, end)
        for line, hull in enumerate(hulls):
            colour = palette.hull_colour(line)
            for number, sortie in enumerate(case.plan.sorties):
                if sortie.hull == hull.id:
                    _draw(axes, case, number, line, colour)
        axes.set_ylim(max(len(hulls), 1) - 0.4, -0.6)
        axes.set_yticks(range(len(hulls)), [short_name(hull.id) for hull in hulls])
        axes.tick_params(axis="y", length=0, labelcolor="#14232c", labelsize=9)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        return small_svg(figure)


def _draw(axes: Any, case: Case, number: int, line: int, colour: str) -> None:
    sortie, (start, end) = case.plan.sorties[number], case.period
    length_h = hours_between(start, end)
    out, back, ready = (
        hours_between(start, time) for time in (sortie.depart, sortie.return_, sortie.ready)
    )
    axes.plot([back, min(ready, length_h)], [line, line], color=colour, linewidth=0.9, zorder=2)
    axes.broken_barh(
        [(out, back - out)],
        (line - 0.32, 0.64),
        facecolor=colour,
        alpha=0.45,
        linewidth=0,
        zorder=3,
        gid=f"sortie-{number}",
    )
    axes.broken_barh(
        _searching(case, sortie), (line - 0.32, 0.64), facecolor=colour, linewidth=0, zorder=4
    )
    if back - out >= ROOM_FOR_NAME * length_h:
        axes.text(
            (out + back) / 2, line, clean(sortie.id)[:6], color="#fff", fontsize=6.5,
            ha="center", va="center_baseline", zorder=5, clip_on=True,
        )  # fmt: skip


def _searching(case: Case, sortie: Sortie) -> list[tuple[float, float]]:
    """Hours (from, length) of a sortie's searches, those that follow each other as one."""
    start, _ = case.period
    spans: list[list[float]] = []
    for leg in sortie.legs:
        if leg.mode != "search":
            continue
        from_h, to_h = hours_between(start, leg.start), hours_between(start, leg.end)
        if spans and from_h - spans[-1][1] < 1e-6:
            spans[-1][1] = to_h
        else:
            spans.append([from_h, to_h])
    return [(from_h, to_h - from_h) for from_h, to_h in spans]


def short_name(hull: str) -> str:
    """A hull's name, cut where it would crowd out the drawing."""
    name = clean(hull)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
