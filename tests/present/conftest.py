"""A small sea of real water off Aktau and a plan on it whose sums are right by construction."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import h3
import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner import geodata
from planner.plan.model import Plan
from tests.plan_factory import one_pass, relative_kn

RUN_KN = 20.0

START = datetime(2006, 5, 22, tzinfo=timezone(timedelta(hours=5)))
BASES = {"Aktau": (51.2, 43.6), "Bautino": (50.24, 44.54)}


@dataclass(frozen=True)
class FakeCells:
    """Cells of a sea as far as pictures need them."""

    ids: tuple[str, ...]
    area_nm2: NDArray[np.float64]
    water: NDArray[np.object_]


@dataclass(frozen=True)
class FakeSea:
    """A sea as far as pictures need it."""

    cells: FakeCells
    aor: BaseGeometry
    shore: BaseGeometry


def make_sea(aor: BaseGeometry, shore: BaseGeometry, resolution: int = 5) -> FakeSea:
    """Cut an area into H3 cells of its true water."""
    water = shapely.intersection(aor, shore)
    ids, areas, shapes = [], [], []
    for cell in sorted(
        h3.h3shape_to_cells_experimental(h3.geo_to_h3shape(aor), resolution, "overlap")
    ):
        hexagon = shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)])
        piece = shapely.intersection(hexagon, water)
        if piece.area > 0.02 * hexagon.area:
            ids.append(cell)
            areas.append(geodata.area_nm2(piece))
            shapes.append(piece)
    held = np.empty(len(shapes), dtype=object)
    held[:] = shapes
    return FakeSea(FakeCells(tuple(ids), np.array(areas), held), aor, shore)


class PlanMaker:
    """Makes plans by walking hulls at random from cell to cell of a sea."""

    def __init__(self, sea: FakeSea, *, hulls: int, days: int, seed: int = 1) -> None:
        self.sea, self.days, self.random = sea, days, random.Random(seed)
        self.centres = {cell: h3.cell_to_latlng(cell)[::-1] for cell in sea.cells.ids}
        self.hulls = [self._hull(number) for number in range(hulls)]

    def plan(self) -> dict[str, Any]:
        """Return the plan as the dictionary that ``plan.json`` holds."""
        sorties = [trip for hull in self.hulls for trip in self._trips(hull)]
        coverage, moving = self._coverage(sorties), self._moving(sorties)
        found = sum(row["weight"] * row["detection"] for row in coverage + moving)
        return {
            "planner_version": "0",
            "scenario": self._scenario(),
            "solver": {
                "status": "feasible", "termination": "time", "detection": found,
                "bound": 1.1 * found, "gap": 0.1, "seed": 0, "time_s": 60.0,
            },
            "hulls": self.hulls,
            "sorties": sorties,
            "coverage": coverage,
            "moving": moving,
            "metrics": self._metrics(found),
        }  # fmt: skip

    @staticmethod
    def _metrics(found: float) -> dict[str, Any]:
        """Return the part of the metrics that is shown."""
        zone = {"water_nm2": 900.0, "weight": 0.2, "detection": None, "longest_gap_h": 31.5}
        return {
            "cost_usd": 41_500.0,
            "by_zone": {"aor": zone, "kashagan": {**zone, "detection": 0.25}},
            "by_agency": {"Border Service": {"alone": found / 2}, "Navy": {"alone": found / 3}},
            "seen_each_day": {"mean_seen": 0.125, "mean_visited": 0.5},
        }

    def _hull(self, number: int) -> dict[str, Any]:
        base = list(BASES)[number % 2]
        agency = "Navy" if number % 3 == 2 else "Border Service"
        return {
            "id": f"{base}-{number + 1}", "unit": f"{base} boats", "vessel": "patrol-boat-42ft",
            "agency": agency, "base": base,
        }  # fmt: skip

    def _trips(self, hull: dict[str, Any]) -> list[dict[str, Any]]:
        trips, hour = [], self.random.randrange(6)
        while hour + 10 < 24 * self.days:
            trips.append(
                self._trip(hull, START + timedelta(hours=hour), f"{hull['id']}/{len(trips) + 1}")
            )
            hour += 20 + self.random.randrange(8)
        return trips

    def _trip(self, hull: dict[str, Any], depart: datetime, name: str) -> dict[str, Any]:
        base = BASES[hull["base"]]
        near = sorted(self.centres, key=lambda cell: math.dist(self.centres[cell], base))
        cell = self.random.choice(near[: max(3, len(near) // 4)])
        legs, now, here = [], depart, base
        legs.append(self._leg("transit", now, 60, [here, self.centres[cell]]))
        now, here = now + timedelta(minutes=60), self.centres[cell]
        for _ in range(self.random.randrange(6, 14)):
            following = self.random.choice([c for c in h3.grid_disk(cell, 1) if c in self.centres])
            lon, lat = self.centres[following]
            bend = (lon + self.random.uniform(-0.05, 0.05), lat + self.random.uniform(-0.04, 0.04))
            leg = self._leg("search", now, 40, [here, bend, (lon, lat)])
            leg["exposures"] = [{"cell": following, "exposure": self.random.uniform(0.1, 0.4)}]
            legs.append(leg)
            now, here, cell = now + timedelta(minutes=40), (lon, lat), following
        legs.append(self._leg("transit", now, 60, [here, base]))
        back, home = now + timedelta(minutes=60), hull["base"]
        return {
            "id": name, "hull": hull["id"], "depart_base": home, "return_base": home,
            "depart": depart, "return": back, "ready": back + timedelta(hours=8),
            "distance_nm": 100.0 + self.random.random(), "fuel_l": 900.0, "legs": legs,
        }  # fmt: skip

    @staticmethod
    def _leg(mode: str, start: datetime, minutes: int, path: list[Any]) -> dict[str, Any]:
        return {
            "mode": mode, "start": start, "end": start + timedelta(minutes=minutes),
            "speed_kn": 15.0, "sweep_width_nm": 2.0, "path": path,
        }  # fmt: skip

    def _coverage(self, sorties: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows = []
        kinds = (("Poaching off the Ural", 12, 0.6, 45.0), ("Smuggling", 24, 0.25, 40.0))
        for threat, window_h, share, south in kinds:
            cells = [c for c in self.centres if self.centres[c][1] >= south] or list(self.centres)
            area = {c: a for c, a in zip(self.sea.cells.ids, self.sea.cells.area_nm2, strict=True)}
            windows = 24 * self.days // window_h
            total = sum(area[c] for c in cells) * windows
            for cell in cells:
                for number in range(windows):
                    begin = START + timedelta(hours=window_h * number)
                    spell = [(cell, begin, begin + timedelta(hours=window_h))]
                    exposure = exposure_of(sorties, spell)
                    rows.append({
                        "cell": cell, "threat": threat, "from": spell[0][1], "to": spell[0][2],
                        "weight": share * area[cell] / total, "exposure": exposure,
                        "detection": 1 - math.exp(-exposure),
                    })  # fmt: skip
        return rows

    def _moving(self, sorties: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows = []
        for number in range(10):
            now = START + timedelta(hours=2.0 * number)
            spells = []
            for cell in self.random.sample(list(self.centres), min(8, len(self.centres))):
                spells.append((cell, now, now + timedelta(hours=1)))
                now += timedelta(hours=1)
            exposure = exposure_of(sorties, spells, RUN_KN)
            rows.append({
                "threat": "Ferry lane", "weight": 0.015, "speed_kn": RUN_KN,
                "exposure": exposure,
                "detection": 1 - math.exp(-exposure),
                "passages": [{"cell": c, "enter": a, "leave": b} for c, a, b in spells],
            })  # fmt: skip
        return rows

    def _scenario(self) -> dict[str, Any]:
        return {
            "title": "Aktau and Bautino, one week from 22 May 2006",
            "start": START.isoformat(),
            "days": float(self.days),
            "area": {"sector": "kazakhstan", "closures": ["ural-spring-closure"]},
            "base": [
                {"name": name, "position": position, "berths": 10, "ramp": False}
                for name, position in BASES.items()
            ],
            "vessel": {"patrol-boat-42ft": {"name": "42-ft patrol boat"}},
            "threat": [],
        }


def exposure_of(sorties: list[dict[str, Any]], spells: list[Any], speed_kn: float = 0.0) -> float:
    """Exposure of one target, straight from the definition in the plan's format."""
    total = 0.0
    for leg in (leg for trip in sorties for leg in trip["legs"]):
        for item in leg.get("exposures", ()):
            for cell, begin, end in spells:
                shared = (min(leg["end"], end) - max(leg["start"], begin)).total_seconds()
                if cell == item["cell"] and shared > 0:
                    part = shared / (leg["end"] - leg["start"]).total_seconds()
                    faster = relative_kn(leg["speed_kn"], speed_kn) / leg["speed_kn"]
                    total += one_pass(item["exposure"] * part * faster)
    return total


@pytest.fixture(scope="session")
def sea() -> FakeSea:
    """Return the water within 12 nm of the shore about Aktau and Bautino."""
    near = shapely.box(50.0, 43.2, 51.4, 44.9)
    aor = geodata.belt("kazakhstan", 12.0).intersection(near)
    return make_sea(aor, geodata.shoreline("present"))


@pytest.fixture(scope="session")
def raw_plan(sea: FakeSea) -> Callable[[], dict[str, Any]]:
    """Return a maker of the plan as a fresh dictionary, to be changed at will."""
    return lambda: PlanMaker(sea, hulls=3, days=3).plan()


@pytest.fixture(scope="session")
def plan(raw_plan: Callable[[], dict[str, Any]]) -> Plan:
    """Return a plan of three hulls for three days."""
    return Plan.model_validate(raw_plan())
