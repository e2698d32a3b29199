"""What a path remembers: which looks count, what bits stand for, and when they are cleared."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.solve.compiled import compiled
from planner.solve.memory import STRONG, TIMES, assign, blank, fill, lowest, sights_of
from tests.instances import random_instance
from tests.solve.reference import looks_by_visit, may_visit


@compiled
def place_of(word):  # type: ignore[no-untyped-def]
    """The place of the lowest bit, from compiled code, where it is used."""
    return lowest(word)


@given(st.integers(1, 2**64 - 1))
def test_the_lowest_bit_is_found(word: int) -> None:
    """It is where counting zeros from the end finds it."""
    assert place_of(np.uint64(word)) == len(bin(word)) - len(bin(word).rstrip("0"))


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), epochs=st.sampled_from((None, 4)))
def test_sights_hold_for_every_visit(seed: int, epochs: int | None) -> None:
    """No look finds more than the best, no strong one less than the least; all begin in time."""
    weather = {} if epochs is None else {"epochs": epochs}
    instance = random_instance(seed, n_layers=2, n_moving=2, **weather)
    fleet = instance.fleets[0]
    sights = sights_of(instance, fleet)
    seen = defaultdict(list)
    for step in range(instance.n_steps):
        for cell in fleet.network.active().tolist():
            if may_visit(instance, fleet, step, cell):
                for j, looks in looks_by_visit(instance, fleet, step, cell).items():
                    seen[j] += [(step, -math.expm1(-u)) for u in looks]
    assert seen
    for j, looks in seen.items():
        assert max(finds for _, finds in looks) <= sights.most[j] + 1e-15
        strong = [finds for _, finds in looks if finds >= STRONG * sights.most[j]]
        assert min(strong, default=1.0) >= sights.least[j] - 1e-15
        assert sights.first[j] <= min(step for step, _ in looks)
        assert sights.last[j] >= max(step for step, _ in looks)


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), start=st.integers(0, 12), room=st.sampled_from((2, 64, 512)))
def test_bits_stand_for_one_target_at_a_time(seed: int, start: int, room: int) -> None:
    """Targets of one bit cannot both be seen; it is cleared between them, and costs what it may."""
    instance = random_instance(seed, n_layers=2, n_moving=3, n_steps=30)
    sights, horizon = sights_of(instance, instance.fleets[0]), 14
    price = np.random.default_rng(seed).uniform(0, 1, instance.targets.weight.size)
    slot = np.full(price.size, -1, np.int32)
    near = np.ones(instance.n_cells, bool)
    ends = np.empty(room, np.int64)
    bits = assign(start, horizon, near, price, 0.0, sights, slot, ends)
    times = blank(horizon, bits)
    fill(start, price, sights, slot, times)
    owners = defaultdict(list)
    for j in np.flatnonzero(slot >= 0).tolist():
        owners[int(slot[j])].append(j)
    assert len(owners) == bits <= room
    for bit, targets in owners.items():
        targets.sort(key=lambda j: sights.first[j])
        for one, other in pairwise(targets):
            assert sights.last[one] < sights.first[other]
        for s in range(horizon + 1):
            owner = [j for j in targets if sights.first[j] <= start + s <= sights.last[j]]
            costs = [price[j] * sights.most[j] * sights.least[j] for j in owner]
            assert times.cost[s, 0, bit] == pytest.approx(sum(costs))
            assert times.common[s, bit] <= times.cost[s, 0, bit] + 1e-15
            place = np.uint64(1) << np.uint64(bit % 64)
            over = any(sights.last[j] == start + s - 1 for j in targets)
            assert bool(times.ahead[s, bit // 64] & place) is not over
            begins = any(sights.first[j] == start + s + 1 for j in targets)
            assert bool(times.behind[s, bit // 64] & place) is not begins
    assert times.cost.shape[1] == TIMES
