"""Tables of a plan for the terminal, and the schedule as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from rich.table import Table
from rich.text import Text

from planner.plan.model import Hull, Move, Plan
from planner.present.figures import (
    SortieFigures,
    Zones,
    by_threat,
    horizon,
    hulls_in_order,
    outages_of,
    road_moves_of,
    road_words,
    sortie_figures,
)
from planner.present.frame import framed, plain
from planner.present.text import (
    clean,
    count,
    duration,
    hours_between,
    inert,
    moment,
    money_usd,
    number,
    offset,
    percent,
    weekday,
)
from planner.present.worth import (
    agency_table,
    simulated_by_threat,
    span,
    totals,
    with_availability,
    zone_table,
)
from planner.simulate.model import Simulation

Row = tuple[str, str, str]

CSV_COLUMNS = (
    "sortie", "hull", "unit", "vessel", "agency", "crew", "depart_base", "return_base", "depart",
    "return", "ready", "underway_h", "search_h", "search_nm", "distance_nm", "fuel_l", "detection",
    "watches", "breaks",
)  # fmt: skip


def schedule_table(plan: Plan, zones: Zones | None = None) -> Table:
    """Who sails when: one line a sortie, hull by hull, and a line an outage.

    Parameters
    ----------
    plan
        A finished plan.
    zones
        Named zones to say where a sortie looks; by default the shipped ones.
    """
    start, _ = horizon(plan)
    table = framed(f"Schedule (times {offset(start)})")
    widest = max((len(clean(hull.id)) for hull in plan.hulls), default=0)
    table.add_column("Hull", min_width=min(widest, 16))
    table.add_column("Crew", no_wrap=True, max_width=8)
    table.add_column("Departs", no_wrap=True, min_width=16)
    table.add_column("Returns", no_wrap=True, min_width=9)
    table.add_column("nm", justify="right", no_wrap=True, min_width=3)
    table.add_column("Fuel l", justify="right", no_wrap=True, min_width=6)
    table.add_column("What it watches", ratio=1)
    trips = sortie_figures(plan, _zones(zones))
    for hull in hulls_in_order(plan):
        rows = _hull_rows(plan, hull.id, trips)
        if not any(trip.hull.id == hull.id for trip in trips):
            rows.append(("", Text("stays in port")))
        for place, row in enumerate(rows):
            first = plain(hull.id) if place == 0 else ""
            table.add_row(first, *row, end_section=place == len(rows) - 1)
    return table


def _watch_words(trip: SortieFigures, zone: tzinfo | None) -> str:
    """What a sortie watches, from where, and when its crew has breaks."""
    words = ": ".join(part for part in (trip.away, trip.mainly) if part) or "–"
    rests = trip.breaks
    if not rests:
        return words
    kind = "break" if len(rests) == 1 else "breaks"
    place = " at anchor" if rests[0].reason == "break at anchor" else ""
    times = ", ".join(leg.start.astimezone(zone).strftime("%H:%M") for leg in rests)
    return f"{words}; {kind}{place} {times}"


def _hull_rows(
    plan: Plan, hull: str, trips: Sequence[SortieFigures]
) -> list[tuple[str | Text, ...]]:
    """Sorties, outages and upkeep of a hull in their order, all columns but its name."""
    zone = horizon(plan)[0].tzinfo
    rows: list[tuple[datetime, tuple[str | Text, ...]]] = [
        (
            trip.sortie.depart,
            (
                plain(trip.crew),
                moment(trip.sortie.depart, zone),
                weekday(trip.sortie.return_, zone),
                number(trip.sortie.distance_nm),
                number(trip.sortie.fuel_l),
                plain(_watch_words(trip, zone)),
            ),
        )
        for trip in trips
        if trip.hull.id == hull
    ]
    rows += [
        (
            outage.start,
            ("", moment(outage.start, zone), weekday(outage.end, zone), "", "",
             plain(f"in port: {outage.reason}")),
        )
        for outage in outages_of(plan, hull)
    ]  # fmt: skip
    rows += [
        (
            upkeep.start,
            ("", moment(upkeep.start, zone), weekday(upkeep.end, zone), "", "",
             plain("in port: upkeep")),
        )
        for upkeep in plan.upkeep
        if upkeep.hull == hull
    ]  # fmt: skip
    rows += [
        (
            move.depart,
            (plain(_crews(move, plan)), moment(move.depart, zone), weekday(move.arrive, zone),
             "", "", plain(road_words(move))),
        )
        for move in road_moves_of(plan, hull)
    ]  # fmt: skip
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def _crews(move: Move, plan: Plan) -> str:
    """Numbers of the crews that go along, as ``2``."""
    unit = next((hull.unit for hull in plan.hulls if hull.id == move.hull), "")
    return ", ".join(crew.removeprefix(f"{unit} crew ") for crew in move.crews)


def summary_table(plan: Plan, zones: Zones | None = None, trial: Simulation | None = None) -> Table:
    """What the plan is worth: detection, bound and gap, by threat, by zone, by agency.

    Parameters
    ----------
    plan, zones
        As for :func:`schedule_table`.
    trial
        A simulation of the plan, whose figures stand beside the plan's own.
    """
    table = framed("What the plan is worth", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1)
    for section in (
        _solver_rows(plan, trial),
        _requirement_rows(plan),
        _threat_rows(plan, trial),
        _zone_rows(plan, _zones(zones)),
        _agency_rows(plan),
        _cost_rows(plan),
    ):
        for place, (name, figure, words) in enumerate(section):
            last = place == len(section) - 1
            table.add_row(plain(name), figure, plain(words), end_section=last)
    return table


def _solver_rows(plan: Plan, trial: Simulation | None) -> list[Row]:
    used = ", ".join(f"{name.lower()} {value}" for name, value in totals(plan))
    serves = " and does as much of what is required" if plan.metrics.get("requirements") else ""
    more = f"finds more{serves}"
    tried = []
    if trial is not None:
        words = f"of {number(trial.total.runs)} targets drawn at random found; {span(trial.total)}"
        tried = [("Simulated", percent(trial.total.simulated), words)]
        if trial.with_breakdowns is not None:
            found = trial.with_breakdowns
            words = f"{with_availability(found)}, hulls that break down; {span(found)}"
            tried.append(("Expected", percent(found.simulated), words))
    return [
        (
            "Detection",
            percent(plan.solver.detection),
            "chance that a target, chosen by its weight, is found",
        ),
        *tried,
        ("Bound", percent(plan.solver.bound), f"no plan with these boats and rules {more}"),
        ("Gap", percent(plan.solver.gap), "the best plan is at most this much better"),
        ("Sorties", number(len(plan.sorties)), used),
    ]


def _requirement_rows(plan: Plan) -> list[Row]:
    """Whether each requirement is met, and what would meet it."""
    rows = []
    for asked in plan.metrics.get("requirements", ()):
        hours = asked["unit"] == "h"
        has = duration(asked["achieved"]) if hours else percent(asked["achieved"])
        words = f"met: {asked['words']}"
        if not asked["met"]:
            must = "must be, and is not met" if asked["hard"] else "not met"
            words = f"{must}: {asked['words']}; {asked['remedy']}"
        rows.append((asked["name"], has, words))
    return rows


def _threat_rows(plan: Plan, trial: Simulation | None) -> list[Row]:
    tried = {
        name: f"; simulated {percent(found.simulated)}"
        for name, found in simulated_by_threat(trial).items()
    }
    return [
        (
            row.threat,
            percent(row.chance),
            f"of this threat found; it holds {percent(row.weight, 0)} of the weight"
            + tried.get(row.threat, ""),
        )
        for row in by_threat(plan)
    ]


def _zone_rows(plan: Plan, zones: Zones) -> list[Row]:
    return [
        (
            row.zone,
            "–" if row.detection is None else percent(row.detection),
            f"of what stays there found ({percent(row.weight, 0)} of the weight); "
            f"longest time unsearched {duration(row.gap_h)}",
        )
        for row in zone_table(plan, zones)
    ]


def _agency_rows(plan: Plan) -> list[Row]:
    return [
        (
            row.agency,
            percent(row.share, 0),
            f"of what is found; {count(row.hulls, 'hull')}, {count(row.sorties, 'sortie')}, "
            f"{number(row.hours)} h, "
            f"{number(row.distance_nm)} nm, {number(row.fuel_l)} l",
        )
        for row in agency_table(plan)
    ]


def _cost_rows(plan: Plan) -> list[Row]:
    """What each unit's sorties cost, where more than their hours is paid for."""
    by_unit = plan.metrics.get("cost", {}).get("by_unit", {})
    if not any(row["distance_usd"] or row["fuel_usd"] for row in by_unit.values()):
        return []
    parts = (("hours_usd", "hours"), ("distance_usd", "miles"), ("fuel_usd", "fuel"))
    return [
        (
            unit,
            money_usd(row["total_usd"]),
            "cost of " + ", ".join(f"{word} {money_usd(row[key])}" for key, word in parts),
        )
        for unit, row in by_unit.items()
    ]


def schedule_csv(plan: Plan, zones: Zones | None = None) -> str:
    """The schedule as a tidy table: one row a sortie, units in the column names, ISO 8601 times.

    A move by road is a row without a number.

    Parameters
    ----------
    plan, zones
        As for :func:`schedule_table`.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    trips = sortie_figures(plan, _zones(zones))
    for hull in hulls_in_order(plan):
        rows = [(trip.sortie.depart, _csv_row(trip)) for trip in trips if trip.hull == hull]
        rows += [(move.depart, _csv_move(move, hull)) for move in road_moves_of(plan, hull.id)]
        for _, row in sorted(rows, key=lambda pair: pair[0]):
            writer.writerow(inert(cell) for cell in row)
    return out.getvalue()


def _csv_move(move: Move, hull: Hull) -> list[Any]:
    """A move by road: under way are its hours, and nothing is searched or burnt at sea."""
    under_way_h = hours_between(move.depart, move.arrive)
    return [
        "", hull.id, hull.unit, hull.vessel, hull.agency, ", ".join(move.crews),
        move.depart_base, move.arrive_base, move.depart.isoformat(), move.arrive.isoformat(),
        move.arrive.isoformat(), f"{under_way_h:.2f}", "0.00", "0.0", "0.0", "0", "0.000000",
        road_words(move), "",
    ]  # fmt: skip


def _csv_row(trip: SortieFigures) -> list[Any]:
    sortie, hull = trip.sortie, trip.hull
    return [
        sortie.id,
        hull.id,
        hull.unit,
        hull.vessel,
        hull.agency,
        sortie.crew,
        sortie.depart_base,
        sortie.return_base,
        sortie.depart.isoformat(),
        sortie.return_.isoformat(),
        sortie.ready.isoformat(),
        f"{trip.underway_h:.2f}",
        f"{trip.hours['search']:.2f}",
        f"{trip.search_nm:.1f}",
        f"{sortie.distance_nm:.1f}",
        f"{sortie.fuel_l:.0f}",
        f"{trip.detection:.6f}",
        trip.watches,
        "; ".join(f"{leg.start.isoformat()} {leg.reason}" for leg in trip.breaks),
    ]


def _zones(zones: Zones | None) -> Zones:
    if zones is not None:
        return zones
    from planner import geodata

    return geodata.zones()
