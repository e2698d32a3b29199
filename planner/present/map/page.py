"""The page around a map: key figures, legend, side panel, tables and notes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from markupsafe import Markup

from planner.plan.model import Plan
from planner.present import palette
from planner.present.figures import (
    SortieFigures,
    Zones,
    by_threat,
    horizon,
    hulls_in_order,
)
from planner.present.map.ashore import ashore
from planner.present.map.content import Content
from planner.present.map.draw import Drawn
from planner.present.map.payload import minutes_from
from planner.present.map.trial import trial_groups
from planner.present.offline import POLICY_META, asset
from planner.present.page import fill
from planner.present.text import clean, duration, moment, number, offset, percent
from planner.present.wording import NAMES, language, t
from planner.present.worth import (
    AgencyFigures,
    agency_table,
    sentences,
    simulated_by_threat,
    totals,
    when,
    zone_table,
)
from planner.simulate.model import Simulation


def map_page(
    plan: Plan, drawn: Drawn, trial: Simulation | None, *, head: Markup, tail: Markup
) -> str:
    """Page of a map.

    Parameters
    ----------
    plan, drawn, trial
        A plan, its map, and a simulation of it.
    head, tail
        Markup of the styles and scripts: those in the head, and the plan's own at the end.
    """
    start, _ = horizon(plan)
    shown = drawn.shown
    zones, scales = shown.scene.zones, shown.content.scales()
    agencies = agency_table(plan, shown.earned)
    return fill(
        "map.html.j2",
        {
            "language": language(),
            "policy": Markup(POLICY_META),
            "title": clean(plan.scenario.get("title", t("Patrol plan"))),
            "when": when(plan),
            "offset": offset(start),
            "languages": NAMES,
            "keys": _keys(plan, trial, totals(plan, agencies)),
            "scales": scales,
            "choices": _choices(shown.content, scales),
            "marks": {
                "zones": bool(zones),
                "depth": bool(shown.scene.sectors),
                "closed": '"style":"closed"' in drawn.script,
                "limits": bool(shown.scene.sectors) and "sector" in plan.scenario.get("area", {}),
            },
            "zone_rows": _zone_rows(plan, zones),
            "words": sentences(plan, trial),
            "threats": _threat_rows(plan, trial),
            "tried": trial is not None,
            "trials": trial_groups(trial, zones),
            "agencies": _agency_rows(agencies),
            "hulls": _hull_rows(plan, shown.trips),
            "notes": _notes(),
            "licence": asset("LICENSE-leaflet.txt"),
            "head": head,
            "map": Markup(drawn.body),
            "tail": tail,
        },
    )


def _notes() -> list[str]:
    return [
        t("Lines between the sectors and the outlines of some zones are derived or approximate. "
          "This map is for planning, not for navigation."),
        t("Shoreline © OpenStreetMap contributors, Open Database Licence; Natural Earth; depths "
          "ETOPO1 (NOAA). `patrol data` lists every layer with its source. Drawn with Leaflet "
          "1.9.4 (© Volodymyr Agafonkin, CloudMade; BSD 2-clause)."),
    ]  # fmt: skip


def _choices(content: Content, scales: dict[str, palette.Scale]) -> list[dict[str, Any]]:
    """What the cells can be coloured by, ``group`` the heading of those that belong together."""
    names = {
        "detection": t("Detection"),
        "since": t("Time since last seen"),
        "risk": t("Risk per nm²"),
        "effort": t("Search effort"),
        "response": t("Minutes to reach"),
        "wave": t("Wave height"),
        "wind": t("Wind"),
    }
    found = [
        {"key": key, "name": name, "group": ""} for key, name in names.items() if key in scales
    ]
    watches = content.watches
    if watches is not None:
        found.append({"key": "watch", "name": t("Risk at the clock's hour"), "group": ""})
    found.append({"key": "none", "name": t("None"), "group": ""})
    for place, hours in enumerate(watches.names if watches is not None else ()):
        name = t("Risk {hours}", hours=hours)
        found.append({"key": f"watch{place}", "name": name, "group": t("Risk by watch")})
    return found


def _keys(
    plan: Plan, trial: Simulation | None, sums: list[tuple[str, str]]
) -> list[dict[str, Any]]:
    tried = [] if trial is None else [(t("Simulated"), percent(trial.total.simulated))]
    figures = [
        (t("Detection"), percent(plan.solver.detection)),
        *tried,
        (t("Proven bound"), percent(plan.solver.bound)),
        (t("Gap"), percent(plan.solver.gap)),
        *sums,
    ]
    return [
        {"name": name, "value": value, "lead": place == 0}
        for place, (name, value) in enumerate(figures)
    ]


def _threat_rows(plan: Plan, trial: Simulation | None) -> list[dict[str, str]]:
    found = simulated_by_threat(trial)
    return [
        {
            "name": clean(row.threat),
            "weight": percent(row.weight),
            "chance": percent(row.chance),
            "simulated": percent(found[row.threat].simulated) if row.threat in found else "–",
            "detection": percent(row.detection),
        }
        for row in by_threat(plan)
    ]


def _agency_rows(rows: list[AgencyFigures]) -> list[dict[str, str]]:
    return [
        {
            "name": clean(row.agency),
            "hulls": number(row.hulls),
            "sorties": number(row.sorties),
            "hours": number(row.hours),
            "distance": number(row.distance_nm),
            "fuel": number(row.fuel_l),
            "share": percent(row.share, 0),
            "alone": "–" if row.alone is None else percent(row.alone),
        }
        for row in rows
    ]


def _zone_rows(plan: Plan, zones: Zones) -> list[dict[str, Any]]:
    return [
        {
            "name": row.zone,
            "water": number(row.water_nm2),
            "weight": percent(row.weight),
            "detection": "–" if row.detection is None else percent(row.detection),
            "gap": _long(row.gap_h),
        }
        for row in zone_table(plan, zones)
    ]


def _ashore_words() -> dict[str, str]:
    return {"out": t("in port"), "upkeep": t("upkeep"), "road": t("by road")}


def _when(time: datetime, start: datetime) -> tuple[float, str]:
    """A time in minutes from the plan's start, for the script, and in words."""
    return minutes_from(start, time), moment(time, start.tzinfo)


def _long(hours: float) -> tuple[float, str]:
    """A length of time in minutes and in words."""
    return round(60 * hours), duration(hours)


def _hull_rows(plan: Plan, trips: tuple[SortieFigures, ...]) -> list[dict[str, Any]]:
    start, _ = horizon(plan)
    rows = []
    for rank, hull in enumerate(hulls_in_order(plan)):
        own = [trip for trip in trips if trip.hull.id == hull.id]
        away = [
            {
                "what": _ashore_words()[each.what],
                "starts": _when(each.start, start),
                "ends": _when(each.end, start),
                "reason": each.reason,
            }
            for each in ashore(plan, hull.id)
        ]
        rows.append(
            {
                "name": clean(hull.id),
                "colour": palette.hull_colour(rank),
                "outages": away,
                "trips": [
                    {
                        "id": clean(trip.sortie.id),
                        "crew": clean(trip.crew),
                        "departs": _when(trip.sortie.depart, start),
                        "returns": _when(trip.sortie.return_, start),
                        "underway": _long(trip.underway_h),
                        "searching": _long(trip.hours["search"]),
                        "distance": number(trip.sortie.distance_nm),
                        "fuel": number(trip.sortie.fuel_l),
                        "watches": ": ".join(part for part in (trip.away, trip.watches) if part)
                        or "–",
                    }
                    for trip in own
                ],
            }
        )
    return rows
