"""Depth and climatology: axes, plausible figures, nothing that can be changed by accident."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from planner import geodata


def wet_depths(south: float, north: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Depths at grid points in the -28 m water between two latitudes."""
    grid = geodata.depth()
    lon, lat = np.meshgrid(grid.lon, grid.lat)
    wet = shapely.contains_xy(geodata.shoreline("legal-28m"), lon, lat)
    return grid.depth_m[wet & (lat >= south) & (lat < north)]


def test_depth_grid_covers_the_sea_at_a_tenth_of_a_degree() -> None:
    """Axes ascend by 0.1 degree and enclose the whole sea."""
    grid = geodata.depth()
    assert grid.depth_m.shape == (len(grid.lat), len(grid.lon))
    assert np.diff(grid.lon) == pytest.approx(0.1)
    assert np.diff(grid.lat) == pytest.approx(0.1)
    west, south, east, north = geodata.shoreline("legal-28m").bounds
    assert grid.lon[0] < west
    assert grid.lon[-1] > east
    assert grid.lat[0] < south
    assert grid.lat[-1] > north


def test_depth_is_shallow_in_the_north_and_deep_in_the_south() -> None:
    """A few metres on average in the north, deepest near the 1,025 m published."""
    assert 3.0 < wet_depths(44.5, 48.0).mean() < 6.0
    assert 900.0 < wet_depths(36.0, 41.0).max() < 1_050.0
    assert 100.0 < wet_depths(41.0, 44.0).mean() < 400.0


def test_land_is_negative() -> None:
    """High land far from the sea stands above the datum."""
    grid = geodata.depth()
    assert grid.depth_m[grid.lat < 36.5][:, (grid.lon > 50.0) & (grid.lon < 52.0)].max() < 0.0


def test_climatology_has_twelve_months_of_plausible_figures() -> None:
    """Wind of a few m/s and air from frost in January to heat in July over the middle."""
    months = geodata.climatology()
    shape = (12, len(months.lat), len(months.lon))
    assert months.wind_m_s.shape == months.air_temperature_c.shape == shape
    assert np.nanmin(months.wind_m_s) > 0.0
    assert np.nanmax(months.wind_m_s) < 20.0
    row, column = int(np.argmin(abs(months.lat - 41))), int(np.argmin(abs(months.lon - 51)))
    january, july = months.air_temperature_c[[0, 6], row, column]
    assert -5.0 < january < 10.0
    assert 20.0 < july < 32.0
    assert 3.0 < np.nanmean(months.wind_m_s[:, row, column]) < 9.0


def test_grids_cannot_be_changed() -> None:
    """The shared arrays are read-only."""
    with pytest.raises(ValueError, match="read-only"):
        geodata.depth().depth_m[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        geodata.climatology().wind_m_s[0, 0, 0] = 1.0
