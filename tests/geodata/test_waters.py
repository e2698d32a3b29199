"""Shorelines, sectors and belts: areas, known places, topology, distances."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry import Point, Polygon

from planner import geodata
from planner.errors import GeodataError
from planner.units import NM2_KM2, NM_M

GEOD = Geod(ellps="WGS84")

DERIVED_KM2 = {
    "kazakhstan": 116_700,
    "azerbaijan": 79_100,
    "turkmenistan": 67_600,
    "russia": 60_500,
    "iran": 55_000,
}
TREATY_POINTS = {
    (49 + 53.3 / 60, 42 + 33.6 / 60): {"kazakhstan", "azerbaijan", "russia"},
    (50 + 56.6 / 60, 41 + 32.4 / 60): {"kazakhstan", "azerbaijan", "turkmenistan"},
}


def area_km2(area: shapely.Geometry) -> float:
    """Geodesic area by pyproj ring by ring, apart from the planner's own function."""
    total = 0.0
    for part in shapely.get_parts(area):
        for number, ring in enumerate([part.exterior, *part.interiors]):
            xy = np.asarray(ring.coords)
            square_m = abs(GEOD.polygon_area_perimeter(xy[:, 0], xy[:, 1])[0])
            total += square_m / 1e6 * (1 if number == 0 else -1)
    return total


@cache
def shore_points() -> NDArray[np.float64]:
    """Points on the -28 m shore, islands too, at most 0.005 degrees apart."""
    return shapely.get_coordinates(geodata.shoreline("legal-28m").boundary.segmentize(0.005))


def shore_distance_nm(lon: float, lat: float) -> tuple[float, NDArray[np.float64]]:
    """Geodesic distance to the nearest shore point, and that point."""
    points = shore_points()
    reach = 0.5
    while True:
        near = points[
            (np.abs(points[:, 0] - lon) < reach * 1.5) & (np.abs(points[:, 1] - lat) < reach)
        ]
        if len(near):
            metres = GEOD.inv(
                np.full(len(near), lon), np.full(len(near), lat), near[:, 0], near[:, 1]
            )[2]
            best = int(np.argmin(metres))
            if metres[best] < reach * 110_000:
                return float(metres[best]) / NM_M, near[best]
        reach *= 2


@pytest.mark.parametrize(
    ("key", "area", "islands"), [("present", 371_448, 600), ("legal-28m", 379_880, 50)]
)
def test_shorelines_are_the_whole_sea_with_islands(key: str, area: float, islands: int) -> None:
    """Each shoreline is one valid polygon of the size measured on its source, islands as holes."""
    water = geodata.shoreline(key)
    assert isinstance(water, Polygon)
    assert water.is_valid
    assert len(water.interiors) >= islands
    assert area_km2(water) == pytest.approx(area, rel=1e-4)


def test_background_is_coarse_and_close() -> None:
    """The background has a quarter of the vertices and nearly the same area."""
    fine, coarse = geodata.shoreline("present"), geodata.shoreline("background")
    assert coarse.is_valid
    assert shapely.get_num_coordinates(coarse) < shapely.get_num_coordinates(fine) / 4
    assert area_km2(coarse) == pytest.approx(area_km2(fine), rel=0.005)
    assert (geodata.root() / "shoreline-background.geojson").stat().st_size < 80_000


@pytest.mark.parametrize(
    ("lon", "lat", "present", "legal"),
    [
        (50.5, 42.5, True, True),  # the middle of the sea
        (51.20, 43.60, True, True),  # Aktau port, sea side
        (51.213, 43.682, False, False),  # the port-code table's Aktau, inland
        (51.1739, 43.6611, False, False),  # Aktau town
        (51.8843, 47.1048, False, False),  # Atyrau, on the river
        (51.8, 46.9, False, True),  # mouth of the Ural: water in 2017, land today
        (51.583, 46.167, True, True),  # Kashagan
        (52.2693, 46.438, False, True),  # an artificial island of the field, not there in 2017
        (53.5, 41.2, False, False),  # Kara-Bogaz-Gol is not part of the sea
    ],
)
def test_known_places_lie_in_or_out_of_water(
    lon: float, lat: float, present: bool, legal: bool
) -> None:
    """Known places are water or land in each shoreline as they are on the ground."""
    assert geodata.shoreline("present").contains(Point(lon, lat)) is present
    assert geodata.shoreline("legal-28m").contains(Point(lon, lat)) is legal


@pytest.mark.parametrize("key", geodata.SECTORS)
def test_sectors_have_the_derived_sizes(key: str) -> None:
    """Each sector is valid and within 1% of the size derived for it."""
    sector = geodata.sector(key)
    assert sector.is_valid
    assert area_km2(sector) == pytest.approx(DERIVED_KM2[key], rel=0.01)


def test_sectors_do_not_overlap_and_cover_the_sea() -> None:
    """No two sectors share area, and together they are the -28 m water."""
    sectors = geodata.sectors()
    for first, second in combinations(sectors.values(), 2):
        assert first.intersection(second).area == 0.0
    assert shapely.coverage_is_valid(list(sectors.values()))
    legal = geodata.shoreline("legal-28m")
    together = shapely.union_all(list(sectors.values()))
    assert together.symmetric_difference(legal).area < 1e-6 * legal.area


@pytest.mark.parametrize(("point", "nations"), TREATY_POINTS.items())
def test_sectors_meet_at_the_treaty_points(point: tuple[float, float], nations: set[str]) -> None:
    """Exactly the three nations named meet at each treaty point, within 2 m."""
    meeting = {
        key
        for key, sector in geodata.sectors().items()
        if sector.distance(Point(point)) * 111_000 < 2.0
    }
    assert meeting == nations


@settings(max_examples=60, deadline=None)
@given(lon=st.floats(46.7, 54.1), lat=st.floats(36.6, 47.1))
def test_sectors_follow_the_nearest_shore(lon: float, lat: float) -> None:
    """Away from the treaty points, the shore nearest to a place belongs to its sector."""
    place = Point(lon, lat)
    found = [sector for sector in geodata.sectors().values() if sector.contains(place)]
    if not found or any(place.distance(Point(p)) < 0.7 for p in TREATY_POINTS):
        return
    if found[0].boundary.difference(geodata.shoreline("legal-28m").boundary).distance(place) < 0.01:
        return
    _, nearest = shore_distance_nm(lon, lat)
    assert found[0].distance(Point(nearest)) < 0.006


def test_water_within_12_nm_matches_the_official_figure() -> None:
    """Within 12 nm of the Kazakh -28 m shore lie 32,979 km², give or take 1%."""
    assert area_km2(geodata.belt("kazakhstan", 12.0)) == pytest.approx(32_979, rel=0.01)


@settings(max_examples=60, deadline=None)
@given(
    lon=st.floats(48.9, 53.4),
    lat=st.floats(41.3, 47.1),
    width_nm=st.sampled_from([3.0, 12.0, 25.0, 47.0]),
)
def test_belts_hold_what_is_near_the_shore(lon: float, lat: float, width_nm: float) -> None:
    """A place of the sector lies in the belt exactly when the geodesic to the shore is shorter."""
    if not geodata.sector("kazakhstan").contains(Point(lon, lat)):
        return
    distance_nm, _ = shore_distance_nm(lon, lat)
    if abs(distance_nm - width_nm) > 0.02 + 0.0005 * width_nm:
        inside = geodata.belt("kazakhstan", width_nm).contains(Point(lon, lat))
        assert inside is (distance_nm < width_nm)


@pytest.mark.parametrize("key", geodata.SECTORS)
def test_belts_add_up(key: str) -> None:
    """Territorial water and the zone beyond it neither overlap nor leave a gap."""
    inner, outer = geodata.belt(key, 15.0), geodata.belt(key, 25.0, 15.0)
    whole = geodata.belt(key, 25.0)
    assert inner.is_valid
    assert outer.is_valid
    assert inner.intersection(outer).area < 1e-9
    assert area_km2(inner) + area_km2(outer) == pytest.approx(area_km2(whole), rel=1e-5)
    assert area_km2(whole) < area_km2(geodata.sector(key))


def test_limits_are_the_presets_belts() -> None:
    """Territorial and fishery limits are the belts of the preset; sector is all of it."""
    sector = "azerbaijan"
    assert geodata.limit_area(sector, "territorial", "2006").equals(geodata.belt(sector, 12.0))
    assert geodata.limit_area(sector, "fishery", "2006").equals(geodata.belt(sector, 12.0))
    assert geodata.limit_area(sector, "territorial").equals(geodata.belt(sector, 15.0))
    assert geodata.limit_area(sector, "fishery").equals(geodata.belt(sector, 25.0))
    assert geodata.limit_area(sector, "sector").equals(geodata.sector(sector))


def test_islands_count_as_shore() -> None:
    """Water beside an island far off the mainland lies within a narrow belt."""
    legal = geodata.shoreline("legal-28m")
    island = max(
        (ring for ring in legal.interiors if 44.6 < ring.centroid.y < 45.4),
        key=lambda ring: Polygon(ring).area,
    )
    beside = Polygon(island).buffer(0.005).boundary.interpolate(0.0)
    assert geodata.belt("kazakhstan", 1.0).contains(beside)


@pytest.mark.parametrize(
    "call",
    [
        lambda: geodata.shoreline("past"),
        lambda: geodata.sector("georgia"),
        lambda: geodata.belt("iran", 0.0),
        lambda: geodata.belt("iran", 10.0, 12.0),
        lambda: geodata.limit_area("iran", "shelf"),
        lambda: geodata.limit_area("iran", "sector", "1982"),
        lambda: geodata.buffer_nm(Point(50, 42), -1.0),
        lambda: geodata.buffer_nm(Point(), 1.0),
    ],
)
def test_wrong_requests_are_refused_in_one_line(call: object) -> None:
    """An unknown key or width raises the planner's own error, one line long."""
    with pytest.raises(GeodataError) as caught:
        call()  # type: ignore[operator]
    assert "\n" not in str(caught.value)


@settings(max_examples=25, deadline=None)
@given(
    lon=st.floats(-150, 150),
    lat=st.floats(-70, 70),
    radius_nm=st.floats(0.5, 100.0),
)
def test_a_buffer_is_a_geodesic_circle(lon: float, lat: float, radius_nm: float) -> None:
    """The buffer of a point anywhere runs at the radius asked for, and has the cap's area."""
    circle = geodata.buffer_nm(Point(lon, lat), radius_nm)
    edge = np.asarray(circle.exterior.coords)
    metres = GEOD.inv(np.full(len(edge), lon), np.full(len(edge), lat), edge[:, 0], edge[:, 1])[2]
    assert metres / NM_M == pytest.approx(radius_nm, rel=1e-6)
    assert geodata.area_nm2(circle) == pytest.approx(np.pi * radius_nm**2, rel=2e-3)


def test_area_agrees_with_rings_added_up() -> None:
    """The planner's area, islands taken out, equals the rings added up with pyproj."""
    water = geodata.sector("turkmenistan")
    assert geodata.area_nm2(water) * NM2_KM2 == pytest.approx(area_km2(water), rel=1e-9)
