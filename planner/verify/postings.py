"""Rules on postings: where hulls are, their crews, and their moves by road.

Worked out anew from the scenario's postings and what the plan says of its moves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from planner import geodata
from planner.plan.model import Move
from planner.scenario import Posting, VesselClass
from planner.verify.facts import Facts, Voyage
from planner.verify.report import Figure, Tally
from planner.verify.tolerance import TIME_H

DRIVEN_H = 8.0
DRIVEN_KM = 563.27
"""Most driving in any 24 h: hours, and 350 miles (COMDTINST M16114.32C, Table 2-3)."""

DAY_H, WEEK_H = 24.0, 168.0
KM = 0.05
"""Kilometres that count as none; plans round to metres."""

PACE_KMH = 0.05


@dataclass(frozen=True)
class Trip:
    """A hull on its way, by sea or on a trailer: from where to where, and when it is free again."""

    name: str
    origin: str
    goal: str
    depart_h: float
    arrive_h: float
    free_h: float
    sortie: str | None


def postings(facts: Facts, tally: Tally) -> None:
    """Every posting is made by moves of its hulls, which depart only from where they are."""
    asked = _asked(facts)
    made = _made(facts)
    for (number, hull), moves in made.items():
        tally.holds(
            "postings",
            (number, hull) in asked,
            f"hull '{hull}' moves for posting {number}, which is none of its own",
            time=moves[0].depart,
        )
    for (number, hull), posting in asked.items():
        _moved(facts, tally, (number, hull), posting, made.get((number, hull), []))
    for hull in {hull for _, hull in asked}:
        _whereabouts(facts, tally, hull)
    for number, posting in enumerate(facts.scenario.posting, start=1):
        _crews(facts, tally, number, posting)


def road(facts: Facts, tally: Tally) -> None:
    """A hull goes by road from ramp to ramp, the whole way, no faster and no longer a day."""
    for move, vessel in _by_road(facts):
        for base in (facts.bases.get(move.depart_base), facts.bases.get(move.arrive_base)):
            tally.holds(
                "road",
                base is not None and base.ramp,
                f"hull '{move.hull}' goes by road where there is no ramp",
                time=move.depart,
            )
        tally.holds(
            "road",
            vessel.trailer,
            f"hull '{move.hull}' goes by road, and '{vessel.name}' has no trailers",
            time=move.depart,
        )
        _length(facts, tally, move, vessel)
        _ramps(facts, tally, move, vessel)
        drives = [
            (facts.hours(drive.start), facts.hours(drive.end), drive.distance_km)
            for drive in move.drives
        ]
        for what, weight, most in (
            ("h", lambda drive: drive[1] - drive[0], DRIVEN_H),
            ("km", lambda drive: drive[2], DRIVEN_KM),
        ):
            worst, when_h = max(_in_a_day(drives, weight), default=(0.0, 0.0))
            tally.at_most(
                "road",
                f"hull '{move.hull}' is driven too long in the 24 h from here",
                Figure(worst, most, what),
                slack=KM if what == "km" else TIME_H,
                time=facts.time(when_h),
            )


def driving(facts: Facts, tally: Tally) -> None:
    """Crews rest before and after a move by road, and its hours are hours under way."""
    duty: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for move, vessel in _by_road(facts):
        start_h, end_h = facts.hours(move.depart), facts.hours(move.arrive)
        spans = [(start_h, start_h + vessel.ramp_h), (end_h - vessel.ramp_h, end_h)]
        spans += [(facts.hours(drive.start), facts.hours(drive.end)) for drive in move.drives]
        for crew in move.crews:
            duty[crew] += spans
            for voyage in facts.by_crew.get(crew, []):
                ahead = voyage.return_h <= start_h + TIME_H
                rested_h = start_h - voyage.return_h if ahead else voyage.depart_h - end_h
                tally.at_most(
                    "driving",
                    f"crew '{crew}' has not rested between its sortie and the road to "
                    f"'{move.arrive_base}'; hours short",
                    Figure(vessel.rest_h - rested_h, 0.0, "h"),
                    slack=TIME_H,
                    sortie=voyage.sortie.id,
                    time=voyage.sortie.depart,
                )
    for crew, spans in duty.items():
        unit = next((u for u in facts.scenario.unit if crew in u.crew_names), None)
        own = [(v.depart_h, v.return_h) for v in facts.by_crew.get(crew, [])]
        limits = [] if unit is None else [(DAY_H, unit.day_h), (WEEK_H, unit.week_h)]
        for within_h, most_h in limits:
            if most_h is None:
                continue
            worst_h, when_h = max(_under_way(sorted({*spans, *own}), within_h))
            tally.at_most(
                "driving",
                f"crew '{crew}' is under way and on the road too long in the {within_h:g} h "
                "from here",
                Figure(worst_h, most_h, "h"),
                slack=TIME_H,
                time=facts.time(when_h),
            )


def posted_hulls(facts: Facts) -> frozenset[str]:
    """Hulls that are posted at some time."""
    return frozenset(hull for asked in facts.scenario.posting for hull in asked.boats)


def _asked(facts: Facts) -> dict[tuple[int, str], Posting]:
    return {
        (number, hull): posting
        for number, posting in enumerate(facts.scenario.posting, start=1)
        for hull in posting.boats
    }


def _made(facts: Facts) -> dict[tuple[int, str], list[Move]]:
    found: dict[tuple[int, str], list[Move]] = defaultdict(list)
    for move in sorted(facts.plan.moves, key=lambda move: move.depart):
        found[move.posting, move.hull].append(move)
    return dict(found)


def _by_road(facts: Facts) -> Iterator[tuple[Move, VesselClass]]:
    """Moves by road, with the classes of their hulls where those are known."""
    for move in facts.plan.moves:
        hull = facts.hulls.get(move.hull)
        unit = facts.units.get(hull.unit) if hull is not None else None
        vessel = facts.scenario.vessel.get(unit.vessel) if unit is not None else None
        if move.by == "road" and vessel is not None:
            yield move, vessel


def _moved(
    facts: Facts, tally: Tally, which: tuple[int, str], posting: Posting, moves: list[Move]
) -> None:
    """A hull is moved there within the posting, and home again if it ends."""
    number, hull = which
    home = facts.hulls[hull].base if hull in facts.hulls else ""
    due = [(home, posting.base)] + ([(posting.base, home)] if posting.end is not None else [])
    ways = [(move.depart_base, move.arrive_base) for move in moves]
    if not tally.holds(
        "postings",
        ways == due,
        f"posting {number} takes hull '{hull}' {' and '.join('–'.join(way) for way in due)}, the "
        f"plan {' and '.join('–'.join(way) for way in ways) or 'nowhere'}",
        time=posting.start,
    ):
        return
    for move in moves:
        tally.holds(
            "postings",
            move.by == posting.by and move.arrive > move.depart,
            f"hull '{hull}' is to go by {posting.by}, and takes no time or another way",
            time=move.depart,
        )
        if posting.by == "sea":
            _by_sea(facts, tally, move)
    early_h = facts.hours(posting.start) - facts.hours(moves[0].depart)
    late_h = 0.0
    if posting.end is not None:
        late_h = facts.hours(moves[-1].arrive) - facts.hours(posting.end)
    for what, hours in (("leaves before posting", early_h), ("is home after posting", late_h)):
        tally.at_most(
            "postings",
            f"hull '{hull}' {what} {number} says; hours",
            Figure(hours, 0.0, "h"),
            slack=TIME_H,
            time=moves[0].depart,
        )


def _by_sea(facts: Facts, tally: Tally, move: Move) -> None:
    sortie = next((s for s in facts.plan.sorties if s.id == move.sortie), None)
    tally.holds(
        "postings",
        sortie is not None
        and sortie.hull == move.hull
        and sortie.crew in move.crews
        and (sortie.depart_base, sortie.return_base) == (move.depart_base, move.arrive_base)
        and (sortie.depart, sortie.return_) == (move.depart, move.arrive),
        f"hull '{move.hull}' goes by sea to '{move.arrive_base}' on no sortie of its own",
        sortie=move.sortie,
        time=move.depart,
    )


def _whereabouts(facts: Facts, tally: Tally, hull: str) -> None:
    """Each trip of a hull departs from where the one before has left it, once it is free."""
    if hull not in facts.hulls:
        return
    here, free_h, before = facts.hulls[hull].base, 0.0, "the plan's start"
    for trip in sorted(_trips(facts, hull), key=lambda trip: trip.depart_h):
        tally.holds(
            "postings",
            trip.origin == here,
            f"hull '{hull}' departs from '{trip.origin}' on {trip.name}, and lies at '{here}'",
            sortie=trip.sortie,
            time=facts.time(trip.depart_h),
        )
        tally.at_most(
            "postings",
            f"hull '{hull}' is not free for {trip.name} so soon after {before}; hours short",
            Figure(free_h - trip.depart_h, 0.0, "h"),
            slack=TIME_H,
            sortie=trip.sortie,
            time=facts.time(trip.depart_h),
        )
        here, free_h, before = trip.goal, trip.free_h, trip.name


def _trips(facts: Facts, hull: str) -> Iterator[Trip]:
    """Sorties of a hull, and its moves by road."""
    for voyage in facts.by_hull.get(hull, []):
        sortie, turnaround_h = voyage.sortie, voyage.vessel.turnaround_h if voyage.vessel else 0.0
        yield Trip(
            f"sortie {sortie.id}", sortie.depart_base, sortie.return_base,
            voyage.depart_h, voyage.return_h, voyage.return_h + turnaround_h, sortie.id,
        )  # fmt: skip
    for move in facts.plan.moves:
        if move.hull == hull and move.by == "road":
            start_h, end_h = facts.hours(move.depart), facts.hours(move.arrive)
            name = f"the road to '{move.arrive_base}'"
            yield Trip(name, move.depart_base, move.arrive_base, start_h, end_h, end_h, None)


def _crews(facts: Facts, tally: Tally, number: int, posting: Posting) -> None:
    """The crews that go along come back, and they alone sail the hulls meanwhile."""
    moves = [move for move in facts.plan.moves if move.posting == number]
    along = {
        way: {crew for move in moves if move.arrive_base == way for crew in move.crews}
        for way in {move.arrive_base for move in moves}
    }
    there = along.get(posting.base, set())
    tally.holds(
        "postings",
        len(there) == posting.crew_count and all(crews == there for crews in along.values()),
        f"posting {number} takes {posting.crew_count} crews along, the plan {len(there)} there "
        "and others, or not all, back",
        time=posting.start,
    )
    for voyage in facts.voyages:
        if _during(facts, voyage, moves, posting):
            posted = voyage.sortie.hull in posting.boats
            tally.holds(
                "postings",
                posted == (voyage.sortie.crew in there),
                f"crew '{voyage.sortie.crew}' sails hull '{voyage.sortie.hull}' while one of them "
                f"is on posting {number}",
                sortie=voyage.sortie.id,
                time=voyage.sortie.depart,
            )


def _during(facts: Facts, voyage: Voyage, moves: list[Move], posting: Posting) -> bool:
    """Whether a sortie shares time with a posting of hulls of its unit."""
    unit = facts.scenario.unit_of(posting.boats[0])
    if not moves or voyage.unit is None or unit is None or voyage.unit.name != unit.name:
        return False
    start_h = min(facts.hours(move.depart) for move in moves)
    end_h = facts.horizon_h
    if posting.end is not None:
        end_h = max(facts.hours(move.arrive) for move in moves)
    return voyage.depart_h < end_h - TIME_H and voyage.return_h > start_h + TIME_H


def _length(facts: Facts, tally: Tally, move: Move, vessel: VesselClass) -> None:
    """The days' driving makes the whole road, at no more than the speed of a tow."""
    driven_km = sum(drive.distance_km for drive in move.drives)
    for stated_km, due_km in ((move.distance_km, _road_km(facts, move)), (driven_km, None)):
        tally.agrees(
            "road",
            f"hull '{move.hull}' is driven another way than the road is long",
            Figure(stated_km, move.distance_km if due_km is None else due_km, "km"),
            slack=KM,
            time=move.depart,
        )
    for drive in move.drives:
        hours = (drive.end - drive.start).total_seconds() / 3600.0
        tally.at_most(
            "road",
            f"hull '{move.hull}' is towed too fast",
            Figure(drive.distance_km / hours if hours > 0 else 1e9, vessel.tow_kmh, "km/h"),
            slack=PACE_KMH,
            time=drive.start,
        )


def _road_km(facts: Facts, move: Move) -> float | None:
    """Length of the road: the posting's, or that between the shipped places of these names."""
    if 1 <= move.posting <= len(facts.scenario.posting):
        own_km = facts.scenario.posting[move.posting - 1].road_km
        if own_km is not None:
            return own_km
    places = [base.lower().replace(" ", "-") for base in (move.depart_base, move.arrive_base)]
    for pair, (km, _) in geodata.road_distances_km().items():
        if set(places) == set(pair):
            return km
    return None


def _ramps(facts: Facts, tally: Tally, move: Move, vessel: VesselClass) -> None:
    """Before the first day's driving and after the last there is time at the ramp."""
    times = [facts.hours(move.depart)]
    times += [facts.hours(at) for drive in move.drives for at in (drive.start, drive.end)]
    times += [facts.hours(move.arrive)]
    for at_h, free_h in ((times[0], times[1]), (times[-2], times[-1])):
        tally.at_most(
            "road",
            f"hull '{move.hull}' has too little time at the ramp; hours short",
            Figure(vessel.ramp_h - (free_h - at_h), 0.0, "h"),
            slack=TIME_H,
            time=facts.time(at_h),
        )
    tally.holds(
        "road",
        times == sorted(times),
        f"hull '{move.hull}' is driven before it leaves or after it arrives",
        time=move.depart,
    )


def _in_a_day(
    drives: list[tuple[float, float, float]], weight: Callable[[tuple[float, float, float]], float]
) -> Iterator[tuple[float, float]]:
    """What is driven within 24 h of the begin of each drive, and before the end of each."""
    for drive in drives:
        for begin_h in (drive[0], drive[1] - DAY_H):
            total = 0.0
            for other in drives:
                shared_h = min(other[1], begin_h + DAY_H) - max(other[0], begin_h)
                if shared_h > 0:
                    total += weight(other) * shared_h / (other[1] - other[0])
            yield total, begin_h


def _under_way(spans: list[tuple[float, float]], within_h: float) -> Iterator[tuple[float, float]]:
    """Hours on duty in the windows that can hold most, with their begin."""
    for start_h, end_h in spans:
        for begin_h in (start_h, end_h - within_h):
            yield (
                sum(max(0.0, min(b, begin_h + within_h) - max(a, begin_h)) for a, b in spans),
                begin_h,
            )
