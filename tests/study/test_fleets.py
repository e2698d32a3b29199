"""Fleets of several sizes over one problem."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planner.problem.arrays import CapacityRow
from planner.problem.build import build
from planner.study.fleets import deal, resized
from tests.instances import hex_instance, rough
from tests.problem.off_aktau import scenario_of, sea, tables

DAY = "2006-05-22T{:02d}:00:00+05:00"

OUT = [
    {"hull": hull, "start": DAY.format(begin), "end": DAY.format(end)}
    for hull, begin, end in (("Boats 1", 2, 3), ("Boats 2", 6, 8))
]
"""Steps 12 to 18 and 36 to 48."""

UNITS = st.integers(1, 5).map(lambda n: tuple(f"unit {k}" for k in range(n)))


@given(st.integers(0, 40), UNITS)
def test_all_boats_are_dealt_evenly(boats: int, units: tuple[str, ...]) -> None:
    """Shares sum to the number of boats, differ by one at most, and earlier units come first."""
    found = list(deal(boats, units).values())
    assert sum(found) == boats
    assert max(found) - min(found) <= 1
    assert found == sorted(found, reverse=True)


@given(st.integers(0, 40), UNITS)
def test_one_more_boat_takes_none_away(boats: int, units: tuple[str, ...]) -> None:
    """Fleets are nested, so a smaller fleet's plan is one of the larger."""
    less, more = deal(boats, units), deal(boats + 1, units)
    assert all(more[name] >= less[name] for name in units)


def test_only_the_capacities_of_the_units_named_change() -> None:
    """Network, targets and the other units are the very same objects."""
    instance = hex_instance(counts=(3, 2))
    found = resized(instance, _scenario(3, 2), {"unit 0": 5})
    assert found.targets is instance.targets
    assert found.fleets[0].network is instance.fleets[0].network
    assert found.fleets[0].rows == (CapacityRow(5, instance.fleets[0].rows[0].gap_steps),)
    assert found.fleets[1] is instance.fleets[1]


def test_a_unit_changes_in_all_its_sea_states() -> None:
    """A unit of a fleet for each sea state has its new number of hulls in every one of them."""
    instance = rough(hex_instance(counts=(3, 2)), 0, states=3)
    found = resized(instance, _scenario(3, 2), {"unit 1": 5})
    assert [row.capacity for (row,) in found.rows] == [3, 5]
    assert [fleet.rows for fleet in found.fleets] == [found.rows[f.unit] for f in found.fleets]


def test_outages_go_with_their_hulls() -> None:
    """Fewer hulls have the outages of those that are left; more have those that there were."""
    scenario = scenario_of(tables() | {"outage": OUT})
    instance = build(scenario, sea()).instance
    ((first, second),) = {fleet.rows for fleet in instance.fleets if fleet.unit == 0}
    assert (first.capacity, first.taken, second.taken) == (2, ((12, 18), (36, 48)), ())
    for hulls, taken in ((0, ()), (1, ((12, 18),)), (2, first.taken), (5, first.taken)):
        rows = resized(instance, scenario, {scenario.unit[0].name: hulls}).rows
        assert (rows[0][0].capacity, rows[0][0].taken) == (hulls, taken)
        assert rows[0][1] == CapacityRow(
            -(-second.capacity * hulls // 2), second.gap_steps, second.least_steps
        )
        assert rows[1:] == instance.rows[1:]


@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 12))
def test_crews_grow_in_proportion(count: int, crews: int, hulls: int) -> None:
    """Hulls are exact; crews keep their share, rounded up, and never shrink with more hulls."""
    instance = hex_instance()
    rows = (CapacityRow(count, 6), CapacityRow(crews, 20))
    fleet = SimpleNamespace(rows=rows)
    first = instance.fleets[0]
    changed = resized(
        type(instance)(
            instance.n_steps,
            instance.targets,
            (type(first)(**{**first.__dict__, "rows": fleet.rows}),),
        ),
        _scenario(count),
        {"unit 0": hulls},
    ).fleets[0].rows  # fmt: skip
    assert changed[0].capacity == hulls
    assert crews * hulls <= changed[1].capacity * count < crews * hulls + count
    assert [row.gap_steps for row in changed] == [6, 20]


def _scenario(*counts: int) -> Any:
    """Return what is read of a scenario: the names and sizes of its units."""
    units = [
        SimpleNamespace(name=f"unit {k}", count=count, alert=0) for k, count in enumerate(counts)
    ]
    return SimpleNamespace(unit=units)
