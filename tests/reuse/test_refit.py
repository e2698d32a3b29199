"""Sorties laid anew: the same on the same problem, feasible on every other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.problem.arrays import FuelRule, Instance
from planner.reuse import refit as module
from planner.reuse.parts import parts_of
from planner.reuse.refit import Clock, Fits, Fitter, Refitted, _fit, refit
from planner.solve import Sortie
from tests.instances import ANCHORED, RESTED, ROUGH, random_instance
from tests.problem.off_aktau import problem, scenario, tables
from tests.reuse.known import changed, learned, result
from tests.solve.reference import dense, feasible, fuel_of, obeys, pairs, sortie_of, useful_sorties


def refitted(**changes: object) -> tuple[Instance, Refitted]:
    """Stored sorties on the small sea with other values of its tables."""
    now, arrays = changed(tables() | changes)
    return arrays.instance, refit(learned(), parts_of(now, arrays), arrays.instance)


def test_on_the_same_problem_nothing_changes() -> None:
    """Every sortie kept comes back with its times and exposures; the plan's are known as such."""
    instance = problem().instance
    found = refit(learned(), parts_of(scenario(), problem()), instance)
    assert found.kept == len(found.sorties) == len(learned().columns)
    assert not found.dropped
    by_key = {sortie.key: sortie for sortie in result().pool}
    for sortie in found.sorties:
        np.testing.assert_array_equal(dense(instance, sortie), dense(instance, by_key[sortie.key]))
    assert {s.key for s in found.planned} == {s.key for s in result().sorties}


def same(one: Refitted, other: Refitted, instance: Instance) -> None:
    """Assert that two ways to lay sorties came to the same."""
    assert [s.key for s in one.sorties] == [s.key for s in other.sorties]
    assert [s.key for s in one.planned] == [s.key for s in other.planned]
    assert (one.kept, one.dropped) == (other.kept, other.dropped)
    np.testing.assert_array_equal(one.worth, other.worth)
    for a, b in zip(one.sorties, other.sorties, strict=True):
        np.testing.assert_array_equal(dense(instance, a), dense(instance, b))


@pytest.mark.parametrize("most", [1, 7, 100_000])
def test_what_was_laid_before_is_what_is_laid_anew(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For other numbers of hulls, however few outcomes are kept; with hulls that do not fit."""
    monkeypatch.setattr(module, "FITS_KEPT", most)
    old = learned()
    gone = replace(old.columns, visit_cell=old.columns.visit_cell.copy())
    gone.visit_cell[::5] = 0
    fits = Fits()
    for count, told in ((1, old), (3, replace(old, columns=gone)), (2, old)):
        unit = tables()["unit"][0] | {"count": count, "crews": count}
        now, arrays = changed(tables() | {"unit": [unit, *tables()["unit"][1:]]})
        parts = parts_of(now, arrays)
        found = refit(told, parts, arrays.instance, fits)
        same(found, refit(told, parts, arrays.instance), arrays.instance)
        assert len(fits) <= most


@given(st.integers(0, 10_000), st.data())
def test_what_is_laid_obeys_every_rule(seed: int, data: st.DataObject) -> None:
    """Whatever a file asks for, what comes out is a sortie by the rules in plain Python."""
    weather: dict[str, Any] = data.draw(
        st.sampled_from(
            ({}, {"epochs": 3, "shut": 0.1}, ROUGH, {"breaks": RESTED}, {"breaks": ANCHORED})
        )
    )
    instance = random_instance(
        seed, n_layers=2, n_moving=2, fuel=FuelRule(3.0, 2.0, 1.0, 24.0), **weather
    )
    number = data.draw(st.integers(0, len(instance.fleets) - 1))
    fleet = instance.fleets[number]
    count = data.draw(st.integers(1, 4))
    cells = data.draw(st.lists(st.integers(-1, 4), min_size=count, max_size=count))
    asked = data.draw(st.lists(st.integers(-3, 25), min_size=count, max_size=count))
    depart = data.draw(st.integers(-2, 20))
    outcome = Fitter(instance, number).fit(depart, asked, np.array(cells, np.int32))
    if isinstance(outcome, str):
        return
    visits = pairs(outcome.visits)
    assert obeys(instance, fleet, outcome.depart, outcome.return_, visits)
    assert fuel_of(fleet, outcome.depart, outcome.return_, visits) <= fleet.fuel.limit_l
    assert [cell for _, cell in visits] == cells
    assert all(start >= first for (start, _), first in zip(visits, asked, strict=True))
    expected = sortie_of(instance, number, outcome.depart, outcome.return_, visits)
    np.testing.assert_allclose(dense(instance, outcome), dense(instance, expected))


@given(st.integers(0, 10_000), st.sampled_from(({}, {"epochs": 3, "shut": 0.15}, ROUGH)))
def test_a_feasible_sortie_is_never_refused(seed: int, weather: dict[str, Any]) -> None:
    """Every useful sortie of a random problem is laid as it is."""
    instance = random_instance(seed, n_moving=1, **weather)
    fitters = [Fitter(instance, number) for number in range(len(instance.fleets))]
    for sortie in useful_sorties(instance, 0):
        steps, cells = sortie.visits[:, 0].tolist(), sortie.visits[:, 1].astype(np.int32)
        laid = fitters[sortie.fleet].fit(sortie.depart, steps, cells)
        assert isinstance(laid, Sortie)
        assert laid.key == sortie.key


@given(st.integers(0, 10_000))
def test_a_sortie_is_laid_in_the_mildest_sea_state_that_it_fits(seed: int) -> None:
    """Of a unit's sea states the first in which the sortie can be laid is taken."""
    instance = random_instance(seed, n_moving=1, **ROUGH)
    fitters = [Fitter(instance, number) for number in range(len(instance.fleets))]
    for sortie in useful_sorties(instance, 0):
        asked, cells = sortie.visits[:, 0].tolist(), sortie.visits[:, 1].astype(np.int32)
        each = [fitter.fit(sortie.depart, asked, cells) for fitter in fitters]
        laid = _fit(fitters, sortie.depart, asked, cells)
        assert isinstance(laid, Sortie)
        assert laid.fleet == min(s.fleet for s in each if isinstance(s, Sortie))
        assert feasible(instance, [laid])


def test_a_lost_day_drops_its_sorties() -> None:
    """Half a day lost at the begin: times move by the calendar, earlier departures are gone."""
    instance, found = refitted(start="2006-05-22T12:00:00+05:00", days=0.5)
    before = learned().columns.depart
    assert found.dropped["outside the plan's time"] >= int((before < 72).sum())
    assert 0 < found.kept < len(before)
    assert {s.depart for s in found.sorties} <= set((before[before >= 72] - 72).tolist())
    assert feasible(instance, found.sorties[-1:])


def test_a_shorter_plan_drops_what_would_be_late() -> None:
    """With the second half of the day lost every sortie kept is back by noon."""
    _, found = refitted(days=0.5)
    assert found.kept
    assert max(sortie.return_ for sortie in found.sorties) <= 72
    assert found.dropped["too long"] > 0


def test_another_week_begins_where_the_earlier_did() -> None:
    """Plans that share no hour are laid from start to start."""
    _, found = refitted(start="2006-06-22T00:00:00+05:00")
    assert found.kept == len(learned().columns)


def test_a_slower_boat_keeps_what_still_fits() -> None:
    """Other speeds are worked into the times; what then takes too long or too much is dropped."""
    slow = scenario().vessel["pkm"].model_dump() | {"cruise_kn": 12.0, "search_kn": 10.0}
    instance, found = refitted(vessel={"pkm": slow})
    assert found.kept > 0
    assert all(feasible(instance, [sortie]) for sortie in found.sorties[-40:])


def test_a_short_endurance_is_kept_to() -> None:
    """Sorties longer than the boat may now stay out are dropped."""
    short = scenario().vessel["pkm"].model_dump() | {"endurance_h": 6.0}
    instance, found = refitted(vessel={"pkm": short})
    assert found.dropped["too long"] > 0
    assert all(s.return_ - s.depart <= 36 for s in found.sorties if instance.unit(s.fleet) == 1)


def test_little_fuel_is_kept_to() -> None:
    """Sorties that burn more than the tanks now hold are dropped."""
    dry = scenario().vessel["pkm"].model_dump()
    instance, found = refitted(vessel={"pkm": dry | {"fuel_l": dry["fuel_l"] / 10}})
    assert found.dropped["short of fuel"] > 0
    assert all(feasible(instance, [sortie]) for sortie in found.sorties[-40:])


def test_units_are_found_by_class_and_base() -> None:
    """Order and names of units do not matter; a unit of a known class and base gets sorties."""
    units = tables()["unit"]
    extra = units[0] | {"name": "Reserve", "count": 1}
    instance, found = refitted(unit=[extra, units[1], units[0]])
    assert {instance.unit(sortie.fleet) for sortie in found.planned} == {1, 2}
    assert {instance.unit(sortie.fleet) for sortie in found.sorties} == {0, 1, 2}
    assert found.kept == len(learned().columns)


def test_a_unit_that_is_gone_takes_its_sorties_with_it() -> None:
    """Without the second unit its sorties are dropped, and said to be."""
    _, found = refitted(unit=tables()["unit"][:1])
    assert found.dropped == {"of a unit gone": int((learned().columns.unit == 1).sum())}


def test_cells_that_are_gone_take_their_sorties_with_them() -> None:
    """Sorties through cells that the sea no longer has are dropped."""
    gone = replace(learned().columns, cell=learned().columns.cell + np.uint64(1))
    parts = parts_of(scenario(), problem())
    found = refit(replace(learned(), columns=gone), parts, problem().instance)
    assert found.kept == 0
    assert found.dropped == {"through cells gone": len(gone)}


def test_the_clock_keeps_to_departure_steps() -> None:
    """A start moved by half a departure step moves sorties by none or a whole one."""
    now, arrays = changed(tables() | {"start": "2006-05-22T02:25:00+05:00"})
    clock = Clock(learned().parts, parts_of(now, arrays), arrays.instance)
    assert clock.departure(18) == 6
    assert clock.up(19) == 7
    assert clock.back(np.array([6.0]))[0] == 18


def test_steps_of_another_length_are_converted() -> None:
    """Twice the step is half the steps; departures that fall between steps are dropped."""
    now, arrays = changed(tables() | {"area": tables()["area"] | {"time_step_min": 20}})
    clock = Clock(learned().parts, parts_of(now, arrays), arrays.instance)
    assert clock.departure(12) == 6
    assert clock.up(13) == 7
    found = refit(learned(), parts_of(now, arrays), arrays.instance)
    assert found.kept
    assert all(feasible(arrays.instance, [sortie]) for sortie in found.sorties[-40:])


def test_breaks_are_kept_to() -> None:
    """Where crews get breaks, sorties are laid anew with room for them, or dropped for want."""
    unit = tables()["unit"]
    for each in unit:
        each |= {"break_every_h": 4.0, "break_min": 20.0, "break_early_min": 10.0}
    instance, found = refitted(unit=unit)
    assert found.dropped["short of breaks"] > 0
    long = [s for s in found.sorties if s.return_ - s.depart > 24]
    assert long
    assert all(feasible(instance, [sortie]) for sortie in found.sorties)
