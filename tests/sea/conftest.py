"""Seas shared by the tests of the sea model."""

from __future__ import annotations

import pytest
import shapely

from planner import geodata
from planner.sea import Sea, assemble
from planner.sea.depth import DepthField


@pytest.fixture(scope="session")
def kazakh_sea() -> Sea:
    """The Kazakh sector at resolution 5 with the shipped ports as bases."""
    ports, grid = geodata.ports(), geodata.depth()
    return assemble(
        geodata.sector("kazakhstan"),
        geodata.shoreline("present"),
        5,
        bases=[ports[key].position for key in ("aktau", "bautino", "kuryk")],
        depth=DepthField(grid.lon, grid.lat, grid.depth_m),
        closures=[],
        zones={key: zone.geometry for key, zone in geodata.zones().items()},
    )


@pytest.fixture(scope="session")
def caspian() -> Sea:
    """The whole Caspian in coarse cells, by the present shoreline alone."""
    ports, water = geodata.ports(), geodata.shoreline("present")
    keys = ("aktau", "bautino", "kuryk", "baku", "alat", "makhachkala", "anzali")
    return assemble(water, water, 4, bases=[ports[key].position for key in keys])


@pytest.fixture(scope="session")
def island_sea() -> Sea:
    """A square sea of two degrees on the equator with a square island in the middle."""
    island = shapely.box(0.7, 0.8, 1.3, 1.2)
    water = shapely.box(0, 0, 2, 2) - island
    return assemble(shapely.box(0.1, 0.1, 1.9, 1.9), water, 5, bases=[(0.2, 1.0)])
