"""The search legs of a plan as straight runs of hulls in the plane."""

from __future__ import annotations

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
    number = {hull.id: float(place) for place, hull in enumerate(plan.hulls)}
    parts = []
    for sortie in plan.sorties:
        if sortie.hull not in top:
            raise PlanError(
                f"sortie '{sortie.id}' is sailed by '{sortie.hull}', of which the plan or its "
                "scenario knows no class; check the plan with 'patrol verify'"
            )
        for leg in sortie.legs:
            if leg.mode == "search" and leg.end > leg.start:
                pieces = _pieces(leg, scenario, plane, top[sortie.hull], threat)
                depart_h = (sortie.depart - scenario.start).total_seconds() / 3600.0
                owner = np.tile([number[sortie.hull], depart_h], (len(pieces), 1))
                parts.append(np.column_stack([pieces, owner]))
    table = np.concatenate([*parts, np.zeros((0, 12))])
    return Searches(
        start_h=table[:, 0],
        end_h=table[:, 1],
        start=table[:, 2:4],
        velocity=table[:, 4:6],
        width_nm=table[:, 6],
        search_kn=table[:, 7],
        max_kn=table[:, 8],
        scale_error=float(table[:, 9].max(initial=0.0)),
        hull=table[:, 10].astype(np.int64),
        depart_h=table[:, 11],
    )


def _top_speeds(plan: Plan, scenario: Scenario) -> dict[str, float]:
    """Top speed in knots of each hull of the plan."""
    units = {unit.name: scenario.vessel[unit.vessel].max_kn for unit in scenario.unit}
    return {hull.id: units[hull.unit] for hull in plan.hulls if hull.unit in units}


def _pieces(
    leg: Leg, scenario: Scenario, plane: LocalPlane, max_kn: float, threat: str | None
) -> Floats:
    """Rows (k, 10) of the pieces of one leg, in the order that :class:`Searches` names."""
    path = np.array(leg.path, dtype=np.float64).reshape(-1, 2)
    if len(path) == 1:
        path = np.repeat(path, 2, axis=0)
    length = steps_nm(path)
    from_h, to_h = (
        (moment - scenario.start).total_seconds() / 3600.0 for moment in (leg.start, leg.end)
    )
    still = length.sum() <= 0.0
    if still:
        path, length = path[[0, -1]], np.ones(1)
    at_h = from_h + (to_h - from_h) * np.append(0.0, np.cumsum(length)) / length.sum()
    xy = plane.to_xy(path)
    hours = np.diff(at_h)
    lasting = hours > 0.0
    shift = np.diff(xy, axis=0)
    velocity = np.divide(shift, hours[:, None], out=np.zeros_like(shift), where=lasting[:, None])
    drawn = np.hypot(*shift.T)
    error = np.zeros(len(length)) if still else np.abs(drawn / np.maximum(length, 1e-12) - 1.0)
    # Vertices are rounded to a centimetre: the shortest pieces say nothing of the plane.
    error[length < 0.05] = 0.0
    speed = leg.speed_kn or float(np.hypot(*velocity.T).max())
    width_nm = leg.sweep_width_nm * (1.0 if threat is None else leg.factor(threat))
    constant = np.tile([width_nm, speed, max_kn], (len(hours), 1))
    rows = np.column_stack([at_h[:-1], at_h[1:], xy[:-1], velocity, constant, error])
    return np.asarray(rows[lasting], dtype=np.float64)
