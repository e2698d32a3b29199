"""A scenario: which sea, which boats from which bases, against which threats.

Frozen pydantic models over the TOML of a scenario file; the docstring below
a field is its description in ``patrol schema scenario``. Positions are
``(lon, lat)`` in degrees WGS84, units stand in the names.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, PrivateAttr

from planner.scenario.environment import Environment
from planner.scenario.figures import Days, FileName, Moment, Name, Position, Whole
from planner.scenario.table import Table
from planner.scenario.threat import Threat
from planner.scenario.vessel import SeaState, VesselClass

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = [
    "SHIPPED_SHORELINES",
    "Area",
    "Base",
    "Environment",
    "Scenario",
    "SeaState",
    "Threat",
    "Unit",
    "VesselClass",
]

SHIPPED_SHORELINES = ("present", "legal-28m")


class Area(Table):
    """The sea that is to be watched, and how finely it is cut in space and time."""

    sector: Name | None = None
    """National sector of the Caspian; this or ``file``."""

    file: FileName | None = None
    """Polygon file (GeoJSON, GeoPackage, shapefile) of the area, in any CRS; this or ``sector``."""

    limit: Literal["territorial", "fishery", "sector"] = "sector"
    """How far out the sector is watched: territorial belt, with the fishery zone, or all."""

    limits: Literal["2006", "2018-convention"] = "2018-convention"
    """Widths of the belts: 12 nm (law of 2006), or 15 + 10 nm (Convention of 2018)."""

    shoreline: FileName = "present"
    """``present`` (about −29 m), ``legal-28m``, or a polygon file of the water."""

    depth: Literal["etopo1", "none"] = "etopo1"
    """Depth grid: ``etopo1`` (Caspian only), or ``none``: all water is deep enough."""

    closures: tuple[FileName, ...] = ()
    """Zones (keys, or polygon files) that no boat may enter, each in its season."""

    cell_resolution: Annotated[int, Field(strict=True, ge=0, le=9)] = 5
    """H3 resolution of the cells: 5 is about 250 km² a cell, one more is a seventh."""

    time_step_min: Annotated[int, Field(strict=True, ge=1, le=120)] = 10
    """Length of the plan's time step; divides a watch."""

    watch_h: Annotated[int, Field(strict=True, ge=1, le=24)] = 6
    """Length of a watch, the period in which presence is counted."""

    departure_step_min: Annotated[int, Field(strict=True, ge=1, le=1440)] = 60
    """Sorties depart at whole multiples of this after ``start``; whole time steps."""


class Base(Table):
    """A port that boats sail from and return to."""

    name: Name
    """Name that units refer to."""

    position: Position
    """``[lon, lat]`` of the berths, on the water or within half a mile of it."""

    berths: Whole = 10
    """Hulls that can lie there at once."""

    ramp: Annotated[bool, Field(strict=True)] = False
    """Whether boats can be launched from trailers."""


class Unit(Table):
    """Identical hulls of one agency at one base."""

    name: Name
    """Name to print."""

    vessel: Name
    """Vessel class: a shipped key, or one of the scenario's own ``[vessel.KEY]``."""

    agency: Name
    """Service that the unit belongs to."""

    base: Name
    """Name of its base."""

    count: Whole
    """Number of hulls."""

    crews: Annotated[int, Field(strict=True, ge=1)] = Field(
        default_factory=lambda found: int(found.get("count", 1))
    )
    """Number of crews that share the hulls; one each unless said otherwise."""


class Scenario(Table):
    """Everything a plan is made from."""

    title: Name
    """Title of the plan."""

    start: Moment
    """Begin of the plan, with the offset from UTC."""

    days: Days
    """Length of the plan in days."""

    area: Area
    environment: Environment = Environment()
    base: Annotated[tuple[Base, ...], Field(min_length=1)]
    vessel: Annotated[dict[str, VesselClass], Field(default_factory=dict)]
    unit: Annotated[tuple[Unit, ...], Field(min_length=1)]
    threat: Annotated[tuple[Threat, ...], Field(min_length=1)]

    _directory: Path = PrivateAttr(default=Path())
    _file_name: str = PrivateAttr(default="scenario")

    @property
    def directory(self) -> Path:
        """Folder that relative paths of the scenario start from."""
        return self._directory

    @property
    def file_name(self) -> str:
        """The scenario's file as problems name it."""
        return self._file_name

    @property
    def horizon_h(self) -> float:
        """Length of the plan in hours."""
        return self.days * 24.0

    @property
    def end(self) -> Moment:
        """End of the plan; every sortie has returned by then."""
        return self.start + timedelta(hours=self.horizon_h)

    def at(self, directory: Path, file_name: str) -> Scenario:
        """Return the same scenario, its relative paths starting from ``directory``."""
        moved = self.model_copy()
        moved._directory, moved._file_name = directory, file_name
        return moved

    def path_of(self, value: str) -> Path:
        """Path of a file named in the scenario."""
        return self._directory / value

    def base_of(self, unit: Unit) -> Base:
        """Base of a unit."""
        return next(base for base in self.base if base.name == unit.base)

    def vessel_of(self, unit: Unit) -> VesselClass:
        """Vessel class of a unit."""
        return self.vessel[unit.vessel]

    def geometry_of(self, threat: Threat) -> BaseGeometry | None:
        """Polygon (lon/lat) of an area threat, or None for the whole area.

        Raises
        ------
        GeodataError
            If the threat's file cannot be read or holds no polygon.
        """
        from planner.scenario.geometry import polygon_of_threat

        return polygon_of_threat(self, threat)
