"""Requirements: what a plan must do beside finding as much as it can."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.scenario.figures import (
    FileName,
    Moment,
    Name,
    Position,
    Speed,
    Weight,
    number,
)
from planner.scenario.table import Table

Kind = Literal["presence", "revisit", "response", "escort", "detection"]

Share = Annotated[float, number(0.01, 1.0)]


class Requirement(Table):
    """What a plan must do: soft, at what it is worth, or hard, before anything else."""

    name: Name
    """Name to print."""

    kind: Kind
    """``presence``: a hull searches in the zone; ``revisit``: each of its cells is searched again
    in time; ``response``: a hull is near enough to every cell of it; ``escort``: a ship under way
    is accompanied; ``detection``: so much of what is in the zone is found."""

    hard: Annotated[bool, Field(strict=True)] = False
    """Whether it must be met; otherwise it is weighed against detection by its ``worth``."""

    worth: Weight = 0.2
    """Soft: what meeting it in full counts, where detecting everything counts 1."""

    zone: Name | None = None
    """All but escort: key of a shipped zone; this or ``file``."""

    file: FileName | None = None
    """All but escort: polygon file of the zone, in any CRS."""

    start: Moment | None = None
    """Since when; the plan's start unless given."""

    end: Moment | None = None
    """Until when; the plan's end unless given."""

    units: tuple[Name, ...] | None = None
    """Presence, revisit, response, escort: names of the units that count; all unless given."""

    share: Share = 1.0
    """Presence: share of each watch; response, escort: share of the time. 1 is all the time."""

    every_h: Annotated[float, number(1, 2160)] | None = None
    """Revisit: hours after which each cell has been searched again, at the latest."""

    within_min: Annotated[float, number(5, 2880)] | None = None
    """Response: minutes in which a hull is there at its top speed, from where it searches, or
    from its base if it is on alert (``alert`` of its unit), whose ``ready_min`` count."""

    threat: Name | None = None
    """Detection: name of the threat; all threats unless given."""

    level: Share | None = None
    """Detection: share of what is in the zone that is to be found."""

    origin: Position | None = None
    """Escort: ``[lon, lat]`` on the water where the ship comes from."""

    destination: Position | None = None
    """Escort: ``[lon, lat]`` on the water where it goes."""

    speed_kn: Speed | None = None
    """Escort: its speed."""

    departures: Annotated[tuple[Moment, ...], Field(min_length=1)] | None = None
    """Escort: when it leaves the origin, each time."""
