"""The plan itself and what it is worth: pictures, schedule, coverage, costs, time."""

from __future__ import annotations

from collections import Counter

from planner.present import palette
from planner.present.figures import by_threat, hulls_in_order
from planner.present.report.blocks import Block, Pair, Picture, Row, Section, Table, Words, table
from planner.present.report.case import Case
from planner.present.report.gantt import schedule_chart
from planner.present.report.map_chart import detection_map, named_zones, track_map
from planner.present.report.watch_chart import watch_chart
from planner.present.text import (
    clean,
    count,
    duration,
    join_words,
    moment,
    number,
    offset,
    percent,
    weekday,
)
from planner.present.worth import zone_table
from planner.simulate.model import Finds


def on_a_page(case: Case) -> Section:
    """Schedule and map, drawn."""
    sailed = Counter(sortie.hull for sortie in case.plan.sorties)
    sailing = join_words(
        [f"{clean(hull.id)} {count(sailed[hull.id], 'time')}" for hull in hulls_in_order(case.plan)]
    )
    zones = "; dashed: the zones that the scenario names" if named_zones(case) else ""
    return Section(
        "plan",
        "The plan on a page",
        (
            Picture(
                "schedule",
                schedule_chart(case),
                f"Schedule of the hulls. Sail: {sailing}. The same stands in the table below.",
                "Who sails when. Full colour: searching; pale: in transit or waiting; thin line: "
                "until the hull is ready again. Shaded: night, the sun more than 6° below the "
                "horizon at the middle of the area.",
                wide=True,
            ),
            Pair(
                (
                    Picture(
                        "tracks",
                        track_map(case),
                        "Map of the tracks of all sorties over the coast.",
                        f"Tracks of all sorties, in the colours of the hulls{zones}.",
                    ),
                    Picture(
                        "cells",
                        detection_map(case),
                        "Map of the cells of the area by the chance of detection in them.",
                        "Chance of detection of targets that stay in place, their weighted mean "
                        "over the plan.",
                    ),
                )
            ),
        ),
        fresh=True,
    )


def schedule(case: Case) -> Section:
    """Every sortie, hull by hull."""
    start, _ = case.period
    crewed = any(trip.sortie.crew for trip in case.trips)
    rows: list[Row] = []
    for place, hull in enumerate(hulls_in_order(case.plan)):
        colour = palette.hull_colour(place)
        own = [trip for trip in case.trips if trip.hull.id == hull.id]
        if not own:
            rows.append(Row((clean(hull.id), "stays in port", *[""] * (6 + crewed)), colour))
        rows += [
            Row(
                (
                    clean(hull.id),
                    clean(trip.sortie.id),
                    moment(trip.sortie.depart, start.tzinfo),
                    weekday(trip.sortie.return_, start.tzinfo),
                    *([clean(trip.crew)] if crewed else []),
                    duration(trip.hours["search"]),
                    number(trip.sortie.distance_nm),
                    number(trip.sortie.fuel_l),
                    trip.watches or "–",
                ),
                colour,
            )
            for trip in own
        ]
    made = table(
        f"Times are {offset(start)}",
        (
            "Hull", "Sortie", "Departs", "Returns", *(["Crew"] if crewed else []), "Searching",
            "nm", "Fuel, l", "What it watches",
        ),
        rows,
        words=(0, 1, 2, 3, *([4] if crewed else [])),
        wide=(7 + crewed,),
    )  # fmt: skip
    return Section("schedule", "Schedule", (made,))


def coverage(case: Case) -> Section:
    """Coverage by threat and by zone, planned and simulated."""
    blocks: list[Block] = [
        Words(
            "Planned is what the formulas promise; simulated is what a trial found of targets "
            "drawn at random, with the interval that holds the true share with 95 %."
        ),
        _by_threat(case),
    ]
    zones = _by_zone(case)
    return Section("coverage", "Coverage", (*blocks, *([zones] if zones.rows else [])))


def _by_threat(case: Case) -> Table:
    found = {row.threat: row for row in case.trial.threats}
    rows = [
        Row(
            (
                clean(row.threat),
                percent(row.weight),
                percent(row.chance),
                *_trial(found.get(row.threat)),
                percent(row.detection),
            )
        )
        for row in by_threat(case.plan)
    ]
    solver, total = case.plan.solver, case.trial.total
    last = ("All", percent(1.0), percent(solver.detection), *_trial(total))
    rows.append(Row((*last, percent(solver.detection)), sum=True))
    return table(
        "By threat",
        (
            "Threat", "Weight", "Planned", "Simulated", "95 % interval", "Median time to find",
            "Part of the plan’s detection",
        ),
        rows,
    )  # fmt: skip


def _trial(found: Finds | None) -> tuple[str, str, str]:
    if found is None or not found.runs:
        return "–", "–", "–"
    return (
        percent(found.simulated),
        f"{percent(found.low)[:-2]} – {percent(found.high)}",
        "–" if found.median_h is None else duration(found.median_h),
    )


def _by_zone(case: Case) -> Table:
    keys = list(case.plan.metrics.get("by_zone", {}))
    found = {row.zone: row for row in case.trial.zones}
    rows = [
        Row(
            (
                row.zone[:1].upper() + row.zone[1:],
                number(row.water_nm2),
                percent(row.weight),
                "–" if row.detection is None else percent(row.detection),
                *_trial(found.get(key))[:2],
                duration(row.gap_h),
            )
        )
        for key, row in zip(keys, zone_table(case.plan, case.around.zones), strict=True)
    ]
    return table(
        "By zone, targets that stay in place",
        (
            "Zone", "Water, nm²", "Weight", "Planned", "Simulated", "95 % interval",
            "Longest time unsearched",
        ),
        rows,
        note="The longest time unsearched is the longest in which no part of the zone is searched.",
    )  # fmt: skip


def over_time(case: Case) -> Section:
    """Detection watch by watch."""
    drawn = Picture(
        "watches",
        watch_chart(case),
        "Chart of the weight of targets first found in each watch, planned and simulated.",
        "Weight of all targets first found in each watch: area, as planned; line, as simulated. "
        "The watches of the plan add up to its detection. Shaded: night.",
        wide=True,
    )
    return Section("time", "Detection over time", (drawn,))
