"""Radar sweep width: twice the effective range, no further than the horizon."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import GeodataError
from planner.sensing import radar_horizon_nm, radar_sweep_width_nm

heights_m = st.floats(0.0, 60.0)


def test_horizon_of_known_pairs() -> None:
    """A 4 m antenna meets a 1 m skiff at 6.7 nm and a 2 m boat at 7.6 nm."""
    assert radar_horizon_nm(4.0, [1.0, 2.0]) == pytest.approx([6.7, 7.6], abs=0.05)


@given(antenna_m=heights_m, target_m=heights_m)
def test_horizon_is_two_tangents_on_a_larger_earth(antenna_m: float, target_m: float) -> None:
    """The formula is the sum of both tangents on an Earth of 4/3 its radius, to 0.3%."""
    radius_m = 6_371_000.0 * 4 / 3
    tangents = [math.sqrt(2 * radius_m * h + h * h) for h in (antenna_m, target_m)]
    assert radar_horizon_nm(antenna_m, target_m) == pytest.approx(sum(tangents) / 1852, rel=3e-3)


def test_the_lesser_of_range_and_horizon_counts() -> None:
    """Inside the horizon the range counts, beyond it the horizon; without radar nothing."""
    widths = radar_sweep_width_nm(4.0, 1.0, [0.0, 3.0, 6.69, 24.0])
    assert widths == pytest.approx([0.0, 6.0, 13.38, 13.38])


@given(antenna_m=heights_m, target_m=heights_m, ranges=st.tuples(heights_m, heights_m))
def test_wider_with_range(antenna_m: float, target_m: float, ranges: tuple[float, float]) -> None:
    """A longer effective range never narrows the width, which stays within twice of it."""
    near, far = radar_sweep_width_nm(antenna_m, target_m, sorted(ranges))
    assert near <= far <= 2 * max(ranges)


def test_shapes_broadcast() -> None:
    """Targets by sea states in, the same out."""
    heights, ranges = np.array([[1.0], [2.0], [5.0]]), np.array([2.0, 4.0])
    assert radar_sweep_width_nm(4.0, heights, ranges).shape == (3, 2)


@pytest.mark.parametrize(
    ("figures", "name"),
    [
        ((-4.0, 1.0, 3.0), "antenna height in m"),
        ((4.0, float("nan"), 3.0), "target height in m"),
        ((4.0, 1.0, -3.0), "effective range in nm"),
    ],
)
def test_negative_figures_are_refused(figures: tuple[float, float, float], name: str) -> None:
    """A negative or missing height or range is named."""
    with pytest.raises(GeodataError, match=name):
        radar_sweep_width_nm(*figures)
