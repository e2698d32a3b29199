"""What visits are worth, against sums in plain Python."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.solve.pricing import IMPOSSIBLE
from planner.solve.worth import visit_worths
from tests.instances import random_instance
from tests.solve.reference import may_visit
from tests.solve.test_pricing import SEEDS, SHAPES, random_prices, worth_by_hand


@settings(max_examples=60)
@given(seed=SEEDS, shape=SHAPES)
def test_a_visit_is_worth_its_exposure_at_the_prices(seed: int, shape: dict[str, Any]) -> None:
    """A visit that may start earns by exposure and by what it finds alone; no other is priced."""
    instance = random_instance(seed, **shape)
    price = random_prices(instance, seed)
    for fleet, worths in zip(instance.fleets, visit_worths(instance), strict=True):
        worth = worths.linear(price)
        by_hand = worth_by_hand(instance, fleet, price)
        for step in range(worth.shape[0]):
            for cell in range(instance.n_cells):
                if step < instance.n_steps and may_visit(instance, fleet, step, cell):
                    assert worth[step, cell] == pytest.approx(by_hand[step][cell], abs=1e-15)
                else:
                    assert worth[step, cell] < IMPOSSIBLE


@settings(max_examples=40)
@given(seed=SEEDS, shape=SHAPES, data=st.data())
def test_some_steps_are_worth_what_they_are_among_all(
    seed: int, shape: dict[str, Any], data: st.DataObject
) -> None:
    """Worked out for some steps only, visits that start in them are worth the same."""
    instance = random_instance(seed, **shape)
    price = random_prices(instance, seed)
    since = data.draw(st.integers(0, instance.n_steps))
    until = data.draw(st.integers(since, instance.n_steps + 5))
    other = random_prices(instance, seed + 1)
    for worths in visit_worths(instance):
        whole = worths.linear(price)[since:until].copy()
        worths.linear(other)
        assert worths.linear(price, since, until)[since:until].tolist() == whole.tolist()
