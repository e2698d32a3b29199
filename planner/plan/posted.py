"""Who sails what of a unit whose hulls are posted: the crews that go along, then all sorties.

1. Crews go along that are free then, so that all sorties at home can still be manned.
2. Sorties of a posting are shared by its hulls and crews; on the way by sea hull and
   crew of the same place in their lists sail together. A patrol on the way that upkeep,
   or the crew's hours, leave no room for is left out: the hull sails straight.
3. Those at home are shared by all, each bound while it is away, with the hours that it
   is under way there, on the road too.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from planner.plan.assign import Task, Worker, choose
from planner.problem.build import PlanningProblem
from planner.problem.stations import Way
from planner.scenario.moves import Itinerary, Move, itinerary

if TYPE_CHECKING:
    from planner.plan.rota import Manned, Names, Trip

Trips = Mapping[int, "Trip"]
Away = Mapping[tuple[int, Way], Trips]
"""Trips of postings by the posting's number and the way, each under a number of its own."""


@dataclass
class Duties:
    """What postings give hulls and crews of a unit to do, by name; and what binds them."""

    hulls: dict[str, list[Task]] = field(default_factory=lambda: defaultdict(list))
    crews: dict[str, list[Task]] = field(default_factory=lambda: defaultdict(list))
    manned: dict[int, Manned] = field(default_factory=dict)
    due: dict[tuple[int, Way, str], Task] = field(default_factory=dict)
    """Straight passages that hulls have yet to make, if no patrol takes them."""
    along: dict[int, tuple[str, ...]] = field(default_factory=dict)


def posted(names: Names, home: Sequence[Trip], away: Away, problem: PlanningProblem) -> Duties:
    """Name the sorties of a unit's postings.

    Parameters
    ----------
    names
        Of the unit.
    home, away
        Its trips from its own base, and those of its postings.
    problem
        Knows the straight passages of hulls that no sortie takes there.
    """
    asked = _postings(names)
    found = Duties(along=_along(names, home, asked))
    for each in asked:
        for hull in each.posting.boats:
            for sailed in _by_sea(each):
                found.due[each.number, sailed, hull] = names.hull_task(
                    _straight(names, each, sailed, problem)
                )
    for each in asked:
        crews = found.along[each.number]
        for way, move in (("out", each.out), ("stay", None), ("back", each.back)):
            kind: Way = "out" if way == "out" else "back" if way == "back" else "stay"
            trips = away.get((each.number, kind), {})
            if kind == "stay":
                _stay(names, each, crews, trips, found)
            elif move is not None:
                _move(names, each, kind, move, trips, problem, found)
        end = names.scenario.end
        for hull in each.posting.boats:
            found.hulls[hull].append(_bound(names, each.away(end)))
        for crew in crews:
            found.crews[crew].append(_bound(names, each.crews_away(end)))
    return found


def crew_of(crews: tuple[str, ...], hulls: int, place: int) -> tuple[str, ...]:
    """Crews that move with the hull of a place among ``hulls``: its own, with the last the rest."""
    return crews[place:] if place == hulls - 1 else crews[place : place + 1]


def _postings(names: Names) -> list[Itinerary]:
    """Postings of the unit in the order in which they begin."""
    scenario = names.scenario
    numbers = [k for k, asked in enumerate(scenario.posting) if asked.boats[0] in names.unit.hulls]
    return sorted((itinerary(k, scenario) for k in numbers), key=lambda each: each.out.leave)


def _along(
    names: Names, home: Sequence[Trip], asked: Sequence[Itinerary]
) -> dict[int, tuple[str, ...]]:
    """Crews that go along on each posting; a posting comes before any sortie."""
    end = names.scenario.end
    tasks = [names.crew_task(trip) for trip in home]
    most = 2.0 * sum(max(task.worth, 0.0) for task in tasks) + 1.0
    seats = [
        (each.number, replace(_bound(names, each.crews_away(end)), worth=most))
        for each in asked
        for _ in range(each.posting.crew_count)
    ]
    workers = [Worker(has=crew.has) for crew in names.crews().values()]
    given = choose([*tasks, *(seat for _, seat in seats)], workers)[len(tasks) :]
    found: dict[int, list[int]] = {each.number: [] for each in asked}
    taken: list[tuple[int, Task]] = []
    pairs = sorted(zip(seats, given, strict=True), key=lambda pair: pair[1] is None)
    for (number, seat), worker in pairs:
        # Where nobody was found a crew goes that no other posting has; then sorties give way.
        free = (
            w
            for w in range(len(workers))
            if not any(w == other and seat.meets(task) for other, task in taken)
        )
        goes = next(free) if worker is None else worker
        found[number].append(goes)
        taken.append((goes, seat))
    name = names.unit.crew_names
    return {number: tuple(name[w] for w in sorted(crews)) for number, crews in found.items()}


def _move(
    names: Names,
    asked: Itinerary,
    way: Way,
    move: Move,
    trips: Trips,
    problem: PlanningProblem,
    found: Duties,
) -> None:
    """What a way of a posting is to its hulls and crews."""
    boats, crews = asked.posting.boats, found.along[asked.number]
    waiting = list(trips.items())
    for place, hull in enumerate(boats):
        along = crew_of(crews, len(boats), place)
        for crew_task in _on_road(names, move):
            for crew in along:
                found.crews[crew].append(crew_task)
        if move.by_road:
            continue
        del found.due[asked.number, way, hull]
        sails = next(
            (number for number, trip in waiting if _can(names, found, hull, along[0], trip)), None
        )
        if sails is None:
            trip = _straight(names, asked, way, problem)
        else:
            trip = dict(waiting)[sails]
            waiting = [(number, other) for number, other in waiting if number != sails]
            found.manned[sails] = names.manned(hull, along[0], trip)
        found.hulls[hull].append(names.hull_task(trip))
        for crew in along:
            found.crews[crew].append(names.crew_task(trip))


def _can(names: Names, found: Duties, hull: str, crew: str, trip: Trip) -> bool:
    """Whether upkeep of a hull and hours of a crew leave room for a patrol on the way."""
    hands, crowd = names.hulls()[hull], names.crews()[crew]
    hulls = replace(hands, has=(*hands.has, *found.hulls[hull], *_due(found, hull)))
    crews = replace(crowd, has=(*crowd.has, *found.crews[crew]))
    return hulls.can(names.hull_task(trip)) and crews.can(names.crew_task(trip))


def _by_sea(asked: Itinerary) -> Iterator[Way]:
    """Ways of a posting that its hulls sail."""
    if not asked.out.by_road:
        yield "out"
    if asked.back is not None and not asked.back.by_road:
        yield "back"


def _on_road(names: Names, move: Move) -> Iterator[Task]:
    """What a move by road is to a crew: a task at either ramp, and one for each day's driving."""
    if not move.by_road:
        return
    free, ramp = names.minute(move.crew_free), dt.timedelta(hours=names.vessel.ramp_h)
    spans = [(start, end) for start, end, _ in move.drives]
    for start, end in ((move.leave, move.leave + ramp), *spans, (move.arrive - ramp, move.arrive)):
        yield Task(names.minute(start), names.minute(end), free)


def _straight(names: Names, asked: Itinerary, way: Way, problem: PlanningProblem) -> Trip:
    """A passage on which no sortie was planned."""
    step = dt.timedelta(minutes=names.scenario.area.time_step_min)
    passage = next(p for p in problem.passages if (p.posting, p.way) == (asked.number, way))
    start = names.scenario.start
    return names.trip(start + passage.depart * step, start + passage.arrive * step)


def _stay(
    names: Names, asked: Itinerary, crews: tuple[str, ...], trips: Trips, found: Duties
) -> None:
    """Sorties from the other base, shared by the hulls and crews there."""
    hulls = {
        hull: replace(worker, has=(*worker.has, *found.hulls[hull], *_due(found, hull)))
        for hull, worker in names.hulls().items()
        if hull in asked.posting.boats
    }
    hands = {
        crew: replace(worker, has=(*worker.has, *found.crews[crew]))
        for crew, worker in names.crews().items()
        if crew in crews
    }
    numbers = list(trips)
    named = names.of([trips[number] for number in numbers], hulls, hands)
    for place, manned in named.items():
        trip = trips[numbers[place]]
        found.manned[numbers[place]] = manned
        found.hulls[manned.hull].append(names.hull_task(trip))
        found.crews[manned.crew].append(names.crew_task(trip))


def _due(found: Duties, hull: str) -> list[Task]:
    """Straight passages that a hull has yet to make."""
    return [task for (_, _, other), task in found.due.items() if other == hull]


def _bound(names: Names, span: tuple[dt.datetime, dt.datetime]) -> Task:
    """Something that binds from one time to another and takes no hours."""
    begin = names.minute(span[0])
    return Task(begin, begin, names.minute(span[1]))
