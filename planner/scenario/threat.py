"""Threats: what the patrols look for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.scenario.figures import (
    Bandwidth,
    ClockHours,
    FileName,
    Height,
    HourBandwidth,
    Months,
    Name,
    Persistence,
    Position,
    Speed,
    Spread,
    Weight,
)
from planner.scenario.table import Table


class Threat(Table):
    """What the patrols look for, how much it matters, and how long it can be found."""

    name: Name
    """Name to print."""

    kind: Literal["area", "transit", "incidents", "drift"]
    """``area``: anywhere in a zone, staying a while; ``transit``: runs along a sea path;
    ``incidents``: where and at what hours past events were; ``drift``: particles of a file."""

    weight: Weight
    """Importance relative to the other threats; only the proportions count."""

    target: Name | None = None
    """Target type of the sweep-width tables (``patrol data sweep-width``): widths then follow
    eye height, radar, light and weather; without it each class's own ``sweep_width_nm`` holds."""

    target_height_m: Height = 1.0
    """Height of such a target as radar sees it (assumption: a skiff)."""

    months: Months | None = None
    """Area, transit: months, such as ``[4, 5]``, in which it is there; all unless given."""

    hours: ClockHours | None = None
    """Area, transit: clock hours ``[from, to]`` in the start's offset, such as ``[20, 4]`` over
    midnight; of an area its presence, of a transit its departures."""

    persistence_h: Persistence | None = None
    """Area, incidents: hours that one target stays to be found; searches add up over that time."""

    zone: Name | None = None
    """Area, incidents: key of a shipped zone. With neither zone nor polygon: the whole area."""

    file: FileName | None = None
    """Area: polygon file, in any CRS. Incidents: CSV with the columns ``lon``, ``lat`` and
    ``time``, or points with a field ``time``. Drift: NetCDF such as OpenDrift writes."""

    raster: FileName | None = None
    """Area: grid of relative risk per unit of water, NetCDF or CSV over ``lon`` and ``lat``."""

    variable: Name | None = None
    """Area: variable of a NetCDF raster, or column of a CSV; ``value`` unless given."""

    bandwidth_nm: Bandwidth | None = None
    """Incidents: standard deviation of the kernel in space. Unless given: Scott's rule,
    the events' scatter times the sixth root of one over their number."""

    bandwidth_h: HourBandwidth = 3.0
    """Incidents: standard deviation of the kernel over the hours of the day (assumption)."""

    origin: Position | None = None
    """Transit: ``[lon, lat]`` on the water where runs begin."""

    origin_to: Position | None = None
    """Transit: runs begin anywhere on the line from ``origin`` to here, drawn evenly."""

    destination: Position | None = None
    """Transit: ``[lon, lat]`` on the water where runs end."""

    destination_to: Position | None = None
    """Transit: runs end anywhere on the line from ``destination`` to here, drawn evenly."""

    speed_kn: Speed | None = None
    """Transit: speed of the runs."""

    spread_nm: Spread = 0.0
    """Transit: how far runs stray from the shortest path: standard deviation of the offset,
    at a place drawn on its middle half, of a point that the run goes by."""

    tracks: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 400
    """Transit: number of runs sampled over the plan; few fit the plan to their timetable.
    Drift: at most so many particles are taken, evenly from the file."""

    seed: Annotated[int, Field(strict=True, ge=0)] | None = None
    """Transit: seed of the sampled runs; the threat's number in the file unless given."""
