"""Shapes of lanes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.sea.geodesy import length_m
from planner.sea.shapes import detours, ladders, to_and_fro, turnings

ANGLE = np.arange(12) * np.pi / 6
RING = np.column_stack([np.cos(ANGLE), np.sin(ANGLE)]) * 5000.0
WAY = np.array([[-6000.0, 0.0], [0.0, 1000.0], [6000.0, 0.0]])


@pytest.mark.parametrize("make", [turnings, ladders, detours])
@pytest.mark.parametrize("target", [13e3, 20e3, 40e3])
def test_shapes_straddle_the_target(make: object, target: float) -> None:
    """Short shapes are no longer than the target, full ones no shorter, with the same ends."""
    for short, full in make(WAY, RING, target):  # type: ignore[operator]
        assert short.shape == full.shape
        for lane in full:
            assert np.hypot(*np.diff(lane, axis=0).T).sum() >= target
        for lane in short:
            assert np.hypot(*np.diff(lane, axis=0).T).sum() <= target
        for lane in (*short, *full):
            assert lane[0] == pytest.approx(WAY[0]) and lane[-1] == pytest.approx(WAY[-1])


def test_each_kind_has_its_range() -> None:
    """Turnings serve short lanes, ladders long ones, detours keep the bends."""
    assert turnings(WAY, RING, 13e3)
    assert not turnings(WAY, RING, 90e3) and ladders(WAY, RING, 90e3)
    short, _ = detours(WAY, RING, 13e3)[0]
    assert all(np.any(np.all(lane == WAY[1], axis=1)) for lane in short)


@given(st.floats(1.0, 9.0))
def test_to_and_fro_has_the_length(times: float) -> None:
    """Running to and fro gives any length from the way's own up, between the same ends."""
    way = np.array([[50.0, 44.0], [50.05, 44.02], [50.1, 44.0]])
    target = length_m(way) * times
    lane = to_and_fro(way, target, way)
    assert length_m(lane) == pytest.approx(target, rel=1e-4)
    assert np.array_equal(lane[0], way[0]) and np.array_equal(lane[-1], way[-1])


def test_to_and_fro_from_one_point() -> None:
    """Where start and end are one point the excursion is run instead."""
    point = np.array([[50.0, 44.0], [50.0, 44.0]])
    excursion = np.array([[50.0, 44.0], [50.02, 44.0]])
    lane = to_and_fro(point, 5000.0, excursion)
    assert length_m(lane) == pytest.approx(5000.0, rel=1e-6)
