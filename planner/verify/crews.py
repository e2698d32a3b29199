"""Rules on who is on board and who is in upkeep: crews by name, their hours, outages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from planner.verify.facts import Facts, Voyage
from planner.verify.report import Figure, Tally
from planner.verify.tolerance import TIME_H

DAY_H = 24.0
WEEK_H = 7 * DAY_H


def outages(facts: Facts, tally: Tally) -> None:
    """No hull is under way while it is out of service."""
    for outage in facts.scenario.outage:
        start_h, end_h = facts.hours(outage.start), facts.hours(outage.end)
        for voyage in facts.by_hull.get(outage.hull, []):
            shared_h = min(voyage.return_h, end_h) - max(voyage.depart_h, start_h)
            tally.at_most(
                "outages",
                f"hull '{outage.hull}' is under way while out of service ({outage.reason})",
                Figure(max(shared_h, 0.0), 0.0, "h"),
                slack=TIME_H,
                sortie=voyage.sortie.id,
                time=max(voyage.sortie.depart, outage.start),
            )


def crews(facts: Facts, tally: Tally) -> None:
    """Every sortie names a crew of its unit, which rests before it sails again."""
    for voyage in facts.voyages:
        if voyage.unit is not None:
            tally.holds(
                "crews",
                voyage.sortie.crew in voyage.unit.crew_names,
                f"crew '{voyage.sortie.crew}' is none of the {voyage.unit.crews} "
                f"of unit '{voyage.unit.name}'",
                sortie=voyage.sortie.id,
                time=voyage.sortie.depart,
            )
    for crew, voyages in facts.by_crew.items():
        for before, after in pairwise(voyages):
            if before.vessel is None:
                continue
            rested_h = after.depart_h - before.return_h
            tally.at_most(
                "crews",
                f"crew '{crew}' sails too soon after sortie {before.sortie.id}: "
                f"{rested_h:.4g} h since its return; hours short",
                Figure(before.vessel.rest_h - rested_h, 0.0, "h"),
                slack=TIME_H,
                sortie=after.sortie.id,
                time=after.sortie.depart,
            )


def crew_hours(facts: Facts, tally: Tally) -> None:
    """No crew is under way for more hours in any 24 h, or 7 days, than its unit allows."""
    for crew, voyages in facts.by_crew.items():
        unit = voyages[0].unit
        if unit is None:
            continue
        for within_h, most_h in ((DAY_H, unit.day_h), (WEEK_H, unit.week_h)):
            if most_h is None:
                continue
            worst_h, when_h = max(_under_way(voyages, within_h))
            tally.at_most(
                "crew_hours",
                f"crew '{crew}' is under way too long in the {within_h:g} h from here",
                Figure(worst_h, most_h, "h"),
                slack=TIME_H,
                time=facts.time(when_h),
            )


def rotation(facts: Facts, tally: Tally) -> None:
    """Where a rotation is given a crew departs once in so many days."""
    for crew, voyages in facts.by_crew.items():
        unit = voyages[0].unit
        if unit is None or unit.rotation is None:
            continue
        for before, after in pairwise(voyages):
            tally.at_most(
                "rotation",
                f"crew '{crew}' departs again too soon after sortie {before.sortie.id}; "
                "hours too early",
                Figure(unit.rotation * DAY_H - (after.depart_h - before.depart_h), 0.0, "h"),
                slack=TIME_H,
                sortie=after.sortie.id,
                time=after.sortie.depart,
            )


def _under_way(voyages: list[Voyage], within_h: float) -> Iterator[tuple[float, float]]:
    """Hours under way in the windows that can hold most, with their begin.

    As a window moves on, its hours grow while its end is at sea and shrink while
    its begin is; so they are most where it begins with a departure or ends with
    a return.
    """
    for voyage in voyages:
        for begin_h in (voyage.depart_h, voyage.return_h - within_h):
            yield (
                sum(
                    max(
                        0.0,
                        min(other.return_h, begin_h + within_h) - max(other.depart_h, begin_h),
                    )
                    for other in voyages
                ),
                begin_h,
            )
