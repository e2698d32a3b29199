"""Part of a network, and what is found when only that is looked at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem.arrays import Fleet, IntArray
from planner.solve.part import ADJOINS, RESTS, WAITS, part_of
from planner.solve.pathaware import PathAwarePricer
from planner.solve.worth import VisitWorth
from tests.instances import ANCHORED, ROUGH, random_instance
from tests.solve.reference import pairs

SEEDS = st.integers(0, 10**6)


def some_cells(fleet: Fleet, seed: int) -> IntArray:
    """Some of the cells that a fleet can search, in order."""
    active = fleet.network.active()
    return active[np.random.default_rng(seed).random(active.size) < 0.6]


@settings(max_examples=40)
@given(seed=SEEDS, kind=st.sampled_from(({}, {"breaks": ANCHORED})))
def test_the_ways_of_a_part_are_those_between_its_cells(seed: int, kind: dict) -> None:
    """Hulls come to a cell by staying there, from what adjoins it, then by hop, in their order."""
    for fleet in random_instance(seed, n_cells=7, **kind).fleets:
        net, cells = fleet.network, some_cells(fleet, seed)
        part = part_of(fleet, cells)
        for a, cell in enumerate(cells.tolist()):
            hops = range(int(net.hop_ptr[cell]), int(net.hop_ptr[cell + 1]))
            expected = [(cell, 1, WAITS)]
            expected += [(cell, fleet.breaks.lasts, RESTS)] if fleet.breaks else []
            expected += [(i, 0, ADJOINS) for i in net.adjacent[cell].tolist() if i in cells]
            expected += [
                (int(net.hop_from[k]), int(net.hop_steps[k]), k)
                for k in hops
                if net.hop_from[k] in cells
            ]
            ways = slice(int(part.ptr[a]), int(part.ptr[a + 1]))
            origin = cells[part.origin[ways]].tolist()
            found = [*zip(origin, part.lasts[ways].tolist(), part.kind[ways].tolist(), strict=True)]
            assert found == expected
            assert part.steps[a] == net.visit_steps[cell]
            assert (part.deploy[a], part.back[a]) == (
                net.deploy_steps[cell],
                net.return_steps[cell],
            )


@settings(max_examples=40)
@given(seed=SEEDS, kind=st.sampled_from(({}, ROUGH, {"breaks": ANCHORED})))
def test_a_part_is_priced_as_if_no_other_cell_could_be_searched(seed: int, kind: dict) -> None:
    """Looking at part of the cells finds the sorties of a fleet that can search only those."""
    instance = random_instance(seed, n_cells=7, max_steps=14, n_steps=30, **kind)
    for fleet in instance.fleets:
        net, cells = fleet.network, some_cells(fleet, seed)
        allowed = VisitWorth(instance.targets, fleet).allowed
        looking = PathAwarePricer(instance.targets, fleet, allowed)
        looking.part = part_of(fleet, cells)
        steps = np.zeros_like(net.visit_steps)
        steps[cells] = net.visit_steps[cells]
        bound = replace(fleet, network=replace(net, visit_steps=steps))
        alone = PathAwarePricer(instance.targets, bound, allowed)
        longest = np.full(net.departures.size, net.max_steps, np.int32)
        weight = instance.targets.weight
        value = looking.profile(weight, net.departures, longest).value
        assert (value == alone.profile(weight, net.departures, longest).value).all()
        for sortie in looking.best(weight, net.departures, longest):
            depart, lasts = sortie.depart, sortie.duration
            again = alone.visits(weight, depart, net.max_steps, lasts)
            assert pairs(sortie.visits) == pairs(again)
            assert sortie.value == value[net.departures == depart, lasts]
