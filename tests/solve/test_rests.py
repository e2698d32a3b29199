"""Breaks of single sorties against the rules in plain Python."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.solve.rests import rests_before, rests_home, rests_out
from planner.solve.sorties import breaks_kept, fuel_l, hop_duration
from tests.instances import ANCHORED, RESTED, ROUGH, random_instance
from tests.solve.reference import fuel_of, obeys, sorties_of

SEEDS = st.integers(0, 10**6)
SHAPES = st.sampled_from(
    (
        {"n_layers": 1, "max_steps": 16, "breaks": RESTED},
        {"n_layers": 1, "max_steps": 18, "n_cells": 3, "breaks": ANCHORED},
        {"n_layers": 1, "max_steps": 18, "n_cells": 3, "breaks": ANCHORED, **ROUGH},
        {"n_layers": 1, "max_steps": 14, "n_cells": 4, "breaks": {"every": 3, "lasts": 2}},
    )
)
FEW = 60
"""Sorties looked at of each fleet."""


@settings(max_examples=50)
@given(seed=SEEDS, shape=SHAPES, shifts=st.lists(st.integers(-2, 3), min_size=4, max_size=4))
def test_a_sortie_keeps_its_breaks_as_the_plain_rules_say(
    seed: int, shape: dict[str, Any], shifts: list[int]
) -> None:
    """Of sorties that the network allows without breaks, the same ones keep them."""
    instance = random_instance(seed, **shape)
    for fleet in instance.fleets:
        plain = replace(fleet, breaks=None)
        for depart in fleet.network.departures.tolist():
            for back, visits in islice(sorties_of(instance, fleet, depart), FEW):
                table = np.array(visits, np.int32)
                assert breaks_kept(fleet, depart, back, table)
                later = [s + d for (s, _), d in zip(visits, shifts, strict=False)]
                moved = tuple((s, cell) for s, (_, cell) in zip(later, visits, strict=False))
                if len(moved) < len(visits) or min(later) < depart:
                    continue
                done = moved[-1][0] + int(fleet.network.visit_steps[moved[-1][1]])
                straight = done + int(fleet.network.return_steps[moved[-1][1]])
                if not obeys(instance, plain, depart, straight, moved):
                    continue
                for home in range(straight, straight + 4):
                    kept = breaks_kept(fleet, depart, home, np.array(moved, np.int32))
                    assert kept == obeys(instance, fleet, depart, home, moved) or (
                        home > instance.n_steps
                    )


@settings(max_examples=30)
@given(seed=SEEDS, shape=SHAPES)
def test_breaks_lie_in_waits_and_on_ways(seed: int, shape: dict[str, Any]) -> None:
    """Of a sortie the breaks named are as many as lie behind it, and it burns what legs burn."""
    instance = random_instance(seed, **shape)
    for fleet in instance.fleets:
        own, net = fleet.breaks, fleet.network
        assert own is not None
        for depart in net.departures.tolist():
            for back, visits in islice(sorties_of(instance, fleet, depart), FEW):
                begins = list(rests_out(fleet, depart, visits[0][1]))
                clock, before = depart + int(net.deploy_steps[visits[0][1]]), -1
                for start, cell in visits:
                    clock += hop_duration(fleet, before, cell) if before >= 0 else 0
                    found = rests_before(fleet, depart, clock, start, cell)
                    assert found is not None
                    begins += found
                    clock, before = start + int(net.visit_steps[cell]), cell
                begins += rests_home(fleet, depart, clock, back)
                assert all(b - a >= own.lasts for a, b in pairwise(begins))
                since = [depart, *(begin + own.lasts for begin in begins)]
                every = own.latest[0]
                assert all(b - a <= every for a, b in zip(since, [*begins, back], strict=True))
                litres = fuel_l(fleet, depart, back, np.array(visits, np.int32))
                assert litres == fuel_of(fleet, depart, back, visits)
