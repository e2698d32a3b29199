"""Waypoints of a sortie: its vertices, with the times at which they are passed."""

from __future__ import annotations

from datetime import UTC, timedelta
from itertools import pairwise

from planner.export.passage import stamp, utc, waypoints
from planner.plan.model import Plan
from tests.export.reading import passes, same, seconds_apart, stays, vertices


def test_every_vertex_is_a_waypoint_with_its_time(plan: Plan) -> None:
    """Positions, arrivals and speeds are those worked out from the legs."""
    for sortie in plan.sorties:
        points = waypoints(sortie)
        assert [point.number for point in points] == list(range(1, len(points) + 1))
        wanted = vertices(sortie)
        assert all(same((p.lon, p.lat), v) for p, v in zip(points, wanted, strict=True))
        for point, (position, time, speed_kn, leg) in zip(points[1:], passes(sortie), strict=True):
            assert same((point.lon, point.lat), position)
            assert seconds_apart(point.arrive, time) <= 0.51
            assert abs(point.speed_kn - speed_kn) < 1e-4
            assert point.mode == leg.mode


def test_times_increase_and_stays_have_two(plan: Plan) -> None:
    """A boat is never at two places in one second; loitering is a stay at one waypoint."""
    for sortie in plan.sorties:
        points = waypoints(sortie)
        assert points[0].depart == sortie.depart
        assert points[-1].arrive == sortie.return_
        assert all(a.depart < b.arrive for a, b in pairwise(points))
        assert all(point.arrive.tzinfo is UTC for point in points)
        assert [(p.arrive, p.depart) for p in points if p.stay] == stays(sortie)


def test_legs_begin_at_waypoints(plan: Plan) -> None:
    """Every leg is named once, at the waypoint where it starts."""
    for sortie in plan.sorties:
        begun = [leg for point in waypoints(sortie) for leg in point.begins]
        assert begun == list(sortie.legs)


def test_vertices_within_a_second_are_one(plan: Plan) -> None:
    """A vertex a metre after another is left out, the ends of a leg are not."""
    sortie = plan.sorties[0]
    leg = sortie.legs[0]
    (lon, lat), *rest = leg.path
    crowded = leg.model_copy(update={"path": ((lon, lat), (lon, lat + 1e-5), *rest)})
    short = sortie.model_copy(update={"legs": (crowded, *sortie.legs[1:])})
    assert len(waypoints(short)) == len(waypoints(sortie))


def test_times_are_rounded_to_seconds(plan: Plan) -> None:
    """Half a second and more counts as the next one."""
    depart = plan.sorties[0].depart
    assert utc(depart + timedelta(microseconds=499_999)) == depart
    assert stamp(depart + timedelta(milliseconds=500)).endswith(":01Z")
