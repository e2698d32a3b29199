"""Detection over the time of a plan: watch by watch, planned and simulated."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from matplotlib.figure import Figure

from planner.present.chart import BOUND_COLOUR, INK, PLAN_COLOUR
from planner.present.report.case import Case
from planner.present.report.drawing import drawing, shade_nights, small_svg, time_axis
from planner.present.report.gantt import WIDTH_IN, middle
from planner.present.report.nights import nights
from planner.present.report.timeline import planned_by_watch
from planner.present.text import hours_between

PLAN_FILL = "#8fc1d3"


def watch_edges(case: Case) -> list[datetime]:
    """Moments that part the watches, as the trial counts them."""
    return [case.trial.watches[0].from_, *(watch.to for watch in case.trial.watches)]


def watch_chart(case: Case) -> str:
    """SVG of the weight first found in each watch: planned as an area, simulated as a line."""
    start, end = case.period
    edges = watch_edges(case)
    planned = 100.0 * planned_by_watch(case.plan, edges)
    found = 100.0 * np.array([watch.found for watch in case.trial.watches])
    at_h = [hours_between(start, edge) for edge in edges]
    with drawing():
        figure = Figure(figsize=(WIDTH_IN, 2.5), layout="constrained")
        axes = figure.add_subplot()
        shade_nights(axes, nights(middle(case), start, end))
        time_axis(axes, start, end)
        axes.stairs(planned, at_h, fill=True, color=PLAN_FILL, zorder=2)
        axes.stairs(planned, at_h, color=PLAN_COLOUR, linewidth=1.0, zorder=3, label="planned")
        axes.stairs(found, at_h, color=BOUND_COLOUR, linewidth=1.4, zorder=4, label="simulated")
        axes.set_ylim(0, 1.25 * max(*planned, *found, 1e-3))
        axes.set_ylabel("Found in the watch,\n% of all weight", fontsize=9, color=INK)
        axes.legend(
            loc="upper right", ncols=2, frameon=True, framealpha=1.0, edgecolor="none", fontsize=9,
            borderpad=0.3,
        )  # fmt: skip
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="y", color="#d5dde2", linewidth=0.6)
        axes.set_axisbelow(True)
        return small_svg(figure)
