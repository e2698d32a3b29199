"""Sorties that are planned anew together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planner.solve.related import related
from tests.instances import hex_instance
from tests.solve.reference import useful_sorties

INSTANCE = hex_instance(4, 5, n_steps=40, max_steps=12, counts=(2, 2))
SORTIES = [sortie for fleet in (0, 1) for sortie in useful_sorties(INSTANCE, fleet)[:12]]


@given(seed=st.integers(0, 10**6), count=st.integers(1, 30))
def test_related_sorties_are_distinct_ones_of_the_plan(seed: int, count: int) -> None:
    """As many as asked are drawn, or all there are, each once."""
    found = related(INSTANCE, SORTIES, count, np.random.default_rng(seed))
    assert len(found) == min(count, len(SORTIES))
    assert len({id(sortie) for sortie in found}) == len(found)
    assert {id(sortie) for sortie in found} <= {id(sortie) for sortie in SORTIES}


def test_related_sorties_are_nearer_than_others() -> None:
    """Next to chance, pairs drawn depart nearer in time, share water or share a unit."""
    rng = np.random.default_rng(1)
    pairs = [related(INSTANCE, SORTIES, 2, rng) for _ in range(600)]
    order = rng.permutation([(a, b) for a in range(24) for b in range(24) if a != b])[:600]
    chance = [(SORTIES[a], SORTIES[b]) for a, b in order]

    def alike(drawn: list) -> tuple[float, float]:
        shared = [np.isin(a.visits[:, 1], b.visits[:, 1]).mean() for a, b in drawn]
        return float(np.mean(shared)), float(np.mean([a.fleet == b.fleet for a, b in drawn]))

    assert all(near > far for near, far in zip(alike(pairs), alike(chance), strict=True))
