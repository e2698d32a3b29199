"""Vessel classes: types of boats and what they can do."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from planner.scenario.figures import (
    Burn,
    Clearance,
    Crew,
    Draft,
    Endurance,
    Fraction,
    Fuel,
    Height,
    Length,
    Money,
    Name,
    Pause,
    RampTime,
    Range,
    RoadSpeed,
    Speed,
    SpeedShare,
    SweepWidth,
    WaveHeight,
    Wind,
)
from planner.scenario.table import Table


class SeaState(Table):
    """How a class sails while the seas are no higher, and the wind no stronger, than given."""

    wave_m: WaveHeight
    """Significant wave height up to which this holds."""

    wind_kn: Wind = 200.0
    """Wind up to which this holds."""

    speed: SpeedShare = 1.0
    """Share of cruise and search speed that is kept."""

    endurance_h: Endurance | None = None
    """Longest sortie planned for such seas; the class's own unless given."""


class VesselClass(Table):
    """A type of boat."""

    name: Name
    """Name to print."""

    length_m: Length
    """Length overall."""

    draft_m: Draft
    """Greatest draft, screws and rudders included."""

    under_keel_clearance_m: Clearance = 0.5
    """Water to be left under the keel."""

    max_kn: Speed
    """Top speed."""

    cruise_kn: Speed
    """Speed in transit."""

    search_kn: Speed
    """Speed while searching."""

    endurance_h: Endurance
    """Longest sortie, from departure to return, in hours under way."""

    fuel_l: Fuel
    """Fuel that can be carried."""

    fuel_reserve: Fraction = 0.1
    """Share of the fuel that must be left on return."""

    burn_cruise_l_h: Burn
    """Fuel burnt in an hour at cruise speed."""

    burn_search_l_h: Burn
    """Fuel burnt in an hour at search speed."""

    burn_loiter_l_h: Burn
    """Fuel burnt in an hour of waiting at sea."""

    turnaround_h: Pause
    """From a return until the hull can sail again: fuel, checks."""

    rest_h: Pause
    """From a return until the crew can sail again."""

    crew: Crew
    """People on board."""

    sweep_width_nm: SweepWidth
    """Effective search width against threats without a target type, in any light and weather."""

    eye_height_m: Height = 2.4384
    """Height of the lookout's eye (assumption: 8 ft, the lower row of the tables)."""

    radar_height_m: Height = 4.0
    """Height of the radar's antenna (assumption)."""

    radar_range_nm: Range = 0.0
    """Range within which the radar certainly detects a target as small as those looked for; 0:
    no radar."""

    sea: tuple[SeaState, ...] = ()
    """Sea states the class can sail in, the mildest first; in rougher water it stays out. None:
    any seas at full speed."""

    in_ice: Annotated[bool, Field(strict=True)] = False
    """Whether the class can sail through ice."""

    trailer: Annotated[bool, Field(strict=True)] = False
    """Whether the class has trailers, so that it can be posted by road."""

    tow_kmh: RoadSpeed = 50.0
    """Mean speed of a boat on its trailer (assumption: a load too wide for its lane)."""

    ramp_h: RampTime = 0.5
    """Hours from the water onto the trailer, or back, by ramp or crane (assumption)."""

    cost_per_h_usd: Money
    """Cost of an hour under way."""

    cost_per_nm_usd: Money | None = None
    """Cost of a nautical mile sailed, beside that of the hours; none unless given."""

    purchase_usd: Money = 0.0
    """Price of one boat; 0 where it is not asked about."""
