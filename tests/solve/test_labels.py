"""What labels remember, against what sorties truly add and against all sorties there are."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem.arrays import Fleet, Instance
from planner.solve.coverage import Coverage
from planner.solve.labels import SIGHTED, WORDS, Room
from planner.solve.pathaware import PathAwarePricer
from planner.solve.pricing import IMPOSSIBLE
from planner.solve.sorties import make_sortie
from planner.solve.worth import VisitWorth
from tests.instances import random_instance
from tests.solve.reference import Visits, looks_by_visit, pairs, seen_by_visit, sorties_of


def alone(instance: Instance, fleet: Fleet, visits: Visits) -> float:
    """Detection of one sortie, target by target."""
    total: dict[int, float] = {}
    for step, cell in visits:
        for j, u in seen_by_visit(instance, fleet, step, cell).items():
            total[j] = total.get(j, 0.0) + u
    return sum(float(instance.targets.weight[j]) * -math.expm1(-u) for j, u in total.items())


def crossed_twice(instance: Instance, fleet: Fleet, visits: Iterable[tuple[int, int]]) -> bool:
    """Whether one visit sights a track twice, which counts as two first looks."""
    looks = (looks_by_visit(instance, fleet, *visit) for visit in visits)
    return any(len(seen) > 1 for each in looks for seen in each.values())


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), n_moving=st.integers(1, 4))
def test_tracks_sighted_lately_count_once(seed: int, n_moving: int) -> None:
    """With tracks a value is what the sortie adds, and no less where it makes many visits."""
    instance = random_instance(
        seed, n_layers=2, n_cells=6, n_steps=30, max_steps=16, n_moving=n_moving
    )
    coverage, fleet = Coverage(instance.targets), instance.fleets[0]
    pricer = PathAwarePricer(instance.targets, fleet, VisitWorth(instance.targets, fleet).allowed)
    departures = fleet.network.departures
    cap = np.full(departures.size, fleet.network.max_steps, np.int32)
    profile = pricer.profile(coverage.residual(), departures, cap).value
    for d, duration in np.argwhere(profile > IMPOSSIBLE).tolist():
        depart = int(departures[d])
        visits = pricer.visits(coverage.residual(), depart, duration, duration)
        value = pricer.profile(
            coverage.residual(), departures[d : d + 1], np.array([duration], np.int32)
        )
        sortie = make_sortie(instance, 0, depart, depart + duration, visits)
        coverage.add(sortie)
        added, priced = coverage.detection(), float(value.value[0, duration])
        coverage.remove(sortie)
        assert added <= priced + 1e-12
        if len(visits) <= SIGHTED + 1 and not crossed_twice(instance, fleet, pairs(visits)):
            assert added == pytest.approx(priced, abs=1e-12)


def test_most_priced_sorties_are_the_best_there_are() -> None:
    """Nine in ten of the sorties priced detect as much as any sortie of their departure.

    Where ways are chosen heedless of what the next visit searches again, only five in six do.
    """
    best_of_all = found = 0
    for seed in range(40):
        instance = random_instance(
            seed, n_cells=6, n_steps=16, max_steps=11, n_moving=3, n_layers=2
        )
        targets, fleet = instance.targets, instance.fleets[0]
        pricer = PathAwarePricer(targets, fleet, VisitWorth(targets, fleet).allowed)
        for departure in fleet.network.departures.tolist():
            ways = [alone(instance, fleet, v) for _, v in sorties_of(instance, fleet, departure)]
            if max(ways, default=0.0) > 0:
                at = np.array([[departure], [fleet.network.max_steps]], np.int32)
                (priced,) = pricer.best(targets.weight, *at)
                value = alone(instance, fleet, pairs(priced.visits))
                assert value <= max(ways) + 1e-12
                best_of_all += 1
                found += value >= max(ways) - 1e-9
    assert best_of_all > 100
    assert found >= 0.9 * best_of_all


def test_a_room_gives_as_many_labels_as_asked() -> None:
    """Labels of a room are of the shape asked for, apart from each other, down to no cell."""
    room = Room(10, 7, 30)
    for n_steps, m in ((11, 7), (4, 3), (5, 0)):
        labels = room.labels(n_steps, m)
        shapes = [each.shape for each in labels]
        assert shapes == [(n_steps, m)] * (len(labels) - 2) + [(n_steps, m, WORDS)] * 2
        for number, each in enumerate(labels):
            each[...] = number
        assert all((each == number).all() for number, each in enumerate(labels))
        assert room.worth(30, m).shape == (30, m)
