"""Colours and classes."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.present import palette


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    "colours",
    [
        palette.DETECTION_COLOURS,
        palette.RISK_COLOURS,
        palette.COVERAGE_COLOURS,
        palette.SINCE_COLOURS,
        palette.RESPONSE_COLOURS,
        palette.WAVE_COLOURS,
        palette.WIND_COLOURS,
    ],
)
def test_sequential_palettes_darken_step_by_step(colours: tuple[str, ...]) -> None:
    """Without any sense of colour the order of the classes can still be read."""
    found = [luminance(colour) for colour in colours]
    assert found == sorted(found, reverse=True)
    assert min(a - b for a, b in pairwise(found)) > 0.01


@pytest.mark.parametrize("colour", palette.HULL_COLOURS)
def test_tracks_stand_out_from_the_sea(colour: str) -> None:
    """Every hull's colour has a contrast of 3 : 1 or more against the lightest cell."""
    assert (1.05) / (luminance(colour) + 0.05) >= 3


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=30))
def test_every_figure_has_a_class(values: list[float]) -> None:
    """Positive figures fall in a class with a colour and a label, zero in none."""
    scale = palette.risk_scale(values)
    assert len(scale.edges) == len(scale.labels) == len(scale.colours)
    assert list(scale.edges) == sorted(set(scale.edges))
    for value in values:
        assert -1 <= scale.index(value) < len(scale.colours)
        assert (scale.index(value) == -1) == (value == 0)
    assert scale.index(math.nan) == -1


def test_detection_classes_are_the_same_on_every_map() -> None:
    """Nothing seen has its own class, and the edges are whole percents."""
    scale = palette.detection_scale()
    assert scale.labels[scale.index(0.0)] == "nothing"
    assert scale.labels[scale.index(0.03)] == "0–5"
    assert scale.labels[scale.index(0.10)] == "10–20"
    assert scale.labels[scale.index(1.0)] == "80–100"


def test_fixed_classes_name_their_edges() -> None:
    """Hours, minutes, waves and wind fall where their labels say; ice is a class of its own."""
    assert palette.since_scale().labels[palette.since_scale().index(7.0)] == "6–12"
    assert palette.response_scale().labels[palette.response_scale().index(45)] == "30–60"
    assert palette.wave_scale().labels[palette.wave_scale().index(1.3)] == "1.25–2.5"
    assert palette.wind_scale().labels[palette.wind_scale().index(40)] == "34 and more"
    iced = palette.wave_scale(ice=True)
    assert (len(iced.labels), len(iced.colours)) == (8, 8)
    assert iced.labels[iced.index(9.0)] == "6 and more"
