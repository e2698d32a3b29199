"""Ways and departures of the runs of a transit threat, as they are drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from planner.errors import Problem, ScenarioError
from planner.problem.shut import or_lift
from planner.problem.times import active_h, place_in
from planner.scenario import Scenario, Threat
from planner.sea import Sea
from planner.sea.model import SHORE_ONLY
from planner.sea.routes import Field
from planner.units import m_from_nm

Floats = NDArray[np.float64]

GEOD = Geod(ellps="WGS84")

TRIES = 60
"""Places drawn for an end or a way point before none of them is said to be navigable."""

MIDDLE = (0.25, 0.75)
"""Part of the shortest path on which a run that strays goes by its way point."""


class Runs:
    """Runs of one transit threat.

    A run follows the shortest navigable path between its ends. Each end is the
    threat's position or drawn evenly on the line from it to the second one. With
    a spread the path is bent: a place drawn evenly on its middle half is moved
    across by a normal deviate of ``spread_nm``, and the run goes by there, on
    shortest paths still; a place that is no navigable water is drawn again. Small
    craft are not held off by the coarse depth grid (assumption): only land and
    closures turn them.

    Raises
    ------
    ScenarioError
        If no navigable path joins the two ends.
    """

    def __init__(self, threat: Threat, number: int, scenario: Scenario, sea: Sea) -> None:
        if threat.origin is None or threat.destination is None or threat.speed_kn is None:
            raise ValueError(f"threat '{threat.name}' is not a transit")  # the models forbid it
        self.threat, self.number, self.scenario = threat, number, scenario
        self._waters = sea.waters(SHORE_ONLY)
        near = sea.plane.near
        self._begins = near([threat.origin, threat.origin_to or threat.origin])
        self._ends = near([threat.destination, threat.destination_to or threat.destination])
        self._fields: dict[tuple[float, float], Field] = {}
        if not (threat.origin_to or threat.destination_to):
            self._shortest(self._begins[0], self._ends[0])

    @property
    def varied(self) -> bool:
        """Whether runs take different ways."""
        threat = self.threat
        return bool(threat.origin_to or threat.destination_to or threat.spread_nm)

    def draw(self, rng: np.random.Generator) -> Floats:
        """Way (v, 2) in lon/lat of one run; the same each time unless they are varied."""
        begin, end, path = self._between(rng)
        if not self.threat.spread_nm:
            return path
        for _ in range(TRIES):
            point = self._beside(path, rng)
            if self._waters.router.enter(point).extra_nm[0] > 0:
                continue
            there, back = self._field(begin), self._field(end)
            if np.isfinite(there.distance_nm(point)[0] + back.distance_nm(point)[0]):
                return np.concatenate([there.path(point[0]), back.path(point[0])[-2::-1]])
        return path

    def departures_h(self, places: Floats, run_h: float) -> Floats:
        """Departures (s,) in hours from the plan's start, by their ``places`` (s,) in [0, 1).

        The places lie along all the times that the threat's months and hours allow
        and at which some part of a run of ``run_h`` hours falls within the plan.

        Raises
        ------
        ScenarioError
            If there are none.
        """
        possible = active_h(self.threat, self.scenario, -run_h, self.scenario.horizon_h)
        if not len(possible):
            raise self.unusable(
                "no run departs at its months and hours and is under way within the plan",
                "change months or hours, or move the plan's start",
            )
        return place_in(possible, places)

    def unusable(
        self,
        why: str,
        remedy: str = "move origin or destination into open water on either side of the area",
    ) -> ScenarioError:
        """An error of the scenario that names the threat."""
        message = f"transit threat '{self.threat.name}' cannot be used: {why}"
        key = f"threat[{self.number}]"
        return ScenarioError([Problem(self.scenario.file_name, key, message, remedy)])

    def _parted(self, why: str) -> ScenarioError:
        """An error of ends that no water joins."""
        remedy = "move origin or destination into open water on either side of the area"
        return self.unusable(why, remedy + or_lift(self.scenario))

    def _between(self, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
        """Two ends and the shortest path between them."""
        fixed = not (self.threat.origin_to or self.threat.destination_to)
        for _ in range(1 if fixed else TRIES):
            begin, end = self._on(self._begins, rng), self._on(self._ends, rng)
            try:
                return begin, end, self._shortest(begin, end)
            except ScenarioError:
                if fixed:
                    raise
        raise self._parted("no navigable path joins places on the lines of its two ends")

    def _on(self, line: Floats, rng: np.random.Generator) -> Floats:
        if np.array_equal(line[0], line[1]):
            return np.asarray(line[0])
        return np.asarray(line[0] + rng.random() * (line[1] - line[0]))

    def _shortest(self, begin: Floats, end: Floats) -> Floats:
        field = self._field(begin)
        if not np.isfinite(field.distance_nm(end[None])[0]):
            raise self._parted("no navigable path joins its two ends")
        return field.path(end)

    def _field(self, source: Floats) -> Field:
        key = (float(source[0]), float(source[1]))
        if key not in self._fields:
            if len(self._fields) > 8:
                self._fields.clear()  # ends drawn on a line never come back
            self._fields[key] = self._waters.field(source)
        return self._fields[key]

    def _beside(self, path: Floats, rng: np.random.Generator) -> Floats:
        """A place (1, 2) across the path's middle half."""
        steps_m = np.asarray(GEOD.inv(path[:-1, 0], path[:-1, 1], path[1:, 0], path[1:, 1])[2])
        along = np.concatenate([[0.0], np.cumsum(steps_m)])
        at = rng.uniform(*MIDDLE) * along[-1]
        leg = min(int(np.searchsorted(along, at, side="right")) - 1, len(steps_m) - 1)
        part = (at - along[leg]) / steps_m[leg] if steps_m[leg] > 0 else 0.0
        lon, lat = path[leg] + part * (path[leg + 1] - path[leg])
        bearing = GEOD.inv(*path[leg], *path[leg + 1])[0]
        offset_m = m_from_nm(float(rng.normal(0.0, self.threat.spread_nm)))
        east, north, _ = GEOD.fwd(lon, lat, bearing + 90.0, offset_m)
        return np.array([[east - 360.0 * np.round((east - lon) / 360.0), north]])
