"""Ports, zones and roads: afloat, inside the water, and honest about what is approximate."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely.geometry import Point

from planner import geodata

GEOD = Geod(ellps="WGS84")


def metres_to_shore(lon: float, lat: float, shoreline: str) -> float:
    """Geodesic distance from a place to a shoreline drawn at 50 m."""
    window = shapely.clip_by_rect(
        geodata.shoreline(shoreline).boundary, lon - 0.5, lat - 0.5, lon + 0.5, lat + 0.5
    )
    xy = shapely.get_coordinates(window.segmentize(0.0005))
    away_m = GEOD.inv(np.full(len(xy), lon), np.full(len(xy), lat), xy[:, 0], xy[:, 1])[2]
    return float(away_m.min())


@pytest.mark.parametrize("key", geodata.ports())
def test_ports_lie_afloat_near_the_shore(key: str) -> None:
    """Every port is water of the shorelines it names, clear of their shore but close to land."""
    port = geodata.ports()[key]
    assert port.touches
    away_m = [metres_to_shore(*port.position, shoreline) for shoreline in port.touches]
    assert 140.0 < min(away_m) < 4_000.0
    for shoreline in port.touches:
        assert geodata.shoreline(shoreline).contains(Point(port.position))


def test_ports_of_kazakhstan_lie_where_they_are_known_to_be() -> None:
    """Aktau, Bautino and Kuryk lie within 1 km of the published positions, in their sector."""
    for key, lon, lat in (
        ("aktau", 51.20, 43.60),
        ("bautino", 50.2463, 44.5448),
        ("kuryk", 51.67, 43.17),
    ):
        port = geodata.ports()[key]
        assert GEOD.inv(lon, lat, *port.position)[2] < 1_000.0
        assert geodata.sector("kazakhstan").contains(Point(port.position))


def test_a_port_that_was_moved_says_so() -> None:
    """Positions taken to water say from where and how far; the inland Aktau is named."""
    assert re.search(r"moved \d+ m", geodata.ports()["makhachkala"].notes)
    assert "inland" in geodata.ports()["aktau"].notes
    assert all(port.source for port in geodata.ports().values())


def test_ports_lie_in_their_country() -> None:
    """Every port lies in the sector of the country it names."""
    for port in geodata.ports().values():
        assert geodata.sector(port.country).contains(Point(port.position)), port.key


@pytest.mark.parametrize("key", geodata.zones())
def test_zones_are_valid_water(key: str) -> None:
    """Every zone is valid, lies in the -28 m water, and says what is approximate and why."""
    zone = geodata.zones()[key]
    assert zone.geometry.is_valid
    assert zone.geometry.difference(geodata.shoreline("legal-28m")).area < 1e-6
    assert zone.approximate
    assert re.search("assumption|derived", zone.source)
    assert 50.0 < geodata.area_nm2(zone.geometry) < 3_000.0
    assert re.fullmatch("[a-z0-9-]+", key)


def test_zones_a_planner_would_name_are_there() -> None:
    """Estuaries, fields, approaches and lanes hold the places they are named after."""
    zones = geodata.zones()
    assert zones["ural-pre-estuary"].geometry.contains(Point(51.8, 46.84))
    assert zones["kigash-pre-estuary"].geometry.contains(Point(49.6, 46.2))
    assert zones["kashagan"].geometry.contains(Point(51.583, 46.167))
    for port in ("aktau", "bautino", "kuryk"):
        position = Point(geodata.ports()[port].position)
        assert zones[f"{port}-approaches"].geometry.contains(position)


def test_kalamkas_lies_64_km_offshore() -> None:
    """The middle of the Kalamkas-Sea zone is 64 km from the -28 m shore, as published."""
    centre = geodata.zones()["kalamkas"].geometry.centroid
    shore = shapely.get_coordinates(geodata.shoreline("legal-28m").boundary.segmentize(0.01))
    away_m = GEOD.inv(
        np.full(len(shore), centre.x), np.full(len(shore), centre.y), shore[:, 0], shore[:, 1]
    )[2].min()
    assert away_m / 1000 == pytest.approx(64.0, abs=2.0)


@pytest.mark.parametrize("key", [key for key in geodata.zones() if key.startswith("ferry-lane")])
def test_ferry_lanes_join_their_ports(key: str) -> None:
    """A lane is one piece of water that holds both of its ports."""
    lane = geodata.zones()[key].geometry
    largest = max(shapely.get_parts(lane), key=lambda part: part.area)
    for port in key.removeprefix("ferry-lane-").split("-"):
        assert largest.contains(Point(geodata.ports()[port].position))


def test_spring_closures_are_seasonal_and_kazakh() -> None:
    """The closures run from 1 April to 15 July, reach 50 km, and stay in the Kazakh sector."""
    zones = geodata.zones()
    for key in ("spring-closure-ural", "spring-closure-volga"):
        assert zones[key].season == ("04-01", "07-15")
        assert zones[key].geometry.difference(geodata.sector("kazakhstan")).area < 1e-7
    others = [zone for key, zone in zones.items() if not key.startswith("spring-closure")]
    assert all(zone.season is None for zone in others)
    mouth = (51.8, 46.9)
    reach_m = [
        GEOD.inv(*mouth, *vertex)[2]
        for vertex in shapely.get_coordinates(zones["spring-closure-ural"].geometry)
    ]
    assert 48_000.0 < max(reach_m) < 72_000.0


def test_road_distances_name_their_source() -> None:
    """The known roads from Aktau are there with kilometres and a source."""
    roads = geodata.road_distances_km()
    assert roads[frozenset({"aktau", "fort-shevchenko"})][0] == 132.0
    assert roads[frozenset({"atyrau", "aktau"})][0] == 900.0
    assert all(kilometres > 0 and source for kilometres, source in roads.values())
