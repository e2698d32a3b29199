"""Particles of a drift model as moving targets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from planner.errors import Problem, ScenarioError
from planner.problem.passages import crossed, every_nm
from planner.problem.tracks import Track
from planner.scenario import Scenario, Threat, shoreline_of
from planner.scenario.drift import read_particles
from planner.sea import Sea
from planner.sea.overlay import near_longitude
from planner.units import NM_M

Floats = NDArray[np.float64]

GEOD = Geod(ellps="WGS84")

ASHORE_NM = 0.5
"""A particle this near the water of the shoreline is not on land: two shorelines differ."""


@dataclass(frozen=True, eq=False)
class Course:
    """What one particle does within the plan: ``hour`` (v,) and ``place`` (v, 2) in lon/lat."""

    hour: Floats
    place: Floats

    @property
    def steps_nm(self) -> Floats:
        """Miles (v − 1,) from each place to the next."""
        (lon, lat), (east, north) = self.place[:-1].T, self.place[1:].T
        return np.asarray(GEOD.inv(lon, lat, east, north)[2]) / NM_M

    def fine(self, step_nm: float) -> Course:
        """The same course by places no farther apart than ``step_nm``."""
        pieces = np.maximum(1, np.ceil(self.steps_nm / step_nm)).astype(int)
        vertex = np.arange(len(self.hour), dtype=np.float64)
        at = np.concatenate(
            [[0.0], *(k + np.arange(1, count + 1) / count for k, count in enumerate(pieces))]
        )
        places = [np.interp(at, vertex, self.place[:, axis]) for axis in (0, 1)]
        return Course(np.interp(at, vertex, self.hour), np.column_stack(places))


class Drift:
    """Particles of a drift threat that are adrift within the plan.

    Of more than ``threat.tracks`` particles that many are taken, evenly from
    the file. Between two times of the file a particle goes straight at one speed.

    Raises
    ------
    ScenarioError
        If the file and the plan share no time, or particles lie on land while
        they are active.
    """

    def __init__(self, threat: Threat, number: int, scenario: Scenario, sea: Sea) -> None:
        self.threat, self.number, self.scenario, self.sea = threat, number, scenario, sea
        self.particles = read_particles(scenario.path_of(str(threat.file)))
        self.hour: Floats = (self.particles.time_s - scenario.start.timestamp()) / 3600.0
        adrift = np.flatnonzero(self._adrift())
        if not adrift.size:
            raise self._out_of_time()
        count = min(threat.tracks, adrift.size)
        self.chosen: NDArray[np.int64] = adrift[
            ((2 * np.arange(count) + 1) * adrift.size) // (2 * count)
        ]
        self._refuse_land()

    def course(self, particle: int) -> Course:
        """What a particle does within the plan, from the first to the last time it is active."""
        known = np.isfinite(self.particles.lon[particle])
        hour = self.hour[known]
        inside = np.unique(np.clip(hour, 0.0, self.scenario.horizon_h))
        lon = np.unwrap(self.particles.lon[particle, known], period=360.0)
        lon -= 360.0 * np.round((lon[0] - self.sea.cells.lon) / 360.0)
        place = [
            np.interp(inside, hour, values) for values in (lon, self.particles.lat[particle, known])
        ]
        return Course(inside, np.column_stack(place))

    def unusable(self, message: str, remedy: str) -> ScenarioError:
        """An error of the scenario that names the threat's file."""
        key = f"threat[{self.number}].file"
        return ScenarioError([Problem(self.scenario.file_name, key, message, remedy)])

    def _adrift(self) -> NDArray[np.bool_]:
        """Whether each particle (m,) is active for some time within the plan."""
        known = np.isfinite(self.particles.lon)
        first, last = known.argmax(axis=1), known.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
        during = (self.hour[first] < self.scenario.horizon_h) & (self.hour[last] > 0.0)
        return np.asarray(during & (last > first) & known.any(axis=1))

    def _out_of_time(self) -> ScenarioError:
        times = self.particles.time_s[np.isfinite(self.particles.lon).any(axis=0)]
        zone = self.scenario.start.tzinfo
        first, last = (datetime.fromtimestamp(t, UTC).astimezone(zone) for t in times[[0, -1]])
        start, end = self.scenario.start, self.scenario.end
        return self.unusable(
            f"no particle of threat '{self.threat.name}' is active within the plan: the file "
            f"covers {first:%d %b %Y %H:%M} to {last:%d %b %Y %H:%M}, the plan "
            f"{start:%d %b %Y %H:%M} to {end:%d %b %Y %H:%M}",
            "run the drift for the plan's days, or move start",
        )

    def _refuse_land(self) -> None:
        water = near_longitude(shoreline_of(self.scenario), self.sea.cells.lon)
        during = (self.hour >= 0.0) & (self.hour <= self.scenario.horizon_h)
        lon, lat = (
            values[self.chosen][:, during] for values in (self.particles.lon, self.particles.lat)
        )
        lon = lon - 360.0 * np.round((lon - self.sea.cells.lon) / 360.0)
        which, when = np.nonzero(np.isfinite(lon))
        places = np.column_stack([lon[which, when], lat[which, when]])
        points = np.asarray(shapely.points(places), dtype=object)
        shapely.prepare(water)
        dry = np.flatnonzero(~shapely.intersects(water, points))
        dry = dry[~shapely.dwithin(water, points[dry], ASHORE_NM / 60.0)]
        if dry.size:
            first = dry[0]
            hour = self.hour[during][when[first]]
            raise self.unusable(
                f"{len(np.unique(which[dry]))} of {len(self.chosen)} particles of threat "
                f"'{self.threat.name}' lie on land, {ASHORE_NM:g} nm and more from the water, "
                f"while they are active, such as number {self.chosen[which[first]] + 1} at "
                f"[{places[first, 0]:.3f}, {places[first, 1]:.3f}] at hour {hour:.1f} of the plan",
                "run the drift with the scenario's shoreline, and let stranded particles end "
                "(a status other than 0)",
            )


def drifting(
    threat: Threat, number: int, share: float, scenario: Scenario, sea: Sea
) -> list[Track]:
    """Tracks of one drift threat, one a particle, of equal weight.

    Raises
    ------
    ScenarioError
        If no particle is active within the plan, none crosses the area, or
        some lie on land.
    """
    drift = Drift(threat, number, scenario, sea)
    weight = share / len(drift.chosen)
    found = [_track(drift, int(particle), weight) for particle in drift.chosen]
    if not any(track.cell.size for track in found):
        raise drift.unusable(
            f"all {len(found)} particles of threat '{threat.name}' stay outside the area",
            "check the positions of the file, or widen the area",
        )
    return found


def _track(drift: Drift, particle: int, weight: float) -> Track:
    course = drift.course(particle)
    fine = course.fine(every_nm(drift.sea))
    cell, enter_h, leave_h = crossed(fine.place, fine.hour, drift.sea)
    lasting = leave_h > enter_h
    return Track(
        threat=drift.threat.name,
        weight=weight,
        speed_kn=float(course.steps_nm.sum() / (course.hour[-1] - course.hour[0])),
        cell=cell[lasting],
        enter_h=enter_h[lasting],
        leave_h=leave_h[lasting],
    )
