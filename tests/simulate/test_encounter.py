"""Encounters against fine sampling of time, quadrature and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from planner.simulate.encounter import first_within, inverse_cube, moment_of, strength_of

FINE = 20_001

coordinate = st.floats(-8.0, 8.0)
speed = st.floats(-40.0, 40.0)
hours = st.floats(0.01, 2.0)
radius = st.floats(0.05, 4.0)


def one(*values: float) -> np.ndarray:
    """Array (1,) or (1, 2) of one encounter."""
    return np.array([values]) if len(values) > 1 else np.array(values)


@given(coordinate, coordinate, speed, speed, hours, radius, st.floats(0.0, 35.0))
def test_the_first_moment_in_range_is_that_of_fine_sampling(
    x: float, y: float, east: float, north: float, lasts: float, within: float, growth: float
) -> None:
    """At twenty thousand instants the distance first falls to the radius where it is said to."""
    found = first_within(one(x, y), one(east, north), one(lasts), one(within), growth)[0]
    times = np.linspace(0.0, lasts, FINE)
    beyond = np.hypot(x + east * times, y + north * times) - within - growth * times
    # Between two instants the distance changes by no more than this.
    slack = (math.hypot(east, north) + growth) * lasts / (FINE - 1) + 1e-9
    if np.isinf(found):
        assert beyond.min() > -slack
    else:
        assert 0.0 <= found <= lasts
        at = math.hypot(x + east * found, y + north * found) - within - growth * found
        assert at <= 1e-6
        assert np.all(beyond[times < found - 1e-9] > -slack)


@pytest.mark.parametrize(
    ("offset", "velocity", "within", "expected"),
    [
        ((3.0, 0.0), (-10.0, 0.0), 1.0, 0.2),  # head on: two miles at ten knots
        ((0.5, 0.0), (0.0, 0.0), 1.0, 0.0),  # there from the beginning
        ((3.0, 0.0), (0.0, 0.0), 1.0, math.inf),  # stays away
        ((3.0, 0.0), (10.0, 0.0), 1.0, math.inf),  # moves off
        ((3.0, 2.0), (-10.0, 0.0), 2.0, 0.3),  # abeam at just the range
        ((3.0, 2.1), (-10.0, 0.0), 2.0, math.inf),  # abeam beyond it
    ],
)
def test_plain_encounters(
    offset: tuple[float, float], velocity: tuple[float, float], within: float, expected: float
) -> None:
    """Head on, at hand, far, going, grazing and missing."""
    found = first_within(one(*offset), one(*velocity), one(1.0), one(within))[0]
    assert found == pytest.approx(expected, abs=1e-6)


@given(coordinate, coordinate, speed, speed, hours, st.floats(0.5, 5.0))
def test_the_inverse_cube_is_its_integral(
    x: float, y: float, east: float, north: float, lasts: float, width: float
) -> None:
    """The closed form is the numerical integral of ``K / r³`` over time."""
    rate = strength_of(one(width), one(15.0))[0]
    times = np.linspace(0.0, lasts, 401)
    if np.hypot(x + east * times, y + north * times).min() < 0.3:
        return  # quadrature is at a loss where the rate has a spike
    expected, _ = quad(
        lambda t: rate / math.hypot(x + east * t, y + north * t) ** 3, 0.0, lasts, limit=200
    )
    found = inverse_cube(one(x, y), one(east, north), one(lasts), one(rate))[0]
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("width", [0.8, 3.3, 4.3])
def test_long_passes_have_the_sweep_width(width: float) -> None:
    """Over all distances abeam, the chance that a long straight pass finds sums to ``W``."""

    def chance(abeam: float) -> float:
        strength = strength_of(one(width), one(15.0))
        passed = inverse_cube(one(abeam, -3e4), one(0.0, 15.0), one(4e3), strength)[0]
        return -math.expm1(-passed)

    for abeam in (0.1 * width, width, 5.0 * width):
        lateral = -math.expm1(-(width**2) / (4.0 * math.pi * abeam**2))
        assert chance(abeam) == pytest.approx(lateral, rel=1e-5)
    near = quad(chance, 1e-6, 40.0 * width, points=[0.3 * width, width, 4.0 * width], limit=300)[0]
    tail = width**2 / (4.0 * math.pi * 40.0 * width)  # ∫ W²/4πx² beyond, to 0.01 %
    assert 2.0 * (near + tail) == pytest.approx(width, rel=1e-4)


def test_a_pass_right_over_a_target_finds_it() -> None:
    """The inverse cube law is certain at no distance, and gives a number there."""
    strength = strength_of(one(3.3), one(15.0))
    passed = inverse_cube(one(0.0, -3.0), one(0.0, 15.0), one(1.0), strength)[0]
    assert np.isfinite(passed)
    assert passed > 1e6


def test_standing_and_creeping_searches_agree() -> None:
    """A hull that stands still finds as one that hardly moves."""
    strength = strength_of(one(3.3), one(15.0))
    still = inverse_cube(one(2.0, 1.0), one(0.0, 0.0), one(3.0), strength)[0]
    creeping = inverse_cube(one(2.0, 1.0), one(1e-6, 0.0), one(3.0), strength)[0]
    assert still == pytest.approx(strength[0] * 3.0 / 5.0**1.5)
    assert creeping == pytest.approx(still, rel=1e-5)


@given(coordinate, coordinate, speed, speed, hours, st.floats(0.01, 1.0))
def test_the_moment_due_gives_what_is_due(
    x: float, y: float, east: float, north: float, lasts: float, part: float
) -> None:
    """Up to the moment found, a meeting has as much effect as was asked for."""
    strength = strength_of(one(3.3), one(15.0))
    meeting = one(x, y), one(east, north)
    whole = inverse_cube(*meeting, one(lasts), strength)
    if whole[0] > 1e6:
        return  # right over the target the effect leaps
    when = moment_of(*meeting, one(lasts), strength, part * whole)
    assert 0.0 <= when[0] <= lasts
    until = inverse_cube(*meeting, when, strength)[0]
    assert until == pytest.approx(part * whole[0], rel=1e-6)


def test_coming_straight_on_is_no_certainty() -> None:
    """A hull that steers for a target but stops short has found it as likely as its way says."""
    strength = strength_of(one(3.3), one(15.0))
    found = inverse_cube(one(0.0, -4.0), one(0.0, 10.0), one(0.2), strength)[0]
    # ∫ K / (4 − 10 t)³ dt from 0 to 0.2 h
    assert found == pytest.approx(strength[0] / 20.0 * (1 / 2.0**2 - 1 / 4.0**2))
