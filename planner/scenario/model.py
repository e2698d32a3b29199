"""A scenario: which sea, which boats from which bases, against which threats.

Frozen pydantic models over the TOML of a scenario file; the docstring below
a field is its description in ``patrol schema scenario``. Positions are
``(lon, lat)`` in degrees WGS84, units stand in the names.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import Field, PrivateAttr

from planner.scenario.environment import Environment
from planner.scenario.figures import (
    AnchorDepth,
    Available,
    BreakLength,
    DayHours,
    Days,
    Due,
    FileName,
    Moment,
    Money,
    Name,
    Position,
    Repair,
    RunningHours,
    Stretch,
    Upkeep,
    WaveHeight,
    WeekFuel,
    WeekHours,
    Whole,
    Wind,
)
from planner.scenario.posting import Posting
from planner.scenario.requirement import Requirement
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
    "Outage",
    "Posting",
    "Rates",
    "Requirement",
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

    day_h: DayHours | None = None
    """Most hours that a crew is under way in any 24 h. It makes one sortie in 24 h, no longer."""

    rotation: Annotated[int, Field(strict=True, ge=1, le=30)] | None = None
    """A crew departs once in so many days: 4 for a rotation of one in four."""

    week_h: WeekHours | None = None
    """Most hours that a crew is under way in any 7 days. The search knows it as hours of all
    crews in 7 days together; what no crew can sail then is left out of the finished plan."""

    break_every_h: Stretch | None = None
    """Most hours under way from a departure, or a break's end, to the next break or the return. In
    whole time steps, on the sortie's own clock: the first break begins that long after the
    departure, the next that long after the end of the one before. Hours of breaks count as
    hours under way wherever those are limited. Without it there are no breaks."""

    break_min: BreakLength | None = None
    """Minutes that a break takes, rounded up to time steps: the boat neither searches nor makes
    way, and burns what it burns waiting."""

    break_early_min: Annotated[float, Field(strict=True, ge=0, le=720)] = 0.0
    """A break may begin up to so many minutes earlier, so that it suits the search; less than the
    break itself. The breaks after it stay where they are, counted from its earliest end."""

    break_at: Literal["anywhere", "anchor"] = "anywhere"
    """``anywhere``: the boat lies stopped, on its way too; ``anchor``: it lies at anchor in
    shelter, in a cell that it goes on to search from there, or has searched. Cells farther from
    the base than ``break_every_h`` are then out of reach."""

    anchor_depth_m: AnchorDepth = 20.0
    """Deepest water to anchor in (assumption: 100 m of chain or line, five times the depth). A cell
    is an anchorage where the charted depth, with the plan's water level, is no more than this
    wherever boats enter or leave it."""

    anchor_wave_m: WaveHeight = 1.0
    """Highest waves in which to lie at anchor and rest (assumption)."""

    anchor_wind_kn: Wind = 20.0
    """Strongest wind in which to lie at anchor and rest (assumption)."""

    fuel_week_l: WeekFuel | None = None
    """Most litres that the sorties burn that depart in one week, counted from the plan's start.
    A last week of fewer days has its share of it."""

    upkeep_every_h: RunningHours | None = None
    """Most hours that a hull is under way from one upkeep to the next."""

    upkeep_h: Upkeep | None = None
    """Hours that upkeep takes; it begins no earlier than the hull's return."""

    upkeep_due_h: Due = ()
    """Hours under way left until the first upkeep: one number for all hulls, or a list with one
    each. ``upkeep_every_h`` unless given."""

    availability: Available = 1.0
    """Share of the time in which a hull could sail. Plans take hulls as available; the simulation
    draws breakdowns."""

    repair_h: Repair = 72.0
    """Mean time to repair a hull that broke down, in hours (assumption)."""

    cost_per_h_usd: Money | None = None
    """Cost of an hour under way; the class's unless given."""

    cost_per_nm_usd: Money | None = None
    """Cost of a nautical mile; the class's unless given."""

    only_zones: tuple[FileName, ...] = ()
    """Zones (keys, or polygon files) outside of which it may not search; it may cross all water.
    A cell belongs to the zone that most of its water lies in."""

    not_zones: tuple[FileName, ...] = ()
    """Zones (keys, or polygon files) in which it may not search; it may cross them."""

    threats: tuple[Name, ...] = ()
    """Names of the threats that it looks for; it sees nothing of the others. All unless given."""

    alert: Annotated[int, Field(strict=True, ge=0)] = 0
    """Hulls, each with a crew, that always lie at the base on alert: no more sail at a time than
    there are beside them. Which ones these are changes as hulls come and go."""

    ready_min: Annotated[float, Field(strict=True, ge=0, le=1440)] = 30.0
    """Minutes until a hull on alert has left the berth (assumption)."""

    @property
    def least_h(self) -> float:
        """Hours from a crew's departure to its next, at least; 0 where only its rest counts."""
        return 24.0 * (self.rotation or (self.day_h is not None))

    @property
    def due_h(self) -> tuple[float, ...]:
        """Hours under way left of each hull until its first upkeep; none where none is asked."""
        if self.upkeep_every_h is None:
            return ()
        due_h = self.upkeep_due_h or (self.upkeep_every_h,)
        rest = due_h[0] if len(due_h) == 1 else self.upkeep_every_h
        return (*due_h, *(rest,) * self.count)[: self.count]

    @property
    def crew_names(self) -> tuple[str, ...]:
        """Names of the crews: the unit's, "crew" and a number from 1."""
        return tuple(f"{self.name} crew {number}" for number in range(1, self.crews + 1))

    @property
    def hulls(self) -> tuple[str, ...]:
        """Names of the hulls: the unit's and a number from 1."""
        return tuple(f"{self.name} {number}" for number in range(1, self.count + 1))


class Rates(NamedTuple):
    """What hours under way, nautical miles and litres of a unit cost."""

    h_usd: float
    nm_usd: float
    l_usd: float


class Outage(Table):
    """A time in which one hull does not sail: upkeep, a breakdown, or a loan."""

    hull: Name
    """The hull as plans name it: its unit's name and a number, such as ``"Boats 2"``."""

    start: Moment
    """Since when, with the offset from UTC; the hull has returned by then."""

    end: Moment
    """Until when."""

    reason: Name = "upkeep"
    """What to print in the schedule."""


class Scenario(Table):
    """Everything a plan is made from."""

    title: Name
    """Title of the plan."""

    start: Moment
    """Begin of the plan, with the offset from UTC."""

    days: Days
    """Length of the plan in days."""

    fuel_price_usd_l: Money | None = None
    """Price of a litre of fuel; fuel has no price of its own unless given."""

    area: Area
    environment: Environment = Environment()
    base: Annotated[tuple[Base, ...], Field(min_length=1)]
    vessel: Annotated[dict[str, VesselClass], Field(default_factory=dict)]
    unit: Annotated[tuple[Unit, ...], Field(min_length=1)]
    threat: Annotated[tuple[Threat, ...], Field(min_length=1)]
    outage: tuple[Outage, ...] = ()
    posting: tuple[Posting, ...] = ()
    requirement: tuple[Requirement, ...] = ()

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

    def known_at(self, time: datetime) -> Scenario:
        """Return the same scenario in the weather known when a sortie departed at ``time``."""
        environment = self.environment.known_at(time)
        if environment is self.environment:
            return self
        earlier = self.model_copy(update={"environment": environment})
        return earlier.at(self._directory, self._file_name)

    def path_of(self, value: str) -> Path:
        """Path of a file named in the scenario."""
        return self._directory / value

    def base_of(self, unit: Unit) -> Base:
        """Base of a unit."""
        return next(base for base in self.base if base.name == unit.base)

    def unit_of(self, hull: str) -> Unit | None:
        """Unit of a hull by the hull's name; None if there is none."""
        for unit in self.unit:
            if hull in unit.hulls:
                return unit
        return None

    def vessel_of(self, unit: Unit) -> VesselClass:
        """Vessel class of a unit."""
        return self.vessel[unit.vessel]

    def permitted(self, name: str) -> BaseGeometry:
        """Polygon (lon/lat) of a zone that a unit may, or may not, search: a key or a file.

        Raises
        ------
        GeodataError
            If the file cannot be read or holds no polygon.
        """
        from planner.scenario.geometry import polygon_of_zone

        return polygon_of_zone(self, name)

    def rates_of(self, unit: Unit) -> Rates:
        """What an hour under way, a nautical mile and a litre of a unit cost."""
        vessel = self.vessel[unit.vessel]
        mile = vessel.cost_per_nm_usd if unit.cost_per_nm_usd is None else unit.cost_per_nm_usd
        return Rates(
            vessel.cost_per_h_usd if unit.cost_per_h_usd is None else unit.cost_per_h_usd,
            mile or 0.0,
            self.fuel_price_usd_l or 0.0,
        )

    def zone_of(self, requirement: Requirement) -> BaseGeometry:
        """Polygon (lon/lat) of a requirement's zone.

        Raises
        ------
        GeodataError
            If the requirement's file cannot be read or holds no polygon.
        """
        from planner.scenario.geometry import polygon_of_requirement

        return polygon_of_requirement(self, requirement)

    def geometry_of(self, threat: Threat) -> BaseGeometry | None:
        """Polygon (lon/lat) of an area threat, or None for the whole area.

        Raises
        ------
        GeodataError
            If the threat's file cannot be read or holds no polygon.
        """
        from planner.scenario.geometry import polygon_of_threat

        return polygon_of_threat(self, threat)
