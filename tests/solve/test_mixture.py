"""Mixtures of known sorties against the linear programme of their own relaxation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from planner.problem.arrays import Instance
from planner.solve import Sortie
from planner.solve.envelope import envelope_of
from planner.solve.mixture import Mixture
from planner.solve.sorties import looks_of
from tests.instances import ROUGH, random_instance
from tests.solve.reference import dense, useful_sorties

SEEDS = st.integers(0, 10**6)
SHORT = {"n_steps": 16, "every": 4, "max_steps": 9}
ONE_ROW = (
    SHORT,
    SHORT | {"n_layers": 2, "n_moving": 2},
    SHORT | {"rows": (((2, 3),),), "n_cells": 4},
    SHORT | {"rows": (((1, 3),), ((2, 1),)), "n_cells": 4},
    SHORT | ROUGH,
)
TWO_ROWS = (SHORT | {"rows": (((1, 1), (2, 6)),)}, SHORT | {"rows": (((2, 1), (1, 6)),)})

TANGENTS = np.linspace(0.0, 6.0, 121)
"""Exposures at which the programme's curve touches ``1 − exp(−u)``; it lies above elsewhere."""


def known(instance: Instance) -> list[Sortie]:
    """Every sortie that could be of use, unit by unit."""
    return [s for unit in range(len(instance.units)) for s in useful_sorties(instance, unit)]


def mixed(instance: Instance, sorties: list[Sortie]) -> Mixture:
    """A mixture of these sorties, not yet improved."""
    mixture = Mixture(instance, envelope_of(instance))
    mixture.add(sorties)
    return mixture


def relaxed_value(instance: Instance, sorties: list[Sortie]) -> float:
    """``max Σ w min(1 − exp(−U), E)`` over shares of sorties that no step has too many of."""
    targets = instance.targets
    m, n = targets.weight.size, len(sorties)
    exposure, looks = np.zeros((m, n)), np.zeros((m, n))
    for k, sortie in enumerate(sorties):
        exposure[:, k] = dense(instance, sortie)
        looks[sortie.target, k] = looks_of(instance, sortie)
    rows: list[np.ndarray] = [np.hstack([-looks, np.eye(m)])]
    limits: list[np.ndarray] = [np.zeros(m)]
    for at in TANGENTS:
        rows.append(np.hstack([-np.exp(-at) * exposure, np.eye(m)]))
        limits.append(np.full(m, 1.0 - np.exp(-at) * (1.0 + at)))
    for unit, own in enumerate(instance.rows):
        for row in own:
            for step in range(instance.n_steps):
                busy = [
                    instance.unit(s.fleet) == unit
                    and s.depart <= step < row.until(s.depart, s.return_)
                    for s in sorties
                ]
                rows.append(np.hstack([np.array(busy, float), np.zeros(m)])[None, :])
                limits.append(np.array([float(row.capacity)]))
    gain = np.concatenate([np.zeros(n), -targets.weight])
    found = linprog(gain, np.vstack(rows), np.concatenate(limits), method="highs")
    return float(-found.fun)


@settings(max_examples=25)
@given(seed=SEEDS, shape=st.sampled_from(ONE_ROW))
def test_a_mixture_comes_near_the_best_one(seed: int, shape: dict[str, Any]) -> None:
    """Of all known sorties it counts no more than the linear programme, and at most 2 % less."""
    instance = random_instance(seed, **shape)
    sorties = known(instance)
    if not sorties:
        return
    value = mixed(instance, sorties).improve(0.0).value
    best = relaxed_value(instance, sorties)
    assert 0.98 * best - 1e-9 <= value <= best + 1e-9


@settings(max_examples=15)
@given(seed=SEEDS, shape=st.sampled_from(TWO_ROWS))
def test_hulls_and_crews_both_count(seed: int, shape: dict[str, Any]) -> None:
    """Where both bind it counts no less than the linear programme that keeps both, nearly."""
    instance = random_instance(seed, **shape)
    sorties = known(instance)
    if sorties:
        value = mixed(instance, sorties).improve(0.0).value
        assert value >= 0.98 * relaxed_value(instance, sorties) - 1e-9


@settings(max_examples=25)
@given(seed=SEEDS, shape=st.sampled_from(ONE_ROW + TWO_ROWS))
def test_no_known_sortie_gains_at_the_prices_of_the_mixture(
    seed: int, shape: dict[str, Any]
) -> None:
    """What each sortie earns less what its time is worth is as told, best first, and nothing."""
    instance = random_instance(seed, **shape)
    mixture = mixed(instance, known(instance))
    if not mixture.size:
        return
    relaxation = mixture.improve(0.0)
    told = mixture.foremost(relaxation)
    assert [gain for gain, _ in told] == sorted((gain for gain, _ in told), reverse=True)
    for gain, sortie in told:
        network = instance.fleets[sortie.fleet].network
        d = network.departures.tolist().index(sortie.depart)
        earned = float(relaxation.price[0] @ dense(instance, sortie)) + float(
            relaxation.price[1][sortie.target] @ looks_of(instance, sortie)
        )
        taken = relaxation.occupied[sortie.fleet][d, sortie.return_ - sortie.depart]
        assert gain == pytest.approx(earned - taken, abs=1e-12)
        assert gain <= 1e-12


@settings(max_examples=25)
@given(seed=SEEDS, shape=st.sampled_from(ONE_ROW), parts=st.integers(2, 4))
def test_sorties_may_come_in_parts(seed: int, shape: dict[str, Any], parts: int) -> None:
    """Sorties added while mixing lead where all of them at once lead, within 2 %."""
    instance = random_instance(seed, **shape)
    sorties = known(instance)
    if not sorties:
        return
    mixture = Mixture(instance, envelope_of(instance))
    for k in range(parts):
        if sorties[k::parts]:
            mixture.add(sorties[k::parts])
            value = mixture.improve(0.0).value
    assert mixture.size == len(sorties)
    assert value == pytest.approx(mixed(instance, sorties).improve(0.0).value, rel=0.02)
