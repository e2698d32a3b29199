"""Threats: what the patrols look for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.scenario.figures import FileName, Height, Name, Persistence, Position, Speed, Weight
from planner.scenario.table import Table


class Threat(Table):
    """What the patrols look for, how much it matters, and how long it can be found."""

    name: Name
    """Name to print."""

    kind: Literal["area", "transit"]
    """``area``: anywhere in a zone, staying a while; ``transit``: runs along a sea path."""

    weight: Weight
    """Importance relative to the other threats; only the proportions count."""

    target: Name | None = None
    """Target type of the sweep-width tables (``patrol data sweep-width``): widths then follow
    eye height, radar, light and weather; without it each class's own ``sweep_width_nm`` holds."""

    target_height_m: Height = 1.0
    """Height of such a target as radar sees it (assumption: a skiff)."""

    persistence_h: Persistence | None = None
    """Area: hours that one target stays to be found; searches add up over that time."""

    zone: Name | None = None
    """Area: key of a shipped zone. With neither zone nor file: the whole area."""

    file: FileName | None = None
    """Area: polygon file, in any CRS."""

    origin: Position | None = None
    """Transit: ``[lon, lat]`` on the water where runs begin."""

    destination: Position | None = None
    """Transit: ``[lon, lat]`` on the water where runs end."""

    speed_kn: Speed | None = None
    """Transit: speed of the runs."""

    tracks: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 400
    """Transit: number of runs sampled over the plan; few fit the plan to their timetable."""
