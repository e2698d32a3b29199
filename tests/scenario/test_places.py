"""Positions and polygons are checked against the water of the shoreline chosen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box, mapping

from planner import geodata
from planner.errors import Problem

Tables = dict[str, Any]
Find = Callable[[Tables], tuple[Problem, ...]]


def write(path: Path, west: float, south: float, east: float, north: float) -> str:
    """Write a box of degrees as GeoJSON and return its name."""
    path.write_text(json.dumps(mapping(box(west, south, east, north))), encoding="utf-8")
    return path.name


def the_one(problems: tuple[Problem, ...]) -> Problem:
    """Return the only problem, or fail showing all."""
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def test_the_inland_aktau_of_the_port_tables_is_on_land(tables: Tables, problems_of: Find) -> None:
    """The well-known wrong coordinate of Aktau is found, with the nearest water beside it."""
    tables["base"][0]["position"] = [51.213, 43.682]
    problem = the_one(problems_of(tables))
    assert problem.key == "base[1].position"
    assert "nm from the water" in problem.message
    assert "the nearest water is [51.1" in problem.remedy


def test_swapped_coordinates_are_recognised(tables: Tables, problems_of: Find) -> None:
    """A position that would be on the water the other way round says so."""
    tables["base"][0]["position"] = [43.6, 51.2]
    assert "longitude comes first: write [51.2, 43.6]" in the_one(problems_of(tables)).remedy


@pytest.mark.parametrize("shoreline", ["present", "legal-28m"])
@pytest.mark.parametrize("key", ["aktau", "bautino", "kuryk", "baku", "makhachkala"])
def test_shipped_ports_are_bases(
    tables: Tables, problems_of: Find, shoreline: str, key: str
) -> None:
    """A port can be a base with every shoreline that it is said to touch."""
    port = geodata.ports()[key]
    tables["area"]["shoreline"] = shoreline
    tables["base"][0]["position"] = list(port.position)
    assert shoreline in port.touches
    assert problems_of(tables) == ()


def test_a_dried_up_base_is_found_with_the_present_shore(tables: Tables, problems_of: Find) -> None:
    """The mouth of the Ural was water at -28 m and is land today."""
    mouth = list(geodata.ports()["ural-mouth"].position)
    tables["base"][0]["position"] = mouth
    tables["area"]["shoreline"] = "legal-28m"
    assert problems_of(tables) == ()
    tables["area"]["shoreline"] = "present"
    assert the_one(problems_of(tables)).key == "base[1].position"


@pytest.mark.parametrize("end", ["origin", "destination"])
def test_runs_begin_and_end_on_water(tables: Tables, problems_of: Find, end: str) -> None:
    """A run cannot begin or end in the desert."""
    tables["threat"][2][end] = [54.0, 44.0]
    assert the_one(problems_of(tables)).key == f"threat[3].{end}"


def test_a_run_goes_somewhere(tables: Tables, problems_of: Find) -> None:
    """Origin and destination differ."""
    tables["threat"][2]["destination"] = tables["threat"][2]["origin"]
    assert "same place" in the_one(problems_of(tables)).message


def test_another_sea_needs_its_own_shoreline_and_no_depth(
    tables: Tables, problems_of: Find, tmp_path: Path
) -> None:
    """Outside the Caspian neither the shipped shore nor the depth grid means anything."""
    name = write(tmp_path / "area.geojson", 27.0, 40.3, 28.5, 41.0)
    tables["area"] = {"file": name}
    assert {problem.key for problem in problems_of(tables)} == {"area.shoreline", "area.depth"}


def test_a_file_inside_the_caspian_may_use_the_shipped_layers(
    tables: Tables, problems_of: Find, tmp_path: Path
) -> None:
    """A polygon off Aktau needs no shoreline of its own."""
    tables["area"] = {"file": write(tmp_path / "area.geojson", 50.0, 43.0, 51.5, 44.4)}
    assert problems_of(tables) == ()


def test_an_area_on_land_is_found(tables: Tables, problems_of: Find, tmp_path: Path) -> None:
    """An area without water of the shoreline given cannot be watched."""
    tables["area"] = {
        "file": write(tmp_path / "area.geojson", 53.0, 43.5, 54.0, 44.0),
        "shoreline": write(tmp_path / "water.geojson", 50.0, 43.0, 52.0, 44.6),
        "depth": "none",
    }
    keys = {problem.key for problem in problems_of(tables)}
    assert "area.file" in keys


def test_a_file_that_is_no_map_is_a_problem_of_its_key(
    tables: Tables, problems_of: Find, tmp_path: Path
) -> None:
    """What is wrong with polygon files is reported at the keys that name them."""
    for name in ("zone.geojson", "area.geojson"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    tables["threat"][0]["file"] = "zone.geojson"
    tables["area"] = {"file": "area.geojson"}
    assert [problem.key for problem in problems_of(tables)] == ["area.file", "threat[1].file"]
