"""Sound inputs of every kind that the planner reads, made once in a folder."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
import tomllib
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely
from shapely.geometry import Polygon

from planner.app import plan_and_learn, read_learned, read_plan, write_plan
from planner.files import write_file
from planner.scenario import load
from planner.simulate import simulate, write_simulation
from planner.study.cases.parcel import packed
from planner.study.cases.record import Record
from tests.problem.off_aktau import DIRECTORY, TABLES
from tests.robust.spoil import toml_of
from tests.threat_files import write_drift, write_events, write_grid
from tests.weather_file import gentle, write_weather

Tables = dict[str, Any]

BOX = Polygon(
    [(50.5, 43.2), (51.0, 43.2), (51.0, 43.9), (50.5, 43.9)],
    [[(50.6, 43.4), (50.7, 43.4), (50.7, 43.5), (50.6, 43.5)]],
)

KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>zone</name><Polygon>
<outerBoundaryIs><LinearRing><coordinates>
50.5,43.2,0 51.0,43.2,0 51.0,43.9,0 50.5,43.9,0 50.5,43.2,0
</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>
50.6,43.4 50.7,43.4 50.7,43.5 50.6,43.4
</coordinates></LinearRing></innerBoundaryIs>
</Polygon></Placemark><Placemark><Point><coordinates>50.6,43.3</coordinates></Point></Placemark>
</Document></kml>
"""

RICH: Tables = copy.deepcopy(TABLES) | {
    "fuel_price_usd_l": 1.1,
    "environment": {"source": "climatology", "seed": 3, "fatigue": True},
    "vessel": {
        "launch": {
            "name": "Launch", "length_m": 12.0, "draft_m": 1.0, "max_kn": 28.0, "cruise_kn": 20.0,
            "search_kn": 12.0, "endurance_h": 10.0, "fuel_l": 900.0, "burn_cruise_l_h": 70.0,
            "burn_search_l_h": 35.0, "burn_loiter_l_h": 8.0, "turnaround_h": 2.0, "rest_h": 8.0,
            "crew": 4, "sweep_width_nm": 2.0, "cost_per_h_usd": 200.0,
            "sea": [{"wave_m": 0.6, "wind_kn": 12.0},
                    {"wave_m": 1.5, "wind_kn": 22.0, "speed": 0.8}],
        }
    },
    "outage": [{"hull": "Boats 2", "start": "2006-05-22T06:00:00+05:00",
                "end": "2006-05-22T12:00:00+05:00", "reason": "engine"}],
    "requirement": [
        {"name": "watch", "kind": "presence", "file": "zone.geojson", "share": 0.1,
         "worth": 0.05},
    ],
}  # fmt: skip
RICH["unit"].append(
    {"name": "Launches", "vessel": "launch", "agency": "Police", "base": "Aktau", "count": 2,
     "crews": 3, "day_h": 9.0, "rotation": 2, "week_h": 40.0, "fuel_week_l": 4000.0,
     "upkeep_every_h": 30.0, "upkeep_h": 4.0, "availability": 0.9, "threats": ["nets", "runs"]}
)  # fmt: skip
RICH["threat"][0]["file"] = "zone.geojson"
RICH["threat"][0]["hours"] = [20, 4]
RICH["threat"] += [
    {"name": "events", "kind": "incidents", "weight": 1.0, "persistence_h": 6.0,
     "file": "events.csv", "bandwidth_nm": 4.0},
    {"name": "risk", "kind": "area", "weight": 1.0, "persistence_h": 6.0, "raster": "risk.nc"},
    {"name": "particles", "kind": "drift", "weight": 1.0, "file": "drift.nc", "tracks": 10},
]  # fmt: skip


def shipped_tables() -> dict[str, Tables]:
    """Tables of the templates' scenarios and studies, and of the examples', by name."""
    here = Path(__file__).resolve().parents[2] / "examples"
    texts = {
        f"{entry.name}/{each.name}": each.read_text("utf-8")
        for entry in files("planner.scenario").joinpath("templates").iterdir()
        for each in entry.iterdir()
        if each.name.endswith(".toml")
    }
    texts |= {path.name: path.read_text("utf-8") for path in sorted(here.glob("*.toml"))}
    return {name: tomllib.loads(text) for name, text in sorted(texts.items())}


def write_sound(folder: Path) -> None:
    """Write a sound file of every kind that a scenario may name, and ``tiny.toml``, ``rich.toml``.

    They lie about a small sea off Aktau, of 19 cells.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(DIRECTORY / "off_aktau.geojson", folder)
    write_events(folder / "events.csv")
    write_grid(folder / "risk.nc")
    write_grid(folder / "risk.csv")
    write_drift(folder / "drift.nc")
    zone = geopandas.GeoDataFrame({"name": ["zone"]}, geometry=[BOX], crs="EPSG:4326")
    zone.to_file(folder / "zone.geojson")
    zone.to_file(folder / "zone.gpkg")
    zone.to_crs("EPSG:32639").to_file(folder / "zone.shp")
    (folder / "zone.kml").write_text(KML, encoding="utf-8")
    with zipfile.ZipFile(folder / "zone.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for ending in ("shp", "shx", "dbf", "prj"):
            archive.write(folder / f"zone.{ending}", f"deep/zone.{ending}")
    _write_points(folder)
    tiny = toml_of(TABLES)
    (folder / "tiny.toml").write_text(tiny, encoding="utf-8")
    (folder / "rich.toml").write_text(toml_of(RICH), encoding="utf-8")
    write_weather(load(folder / "tiny.toml"), folder, gentle)


def _write_points(folder: Path) -> None:
    """Points with times, as a layer."""
    rng = np.random.default_rng(3)
    places = np.column_stack([rng.uniform(50.5, 51, 30), rng.uniform(43.2, 43.8, 30)])
    times = [f"2005-04-{k + 1:02d}T{k % 24:02d}:15:00+05:00" for k in range(30)]
    table = geopandas.GeoDataFrame(
        {"time": times}, geometry=shapely.points(places), crs="EPSG:4326"
    )
    table.to_file(folder / "points.gpkg")
    table.to_file(folder / "points.geojson")


def write_sound_plan(folder: Path, out: Path, name: str = "tiny.toml") -> None:
    """Plan a scenario in one round of work; write all that lies in a plan's folder."""
    planned = plan_and_learn(load(folder / name), work_limit=1)
    write_plan(planned.plan, out, planned.learned)
    write_simulation(simulate(planned.plan, out, runs=200), out)
    digest = hashlib.sha256((out / "plan.json").read_bytes()).hexdigest()
    prices = {
        "schema": "patrol-worth/1", "plan_sha256": digest, "title": planned.plan.scenario["title"],
        "detection": planned.plan.solver.detection, "bound": planned.plan.solver.bound,
        "by_search": 0.1,
        "rows": [{"where": "Boats", "what": "one more hull", "per": "hull", "estimate": 0.02,
                  "proven": True, "gain": None, "purchase_usd": 1e5, "running_usd": None,
                  "points_per_million": 3.0}],
    }  # fmt: skip
    write_file(out / "worth.json", json.dumps(prices))


def sound_result(out: Path, key: str = "0" * 64) -> bytes:
    """A study's result file of the plan of a folder."""
    plan = read_plan(out)
    record = Record(
        key=key, planner_version="1", agencies="joint", seed=0, detection=0.1, bound=0.2,
        termination="work", hulls=3, crews=4, sorties=len(plan.sorties), at_sea_h=1.0,
        distance_nm=1.0, fuel_l=1.0, cost_usd=1.0, purchase_usd=1.0, cells=19, lent=0, time_s=0.0,
    )  # fmt: skip
    return packed(record, plan, read_learned(out))
