"""A good plan made by hand on real water: straight runs, zigzag lanes, sums done here.

Nothing of the optimiser, the router or the verifier is used. Boats sail
straight lines over open water off Aktau, searching in zigzags about the
centres of cells; exposures, weights and detection are worked out from the
definitions.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import h3
import numpy as np
import shapely
from pyproj import Geod

from planner.plan.metrics import metrics
from planner.plan.model import Plan
from planner.scenario import Scenario, from_dict
from planner.sea import Sea

GEOD = Geod(ellps="WGS84")
AREA = shapely.box(50.3, 43.25, 51.35, 43.95)
CLOSED = shapely.box(50.5, 43.85, 50.7, 43.9)
SOUTH = shapely.box(50.3, 43.25, 51.35, 43.6)

SCENARIO: dict[str, Any] = {
    "title": "Off Aktau",
    "start": "2006-05-22T00:00:00+05:00",
    "days": 2.0,
    "area": {"file": "area.geojson", "closures": ["closed.geojson", "spring-closure-ural"]},
    "base": [
        {"name": "Aktau", "position": [51.2, 43.6], "berths": 3},
        {"name": "Kuryk", "position": [51.66539, 43.17209]},
    ],
    "unit": [
        {"name": "Boats", "vessel": "patrol-boat-42ft", "agency": "Border Service",
         "base": "Aktau", "count": 2},
        {"name": "Navy", "vessel": "pkm", "agency": "Navy",
         "base": "Aktau", "count": 1, "crews": 2, "day_h": 19.0, "rotation": 1, "week_h": 22.0},
    ],
    "outage": [
        {"hull": "Boats 2", "start": "2006-05-22T14:00:00+05:00",
         "end": "2006-05-23T06:00:00+05:00"},
    ],
    "threat": [
        {"name": "nets", "kind": "area", "weight": 3.0, "persistence_h": 36.0,
         "file": "south.geojson"},
        {"name": "runs", "kind": "area", "weight": 2.0, "persistence_h": 12.0},
        {"name": "ferry", "kind": "transit", "weight": 1.0, "origin": [50.4, 43.9],
         "destination": [50.9, 43.1], "speed_kn": 12.0, "tracks": 40},
    ],
}  # fmt: skip

TRIPS = (
    ("Boats 1", "Boats crew 1", 0, 3, "Boats 1 a"),
    ("Boats 2", "Boats crew 2", 5, 3, "Boats 2 a"),
    ("Navy 1", "Navy crew 1", 2, 7, "Navy 1 a"),
    ("Boats 1", "Boats crew 2", 20, 3, "Boats 1 b"),
    ("Navy 1", "Navy crew 1", 30, 4, "Navy 1 b"),
    ("Boats 2", "Boats crew 1", 34, 2, "Boats 2 b"),
)
"""Hull, crew, hour of departure, cells to search, name."""


def empty_plan() -> Plan:
    """A plan of no hulls, targets or scenario, for rules that look at the scenario only."""
    nothing = {"status": "feasible", "termination": "time", "detection": 0.0, "bound": 0.0,
               "gap": 0.0, "seed": 0, "time_s": 0.0}  # fmt: skip
    return Plan.model_validate(
        {"planner_version": "0", "scenario": {}, "solver": nothing, "hulls": [], "sorties": [],
         "coverage": [], "moving": []}
    )  # fmt: skip


def write_scenario(directory: Path) -> Scenario:
    """Write the scenario's polygon files and return the scenario."""
    for name, polygon in (("area", AREA), ("closed", CLOSED), ("south", SOUTH)):
        text = json.dumps(shapely.geometry.mapping(polygon))
        (directory / f"{name}.geojson").write_text(text, encoding="utf-8")
    return from_dict(SCENARIO, directory)


def length_nm(path: list[list[float]]) -> float:
    """Geodesic length of a polyline."""
    return math.fsum(GEOD.inv(*a, *b)[2] for a, b in pairwise(path)) / 1852.0


def straight(a: list[float], b: list[float], most_nm: float = 4.0) -> list[list[float]]:
    """Line from a to b with a vertex at least every ``most_nm``."""
    pieces = max(1, math.ceil(length_nm([a, b]) / most_nm))
    parts = [k / pieces for k in range(pieces + 1)]
    return [[a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])] for t in parts]


def one_pass(coverage: float) -> float:
    """Exposure of a pass that finds ``C / (1 + C⁵)^(1/5)``."""
    return -math.log(1.0 - coverage / (1.0 + coverage**5) ** 0.2)


@cache
def relative_kn(search_kn: float, target_kn: float) -> float:
    """Mean speed of one past the other, over courses of every tenth of a degree."""
    angles = np.radians(np.arange(0.05, 360.0, 0.1))
    square = search_kn**2 + target_kn**2 - 2 * search_kn * target_kn * np.cos(angles)
    return float(np.sqrt(square).mean())


@dataclass
class Maker:
    """Makes the plan trip by trip; ``visits`` counts the lanes laid in each cell."""

    scenario: Scenario
    sea: Sea
    visits: dict[str, int] = field(default_factory=dict)

    def plan(self) -> Plan:
        """Return the whole plan, with metrics."""
        hulls = [
            {"id": f"{unit.name} {number}", "unit": unit.name, "vessel": unit.vessel,
             "agency": unit.agency, "base": unit.base}
            for unit in self.scenario.unit
            for number in range(1, unit.count + 1)
        ]  # fmt: skip
        sorties = [self._sortie(*trip) for trip in TRIPS]
        coverage, moving = list(self._coverage(sorties)), list(self._moving(sorties))
        found = math.fsum(row["weight"] * row["detection"] for row in coverage + moving)
        plan = Plan.model_validate(
            {
                "planner_version": "0",
                "scenario": self.scenario.model_dump(mode="json"),
                "solver": {
                    "status": "feasible", "termination": "time", "detection": found,
                    "bound": 1.05 * found, "gap": 0.05, "seed": 0, "time_s": 1.0,
                },
                "hulls": hulls,
                "sorties": sorties,
                "coverage": coverage,
                "moving": moving,
            }
        )  # fmt: skip
        figures = metrics(plan, self.scenario, self.sea)
        return plan.model_copy(update={"metrics": figures})

    def open_cells(self) -> list[int]:
        """Whole cells that straight lines from the base reach over water, nearest first."""
        base = self.scenario.base[0].position
        cells = self.sea.cells
        whole = [
            index
            for index, name in enumerate(cells.ids)
            if cells.area_nm2[index] > 0.99 * h3.cell_area(name, unit="km^2") / 1.852**2
            and cells.centre[index, 1] < 43.65
        ]
        return sorted(whole, key=lambda k: length_nm([list(base), list(cells.centre[k])]))

    def _sortie(self, hull: str, crew: str, depart_h: int, cells: int, name: str) -> dict[str, Any]:
        unit = next(unit for unit in self.scenario.unit if hull.startswith(unit.name))
        vessel = self.scenario.vessel[unit.vessel]
        base = list(self.scenario.base[0].position)
        depart = self.scenario.start + timedelta(hours=depart_h)
        chosen = self.open_cells()
        first = depart_h % max(1, len(chosen) - cells + 1)
        legs: list[dict[str, Any]] = []
        now, here = depart, base
        for cell in chosen[first : first + cells]:
            lane = self._lane(cell)
            legs.append(self._leg("transit", now, straight(here, lane[0]), vessel.cruise_kn))
            now = datetime.fromisoformat(legs[-1]["end"])
            legs.append(self._leg("search", now, lane, vessel.search_kn))
            now, here = datetime.fromisoformat(legs[-1]["end"]), lane[-1]
            legs[-1]["sweep_width_nm"] = vessel.sweep_width_nm
            legs[-1]["widths"] = [
                {"threat": threat.name, "sweep_width_nm": 0.0}
                for threat in self.scenario.threat
                if unit.threats and threat.name not in unit.threats
            ]
            legs[-1]["exposures"] = [
                {
                    "cell": self.sea.cells.ids[cell],
                    "exposure": vessel.sweep_width_nm * length_nm(lane)
                    / float(self.sea.cells.area_nm2[cell]),
                }
            ]  # fmt: skip
        rest_end = (now + timedelta(minutes=30)).isoformat()
        legs.append({"mode": "loiter", "start": now.isoformat(), "end": rest_end, "speed_kn": 0.0,
                     "sweep_width_nm": 0.0, "path": [here]})  # fmt: skip
        now += timedelta(minutes=30)
        legs.append(self._leg("transit", now, straight(here, base), vessel.cruise_kn))
        back = datetime.fromisoformat(legs[-1]["end"])
        outages = [outage.hull for outage in self.scenario.outage]
        spare = unit.crews > unit.count or not set(outages).isdisjoint(unit.hulls)
        pause = vessel.turnaround_h if spare else max(vessel.turnaround_h, vessel.rest_h)
        burn = {"transit": vessel.burn_cruise_l_h, "search": vessel.burn_search_l_h,
                "loiter": vessel.burn_loiter_l_h}  # fmt: skip
        return {
            "id": name, "hull": hull, "crew": crew,
            "depart_base": "Aktau", "return_base": "Aktau",
            "depart": depart.isoformat(), "return": back.isoformat(),
            "ready": (back + timedelta(hours=pause)).isoformat(),
            "distance_nm": math.fsum(length_nm(leg["path"]) for leg in legs),
            "fuel_l": math.fsum(
                burn[leg["mode"]] * hours(leg["start"], leg["end"]) for leg in legs
            ),
            "legs": legs,
        }  # fmt: skip

    def _leg(
        self, mode: str, start: datetime, path: list[list[float]], speed_kn: float
    ) -> dict[str, Any]:
        minutes = math.ceil(length_nm(path) / speed_kn * 60)
        end = start + timedelta(minutes=minutes)
        return {"mode": mode, "start": start.isoformat(), "end": end.isoformat(),
                "speed_kn": speed_kn, "sweep_width_nm": 0.0, "path": path}  # fmt: skip

    def _lane(self, cell: int) -> list[list[float]]:
        """Zigzag about the centre of a cell, turned a little at every visit."""
        name = self.sea.cells.ids[cell]
        visit = self.visits[name] = self.visits.get(name, -1) + 1
        lat, lon = h3.cell_to_latlng(name)
        radius_m = 0.8 * h3.average_hexagon_edge_length(5, unit="m") * math.sqrt(3) / 2
        corners = []
        for bearing in (0, 130, 215, 300):
            east, north, _ = GEOD.fwd(lon, lat, bearing + 47 * visit, radius_m)
            corners.append([east, north])
        return [point for a, b in pairwise(corners) for point in straight(a, b)[:-1]] + corners[-1:]

    def _coverage(self, sorties: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        horizon_h = self.scenario.days * 24
        total = sum(threat.weight for threat in self.scenario.threat)
        for threat in self.scenario.threat:
            if threat.kind != "area":
                continue
            searched = list(searches(self._looking(sorties, threat.name)))
            zone = SOUTH if threat.file else AREA
            water = [geodesic_nm2(piece.intersection(zone)) for piece in self.sea.cells.water]
            from_h = 0.0
            while from_h < horizon_h:
                to_h = min(from_h + float(threat.persistence_h or 0), horizon_h)
                for cell, area in zip(self.sea.cells.ids, water, strict=True):
                    if area <= 0:
                        continue
                    exposure = math.fsum(
                        one_pass(
                            given * max(0.0, min(end, to_h) - max(start, from_h)) / (end - start)
                        )
                        for name, start, end, given, _ in searched
                        if name == cell
                    )
                    weight = threat.weight / total * area / sum(water) * (to_h - from_h) / horizon_h
                    yield {
                        "cell": cell, "threat": threat.name, "from": self._at(from_h),
                        "to": self._at(to_h), "weight": weight, "exposure": exposure,
                        "detection": 1 - math.exp(-exposure),
                    }  # fmt: skip
                from_h = to_h

    def _moving(self, sorties: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        total = sum(threat.weight for threat in self.scenario.threat)
        threat = next(threat for threat in self.scenario.threat if threat.kind == "transit")
        assert threat.origin and threat.destination and threat.speed_kn
        searched = list(searches(self._looking(sorties, threat.name)))
        path = straight(list(threat.origin), list(threat.destination), 0.05)
        run_h = length_nm(path) / threat.speed_kn
        for number in range(threat.tracks):
            begin_h = -run_h + (self.scenario.days * 24 + run_h) * (number + 0.5) / threat.tracks
            passages = list(self._passages(path, begin_h, run_h))
            exposure = math.fsum(
                one_pass(
                    given
                    * (max(0.0, min(end, leave) - max(start, enter)) / (end - start))
                    * (relative_kn(speed_kn, threat.speed_kn) / speed_kn)
                )
                for cell, enter, leave in passages
                for name, start, end, given, speed_kn in searched
                if name == cell
            )
            yield {
                "threat": threat.name, "weight": threat.weight / total / threat.tracks,
                "speed_kn": threat.speed_kn,
                "exposure": exposure, "detection": 1 - math.exp(-exposure),
                "passages": [
                    {"cell": cell, "enter": self._at(enter), "leave": self._at(leave)}
                    for cell, enter, leave in passages
                ],
            }  # fmt: skip

    def _looking(self, sorties: list[dict[str, Any]], threat: str) -> list[dict[str, Any]]:
        """Sorties of units that look for a threat."""
        blind = [u.name for u in self.scenario.unit if u.threats and threat not in u.threats]
        return [s for s in sorties if s["hull"].rsplit(" ", 1)[0] not in blind]

    def _passages(
        self, path: list[list[float]], begin_h: float, run_h: float
    ) -> Iterator[tuple[str, float, float]]:
        cells = [h3.latlng_to_cell(lat, lon, 5) for lon, lat in path]
        times = begin_h + run_h * np.arange(len(path)) / (len(path) - 1)
        cuts = [0, *(k for k in range(1, len(cells)) if cells[k] != cells[k - 1]), len(cells) - 1]
        for first, last in pairwise(cuts):
            enter, leave = np.clip(times[[first, last]], 0, self.scenario.days * 24)
            if cells[first] in self.sea.cells.ids and leave > enter:
                yield cells[first], float(enter), float(leave)

    def _at(self, hour: float) -> str:
        return (self.scenario.start + timedelta(hours=hour)).isoformat()


def searches(sorties: list[dict[str, Any]]) -> Iterator[tuple[str, float, float, float, float]]:
    """Cell, start and end in hours from the plan's start, coverage and speed of each search."""
    for sortie in sorties:
        for leg in sortie["legs"]:
            for given in leg.get("exposures", ()):
                start, end = (hours(SCENARIO["start"], leg[key]) for key in ("start", "end"))
                sailed_kn = length_nm(leg["path"]) / (end - start)
                yield given["cell"], start, end, given["exposure"], sailed_kn


def hours(start: str, end: str) -> float:
    """Hours between two ISO times."""
    passed = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return passed.total_seconds() / 3600


def geodesic_nm2(polygon: shapely.Geometry) -> float:
    """Area of a polygon on the ellipsoid."""
    if polygon.is_empty or polygon.geom_type not in ("Polygon", "MultiPolygon"):
        return 0.0
    square_m, _ = GEOD.geometry_area_perimeter(shapely.orient_polygons(polygon))
    return abs(square_m) / 1852.0**2
