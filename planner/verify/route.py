"""Rules on the lines sailed: paths, joins, speeds, land, depth, closed areas."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.verify import waters
from planner.verify.facts import Facts, Stretch
from planner.verify.geometry import (
    distance_nm,
    inside,
    lengths_nm,
    outside,
    steps_nm,
)
from planner.verify.report import Figure, Tally
from planner.verify.tolerance import (
    JOIN_NM,
    LENGTH_NM,
    LENGTH_SHARE,
    TIME_H,
    VERTEX_NM,
)


def path(facts: Facts, tally: Tally) -> None:
    """A path has positions on Earth, no more than 5 nm from one to the next."""
    for stretch in facts.stretches:
        points = facts.points(stretch.leg)
        on_earth = len(points) > 0 and bool(np.all(np.abs(points) <= (360.0, 90.0)))
        if not tally.holds(
            "path",
            on_earth,
            f"{stretch.name} has no path of positions (lon, lat)",
            sortie=stretch.voyage.sortie.id,
            time=stretch.leg.start,
        ):
            continue
        tally.at_most(
            "path",
            f"{stretch.name} leaves its line open between two vertices",
            Figure(float(np.max(steps_nm(points), initial=0.0)), VERTEX_NM, "nm"),
            sortie=stretch.voyage.sortie.id,
            time=stretch.leg.start,
        )


def continuity(facts: Facts, tally: Tally) -> None:
    """Legs follow each other without a break from departure to return, base to base."""
    for voyage in facts.voyages:
        sortie = voyage.sortie
        legs = facts.legs_of[voyage.number]
        if not legs:
            continue
        for before, after in pairwise(legs):
            _joins(before, after, tally)
        for what, leg_h, own_h in (
            (
                "its first leg starts at another time than it departs",
                legs[0].start_h,
                voyage.depart_h,
            ),
            ("its last leg ends at another time than it returns", legs[-1].end_h, voyage.return_h),
        ):
            tally.agrees(
                "continuity",
                what,
                Figure(leg_h, own_h, "h"),
                slack=TIME_H,
                sortie=sortie.id,
                time=facts.time(leg_h),
            )
        for what, name, stretch, end in (
            ("starts away from base", sortie.depart_base, legs[0], 0),
            ("ends away from base", sortie.return_base, legs[-1], -1),
        ):
            base = facts.bases.get(name)
            if base is None or not stretch.leg.path:
                continue
            tally.at_most(
                "continuity",
                f"{what} '{name}'",
                Figure(distance_nm(stretch.leg.path[end], base.position), JOIN_NM, "nm"),
                sortie=sortie.id,
                time=stretch.leg.start if end == 0 else stretch.leg.end,
            )


def _joins(before: Stretch, after: Stretch, tally: Tally) -> None:
    sortie = after.voyage.sortie.id
    tally.agrees(
        "continuity",
        f"{after.name} starts at another time than the leg before it ends",
        Figure(after.start_h, before.end_h, "h"),
        slack=TIME_H,
        sortie=sortie,
        time=after.leg.start,
    )
    if before.leg.path and after.leg.path:
        tally.at_most(
            "continuity",
            f"{after.name} starts away from where the leg before it ends",
            Figure(distance_nm(before.leg.path[-1], after.leg.path[0]), JOIN_NM, "nm"),
            sortie=sortie,
            time=after.leg.start,
        )


def speed(facts: Facts, tally: Tally) -> None:
    """A leg's length fits its time and speed, and the speed is within the class's."""
    for stretch in facts.stretches:
        leg, vessel = stretch.leg, stretch.voyage.vessel
        sortie = stretch.voyage.sortie.id
        hours = stretch.end_h - stretch.start_h
        tally.at_most(
            "speed",
            f"{stretch.name} ends before it starts",
            Figure(-hours, 0.0, "h"),
            sortie=sortie,
            time=leg.start,
        )
        made_kn = stretch.length_nm / hours if hours > 0 else math.inf
        if stretch.length_nm > LENGTH_NM:
            tally.at_most(
                "speed",
                f"{stretch.name} makes more speed than it states",
                Figure(made_kn, leg.speed_kn, "kn"),
                slack=LENGTH_SHARE * leg.speed_kn
                + (leg.speed_kn * TIME_H + LENGTH_NM) / max(hours, TIME_H),
                sortie=sortie,
                time=leg.start,
            )
        if vessel is not None:
            limit_kn = vessel.cruise_kn if leg.mode == "transit" else vessel.search_kn
            tally.at_most(
                "speed",
                f"{stretch.name} is faster than '{vessel.name}' goes in this mode",
                Figure(leg.speed_kn, min(limit_kn, vessel.max_kn), "kn"),
                slack=1e-6 * limit_kn,
                sortie=sortie,
                time=leg.start,
            )


def land(facts: Facts, tally: Tally) -> None:
    """No path crosses land, on the full-resolution shore.

    Within a mile of a base a path may cross the land between the base and
    the nearest water, and no more.
    """
    off = outside(facts.lines, facts.sea.shore)
    harbours, allowed_nm = waters.harbours(facts)
    _crossing("land", "runs over land", facts, shapely.difference(off, harbours), tally)
    near = lengths_nm(shapely.intersection(off, harbours))
    for stretch, length in zip(facts.stretches, near, strict=True):
        if length > allowed_nm:
            tally.fail(
                "land",
                f"{stretch.name} runs over land near a base",
                figure=Figure(float(length), allowed_nm, "nm"),
                sortie=stretch.voyage.sortie.id,
                time=stretch.leg.start,
            )


def depth(facts: Facts, tally: Tally) -> None:
    """No path crosses water too shallow for its class, but within 3 nm of a base."""
    for stretch, shallow in zip(facts.stretches, waters.shallows(facts), strict=True):
        if shallow is None:
            continue
        good = shallow.length_nm <= waters.DEPTH_STEP_NM
        tally.count("depth")
        if not good:
            lon, lat = shallow.first
            tally.fail(
                "depth",
                f"{stretch.name} runs {shallow.length_nm:.2g} nm over water too shallow for its"
                f" draft and clearance from {lon:.4f}, {lat:.4f}",
                figure=Figure(shallow.least_m, shallow.needed_m, "m", "needed"),
                sortie=stretch.voyage.sortie.id,
                time=stretch.at(shapely.Point(lon, lat)),
            )


def closures(facts: Facts, tally: Tally) -> None:
    """No path enters an area that is closed during the plan."""
    for name, area in waters.closed(facts):
        crossing = inside(facts.lines, area)
        _crossing("closures", f"runs through the closed area '{name}'", facts, crossing, tally)


def _crossing(
    rule: str,
    what: str,
    facts: Facts,
    pieces: NDArray[np.object_],
    tally: Tally,
) -> None:
    """Check that what of each line lies in the wrong place has no length."""
    length = lengths_nm(pieces)
    for number, (stretch, piece) in enumerate(zip(facts.stretches, pieces, strict=True)):
        tally.at_most(
            rule,
            f"{stretch.name} {what}{_place(piece)}",
            Figure(float(length[number]), LENGTH_NM, "nm"),
            sortie=stretch.voyage.sortie.id,
            time=stretch.at(piece),
        )


def _place(piece: BaseGeometry) -> str:
    """Where a piece starts, for a message."""
    points = shapely.get_coordinates(piece)
    return f" from {points[0][0]:.4f}, {points[0][1]:.4f}" if len(points) else ""
