"""Checks on postings: hulls, bases, ways, crews, times, berths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import combinations

from pydantic import ValidationError

from planner import geodata
from planner.errors import Problem, ScenarioError
from planner.scenario.explain import listed, nearest
from planner.scenario.model import Scenario, Unit, VesselClass
from planner.scenario.moves import Itinerary, itinerary_of, road_km
from planner.scenario.parts import Parts
from planner.scenario.posting import Posting

Span = tuple[datetime, datetime]


def postings_name_hulls(parts: Parts) -> Iterator[Problem]:
    """Every posting is of hulls of one unit, each named once."""
    known = tuple(hull for unit in parts.units.values() for hull in unit.hulls)
    for number, posting in parts.postings.items():
        if (posting.hull is None) == (posting.hulls is None):
            both = "both hull and hulls" if posting.hull is not None else "neither hull nor hulls"
            yield parts.problem(
                f"posting[{number}].hull", f"has {both}", 'write hull = "Boats 2", or a list hulls'
            )
        for hull in posting.boats:
            if hull not in known:
                yield parts.problem(
                    f"posting[{number}].hull",
                    f"there is no hull '{hull}'; the hulls are {listed(known)}",
                    nearest(hull, known, 'write the unit\'s name and a number, such as "Boats 2"'),
                )
        units = {unit.name for unit in parts.units.values() if set(unit.hulls) & {*posting.boats}}
        if len(units) > 1 or len(set(posting.boats)) < len(posting.boats):
            yield parts.problem(
                f"posting[{number}].hulls",
                f"names hulls of {listed(units)}" if len(units) > 1 else "names a hull twice",
                "make one posting a unit, with each of its hulls once",
            )


def postings_name_bases(parts: Parts) -> Iterator[Problem]:
    """Every posting is to another base of the scenario."""
    known = parts.base_names()
    for number, base in parts.given("posting", "base"):
        if base not in known:
            yield parts.problem(
                f"posting[{number}].base",
                f"there is no base '{base}'; the bases are {listed(known)}",
                nearest(base, known, "name one of them, or add a [[base]] table"),
            )
    for number, posting, unit, _ in _of_units(parts):
        if posting.base == unit.base:
            yield parts.problem(
                f"posting[{number}].base",
                f"'{posting.base}' is the base of '{unit.name}' already",
                "name another base, or remove the posting",
            )


def postings_can_move(parts: Parts) -> Iterator[Problem]:
    """By road there are ramps, trailers and a road; each way has its own keys."""
    for number, posting, unit, vessel in _of_units(parts):
        key = f"posting[{number}]"
        if posting.by == "sea":
            yield from _only_by(parts, key, posting, "road_km", "road")
            longest_h = min(vessel.endurance_h, unit.day_h or vessel.endurance_h)
            if posting.passage_h is not None and posting.passage_h > longest_h:
                yield parts.problem(
                    f"{key}.passage_h",
                    f"{posting.passage_h:g} h are more than a sortie of '{unit.name}' may last",
                    f"lower it to {longest_h:g}, or leave it out",
                )
            continue
        yield from _only_by(parts, key, posting, "passage_h", "sea")
        if not vessel.trailer:
            yield parts.problem(
                f"{key}.by",
                f"'{unit.vessel}' has no trailers",
                'write by = "sea", or trailer = true in a [vessel.KEY] of your own',
            )
        ends = [base for base in parts.bases.values() if base.name in (unit.base, posting.base)]
        for base in ends:
            if not base.ramp:
                yield parts.problem(
                    f"{key}.by",
                    f"'{base.name}' has no ramp",
                    f"write ramp = true for '{base.name}', or by = \"sea\"",
                )
        if len(ends) == 2 and road_km(posting, *ends) is None:
            yield parts.problem(
                f"{key}.road_km",
                f"no road from '{unit.base}' to '{posting.base}' is known",
                "add 'road_km = …', the length of the road in kilometres",
            )
        if unit.day_h is not None and vessel.ramp_h > unit.day_h:
            yield parts.problem(
                f"{key}.by",
                f"ramp_h = {vessel.ramp_h:g} is more than day_h = {unit.day_h:g}",
                "raise day_h of the unit, or lower ramp_h of its class",
            )


def postings_have_crews(parts: Parts) -> Iterator[Problem]:
    """A crew for each hull goes along, and never more crews than the unit has."""
    for number, posting, unit, _ in _of_units(parts):
        if not len(posting.boats) <= posting.crew_count <= unit.crews:
            yield parts.problem(
                f"posting[{number}].crews",
                f"{posting.crew_count} crews for {len(posting.boats)} hulls, and '{unit.name}' has "
                f"{unit.crews}",
                f"give {len(posting.boats)} to {unit.crews}",
            )
    for number, away, most, what, unit in _at_once(parts):
        if away > most:
            yield parts.problem(
                f"posting[{number}]",
                f"with the other postings {away} {what} of '{unit.name}' are away at once, beside "
                f"those on alert it has {most}",
                f"post fewer {what} at a time",
            )


def postings_are_in_the_plan(parts: Parts) -> Iterator[Problem]:
    """A posting begins and ends within the plan, and lasts long enough to sail from there."""
    plan = parts.span
    for number, posting in parts.postings.items():
        key = f"posting[{number}]"
        if posting.end is not None and posting.end <= posting.start:
            yield parts.problem(
                f"{key}.end",
                f"{posting.end.isoformat()} is not after the start, {posting.start.isoformat()}",
                "give a later end",
            )
        if plan is None:
            continue
        if not plan[0] <= posting.start < plan[1]:
            yield parts.problem(
                f"{key}.start",
                f"{posting.start.isoformat()} is not within the plan, {plan[0].isoformat()} to "
                f"{plan[1].isoformat()}",
                "give a time within it (mind the offset from UTC)",
            )
        if posting.end is not None and posting.end > plan[1]:
            yield parts.problem(
                f"{key}.end",
                f"{posting.end.isoformat()} is after the plan's end, {plan[1].isoformat()}",
                "leave end out: the hulls stay until the plan ends",
            )


def postings_leave_time(parts: Parts) -> Iterator[Problem]:
    """Between its moves a posting leaves time to sail from the other base."""
    plan = parts.span
    for number, found in _itineraries(parts):
        if plan is None:
            continue
        begin, end = found.stay(plan[1])
        if end <= begin:
            there, home = found.out, found.back
            moves = "the way there" if home is None else "its moves"
            lasts_h = (there.arrive - there.leave) / timedelta(hours=1)
            yield parts.problem(
                f"posting[{number}].end",
                f"is too short: {moves} and the crews' rest leave no time at "
                f"'{found.posting.base}' ({lasts_h:.3g} h a way; sorties could depart from "
                f"{begin.isoformat(timespec='minutes')}, and must be back by "
                f"{end.isoformat(timespec='minutes')})",
                "give an earlier start or a later end",
            )


def moves_meet_no_outage(parts: Parts) -> Iterator[Problem]:
    """No hull is out of service while it is moved."""
    for number, found in _itineraries(parts):
        for move in (found.out, found.back):
            for which, outage in parts.outages.items():
                if move is None or outage.hull not in found.posting.boats:
                    continue
                if _meet((move.leave, move.arrive), (outage.start, outage.end)):
                    yield parts.problem(
                        f"posting[{number}]",
                        f"'{outage.hull}' moves from '{move.origin.name}' to '{move.goal.name}' "
                        f"until {move.arrive.isoformat(timespec='minutes')}, while it is out of "
                        f"service by outage[{which}]",
                        "move it before or after the outage",
                    )


def postings_do_not_overlap(parts: Parts) -> Iterator[Problem]:
    """No hull is on two postings at once."""
    plan = parts.span
    if plan is None:
        return
    for (_, one), (number, other) in combinations(_itineraries(parts), 2):
        shared = sorted({*one.posting.boats} & {*other.posting.boats})
        if shared and _meet(one.away(plan[1]), other.away(plan[1])):
            yield parts.problem(
                f"posting[{number}]",
                f"'{shared[0]}' is on another posting then",
                "let one end before the other starts: a hull goes by way of its own base",
            )


def posted_hulls_have_berths(parts: Parts) -> Iterator[Problem]:
    """No base holds more hulls, its own and those posted there, than it has berths."""
    plan = parts.span
    if plan is None:
        return
    own: Counter[str] = Counter()
    for unit in parts.units.values():
        own[unit.base] += unit.count
    found = list(_itineraries(parts))
    for number, asked in found:
        base = asked.out.goal
        guests = sum(
            len(other.posting.boats)
            for _, other in found
            if other.posting.base == base.name
            and other.out.leave <= asked.out.leave < other.away(plan[1])[1]
        )
        if own[base.name] + guests > base.berths:
            yield parts.problem(
                f"posting[{number}].base",
                f"'{base.name}' has {base.berths} berths for {own[base.name]} hulls of its own "
                f"and {guests} posted there",
                f"raise berths of '{base.name}', or post fewer hulls at a time",
            )


def refuse_postings(scenario: Scenario, what: str, remedy: str) -> None:
    """Stop what cannot be done where hulls are posted.

    Raises
    ------
    ScenarioError
        If the scenario has postings; ``what`` is said not to know them.
    """
    if scenario.posting:
        message = f"{what} does not know of postings, and there are {len(scenario.posting)}"
        raise ScenarioError([Problem(scenario.file_name, "posting", message, remedy)])


def _only_by(parts: Parts, key: str, posting: Posting, field: str, way: str) -> Iterator[Problem]:
    if getattr(posting, field) is not None:
        yield parts.problem(
            f"{key}.{field}", f"has no meaning by {posting.by}", f'remove it, or write by = "{way}"'
        )


def _of_units(parts: Parts) -> Iterator[tuple[int, Posting, Unit, VesselClass]]:
    """Postings of hulls known, with unit and class, as far as those are sound."""
    for number, posting in parts.postings.items():
        for unit in parts.units.values():
            if posting.boats and set(posting.boats) <= set(unit.hulls):
                vessel = _vessel(unit.vessel, parts)
                if vessel is not None:
                    yield number, posting, unit, vessel


def _vessel(key: str, parts: Parts) -> VesselClass | None:
    if key in parts.vessel_keys:
        return parts.vessels.get(key)
    try:
        return VesselClass.model_validate(geodata.vessels()[key])
    except (KeyError, ValidationError):
        return None


def _itineraries(parts: Parts) -> Iterator[tuple[int, Itinerary]]:
    """Times of the postings that can have some: the other checks say what the others lack."""
    bases = {base.name: base for base in parts.bases.values()}
    if parts.start is None or parts.area is None:
        return
    clock = parts.start, timedelta(minutes=parts.area.departure_step_min)
    for number, posting, unit, vessel in _of_units(parts):
        home, there = bases.get(unit.base), bases.get(posting.base)
        if home is None or there is None or home == there:
            continue
        ramp_fits = unit.day_h is None or vessel.ramp_h <= unit.day_h
        known = road_km(posting, home, there) is not None
        if posting.by == "sea" or (known and ramp_fits):
            yield number, itinerary_of(number - 1, posting, unit, vessel, (home, there), clock)


def _at_once(parts: Parts) -> Iterator[tuple[int, int, int, str, Unit]]:
    """Hulls and crews of a unit that are away when a posting begins, and those it can spare."""
    plan = parts.span
    if plan is None:
        return
    kinds: tuple[tuple[str, Callable[[Itinerary], Span], Callable[[Posting], int]], ...] = (
        ("hulls", lambda found: found.away(plan[1]), lambda posting: len(posting.boats)),
        ("crews", lambda found: found.crews_away(plan[1]), lambda posting: posting.crew_count),
    )
    every = list(_itineraries(parts))
    for what, span, count in kinds:
        for number, found in every:
            begin = found.out.leave
            away = sum(
                count(other.posting)
                for _, other in every
                if other.unit == found.unit and span(other)[0] <= begin < span(other)[1]
            )
            unit = found.unit
            most = (unit.count if what == "hulls" else unit.crews) - unit.alert
            yield number, away, most, what, unit


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
