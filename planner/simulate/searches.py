"""The search legs of a plan as straight runs of hulls in the plane."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.errors import PlanError
from planner.plan.model import Leg, Plan
from planner.scenario import Scenario
from planner.simulate.plane import Floats, LocalPlane, steps_nm

Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Searches:
    """Straight pieces of all search legs; arrays of k, in nm, hours from the plan's start, knots.

    Attributes
    ----------
    start_h, end_h : (k,)
        When the hull is on the piece; it lasts some time.
    start, velocity : (k, 2)
        Where it begins, and how it goes on.
    width_nm : (k,)
        Sweep width of the leg against the targets looked for.
    search_kn : (k,)
        Speed that the sweep width is stated for: the leg's.
    max_kn : (k,)
        Top speed of the hull.
    scale_error : float
        Largest relative difference of a piece's length in the plane from the geodesic.
    hull, depart_h : (k,)
        Which of the plan's hulls is on it, and when its sortie departed.
    """

    start_h: Floats
    end_h: Floats
    start: Floats
    velocity: Floats
    width_nm: Floats
    search_kn: Floats
    max_kn: Floats
    scale_error: float
    hull: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    depart_h: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def n(self) -> int:
        """Number of pieces."""
        return len(self.start_h)

    @cached_property
    def lines(self) -> Geometries:
        """The pieces (k,) as lines of the plane; points where the hull stays put."""
        end = self.at(np.arange(self.n), self.end_h)
        lines = np.asarray(shapely.linestrings(np.stack([self.start, end], axis=1)), dtype=object)
        still = (self.start == end).all(axis=1)
        # in a tree a line without length is near nothing, by GEOS's test of distance
        lines[still] = shapely.points(self.start[still])
        return lines

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The pieces as lines, to be found by place."""
        return shapely.STRtree(self.lines)

    def at(self, piece: NDArray[np.int64], time_h: Floats) -> Floats:
        """Where the hull is (q, 2) on pieces (q,) at times (q,)."""
        gone = (time_h - self.start_h[piece])[:, None]
        position: Floats = self.start[piece] + gone * self.velocity[piece]
        return position


def searches_by_threat(plan: Plan, scenario: Scenario, plane: LocalPlane) -> dict[str, Searches]:
    """Search legs of a plan as each threat's targets meet them; parameters as below.

    Threats for which no leg has a width of its own share one.
    """
    named = {width.threat for s in plan.sorties for leg in s.legs for width in leg.widths}
    shared = searches_of(plan, scenario, plane)
    return {
        threat.name: searches_of(plan, scenario, plane, threat.name)
        if threat.name in named
        else shared
        for threat in scenario.threat
    }


def searches_of(
    plan: Plan, scenario: Scenario, plane: LocalPlane, threat: str | None = None
) -> Searches:
    """Search legs of a plan, cut at the vertices of their paths.

    With ``threat`` their sweep widths are those against its targets, without
    it the widest of each leg.

    A hull keeps one speed along a leg: the time at a vertex follows from the
    geodesic length sailed. Where it stays put, it searches standing.

    Raises
    ------
    PlanError
        If a hull that sails is not in the plan, or its unit not in the scenario.
    """
    top = _top_speeds(plan, scenario)
    for sortie in plan.sorties:
        if sortie.hull not in top:
            raise PlanError(
                f"sortie '{sortie.id}' is sailed by '{sortie.hull}', of which the plan or its "
                "scenario knows no class; check the plan with 'patrol verify'"
            )
    sailed = [
        (sortie, leg)
        for sortie in plan.sorties
        for leg in sortie.legs
        if leg.mode == "search" and leg.end > leg.start
    ]
    line = _lines([leg for _, leg in sailed], scenario, plane)
    number = {hull.id: place for place, hull in enumerate(plan.hulls)}
    rows = [
        (
            leg.sweep_width_nm * (1.0 if threat is None else leg.factor(threat)),
            leg.speed_kn,
            top[sortie.hull],
            number[sortie.hull],
            _hours(sortie.depart, scenario),
        )
        for sortie, leg in sailed
    ]
    own = np.array(rows, dtype=np.float64).reshape(-1, 5)
    fastest = np.zeros(len(own))
    np.maximum.at(fastest, line.leg, np.hypot(*line.velocity.T))
    own[:, 1] = np.where(own[:, 1] > 0.0, own[:, 1], fastest)
    lasting = line.end_h > line.start_h
    width_nm, search_kn, max_kn, hull, depart_h = own[line.leg[lasting]].T
    return Searches(
        start_h=line.start_h[lasting],
        end_h=line.end_h[lasting],
        start=line.start[lasting],
        velocity=line.velocity[lasting],
        width_nm=width_nm,
        search_kn=search_kn,
        max_kn=max_kn,
        scale_error=float(line.error[lasting].max(initial=0.0)),
        hull=hull.astype(np.int64),
        depart_h=depart_h,
    )


def _top_speeds(plan: Plan, scenario: Scenario) -> dict[str, float]:
    """Top speed in knots of each hull of the plan."""
    units = {unit.name: scenario.vessel[unit.vessel].max_kn for unit in scenario.unit}
    return {hull.id: units[hull.unit] for hull in plan.hulls if hull.unit in units}


@dataclass(frozen=True)
class _Lines:
    """Straight pieces of the lines of legs; arrays of k, some of which last no time.

    ``leg`` is the number of the leg of each, ``error`` the relative difference of its
    length in the plane from the geodesic; the others are as in :class:`Searches`.
    """

    leg: NDArray[np.int64]
    start_h: Floats
    end_h: Floats
    start: Floats
    velocity: Floats
    error: Floats


def _lines(legs: Sequence[Leg], scenario: Scenario, plane: LocalPlane) -> _Lines:
    """Pieces of all legs, projected and measured at once."""
    paths = [np.array(leg.path * (2 if len(leg.path) == 1 else 1)) for leg in legs]
    lonlat = np.concatenate([*paths, np.zeros((0, 2))])
    count = np.array([len(path) for path in paths], dtype=np.int64)
    of = np.repeat(np.arange(len(legs)), count)
    within = of[1:] == of[:-1]
    length, xy = steps_nm(lonlat), plane.to_xy(lonlat)
    time_h = _passed_h(legs, count, np.where(within, length, 0.0), scenario)
    hours, shift, length = np.diff(time_h)[within], np.diff(xy, axis=0)[within], length[within]
    drawn = np.hypot(*shift.T)
    # Vertices are rounded to a centimetre: the shortest pieces say nothing of the plane.
    error = np.abs(drawn / np.maximum(length, 1e-12) - 1.0)
    return _Lines(
        leg=of[:-1][within],
        start_h=time_h[:-1][within],
        end_h=time_h[1:][within],
        start=xy[:-1][within],
        velocity=np.divide(
            shift, hours[:, None], out=np.zeros_like(shift), where=hours[:, None] > 0.0
        ),
        error=np.where(length < 0.05, 0.0, error),
    )


def _passed_h(
    legs: Sequence[Leg], count: NDArray[np.int64], length: Floats, scenario: Scenario
) -> Floats:
    """Hours (v,) at which legs pass their vertices, of which each has ``count``.

    Where a leg stays put, it is at its first vertex when it begins, at the others when it ends.
    """
    of, last = np.repeat(np.arange(len(legs)), count), np.cumsum(count) - 1
    first = last - count + 1
    sailed = np.append(0.0, np.cumsum(length))
    whole = (sailed[last] - sailed[first])[of]
    later = (np.arange(len(of)) > first[of]).astype(np.float64)
    share = np.divide(sailed - sailed[first][of], whole, out=later, where=whole > 0.0)
    spans = [(_hours(leg.start, scenario), _hours(leg.end, scenario)) for leg in legs]
    from_h, to_h = np.array(spans).reshape(-1, 2)[of].T
    time_h: Floats = from_h + (to_h - from_h) * share
    return time_h


def _hours(moment: dt.datetime, scenario: Scenario) -> float:
    return (moment - scenario.start).total_seconds() / 3600.0
