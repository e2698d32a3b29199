"""What the report's drawings share: small SVG, time axes, and the shade of night."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.path import Path

from planner.present.chart import STYLE, svg_of
from planner.present.text import WEEKDAYS, hours_between

NIGHT_COLOUR = "#e4e9f0"
MOST_DAYS = 10
"""Longer plans have a label only every few days."""

_NUMBER = re.compile(r"-?\d+\.\d+")
_DRAWN = re.compile(r'(?<= d=")[^"]+')
_UNUSED_ID = re.compile(r'(?<=<g) id="[\w.]+_\d+"')


@contextmanager
def drawing() -> Iterator[None]:
    """Draw in the report's style; words in scripts that the measuring font lacks are no fault."""
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def small_svg(figure: Figure, digits: int = 1) -> str:
    """SVG of a figure without idle identifiers, lines to a tenth of a point.

    Parameters
    ----------
    figure
        A finished figure.
    digits
        Decimals that positions keep.
    """
    text = _UNUSED_ID.sub("", svg_of(figure))

    def rounded(match: re.Match[str]) -> str:
        path = " ".join(match[0].split())
        return _NUMBER.sub(lambda one: f"{float(one[0]):.{digits}f}", path)

    return _DRAWN.sub(rounded, text)


def shade_nights(axes: Any, nights: Sequence[tuple[float, float]]) -> None:
    """Shade dark times, hours from the start, over the height of the axes."""
    for from_h, to_h in nights:
        axes.axvspan(from_h, to_h, color=NIGHT_COLOUR, linewidth=0, zorder=0)


def time_axis(axes: Any, start: datetime, end: datetime) -> None:
    """Lines at midnights and the days' names between them, on an axis of hours from ``start``."""
    length_h = hours_between(start, end)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight + timedelta(days=k) for k in range(int(length_h // 24) + 2)]
    every = -(-len(days) // (MOST_DAYS + 1))
    at = [hours_between(start, day) for day in days]
    lines = [hour for hour in at[::every] if 0 <= hour <= length_h]
    axes.set_xlim(0, length_h)
    axes.set_xticks(lines, [""] * len(lines))
    names = [
        (hour + 12.0, f"{WEEKDAYS[day.weekday()]} {day.day}")
        for hour, day in zip(at[::every], days[::every], strict=True)
        if 0 < hour + 12.0 < length_h or (hour <= 0 and length_h <= 24 and hour + 24 > 0)
    ]
    places = [min(hour, length_h) for hour, _ in names]
    axes.set_xticks(places, [name for _, name in names], minor=True)
    axes.tick_params(axis="x", which="both", length=0, labelsize=9)
    for hour in lines:
        axes.axvline(hour, color="#c3ced5", linewidth=0.6, zorder=0.5)


def joined(lines: Sequence[Any]) -> Path | None:
    """One path of many lines (k, 2), each begun anew; None where there is none."""
    paths = [Path(np.asarray(line, dtype=float)) for line in lines if len(line) > 1]
    return Path.make_compound_path(*paths) if paths else None
