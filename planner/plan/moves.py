"""Moves of posted hulls as the plan states them, and the passages that no patrol makes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from planner.plan.legs import length_nm, reason_of, way
from planner.plan.model import Drive, Move, Sortie
from planner.plan.posted import crew_of
from planner.plan.rota import Rota, ready_at
from planner.problem.budgets import passage_l
from planner.problem.build import PlanningProblem
from planner.problem.stations import itineraries
from planner.problem.transfers import Passage
from planner.scenario import Scenario
from planner.scenario.moves import Itinerary
from planner.scenario.moves import Move as Way


def with_passages(
    sorties: Sequence[Sortie], rota: Rota, scenario: Scenario, problem: PlanningProblem
) -> tuple[Sortie, ...]:
    """Sorties in order of departure, with the straight passages of posted hulls.

    A hull that no sortie takes to where it is posted, or home, sails there
    straight; such a passage is a sortie of one leg. Numbers count on.
    """
    by_way = {(passage.posting, passage.way): passage for passage in problem.passages}
    found = list(sorties)
    for asked in itineraries(scenario):
        boats = asked.posting.boats
        for kind, move in (("out", asked.out), ("back", asked.back)):
            if move is None or move.by_road:
                continue
            for place, hull in enumerate(boats):
                if _sailed(move, hull, found) is None:
                    crew = crew_of(rota.along[asked.number], len(boats), place)[0]
                    passage = by_way[asked.number, "out" if kind == "out" else "back"]
                    name = f"S{len(found) + 1:03d}"
                    found.append(_sortie(name, hull, crew, asked, move, passage, scenario))
    return tuple(sorted(found, key=lambda sortie: sortie.depart))


def moves_of(sorties: Sequence[Sortie], rota: Rota, scenario: Scenario) -> tuple[Move, ...]:
    """All moves in order of departure; those by sea are among ``sorties``."""
    found = [
        _move(asked, way, hull, rota, place, sorties)
        for asked in itineraries(scenario)
        for way in (asked.out, asked.back)
        if way is not None
        for place, hull in enumerate(asked.posting.boats)
    ]
    return tuple(sorted(found, key=lambda move: (move.depart, move.posting, move.hull)))


def _move(
    asked: Itinerary, way: Way, hull: str, rota: Rota, place: int, sorties: Sequence[Sortie]
) -> Move:
    sortie = None if way.by_road else _sailed(way, hull, sorties)
    return Move(
        posting=asked.number + 1,
        hull=hull,
        crews=crew_of(rota.along[asked.number], len(asked.posting.boats), place),
        by=asked.posting.by,
        depart_base=way.origin.name,
        arrive_base=way.goal.name,
        depart=way.leave,
        arrive=way.arrive if sortie is None else sortie.return_,
        distance_km=round(sum(km for _, _, km in way.drives), 3),
        drives=tuple(
            Drive(start=start, end=end, distance_km=round(km, 3)) for start, end, km in way.drives
        ),
        sortie=None if sortie is None else sortie.id,
    )


def _sailed(way: Way, hull: str, sorties: Sequence[Sortie]) -> Sortie | None:
    """The sortie by which a hull makes a way, if there is one."""
    return next(_sailing(way, hull, sorties), None)


def _sailing(way: Way, hull: str, sorties: Sequence[Sortie]) -> Iterator[Sortie]:
    ends = way.origin.name, way.goal.name
    for sortie in sorties:
        sails = sortie.hull == hull and (sortie.depart_base, sortie.return_base) == ends
        if sails and way.leave <= sortie.depart < way.arrive:
            yield sortie


def _sortie(
    name: str,
    hull: str,
    crew: str,
    asked: Itinerary,
    move: Way,
    passage: Passage,
    scenario: Scenario,
) -> Sortie:
    """A passage as a sortie of one leg, or of several where its crew has breaks."""
    step = dt.timedelta(minutes=scenario.area.time_step_min)

    def at(k: int) -> dt.datetime:
        return scenario.start + k * step

    depart, back = at(passage.depart), at(passage.arrive)
    legs = way(
        passage.path, passage.depart, passage.arrive, passage.rests, passage.lasts, at,
        reason_of(asked.unit),
    )  # fmt: skip
    vessel = scenario.vessel[asked.unit.vessel]
    return Sortie(
        id=name,
        hull=hull,
        crew=crew,
        depart_base=move.origin.name,
        return_base=move.goal.name,
        depart=depart,
        return_=back,
        ready=ready_at(asked.unit, scenario, depart, back),
        distance_nm=round(sum(length_nm(leg.path) for leg in legs), 3),
        fuel_l=round(passage_l(passage, vessel, step / dt.timedelta(hours=1)), 3),
        legs=tuple(legs),
    )
