"""Wind and waves by cell and hour, small enough to travel inside a page."""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.plan.model import Plan
from planner.present.figures import FloatArray, SeaView
from planner.sea import Sea
from planner.weather import Weather, weather_of

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""A figure travels as one of these: waves in tenths of a metre, wind in knots. What is more
than the last counts as the last: 6.1 m, 61 kn."""

ICE = "-"
STEPS_H = (1, 2, 3, 6, 12, 24)
MOST_FIGURES = 100_000
"""The shortest of the steps is taken with which cells × times are no more than this."""


def weather_view(plan: Plan, sea: SeaView) -> dict[str, Any] | None:
    """Waves and wind of a plan's weather for the map's script, None in a calm.

    ``wave`` and ``wind`` are one text a step, a character a cell (:data:`ALPHABET`, and in
    ``wave`` :data:`ICE` where ice covers the water); ``step`` is in minutes.

    Raises
    ------
    ScenarioError
        The weather cannot be had as the scenario asks for.
    """
    if plan.source is None or not isinstance(sea, Sea):
        return None
    middles = sea.cells.centre.copy()
    middles[:, 0] = (middles[:, 0] + 180.0) % 360.0 - 180.0
    found = weather_of(plan.source, middles)
    if found.calm:
        return None
    step_h = _step_h(len(found.edges_h) - 1, sea.cells.n)
    rows = range(0, len(found.edges_h) - 1, step_h)
    epochs = [min(row + step_h // 2, len(found.wind_kn) - 1) for row in rows]
    return {
        "step": 60 * step_h,
        "wave": [_waves(found, epoch) for epoch in epochs],
        "wind": [_text(found.wind_kn[epoch]) for epoch in epochs],
        "ice": bool(found.ice.any()),
    }


def _step_h(hours: int, cells: int) -> int:
    for step_h in STEPS_H:
        if cells * -(-hours // step_h) <= MOST_FIGURES:
            return step_h
    return STEPS_H[-1]


def _waves(weather: Weather, epoch: int) -> str:
    text = _text(10.0 * weather.wave_m[epoch])
    return "".join(
        ICE if iced else letter for letter, iced in zip(text, weather.ice[epoch], strict=True)
    )


def _text(figures: FloatArray) -> str:
    places = np.clip(np.rint(figures), 0, len(ALPHABET) - 1).astype(int)
    return "".join(ALPHABET[place] for place in places)
