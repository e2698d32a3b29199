"""The scenarios of the benchmarks: the reference, four sectors and a whole sea laid out by a seed.

The water, the ports and the boats are real; where the hulls lie, and what
they look for, is drawn with the seed and stands for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from shapely import union_all
from shapely.geometry import Point, mapping
from shapely.geometry.base import BaseGeometry

from planner import geodata
from planner.scenario import Scenario, from_dict, load

Limit = Literal["territorial", "fishery", "sector"]

REFERENCE = Path(__file__).resolve().parents[2] / "examples" / "aktau-2006.toml"

BOATS = ("patrol-boat-42ft", "response-boat-medium", "zhuk", "aibar")
"""Classes that a hull is drawn from; all draw less than 2 m with what they need below."""


@dataclass(frozen=True)
class Layout:
    """A scenario laid out by a seed: hulls over ports, risk around points of the sector."""

    sector: str
    limit: Limit
    ports: tuple[str, ...]
    hulls: int
    days: int
    seed: int
    cell_resolution: int = 5

    def scenario(self, directory: Path) -> Scenario:
        """Draw the scenario; the areas of its threats are written to ``directory``."""
        rng = np.random.default_rng(self.seed)
        ports = {key: geodata.ports()[key] for key in self.ports}
        return from_dict(
            {
                "title": f"{self.sector}: {self.hulls} hulls, {self.days} days",
                "start": "2026-05-04T00:00:00+04:00",
                "days": self.days,
                "area": self._area(directory),
                "base": [{"name": p.name, "position": list(p.position)} for p in ports.values()],
                "unit": self._units(rng, [port.name for port in ports.values()]),
                "threat": self._threats(rng, directory),
            },
            directory,
        )

    def _area(self, directory: Path) -> dict[str, Any]:
        """Area watched; files it needs go to ``directory``."""
        return {
            "sector": self.sector,
            "limit": self.limit,
            "cell_resolution": self.cell_resolution,
        }

    def _units(self, rng: np.random.Generator, bases: list[str]) -> list[dict[str, Any]]:
        """Hulls drawn one by one, those of one class at one base together."""
        drawn = [(bases[k % len(bases)], str(rng.choice(BOATS))) for k in range(self.hulls)]
        return [
            {
                "name": f"{vessel}, {base}",
                "vessel": vessel,
                "agency": "Border Service",
                "base": base,
                "count": drawn.count((base, vessel)),
            }
            for base, vessel in sorted(set(drawn))
        ]

    def _threats(self, rng: np.random.Generator, directory: Path) -> list[dict[str, Any]]:
        """Nets around a point, runs anywhere, and runs along a path between two points."""
        port = geodata.ports()[self.ports[0]].position
        near, far, other = (self._water(rng, port) for _ in range(3))
        return [
            {
                "name": "Nets",
                "kind": "area",
                "weight": 0.35,
                "persistence_h": 24,
                "file": self._disc(near, 0.6, directory),
            },
            {"name": "Runs anywhere", "kind": "area", "weight": 0.3, "persistence_h": 6},
            {
                "name": "Transfers",
                "kind": "area",
                "weight": 0.15,
                "persistence_h": 12,
                "file": self._disc(far, 0.8, directory),
            },
            {
                "name": "Runs along a path",
                "kind": "transit",
                "weight": 0.2,
                "origin": list(other),
                "destination": list(port),
                "speed_kn": 20,
                "spread_nm": 5,
                "tracks": 60 * self.days,
            },
        ]

    def _sectors(self) -> tuple[str, ...]:
        """Sectors that the area lies in."""
        return (self.sector,)

    def _water(self, rng: np.random.Generator, port: tuple[float, float]) -> tuple[float, float]:
        """A point of the area watched, some 15 to 80 nm from a port."""
        water = _open_water(self._sectors(), self.limit)
        while True:
            lon, lat = port + rng.uniform(-1.5, 1.5, 2)
            if water.contains(Point(lon, lat)) and np.hypot(lon - port[0], lat - port[1]) > 0.25:
                return round(float(lon), 4), round(float(lat), 4)

    def _disc(self, centre: tuple[float, float], radius_deg: float, directory: Path) -> str:
        name = f"disc-{centre[0]}-{centre[1]}.geojson"
        return _write(directory, name, [Point(centre).buffer(radius_deg)])


CASPIAN = "caspian"
"""What a layout of the whole sea gives as its sector."""

AROUND_THE_SEA = (
    "aktau", "turkmenbashy", "noshahr", "baku", "makhachkala",
    "bautino", "garabogaz", "anzali", "alat", "derbent",
)  # fmt: skip
"""Ten bases, two of each coast: hulls go to them in turn, once round the sea and again."""


@dataclass(frozen=True)
class WholeSea(Layout):
    """All five sectors, or the belts along all shores, watched from ports around the sea.

    Threats do not depend on the number of hulls, and the first hulls of a
    larger fleet are those of a smaller one, so that layouts differ only in
    what their fields say.
    """

    sector: str = CASPIAN
    limit: Limit = "sector"
    ports: tuple[str, ...] = AROUND_THE_SEA
    hulls: int = 30
    days: int = 14
    seed: int = 6

    def _sectors(self) -> tuple[str, ...]:
        return geodata.SECTORS

    def _area(self, directory: Path) -> dict[str, Any]:
        name = f"{self.sector}-{self.limit}.geojson"
        areas = [_limit_area(sector, self.limit) for sector in geodata.SECTORS]
        file = _write(directory, name, areas)
        return {"file": file, "cell_resolution": self.cell_resolution}

    def _threats(self, rng: np.random.Generator, directory: Path) -> list[dict[str, Any]]:
        """Those of a sector off one port of each coast, and runs anywhere."""
        rng = np.random.default_rng([self.seed, len(self.ports)])
        coasts = [replace(self, ports=(key,)) for key in self.ports[:COASTS]]
        local = [threat for coast in coasts for threat in coast._local(rng, directory)]
        anywhere = {"name": "Runs anywhere", "kind": "area", "weight": 0.3, "persistence_h": 6}
        return [anywhere, *local]

    def _local(self, rng: np.random.Generator, directory: Path) -> list[dict[str, Any]]:
        """Threats off the first port, their weights shared between the coasts."""
        port = geodata.ports()[self.ports[0]].name
        return [
            {
                **threat,
                "name": f"{threat['name']}, {port}",
                "weight": round(threat["weight"] / COASTS, 4),
            }
            for threat in super()._threats(rng, directory)
            if threat["name"] != "Runs anywhere"
        ]


COASTS = 5
"""The first ports of a whole sea have threats of their own."""


def with_tracks(scenario: Scenario, tracks: int) -> Scenario:
    """A scenario whose runs are sampled by so many tracks each."""
    threats = tuple(
        each.model_copy(update={"tracks": tracks}) if each.kind == "transit" else each
        for each in scenario.threat
    )
    return scenario.model_copy(update={"threat": threats})


def _write(directory: Path, name: str, areas: Sequence[BaseGeometry]) -> str:
    """Write polygons to a file of ``directory``; returns its name."""
    features = [{"type": "Feature", "properties": {}, "geometry": mapping(area)} for area in areas]
    (directory / name).write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    return name


@cache
def _open_water(sectors: tuple[str, ...], limit: Limit) -> BaseGeometry:
    """Water of an area, some 2 km off its edges."""
    area = union_all([_limit_area(sector, limit) for sector in sectors])
    return area.intersection(geodata.shoreline("present")).buffer(-0.02)


def _limit_area(sector: str, limit: Limit) -> BaseGeometry:
    return geodata.limit_area(sector, limit, "2018-convention")


def _reference(_: Path) -> Scenario:
    return load(REFERENCE)


SCENARIOS: dict[str, Callable[[Path], Scenario]] = {
    "aktau-2006": _reference,
    # One boat, one day; the Cheleken coast has islands.
    "turkmenistan-1x1": Layout("turkmenistan", "fishery", ("turkmenbashy",), 1, 1, 1).scenario,
    # An open coast without islands.
    "iran-4x3": Layout("iran", "sector", ("anzali", "noshahr"), 4, 3, 2).scenario,
    # Islands all round the Absheron peninsula.
    "azerbaijan-8x7": Layout("azerbaijan", "sector", ("baku", "alat"), 8, 7, 3).scenario,
    "kazakhstan-12x14": Layout(
        "kazakhstan", "fishery", ("aktau", "bautino", "kuryk"), 12, 14, 4
    ).scenario,
}
"""Builders by name; each gets a folder for the files that its scenario needs."""
