"""A plan as tidy tables with geometry, for notebooks and further work.

One row an observation, units in the names of the columns, times with the
plan's offset from UTC, positions WGS84 (EPSG:4326).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import geopandas as gpd
import pandas as pd
import shapely

from planner import geodata
from planner.export.passage import waypoints
from planner.plan.model import Leg, Plan
from planner.present.figures import SortieFigures, cell_figures, horizon, sortie_figures
from planner.present.text import hours_between
from planner.scenario import from_dict
from planner.sea import Sea, build_sea

GeoFrame: TypeAlias = Any
"""A :class:`geopandas.GeoDataFrame`, which has no types."""

CRS = "EPSG:4326"

TIMES = frozenset({"depart", "return", "ready", "start", "end", "time", "from", "to"})
"""Columns that hold times."""


COLUMNS = {
    "hulls": "hull unit vessel agency base sorties at_sea_h distance_nm fuel_l",
    "sorties": "sortie hull unit vessel agency crew depart_base return_base depart return ready "
    "underway_h search_h search_nm distance_nm fuel_l detection watches",
    "legs": "sortie leg hull unit mode reason start end duration_h speed_kn sweep_width_nm "
    "exposure",
    "tracks": "sortie waypoint hull unit time stay_h speed_kn mode",
    "cells": "cell threat area_nm2 weight risk_per_nm2 exposure detection visits gap_h",
    "targets": "cell threat from to weight exposure detection",
}
"""Columns of each table in their order, before ``geometry``; a table without rows has them too."""


@dataclass(frozen=True, eq=False)
class Frames:
    """Tables of a plan, each made when it is first asked for.

    Parameters
    ----------
    plan
        A finished plan.
    known_sea
        Its sea, if it is at hand; ``cells`` and ``targets`` build it else.

    Attributes
    ----------
    hulls
        One row a hull, at its base: unit, vessel, agency, what it sails.
    sorties
        One row a sortie, with its whole track.
    legs
        One row a leg, with its line.
    tracks
        One row a waypoint, with the time the hull is there.
    cells
        One row a cell and threat that stays in place, with the cell's water:
        ``weight`` (share of all target weight), ``risk_per_nm2``, mean
        ``exposure`` and ``detection`` by weight; ``visits`` and ``gap_h`` are
        the cell's own.
    targets
        One row a target that stays in place: a cell during a time under a threat.
    """

    plan: Plan
    known_sea: Sea | None = None

    @cached_property
    def sea(self) -> Sea:
        """The plan's sea."""
        if self.known_sea is not None:
            return self.known_sea
        return build_sea(self.plan.source or from_dict(self.plan.scenario, Path()))

    @cached_property
    def hulls(self) -> GeoFrame:
        """One row a hull."""
        places = {base["name"]: base["position"] for base in self.plan.scenario.get("base", ())}
        rows = []
        for hull in self.plan.hulls:
            own = [sortie for sortie in self.plan.sorties if sortie.hull == hull.id]
            rows.append(
                {
                    "hull": hull.id,
                    "unit": hull.unit,
                    "vessel": hull.vessel,
                    "agency": hull.agency,
                    "base": hull.base,
                    "sorties": len(own),
                    "at_sea_h": sum(hours_between(s.depart, s.return_) for s in own),
                    "distance_nm": sum(s.distance_nm for s in own),
                    "fuel_l": sum(s.fuel_l for s in own),
                    "geometry": shapely.Point(places[hull.base]) if hull.base in places else None,
                }
            )
        return self._frame("hulls", rows)

    @cached_property
    def sorties(self) -> GeoFrame:
        """One row a sortie."""
        return self._frame("sorties", (_sortie(trip) for trip in self._trips))

    @cached_property
    def legs(self) -> GeoFrame:
        """One row a leg."""
        rows = (
            {
                "sortie": trip.sortie.id,
                "leg": number,
                "hull": trip.hull.id,
                "unit": trip.hull.unit,
                "mode": leg.mode,
                "reason": leg.reason,
                "start": leg.start,
                "end": leg.end,
                "duration_h": hours_between(leg.start, leg.end),
                "speed_kn": leg.speed_kn,
                "sweep_width_nm": leg.sweep_width_nm,
                "exposure": sum(item.exposure for item in leg.exposures),
                "geometry": _line([leg]),
            }
            for trip in self._trips
            for number, leg in enumerate(trip.sortie.legs, start=1)
        )
        return self._frame("legs", rows)

    @cached_property
    def tracks(self) -> GeoFrame:
        """One row a waypoint of a hull's track."""
        rows = (
            {
                "sortie": trip.sortie.id,
                "waypoint": point.number,
                "hull": trip.hull.id,
                "unit": trip.hull.unit,
                "time": point.arrive,
                "stay_h": point.stay.total_seconds() / 3600,
                "speed_kn": point.speed_kn,
                "mode": point.mode,
                "geometry": shapely.Point(point.lon, point.lat),
            }
            for trip in self._trips
            for point in waypoints(trip.sortie)
        )
        return self._frame("tracks", rows)

    @cached_property
    def cells(self) -> GeoFrame:
        """One row a cell and threat."""
        own = cell_figures(self.plan, self.sea.cells)
        index = {name: number for number, name in enumerate(self.sea.cells.ids)}
        table = self.targets.drop(columns="geometry")
        parts = table["weight"].to_numpy()
        table = table.assign(
            exposure=table["exposure"] * parts, detection=table["detection"] * parts
        )
        summed = table.groupby(["cell", "threat"], sort=False)[["weight", "exposure", "detection"]]
        rows = []
        for (cell, threat), row in summed.sum().iterrows():
            place, weight = index[cell], row["weight"]
            area_nm2 = float(self.sea.cells.area_nm2[place])
            rows.append(
                {
                    "cell": cell,
                    "threat": threat,
                    "area_nm2": area_nm2,
                    "weight": weight,
                    "risk_per_nm2": weight / area_nm2 if area_nm2 > 0 else 0.0,
                    "exposure": row["exposure"] / weight if weight > 0 else 0.0,
                    "detection": row["detection"] / weight if weight > 0 else 0.0,
                    "visits": int(own.visits[place]),
                    "gap_h": float(own.gap_h[place]),
                    "geometry": self.sea.cells.water[place],
                }
            )
        return self._frame("cells", rows)

    @cached_property
    def targets(self) -> GeoFrame:
        """One row a target that stays in place."""
        water = dict(zip(self.sea.cells.ids, self.sea.cells.water, strict=True))
        rows = (
            {
                "cell": row.cell,
                "threat": row.threat,
                "from": row.from_,
                "to": row.to,
                "weight": row.weight,
                "exposure": row.exposure,
                "detection": row.detection,
                "geometry": water[row.cell],
            }
            for row in self.plan.coverage
        )
        return self._frame("targets", rows)

    @cached_property
    def _trips(self) -> tuple[SortieFigures, ...]:
        return sortie_figures(self.plan, geodata.zones())

    def _frame(self, table: str, rows: Iterable[dict[str, Any]]) -> GeoFrame:
        """Rows as a table with geometry; times in the plan's own offset."""
        columns = [*COLUMNS[table].split(), "geometry"]
        made = gpd.GeoDataFrame(list(rows), columns=columns, geometry="geometry", crs=CRS)
        zone = horizon(self.plan)[0].tzinfo
        for name in TIMES & set(made.columns):
            made[name] = pd.to_datetime(made[name], utc=True).dt.tz_convert(zone)
        return made


def frames(plan: Plan, sea: Sea | None = None) -> Frames:
    """Tidy tables of a plan with geometry.

    Examples
    --------
    >>> from planner import frames, read_plan
    >>> tables = frames(read_plan("out/aktau-2006"))  # doctest: +SKIP
    >>> tables.sorties.groupby("unit")["fuel_l"].sum()  # doctest: +SKIP
    """
    return Frames(plan, sea)


def _sortie(trip: SortieFigures) -> dict[str, Any]:
    sortie, hull = trip.sortie, trip.hull
    times: dict[str, datetime] = {
        "depart": sortie.depart,
        "return": sortie.return_,
        "ready": sortie.ready,
    }
    return {
        "sortie": sortie.id,
        "hull": hull.id,
        "unit": hull.unit,
        "vessel": hull.vessel,
        "agency": hull.agency,
        "crew": sortie.crew,
        "depart_base": sortie.depart_base,
        "return_base": sortie.return_base,
        **times,
        "underway_h": trip.underway_h,
        "search_h": trip.hours["search"],
        "search_nm": trip.search_nm,
        "distance_nm": sortie.distance_nm,
        "fuel_l": sortie.fuel_l,
        "detection": trip.detection,
        "watches": trip.watches,
        "geometry": _line(sortie.legs),
    }


def _line(legs: Iterable[Leg]) -> Any:
    """Line through legs that follow each other; a point where the hull stays; None without any."""
    points: list[tuple[float, float]] = []
    for leg in legs:
        points += [point for point in leg.path if not points or point != points[-1]]
    if len(points) > 1:
        return shapely.LineString(points)
    return shapely.Point(points[0]) if points else None
