"""Pieces of search against the legs they come from."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from planner.errors import PlanError
from planner.plan.model import Leg, Plan, ThreatWidth
from planner.scenario import Scenario
from planner.simulate.plane import GEOD, LocalPlane
from planner.simulate.searches import Searches, searches_of


def legs_of(plan: Plan) -> list[Leg]:
    """Search legs of a plan."""
    return [leg for sortie in plan.sorties for leg in sortie.legs if leg.mode == "search"]


def test_pieces_fill_the_legs_and_nothing_else(plan: Plan, searches: Searches) -> None:
    """As many pieces as the search legs have stretches, for as long as they last."""
    legs = legs_of(plan)
    assert searches.n == sum(len(leg.path) - 1 for leg in legs)
    hours = sum((leg.end - leg.start).total_seconds() / 3600 for leg in legs)
    assert np.sum(searches.end_h - searches.start_h) == pytest.approx(hours)
    assert set(searches.width_nm) == {leg.sweep_width_nm for leg in legs}
    assert 0 < searches.scale_error < 2e-4


def test_a_hull_is_where_its_leg_has_it(
    plan: Plan, scenario: Scenario, plane: LocalPlane, searches: Searches
) -> None:
    """At any time the hull is as far along its path, by geodesic, as the time that has passed."""
    for leg in legs_of(plan):
        from_h, to_h = ((t - scenario.start).total_seconds() / 3600 for t in (leg.start, leg.end))
        path = np.array(leg.path)
        run_m = GEOD.inv(*path[:-1].T, *path[1:].T)[2]
        for share in (0.0, 0.31, 0.77):
            due_m, k = share * run_m.sum(), 0
            while due_m > run_m[k]:
                due_m, k = due_m - run_m[k], k + 1
            bearing = GEOD.inv(*path[k], *path[k + 1])[0]
            expected = GEOD.fwd(*path[k], bearing, due_m)[:2]
            time_h = from_h + share * (to_h - from_h)
            at = np.flatnonzero(
                (searches.start_h <= time_h + 1e-9) & (time_h < searches.end_h - 1e-9)
            )
            found = plane.to_lonlat(searches.at(at, np.full(len(at), time_h)))
            away = [GEOD.inv(*expected, *point)[2] for point in found]
            assert min(away) < 10.0  # metres


def test_widths_are_those_against_the_targets_looked_for(
    plan: Plan, scenario: Scenario, plane: LocalPlane
) -> None:
    """A leg that says how wide it sweeps against a threat sweeps so; against others at its widest.

    Places and times are the same.
    """
    threat, other = (threat.name for threat in scenario.threat[:2])
    narrow = ThreatWidth(threat=threat, sweep_width_nm=0.7)
    sorties = tuple(
        sortie.model_copy(
            update={
                "legs": tuple(leg.model_copy(update={"widths": (narrow,)}) for leg in sortie.legs)
            }
        )
        for sortie in plan.sorties
    )
    changed = plan.model_copy(update={"sorties": sorties})
    whole = searches_of(plan, scenario, plane)
    found = searches_of(changed, scenario, plane, threat)
    assert found.width_nm == pytest.approx(np.full(whole.n, 0.7))
    assert np.array_equal(searches_of(changed, scenario, plane, other).width_nm, whole.width_nm)
    assert np.array_equal(found.start, whole.start)
    assert np.array_equal(found.end_h, whole.end_h)


def test_a_leg_that_stays_put_searches_standing(
    plan: Plan, scenario: Scenario, plane: LocalPlane
) -> None:
    """A search leg of one point becomes one piece without speed."""
    sortie = plan.sorties[0]
    start = sortie.depart + timedelta(hours=1)
    leg = Leg(
        mode="search",
        start=start,
        end=start + timedelta(hours=2),
        speed_kn=0.0,
        sweep_width_nm=3.0,
        path=((50.9, 43.5),),
    )
    alone = plan.model_copy(update={"sorties": (sortie.model_copy(update={"legs": (leg,)}),)})
    found = searches_of(alone, scenario, plane)
    assert (found.n, found.velocity.tolist()) == (1, [[0.0, 0.0]])
    assert found.end_h[0] - found.start_h[0] == pytest.approx(2.0)


def test_no_sorties_are_no_searches(plan: Plan, scenario: Scenario, plane: LocalPlane) -> None:
    """A plan in which nobody sails has no pieces."""
    assert searches_of(plan.model_copy(update={"sorties": ()}), scenario, plane).n == 0


def test_an_unknown_hull_is_said(plan: Plan, scenario: Scenario, plane: LocalPlane) -> None:
    """A sortie of a hull that the plan does not have is an error that names it."""
    stray = plan.sorties[0].model_copy(update={"hull": "Kraken 1"})
    with pytest.raises(PlanError, match="Kraken 1"):
        searches_of(plan.model_copy(update={"sorties": (stray,)}), scenario, plane)
