"""Charts as SVG text: drawn by matplotlib, the same bytes for the same figures.

Words stay text (``<text>``, found and read aloud), identifiers come from a
fixed salt, and no date is written.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from planner.present.text import percent

PLAN_COLOUR, BOUND_COLOUR, BAND_COLOUR = "#0b5c7d", "#b3541e", "#eef3f6"
INK, QUIET = "#14232c", "#5a6b76"

STYLE: Any = {
    "svg.hashsalt": "caspian-patrol-planner",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "axes.edgecolor": "#9fb0ba",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "text.color": INK,
    "text.parse_math": False,
}


def fleet_chart(
    boats: Sequence[int],
    detection: Sequence[float],
    bound: Sequence[float],
    *,
    boats_label: str,
) -> str:
    """Detection of the plans and of the bound over the number of boats, as SVG.

    The best possible plan of each fleet lies in the band between the curves.

    Parameters
    ----------
    boats
        Numbers of boats, ascending.
    detection, bound
        Shares from 0 to 1, one for each number of boats.
    boats_label
        Words below the axis.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(5.4, 3.4), layout="constrained")
        axes = figure.add_subplot()
        found, most = [100 * value for value in detection], [100 * value for value in bound]
        axes.fill_between(boats, found, most, color=BAND_COLOUR, linewidth=0)
        axes.plot(
            boats, most, color=BOUND_COLOUR, linestyle=(0, (5, 2)), marker="_", markersize=11,
            markeredgewidth=2, gid="bound",
        )  # fmt: skip
        axes.plot(boats, found, color=PLAN_COLOUR, linewidth=2.2, marker="o", gid="plan")
        for number, value in zip(boats, found, strict=True):
            _note(axes, percent(value / 100), (number, value), (3, -14), PLAN_COLOUR, "left")
        for number, value in zip(boats, most, strict=True):
            _note(axes, percent(value / 100), (number, value), (-2, 5), BOUND_COLOUR, "right")
        end = boats[-1]
        _note(axes, "plan found", (end, found[-1]), (10, -1), PLAN_COLOUR, "left")
        _note(axes, "proven bound", (end, most[-1]), (10, -3), BOUND_COLOUR, "left")
        axes.set_xlabel(boats_label)
        axes.set_ylabel("Detection, %")
        axes.set_xticks(list(boats))
        axes.set_xlim(
            boats[0] - 0.15 * (boats[-1] - boats[0]) - 0.2,
            boats[-1] + 0.55 + 0.22 * (boats[-1] - boats[0]),
        )
        axes.set_ylim(0, 1.14 * max(most, default=1.0) or 1.0)
        axes.grid(axis="y", color="#e3e9ed", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(length=0)
        return svg_of(figure)


def _note(
    axes: Any,
    words: str,
    at: tuple[float, float],
    shift: tuple[float, float],
    colour: str,
    side: str,
) -> None:
    axes.annotate(
        words, at, xytext=shift, textcoords="offset points", ha=side, color=colour, fontsize=9
    )


def svg_of(figure: Figure) -> str:
    """SVG element of a figure, without the file's preamble, sized by whatever holds it."""
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'<svg ([^>]*?)width="[^"]*"', r"<svg \1", text, count=1)
    text = re.sub(r'<svg ([^>]*?)height="[^"]*"', r"<svg \1", text, count=1)
    text = re.sub(r"<defs>\s*<style[^>]*>\*.*?</style>\s*</defs>", "", text, flags=re.DOTALL)
    text = text.replace("<svg ", '<svg style="stroke-linejoin:round" ', 1)
    text = re.sub(r"'DejaVu Sans'", "system-ui", text)
    return "\n".join(line.rstrip() for line in text.splitlines())
