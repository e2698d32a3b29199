"""Tidy tables as CSV: UTF-8, a comma between cells, units in the column names, ISO 8601 times.

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-``, ``@`` (also in
their full width) as a formula. A text of the scenario that begins so gets an
apostrophe before it, and so does one that begins with an apostrophe: drop one
leading apostrophe from a text and it is as the plan has it. Figures are
written as they are, also negative ones.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from planner.export.choose import Choice
from planner.export.passage import stamp, waypoints
from planner.present.figures import Zones
from planner.present.table import schedule_csv
from planner.present.text import inert

LEG_COLUMNS = (
    "sortie", "leg", "hull", "mode", "start", "end", "speed_kn", "sweep_width_nm", "cell",
    "exposure", "from_lon", "from_lat", "to_lon", "to_lat", "reason",
)  # fmt: skip
WAYPOINT_COLUMNS = (
    "sortie", "waypoint", "hull", "lon", "lat", "arrive_utc", "depart_utc", "speed_kn", "mode",
)  # fmt: skip
COVERAGE_COLUMNS = ("cell", "threat", "from", "to", "weight", "exposure", "detection")
MOVING_COLUMNS = ("track", "threat", "weight", "speed_kn", "exposure", "detection")


def csv_texts(choice: Choice, zones: Zones) -> dict[str, str]:
    """Text of each table by its name.

    ``schedule``, ``legs`` and ``waypoints`` hold the chosen sorties;
    ``coverage`` (stationary targets) and ``moving`` (sampled tracks) are
    there only when no sortie is left out, since all of them earned it.
    """
    tables = {
        "schedule": _schedule(choice, zones),
        "legs": _text(LEG_COLUMNS, _legs(choice)),
        "waypoints": _text(WAYPOINT_COLUMNS, _waypoints(choice)),
    }
    if choice.whole:
        tables["coverage"] = _text(COVERAGE_COLUMNS, _coverage(choice))
        tables["moving"] = _text(MOVING_COLUMNS, _moving(choice))
    return tables


def _text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table; text is made inert, figures stay."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()


def _schedule(choice: Choice, zones: Zones) -> str:
    """The schedule of the whole plan, whose figures count all sorties, cut to the chosen ones.

    Moves by road, which have no number, stay with the hulls of the chosen sorties.
    """
    columns, *rows = csv.reader(io.StringIO(schedule_csv(choice.plan, zones)))
    wanted = {trip.sortie.id for trip in choice.trips}
    hulls = {inert(trip.hull.id) for trip in choice.trips}
    kept = [row for row in rows if row[0] in wanted or (not row[0] and row[1] in hulls)]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([columns, *kept])
    return out.getvalue()


def _legs(choice: Choice) -> Iterable[Sequence[Any]]:
    """One row a leg; one that searches several cells gets a row for each."""
    for trip in choice.trips:
        for number, leg in enumerate(trip.sortie.legs, start=1):
            ends = (leg.path[0], leg.path[-1]) if leg.path else ((None, None), (None, None))
            for cell, exposure in [(e.cell, e.exposure) for e in leg.exposures] or [("", 0.0)]:
                yield (
                    trip.sortie.id, number, trip.hull.id, leg.mode,
                    leg.start.isoformat(), leg.end.isoformat(), leg.speed_kn, leg.sweep_width_nm,
                    cell, exposure, *ends[0], *ends[1], leg.reason or "",
                )  # fmt: skip


def _waypoints(choice: Choice) -> Iterable[Sequence[Any]]:
    for trip in choice.trips:
        for point in waypoints(trip.sortie):
            yield (
                trip.sortie.id, point.number, trip.hull.id, point.lon, point.lat,
                stamp(point.arrive), stamp(point.depart), round(point.speed_kn, 4), point.mode,
            )  # fmt: skip


def _coverage(choice: Choice) -> Iterable[Sequence[Any]]:
    for row in choice.plan.coverage:
        yield (
            row.cell, row.threat, row.from_.isoformat(), row.to.isoformat(),
            row.weight, row.exposure, row.detection,
        )  # fmt: skip


def _moving(choice: Choice) -> Iterable[Sequence[Any]]:
    for number, row in enumerate(choice.plan.moving, start=1):
        yield number, row.threat, row.weight, row.speed_kn, row.exposure, row.detection
