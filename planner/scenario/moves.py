"""When the moves of a posting begin and end, and when hulls and crews can sail after them.

By road, limits as for trailering in US Coast Guard COMDTINST M16114.32C, Table 2-3
(2013): 350 miles or 8 h of driving a day. A day begins with the move and every 24 h
after it; what is left of the road when the limit is reached, or the crew's own hours
(``day_h``), waits for the next day. Boats are taken out of the water before, and put
into it after, each in the class's ``ramp_h``.

By sea a time is set aside for each way: the hull sails as soon as the posting begins,
or so late that the time just suffices, and returns to the other base within it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from planner import geodata
from planner.scenario.model import Base, Scenario, Unit, VesselClass
from planner.scenario.posting import Posting

DRIVING_H = 8.0
DRIVING_KM = 350 * 1.609344
"""Most driving of a day: hours, and 350 statute miles."""

DAY_H = 24.0


@dataclass(frozen=True)
class Drive:
    """A day's driving: hours from the begin of the move, and kilometres."""

    from_h: float
    to_h: float
    km: float


@dataclass(frozen=True)
class Road:
    """A move by road: its driving day by day, and hours from taking out to being launched."""

    drives: tuple[Drive, ...]
    lasts_h: float

    @property
    def last_day_h(self) -> float:
        """Begin of its last day, in hours from the begin of the move."""
        return DAY_H * ((self.lasts_h - 1e-9) // DAY_H)


@dataclass(frozen=True)
class Move:
    """One way of a posting.

    ``arrive`` is when it has ended at the latest, ``hull_free`` and ``crew_free`` when
    hull and crew can sail again. ``drives`` are spans and kilometres on the road.
    """

    origin: Base
    goal: Base
    leave: datetime
    arrive: datetime
    hull_free: datetime
    crew_free: datetime
    drives: tuple[tuple[datetime, datetime, float], ...] = ()

    @property
    def by_road(self) -> bool:
        """Whether it goes by road."""
        return bool(self.drives)


@dataclass(frozen=True)
class Itinerary:
    """A posting with its moves: ``back`` is None where the hulls stay until the plan ends."""

    number: int
    posting: Posting
    unit: Unit
    out: Move
    back: Move | None

    def away(self, end: datetime) -> tuple[datetime, datetime]:
        """From when until when the hulls cannot sail from home; ``end`` is the plan's."""
        return self.out.leave, end if self.back is None else self.back.hull_free

    def crews_away(self, end: datetime) -> tuple[datetime, datetime]:
        """The same of the crews: they have rested when they are home again."""
        return self.out.leave, end if self.back is None else self.back.crew_free

    def stay(self, end: datetime) -> tuple[datetime, datetime]:
        """From when sorties can depart from the other base, until when all have returned."""
        begin = max(self.out.hull_free, self.out.crew_free)
        return begin, end if self.back is None else self.back.leave


def road_of(km: float, vessel: VesselClass, day_h: float | None = None) -> Road:
    """A move over so many kilometres, day by day, in whole minutes of driving.

    Examples
    --------
    Aktau to Bautino at 50 km/h, with half an hour at either ramp:

    >>> from planner.geodata import vessels
    >>> boat = VesselClass.model_validate(vessels()["patrol-boat-42ft"])
    >>> round(road_of(137.0, boat).lasts_h, 2)
    3.75
    """
    most_h = min(DRIVING_H, DRIVING_KM / vessel.tow_kmh)
    own_h = DAY_H if day_h is None else day_h
    left_h = math.ceil(60.0 * km / vessel.tow_kmh - 1e-6) / 60.0
    pace_kmh = km / left_h
    day, spent_h, drives = 0, vessel.ramp_h, []
    while left_h > 1e-9:
        driven_h = min(left_h, most_h, own_h - spent_h)
        if driven_h > 1e-9:
            begin_h = day * DAY_H + spent_h
            drives.append(Drive(begin_h, begin_h + driven_h, driven_h * pace_kmh))
            left_h -= driven_h
            spent_h += driven_h
        if left_h > 1e-9:
            day, spent_h = day + 1, 0.0
    if spent_h + vessel.ramp_h > own_h + 1e-9:
        day, spent_h = day + 1, 0.0
    return Road(tuple(drives), day * DAY_H + spent_h + vessel.ramp_h)


def road_km(posting: Posting, base: Base, other: Base) -> float | None:
    """Length of the road between two bases: the posting's own, or a shipped one; None: unknown."""
    if posting.road_km is not None:
        return posting.road_km
    found = geodata.road_distances_km().get(frozenset({_place(base), _place(other)}))
    return found[0] if found else None


def passage_h(posting: Posting, unit: Unit, vessel: VesselClass) -> float:
    """Hours set aside for each way by sea."""
    longest_h = min(vessel.endurance_h, unit.day_h or vessel.endurance_h)
    return min(posting.passage_h or longest_h, longest_h)


def itinerary(number: int, scenario: Scenario) -> Itinerary:
    """Times of posting ``number`` (from 0) of a sound scenario."""
    posting = scenario.posting[number]
    unit = scenario.unit_of(posting.boats[0])
    assert unit is not None
    there = next(base for base in scenario.base if base.name == posting.base)
    plan_step = timedelta(minutes=scenario.area.departure_step_min)
    return itinerary_of(
        number, posting, unit, scenario.vessel[unit.vessel],
        (scenario.base_of(unit), there), (scenario.start, plan_step),
    )  # fmt: skip


def itinerary_of(
    number: int,
    posting: Posting,
    unit: Unit,
    vessel: VesselClass,
    bases: tuple[Base, Base],
    clock: tuple[datetime, timedelta],
) -> Itinerary:
    """Times of a posting between ``bases``, home first; ``clock`` is the plan's start and step.

    Raises
    ------
    ValueError
        If it goes by a road of unknown length.
    """
    home, there = bases
    if posting.by == "sea":
        lasts = timedelta(hours=passage_h(posting, unit, vessel))
        out = _by_sea(home, there, _step_after(posting.start, *clock), lasts, unit, vessel)
        back = None
        if posting.end is not None:
            leave = _step_before(posting.end - lasts, *clock)
            back = _by_sea(there, home, leave, lasts, unit, vessel)
        return Itinerary(number, posting, unit, out, back)
    km = road_km(posting, home, there)
    if km is None:
        raise ValueError(f"no road is known from {home.name} to {there.name}")
    road = road_of(km, vessel, unit.day_h)
    out = _by_road(home, there, posting.start, road, unit, vessel)
    back = None
    if posting.end is not None:
        leave = posting.end - timedelta(hours=road.lasts_h)
        back = _by_road(there, home, leave, road, unit, vessel)
    return Itinerary(number, posting, unit, out, back)


def _by_sea(
    origin: Base, goal: Base, leave: datetime, lasts: timedelta, unit: Unit, vessel: VesselClass
) -> Move:
    """The move is a sortie: turnaround, rest and the crew's days count from it."""
    arrive = leave + lasts
    rested = arrive + timedelta(hours=vessel.rest_h)
    return Move(
        origin,
        goal,
        leave,
        arrive,
        arrive + timedelta(hours=vessel.turnaround_h),
        max(rested, leave + timedelta(hours=unit.least_h)),
    )


def _by_road(
    origin: Base, goal: Base, leave: datetime, road: Road, unit: Unit, vessel: VesselClass
) -> Move:
    """The hull sails from its ramp at once; the crew rests as after a sortie."""
    arrive = leave + timedelta(hours=road.lasts_h)
    rested = arrive + timedelta(hours=vessel.rest_h)
    if unit.day_h is not None:
        rested = max(rested, leave + timedelta(hours=road.last_day_h + DAY_H))
    drives = tuple(
        (leave + timedelta(hours=drive.from_h), leave + timedelta(hours=drive.to_h), drive.km)
        for drive in road.drives
    )
    return Move(origin, goal, leave, arrive, arrive, rested, drives)


def _step_after(time: datetime, start: datetime, step: timedelta) -> datetime:
    return start - ((start - time) // step) * step


def _step_before(time: datetime, start: datetime, step: timedelta) -> datetime:
    return start + ((time - start) // step) * step


def _place(base: Base) -> str:
    """Key of the shipped place that a base bears the name of."""
    return "-".join(base.name.casefold().split())
