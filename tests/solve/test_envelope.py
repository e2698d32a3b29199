"""The envelope, its conjugate and its slope, against sums, grids and listed plans."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.solve.envelope import Envelope, conjugate, envelope_of, knots, slope
from tests.instances import (
    ROUGH,
    random_instance,
)
from tests.solve.reference import seen_by_visit, useful_sorties
from tests.solve.test_bound import SEEDS, SMALL

VISITS = st.lists(st.integers(5, 200).map(lambda k: k / 100), min_size=1, max_size=3)


def one_row(at: np.ndarray, count: int, *, moving: bool = False) -> Envelope:
    """The envelope of so many targets, of the same knots or, moving, of none."""
    return Envelope(np.zeros(0 if moving else count, np.int32), at[None, :])


def envelope(at: np.ndarray, u: np.ndarray) -> np.ndarray:
    """``f̄`` at ``u``: chords between the knots, the smooth curve beyond the last."""
    return np.where(u <= at[-1], np.interp(u, at, -np.expm1(-at)), -np.expm1(-u))


@given(visits=VISITS, count=st.integers(1, 9))
def test_knots_are_the_smallest_sums_of_whole_visits(visits: list[float], count: int) -> None:
    """The knots are 0 and the smallest sums of visits, none left out."""
    times = range(count + 1)
    sums = {
        round(sum(k * u for k, u in zip(many, visits, strict=True)), 9)
        for many in itertools.product(times, repeat=len(visits))
    }
    found = knots(visits, count)
    assert found == pytest.approx(sorted(sums)[: count + 1], abs=1e-9)
    assert found.shape == (count + 1,)


def test_no_visit_no_exposure() -> None:
    """Where no class can search only exposure 0 is possible."""
    assert knots([], 3).tolist() == [0.0, math.inf, math.inf, math.inf]


@pytest.mark.parametrize("weather", [{}, {"epochs": 6}, ROUGH])
def test_a_target_has_the_knots_of_the_visits_that_see_it(weather: dict[str, Any]) -> None:
    """A target's knots are sums of what the fleets in reach see in its window, and no others."""
    instance = random_instance(
        0, n_cells=7, max_steps=5, rows=(((1, 1),), ((1, 1),)), n_layers=2, **weather
    )
    targets, found, unseen = instance.targets, envelope_of(instance), 0
    for layer, window in enumerate(targets.window):
        for p, cell in np.ndindex(targets.layer_weight(layer).shape):
            able = {
                float(fleet.exposure[layer, fleet.epoch[step], cell])
                for fleet in instance.fleets
                for step in np.flatnonzero(window == p)
                if cell in fleet.network.active()
            }
            target = int(targets.offset[layer]) + p * instance.n_cells + cell
            assert found.of(target).tolist() == knots(sorted(able - {0.0})).tolist()
            unseen += not able
    assert unseen, "the instance should hold a cell that none can search"


@settings(max_examples=40)
@given(seed=SEEDS, shape=SMALL)
def test_plans_have_whole_visits_as_exposures(seed: int, shape: dict[str, Any]) -> None:
    """Whatever one visit gives a stationary target is a knot of its."""
    instance = random_instance(seed, **shape)
    found, still = envelope_of(instance), int(instance.targets.offset[-1])
    for unit in range(len(instance.units)):
        for sortie in useful_sorties(instance, unit):
            fleet = instance.fleets[sortie.fleet]
            for step, cell in sortie.visits.tolist():
                for target, u in seen_by_visit(instance, fleet, step, cell).items():
                    apart = np.abs(found.of(target) - u).min() if target < still else 0.0
                    assert apart < 1e-9 or u > found.of(target)[-1]


@pytest.mark.parametrize("least", [1e-15, 1e-11, 1e-6])
def test_hardly_any_sight_is_some(least: float) -> None:
    """Knots are as many where a visit sees next to nothing, whatever others see."""
    for visits in ([least], [least, 0.5]):
        found = knots(visits, 12)
        assert found.shape == (13,)
        assert found[0] == 0.0
        assert (np.diff(found) > 0).all()
        assert np.isfinite(found).all()


@given(visits=VISITS, weight=st.floats(0.001, 1), shares=st.lists(st.floats(0, 1.3), max_size=6))
def test_the_envelope_touches_the_curve_at_whole_visits(
    visits: list[float], weight: float, shares: list[float]
) -> None:
    """At sums of whole visits the envelope is ``1 − exp(−u)``, between them never above it.

    The envelope is what its conjugate says: the least of ``w f̄* + π u`` over the prices
    at which its chords meet.
    """
    at = knots(visits)
    chords = np.diff(-np.expm1(-at)) / np.diff(at)
    price = weight * np.concatenate([chords, np.exp(-at), [s for s in shares if s > 0]])
    worth = conjugate(np.full(price.size, weight), price, one_row(at, price.size))
    for u in at:
        assert (worth + price * u).min() == pytest.approx(weight * -math.expm1(-u), abs=1e-10)
    middle = (at[1:] + at[:-1]) / 2
    for u in middle:
        found = (worth + price * u).min()
        assert found == pytest.approx(weight * float(envelope(at, u)), abs=1e-10)
        assert found < weight * -math.expm1(-u) + 1e-12


@given(
    visits=VISITS,
    weight=st.floats(0, 1),
    share=st.floats(0, 1.5),
    moving=st.booleans(),
)
def test_the_conjugate_is_the_maximum_over_all_exposures(
    visits: list[float], weight: float, share: float, moving: bool
) -> None:
    """``max_u [w f̄(u) − π u]`` is what a fine grid of exposures finds, for both kinds of target."""
    at, price = knots(visits), share * weight
    found = conjugate(np.array([weight]), np.array([price]), one_row(at, 1, moving=moving))
    u = np.concatenate([np.linspace(0, 60, 200_001), at])
    curve = -np.expm1(-u) if moving else envelope(at, u)
    highest = float((weight * curve - price * u).max())
    assert highest <= found[0] + 1e-12
    assert found[0] == pytest.approx(highest, abs=1e-7)


def test_a_target_out_of_reach_is_worth_nothing() -> None:
    """A stationary target that no fleet can search adds nothing to the bound, even for nothing."""
    rows = Envelope(np.array([1, 0], np.int32), np.array([[0.0, 0.7], [0.0, np.inf]]))
    found = conjugate(np.array([0.4, 0.6]), np.zeros(2), rows)
    assert found.tolist() == [0.0, 0.6]


@given(visits=VISITS, u=st.floats(0, 30), v=st.floats(0, 30), moving=st.booleans())
def test_the_slope_supports_the_envelope(
    visits: list[float], u: float, v: float, moving: bool
) -> None:
    """The line through ``u`` with the slope there lies above the envelope everywhere."""
    at, weight = knots(visits), np.array([0.3])
    price = float(slope(weight, np.array([u]), one_row(at, 1, moving=moving))[0])
    at_u, at_v = (-np.expm1(-x) if moving else float(envelope(at, np.array(x))) for x in (u, v))
    assert 0.3 * at_v <= 0.3 * at_u + price * (v - u) + 1e-12
