"""Rules on when hulls sail: departures, endurance, fuel, rest, overlaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from planner.scenario import Unit
from planner.verify.facts import Facts, Stretch, Voyage
from planner.verify.report import Figure, Tally
from planner.verify.tolerance import SHARE, TIME_H


def horizon(facts: Facts, tally: Tally) -> None:
    """A sortie departs and returns within the plan's time."""
    for voyage in facts.voyages:
        sortie = voyage.sortie
        tally.at_most(
            "horizon",
            "departs before the plan starts",
            Figure(-voyage.depart_h, 0.0, "h"),
            slack=TIME_H,
            sortie=sortie.id,
            time=sortie.depart,
        )
        tally.at_most(
            "horizon",
            "returns after the plan ends",
            Figure(voyage.return_h, facts.horizon_h, "h"),
            slack=TIME_H,
            sortie=sortie.id,
            time=sortie.return_,
        )


def departure(facts: Facts, tally: Tally) -> None:
    """A sortie departs on a whole departure step."""
    step_h = facts.scenario.area.departure_step_min / 60.0
    for voyage in facts.voyages:
        off_h = abs(voyage.depart_h - round(voyage.depart_h / step_h) * step_h)
        tally.at_most(
            "departure",
            f"departs off the departure step of {facts.scenario.area.departure_step_min} min",
            Figure(off_h * 60.0, 0.0, "min"),
            slack=TIME_H * 60.0,
            sortie=voyage.sortie.id,
            time=voyage.sortie.depart,
        )


def endurance(facts: Facts, tally: Tally) -> None:
    """A sortie lasts no longer than its class endures."""
    for voyage in facts.voyages:
        if voyage.vessel is not None:
            tally.at_most(
                "endurance",
                f"'{voyage.vessel.name}' is under way too long",
                Figure(voyage.return_h - voyage.depart_h, voyage.vessel.endurance_h, "h"),
                slack=TIME_H,
                sortie=voyage.sortie.id,
                time=voyage.sortie.depart,
            )


def fuel(facts: Facts, tally: Tally) -> None:
    """Fuel recomputed by mode is within the tank less its reserve, and as stated."""
    for voyage in facts.voyages:
        if voyage.vessel is None:
            continue
        burnt_l = burn_l(voyage, facts.legs_of[voyage.number])
        tally.at_most(
            "fuel",
            "burns more than the tank less its reserve",
            Figure(burnt_l, voyage.vessel.fuel_l * (1.0 - voyage.vessel.fuel_reserve), "l"),
            slack=1.0,
            sortie=voyage.sortie.id,
            time=voyage.sortie.depart,
        )
        tally.agrees(
            "fuel",
            "states another amount than its legs burn",
            Figure(voyage.sortie.fuel_l, burnt_l, "l"),
            slack=SHARE * burnt_l + 1.0,
            sortie=voyage.sortie.id,
            time=voyage.sortie.depart,
        )


def distance(facts: Facts, tally: Tally) -> None:
    """The distance stated is the sum of the legs' geodesic lengths."""
    for voyage in facts.voyages:
        legs = facts.legs_of[voyage.number]
        sailed_nm = sum(stretch.length_nm for stretch in legs)
        tally.agrees(
            "distance",
            "states another distance than its legs run",
            Figure(voyage.sortie.distance_nm, sailed_nm, "nm"),
            slack=SHARE * sailed_nm + 0.1,
            sortie=voyage.sortie.id,
            time=voyage.sortie.depart,
        )


def overlap(facts: Facts, tally: Tally) -> None:
    """No hull is out on two sorties at once."""
    for before, after in _successive(facts):
        tally.at_most(
            "overlap",
            f"hull '{after.sortie.hull}' is still out on sortie {before.sortie.id}",
            Figure(before.return_h - after.depart_h, 0.0, "h"),
            slack=TIME_H,
            sortie=after.sortie.id,
            time=after.sortie.depart,
        )


def turnaround(facts: Facts, tally: Tally) -> None:
    """Between two sorties a hull lies in for its turnaround, and until it was to be ready."""
    for before, after in _successive(facts):
        if before.vessel is None:
            continue
        lain_h = after.depart_h - before.return_h
        due_h = max(before.vessel.turnaround_h, facts.hours(before.sortie.ready) - before.return_h)
        tally.at_most(
            "turnaround",
            f"hull '{after.sortie.hull}' sails too soon after sortie {before.sortie.id}:"
            f" {lain_h:.4g} h in, {due_h:.4g} h due; hours short",
            Figure(due_h - lain_h, 0.0, "h"),
            slack=TIME_H,
            sortie=after.sortie.id,
            time=after.sortie.depart,
        )


def ready(facts: Facts, tally: Tally) -> None:
    """``ready`` is the return plus the turnaround, or the crew's rest where no crew is to spare.

    A crew is to spare where there are more of them than hulls, or where a hull
    of the unit is out of service, or posted, for a time. Where crews make one sortie in so
    many days, and rest no shorter than the hull lies in, that counts as rest.
    """
    for voyage in facts.voyages:
        if voyage.vessel is None or voyage.unit is None:
            continue
        unit, due_h = voyage.unit, voyage.vessel.turnaround_h
        spare = unit.crews > unit.count or bool(_out_of_service(unit, facts))
        if not spare and voyage.vessel.rest_h >= due_h:
            days_h = 24.0 * (unit.rotation or (0 if unit.day_h is None else 1))
            due_h = max(voyage.vessel.rest_h, days_h - (voyage.return_h - voyage.depart_h))
        tally.agrees(
            "ready",
            "states another time than turnaround and rest give; hours after the return",
            Figure(facts.hours(voyage.sortie.ready) - voyage.return_h, due_h, "h"),
            slack=TIME_H,
            sortie=voyage.sortie.id,
            time=voyage.sortie.ready,
        )


def hulls_out(facts: Facts, tally: Tally) -> None:
    """Never are more hulls of a unit out, in turnaround or out of service than it has."""
    for name, voyages in facts.by_unit.items():
        _capacity(
            "hulls_out",
            f"hulls of unit '{name}' are out, in turnaround or out of service at once",
            tally,
            voyages=voyages,
            gap_h=lambda voyage: voyage.vessel.turnaround_h if voyage.vessel else 0.0,
            capacity=facts.units[name].count,
            taken=_out_of_service(facts.units[name], facts),
        )


def rest(facts: Facts, tally: Tally) -> None:
    """Never are more crews of a unit out or at rest than it has."""
    for name, voyages in facts.by_unit.items():
        _capacity(
            "rest",
            f"crews of unit '{name}' are out or at rest at once",
            tally,
            voyages=voyages,
            gap_h=lambda voyage: voyage.vessel.rest_h if voyage.vessel else 0.0,
            capacity=facts.units[name].crews,
        )


def burn_l(voyage: Voyage, legs: Iterable[Stretch]) -> float:
    """Litres that the legs of a sortie burn: hours in each mode times its rate."""
    vessel = voyage.vessel
    if vessel is None:
        return 0.0
    rate = {
        "transit": vessel.burn_cruise_l_h,
        "search": vessel.burn_search_l_h,
        "loiter": vessel.burn_loiter_l_h,
    }
    return sum(rate[stretch.leg.mode] * (stretch.end_h - stretch.start_h) for stretch in legs)


def _out_of_service(unit: Unit, facts: Facts) -> list[tuple[str, float, float]]:
    """Outages and postings of a unit's hulls: name, and from when to when."""
    found = [
        (outage.hull, facts.hours(outage.start), facts.hours(outage.end))
        for outage in facts.scenario.outage
        if outage.hull in unit.hulls
    ]
    for posting in facts.scenario.posting:
        end_h = facts.horizon_h if posting.end is None else facts.hours(posting.end)
        start_h = facts.hours(posting.start)
        found += [(hull, start_h, end_h) for hull in posting.boats if hull in unit.hulls]
    return found


def _successive(facts: Facts) -> Iterator[tuple[Voyage, Voyage]]:
    for voyages in facts.by_hull.values():
        yield from pairwise(voyages)


def _capacity(
    rule: str,
    message: str,
    tally: Tally,
    *,
    voyages: list[Voyage],
    gap_h: Callable[[Voyage], float],
    capacity: int,
    taken: Iterable[tuple[str, float, float]] = (),
) -> None:
    """Check at each departure how many intervals ``[depart, return + gap)`` are open.

    Those ``taken`` by name count as well, unless a sortie of that hull does already.
    """
    for voyage in voyages:
        now = voyage.depart_h + TIME_H
        out = [o.sortie.hull for o in voyages if o.depart_h <= now < o.return_h + gap_h(o)]
        away = [name for name, start_h, end_h in taken if start_h <= now < end_h]
        busy = len(out) + len(set(away) - set(out))
        tally.at_most(
            rule,
            message,
            Figure(busy, capacity),
            sortie=voyage.sortie.id,
            time=voyage.sortie.depart,
        )
