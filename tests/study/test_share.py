"""What fleets lend each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.problem.arrays import CapacityRow, Instance
from planner.solve.bound import Cut
from planner.solve.coverage import Coverage
from planner.solve.sorties import Pool, Roster, Sortie, make_sortie
from planner.study.share import Found, Ledger, detection_of, fitted
from tests.instances import hex_instance, rough
from tests.solve.reference import keeps_rows


def sized(*counts: int, least: int = 0, taken: tuple[tuple[int, int], ...] = ()) -> Instance:
    """Return one problem with these numbers of hulls, each unit in either of two sea states."""

    def rows(count: int) -> tuple[CapacityRow, ...]:
        return CapacityRow(count, 12, taken=taken), CapacityRow(count, 20, least)

    instance = rough(hex_instance(counts=(1,) * len(counts), n_moving=3), 0, states=2)
    fleets = tuple(replace(fleet, rows=rows(counts[fleet.unit])) for fleet in instance.fleets)
    return replace(instance, fleets=fleets)


def walk(seed: int, hulls: tuple[int, ...], trips: int = 3) -> tuple[Sortie, ...]:
    """Return a plan of this many hulls a unit, each sailing ``trips`` short sorties."""
    rng, instance, plan = np.random.default_rng(seed), sized(*hulls), []
    for unit, count in enumerate(hulls):
        for _ in range(count):
            depart = int(rng.integers(0, 2))
            for _ in range(trips):
                fleet = int(rng.choice(instance.units[unit]))
                net = instance.fleets[fleet].network
                cells = net.active()
                cell = int(rng.choice(cells[net.deploy_steps[cells] < 6]))
                arrive = depart + int(net.deploy_steps[cell])
                back = arrive + int(net.visit_steps[cell] + net.return_steps[cell])
                if back > instance.n_steps:
                    break
                visits = np.array([[arrive, cell]], np.int32)
                plan.append(make_sortie(instance, fleet, depart, back, visits))
                depart = back + 20
    return tuple(plan)


@given(st.integers(0, 10_000), st.integers(0, 3), st.integers(0, 3))
def test_a_cut_plan_fits_and_keeps_only_what_was_there(seed: int, first: int, second: int) -> None:
    """It holds for the smaller fleet, is a part of the plan, and detects no more than it."""
    plan, small = walk(seed, (3, 3)), sized(first, second)
    kept = fitted(plan, small)
    assert Roster(small, kept).fits()
    assert {id(sortie) for sortie in kept} <= {id(sortie) for sortie in plan}
    assert detection_of(kept, small) <= detection_of(plan, small) + 1e-12
    assert detection_of(kept, small) == pytest.approx(Coverage(small.targets, kept).detection())


SPANS = st.tuples(st.integers(0, 60), st.integers(1, 40)).map(lambda s: (s[0], sum(s)))


@given(
    st.integers(0, 10_000),
    st.integers(0, 2),
    st.integers(0, 50),
    st.lists(SPANS, max_size=3).map(tuple),
)
def test_a_cut_plan_fits_beside_what_is_taken(
    seed: int, hulls: int, least: int, taken: tuple[tuple[int, int], ...]
) -> None:
    """It fits where hulls are out of service, be they more than there are, and where crews rest;
    of what is dropped nothing could have stayed.
    """
    plan, small = walk(seed, (3, 1)), sized(hulls, 1, least=least, taken=taken)
    kept = fitted(plan, small)
    assert Roster(small, kept).fits()
    for unit, rows in enumerate(small.rows):
        assert keeps_rows(rows, [s for s in kept if small.unit(s.fleet) == unit])
    if not taken and not least and hulls:
        assert kept


def test_more_out_of_service_than_there_are_hides_no_crowd() -> None:
    """Where outages exceed the hulls for a while, sorties too many later are still dropped."""
    both = walk(4, (2,), trips=1)
    late = [replace(s, depart=s.depart + 40, return_=s.return_ + 40) for s in both]
    assert len(fitted(late, sized(1, taken=((0, 9), (3, 6))))) == 1


@given(st.integers(0, 10_000))
def test_a_plan_that_fits_is_left_alone(seed: int) -> None:
    """Nothing is dropped for a fleet as large or larger."""
    plan = walk(seed, (2, 1))
    assert fitted(plan, sized(2, 1)) == plan
    assert fitted(plan, sized(3, 2)) == plan


def test_the_least_valuable_of_two_rivals_is_dropped() -> None:
    """Of two sorties at one time with one hull, the one that detects more stays."""
    both = walk(4, (2,), trips=1)
    kept = fitted(both, sized(1))
    assert len(kept) == 1
    assert detection_of(kept, sized(1)) == max(detection_of([s], sized(1)) for s in both)


def test_the_ledger_lends_plans_up_and_down_and_bounds_down() -> None:
    """After one finding every fleet has a plan it can man; only smaller ones have its bound."""
    instances = {n: sized(n) for n in (1, 2, 3)}
    ledger, plan = Ledger(instances), walk(1, (2,))
    detection = detection_of(plan, instances[2])
    ledger.record(Found(2, detection, 0.7, plan, Pool(plan), (), 1.0))
    assert ledger.planned == (2,)
    assert [ledger.bound[n] for n in (1, 2, 3)] == [0.7, 0.7, float("inf")]
    assert ledger.best[3].sorties == ledger.best[2].sorties == plan
    assert ledger.best[3].planned_boats == 2
    assert Roster(instances[1], ledger.best[1].sorties).fits()
    assert 0 < ledger.best[1].detection < detection
    assert ledger.best[1].planned_boats == 1


def test_the_ledger_never_forgets_the_better() -> None:
    """A worse plan or a looser bound later changes nothing but time and pool."""
    instances = {n: sized(n) for n in (1, 2)}
    ledger, good, poor = Ledger(instances), walk(1, (2,)), walk(2, (1,), trips=1)
    ledger.record(Found(2, detection_of(good, instances[2]), 0.6, good, Pool(good), (), 1.0))
    before = dict(ledger.best)
    ledger.record(Found(2, detection_of(poor, instances[2]), 0.9, poor, Pool(poor), (), 2.0))
    assert ledger.best == before
    assert ledger.bound == {1: 0.6, 2: 0.6}
    assert ledger.time_s[2] == 3.0
    assert len(ledger.pool) == len({sortie.key for sortie in (*good, *poor)})


def test_prices_found_for_one_fleet_bound_the_others() -> None:
    """A cut bounds every fleet by its own hulls, below a bound lent downwards."""
    instances = {n: sized(n) for n in (1, 2, 3)}
    ledger, plan = Ledger(instances), walk(1, (2,))
    worth = tuple((0.125,) * len(rows) for rows in instances[2].rows)
    cut = Cut(np.zeros(1), 0.25, worth, tuple(tuple(() for _ in own) for own in worth))
    ledger.record(Found(2, 0.1, cut.bound(instances[2]), plan, Pool(plan), (cut,), 1.0))
    assert [ledger.bound[n] for n in (1, 2, 3)] == [cut.bound(instances[n]) for n in (1, 2, 3)]
    assert ledger.bound[1] < ledger.bound[2] < ledger.bound[3]
