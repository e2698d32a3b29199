"""Light and weather where a plan's hulls are, looked up anew, and the sweep widths they leave.

The weather of a place is that of the nearest cell's middle, hour by hour; a
search has the sight of the cell it claims, in the hour of the time step its
middle lies in.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from planner.scenario import Scenario, Threat, VesselClass
from planner.sea import Sea
from planner.sensing import dark_share, radar_sweep_width_nm, visual_sweep_width_nm
from planner.verify.tolerance import TIME_H, WEATHER_NM
from planner.weather import Weather, weather_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Conditions:
    """Weather of a scenario at the middles of a sea's cells."""

    def __init__(self, scenario: Scenario, sea: Sea) -> None:
        self.scenario, self._sea = scenario, sea

    @cached_property
    def weather(self) -> Weather:
        """Hourly weather at the middles of the cells."""
        return weather_of(self.scenario, self._middles)

    def hour(self, time_h: Floats) -> Ints:
        """Number of the weather's hour (k,) at times (k,) in hours from the start."""
        last = len(self.weather.edges_h) - 2
        return np.clip(np.floor(np.asarray(time_h) + TIME_H).astype(np.int64), 0, last)

    def widths_nm(self, vessel: VesselClass, threat: Threat, time_h: Floats, cell: Ints) -> Floats:
        """Sweep widths (k,) of a class against a threat's targets, at times and in cells (k,).

        ``time_h`` are the middles of the searches.
        """
        if threat.target is None:
            return np.full(len(cell), vessel.sweep_width_nm)
        step_h = self.scenario.area.time_step_min / 60.0
        hour = self.hour(np.floor(np.asarray(time_h) / step_h + 1e-6) * step_h)
        weather, environment = self.weather, self.scenario.environment
        eyes_nm = visual_sweep_width_nm(
            threat.target,
            vessel.eye_height_m,
            weather.visibility_nm[hour, cell],
            weather.wind_kn[hour, cell],
            weather.wave_m[hour, cell],
            fatigue=environment.fatigue,
        )
        radar_nm = radar_sweep_width_nm(
            vessel.radar_height_m, threat.target_height_m, vessel.radar_range_nm
        )
        both = np.add if environment.sensors == "independent" else np.maximum
        dark = self._dark[hour, cell]
        return np.asarray(dark * radar_nm + (1.0 - dark) * both(eyes_nm, radar_nm))

    def near(self, points: Floats) -> tuple[Ints, Ints]:
        """The nearest cell of points (k, 2), and the next where that is as good as equally near."""
        found = self._tree.query(_on_sphere(points), k=min(2, self._sea.cells.n))
        away, cell = (np.asarray(part).reshape(len(points), -1) for part in found)
        other = np.where(away[:, -1] - away[:, 0] <= WEATHER_NM / EARTH_NM, cell[:, -1], cell[:, 0])
        return cell[:, 0].astype(np.int64), other.astype(np.int64)

    @cached_property
    def _middles(self) -> Floats:
        middles = self._sea.cells.centre.copy()
        middles[:, 0] = (middles[:, 0] + 180.0) % 360.0 - 180.0
        return middles

    @cached_property
    def _dark(self) -> Floats:
        start = self.scenario.start
        edges = [start + timedelta(hours=float(hour)) for hour in self.weather.edges_h]
        return dark_share(self._middles, edges).T

    @cached_property
    def _tree(self) -> KDTree:
        return KDTree(_on_sphere(self._sea.cells.centre))


EARTH_NM = 3440.065
"""Mean radius, 6,371.0 km."""


def _on_sphere(lonlat: Floats) -> Floats:
    lon, lat = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
