"""Cells of an area with their true water."""

from __future__ import annotations

import h3
import numpy as np
import pytest
import shapely

from planner import geodata
from planner.errors import SeaError
from planner.sea import Sea
from planner.sea.cells import build_cells, cover, middle_of, sample_points
from planner.sea.geodesy import area_nm2, distance_nm


def test_cells_and_what_is_left_out_are_the_water(kazakh_sea: Sea) -> None:
    """Water in cells plus water left out is the water of the area; little is left out."""
    water = shapely.intersection(kazakh_sea.aor, geodata.shoreline("present"))
    cells = kazakh_sea.cells
    whole = area_nm2(water).sum()
    # the region holds the one connected sea; ponds behind the coast are not in it
    assert cells.area_nm2.sum() + cells.left_out_nm2 == pytest.approx(whole, rel=1e-3)
    assert cells.left_out_nm2 < 0.005 * whole
    assert cells.area_nm2 == pytest.approx(area_nm2(cells.water))


def test_cells_do_not_overlap_and_hold_their_centres(kazakh_sea: Sea) -> None:
    """Centres lie in the water, cells within their hexagons, and none on another."""
    cells = kazakh_sea.cells
    assert shapely.contains_xy(cells.water, cells.centre).all()
    assert np.all(cells.area_nm2 <= cells.hexagon_nm2 * (1 + 1e-9))
    assert shapely.area(shapely.union_all(cells.water)) == pytest.approx(
        shapely.area(cells.water).sum(), rel=1e-9
    )
    assert all(polygon.geom_type == "Polygon" for polygon in cells.water)


def test_hexagons_have_h3_areas(kazakh_sea: Sea) -> None:
    """Hexagon areas agree with H3's own to its spherical Earth's half a percent."""
    cells = kazakh_sea.cells
    theirs = np.array([h3.cell_area(cell, unit="km^2") for cell in cells.ids]) / 1.852**2
    assert cells.hexagon_nm2 == pytest.approx(theirs, rel=6e-3)


def test_spacing_is_the_distance_between_centres(kazakh_sea: Sea) -> None:
    """Spacing is that between neighbouring whole hexagons, within H3's distortion."""
    cells = kazakh_sea.cells
    whole = np.flatnonzero(cells.area_nm2 > 0.999 * cells.hexagon_nm2)[::7]
    for cell in whole:
        near = [k for k in cells.neighbours[cell] if k >= 0]
        gaps = distance_nm(
            np.array(h3.cell_to_latlng(cells.ids[cell]))[::-1],
            np.array([h3.cell_to_latlng(cells.ids[k])[::-1] for k in near]),
        )
        assert gaps.mean() == pytest.approx(cells.spacing_nm[cell], rel=0.03)


def test_neighbours_are_mutual(kazakh_sea: Sea) -> None:
    """If one cell is another's neighbour the reverse holds too, and H3 agrees."""
    cells = kazakh_sea.cells
    for i in range(cells.n):
        for j in cells.neighbours[i]:
            if j >= 0:
                assert i in cells.neighbours[j]
                assert h3.are_neighbor_cells(cells.ids[i], cells.ids[j])


def test_depths_are_plausible(kazakh_sea: Sea) -> None:
    """The north of the sector is shallow, the south-west deep."""
    cells = kazakh_sea.cells
    north = cells.centre[:, 1] > 45.5
    deep = (cells.centre[:, 1] < 43.0) & (cells.centre[:, 0] < 50.8)
    assert 1 < np.median(cells.depth_m[north]) < 8  # the shipped grid's mean is 3.7 m
    assert cells.depth_m[deep].min() > 100


def test_share_in_zones(kazakh_sea: Sea) -> None:
    """Shares lie between 0 and 1 and their water adds up to the zone's."""
    zone = kazakh_sea.zones["kashagan"]
    share = kazakh_sea.cells.share_in(zone)
    assert np.all((share >= 0) & (share <= 1))
    water = shapely.intersection(zone, shapely.union_all(kazakh_sea.cells.water))
    assert share @ kazakh_sea.cells.area_nm2 == pytest.approx(area_nm2(water)[0], rel=1e-3)
    assert kazakh_sea.zone_shares["kashagan"] == pytest.approx(share)


def test_slivers_are_left_out() -> None:
    """A cell with a sliver of water is dropped and its water counted as left out."""
    cell = h3.latlng_to_cell(43.0, 50.0, 5)
    ring = shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(cell)])
    area = shapely.buffer(ring, 0.002)
    cells = build_cells(area, shapely.box(49, 42, 51, 44), 5, 50.0, None)
    assert cells.ids == (cell,)
    assert cells.left_out_nm2 == pytest.approx(float((area_nm2(area) - area_nm2(ring))[0]))
    assert np.isnan(cells.depth_m).all()


def test_only_the_largest_piece_is_kept() -> None:
    """Of a cell that a spit divides the larger side is kept, the other counted as left out."""
    cell = h3.latlng_to_cell(43.0, 50.0, 5)
    ring = shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(cell)])
    x = ring.centroid.x + 0.02
    spit = shapely.box(x, 42, x + 0.001, 44)
    cells = build_cells(ring.buffer(-1e-4), shapely.box(49, 42, 51, 44) - spit, 5, 50.0, None)
    larger = shapely.intersection(ring.buffer(-1e-4), shapely.box(49, 42, x, 44))
    assert cells.area_nm2 == pytest.approx(area_nm2(larger))
    assert cells.left_out_nm2 > 0.2 * cells.hexagon_nm2[0]


def test_across_the_date_line() -> None:
    """Cells on both sides of 180 degrees have continuous longitudes and are neighbours."""
    area = shapely.box(179, -18, 181, -17)
    cells = build_cells(area, shapely.box(178, -19, 182, -16), 5, 180.0, None)
    assert cells.area_nm2.sum() + cells.left_out_nm2 == pytest.approx(area_nm2(area)[0], rel=1e-5)
    east = cells.centre[:, 0] > 180
    linked = [(i, j) for i in np.flatnonzero(east) for j in cells.neighbours[i] if j >= 0]
    assert any(not east[j] for _, j in linked)
    whole = cells.share_in(shapely.box(-180, -18, -179, -17))
    assert whole @ cells.area_nm2 == pytest.approx(
        area_nm2(shapely.box(180, -18, 181, -17))[0], rel=0.02
    )


def test_too_many_cells_are_refused() -> None:
    """A resolution that would cut an area into very many cells names the key to change."""
    with pytest.raises(SeaError, match="cell_resolution"):
        cover(shapely.box(48, 40, 53, 47), 9, 50.0)


def test_dry_area_is_refused() -> None:
    """An area without water says so."""
    with pytest.raises(SeaError, match="no water"):
        build_cells(shapely.box(10, 50, 11, 51), shapely.box(20, 50, 21, 51), 5, 10.0, None)


def test_middle_and_samples_lie_inside() -> None:
    """The middle of a crescent and its sample points lie in it."""
    crescent = shapely.Point(50, 44).buffer(1) - shapely.Point(50.3, 44).buffer(0.9)
    assert crescent.contains(shapely.Point(middle_of(crescent)))
    points = sample_points(crescent, 100)
    assert shapely.contains_xy(crescent, points).all()
    assert 70 < len(points) < 140
    sliver = shapely.box(50, 44, 50.5, 44 + 1e-7)
    assert len(sample_points(sliver, 3)) >= 1
