"""The pages around maps and charts, filled from packaged templates.

Templates escape every value by themselves; only markup made by this package
is passed as such.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from planner.plan.model import Plan
from planner.present import palette
from planner.present.figures import (
    SeaView,
    SortieFigures,
    Zones,
    by_threat,
    cell_figures,
    horizon,
    hulls_in_order,
    outages_of,
)
from planner.present.layers import colourings
from planner.present.offline import POLICY_META, asset
from planner.present.text import clean, duration, moment, number, offset, percent
from planner.present.watches import weights_by_watch
from planner.present.worth import (
    agency_table,
    sentences,
    simulated_by_threat,
    totals,
    when,
    zone_table,
)
from planner.simulate.model import Simulation

_NOTES = (
    "Lines between the sectors and the outlines of some zones are derived or approximate. "
    "This map is for planning, not for navigation.",
    "Shoreline © OpenStreetMap contributors, Open Database Licence; Natural Earth; depths ETOPO1 "
    "(NOAA). `patrol data` lists every layer with its source. "
    "Drawn with Leaflet 1.9.4 (© Volodymyr Agafonkin, CloudMade; BSD 2-clause).",
)


@cache
def environment() -> Environment:
    """Templates that escape by themselves and complain of missing values."""
    made = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    made.filters["zip"] = lambda left, right: list(zip(left, right, strict=True))
    return made


def fill(template: str, values: dict[str, Any]) -> str:
    """Fill a packaged template."""
    return environment().from_string(asset(template)).render(values)


def map_page(
    plan: Plan,
    sea: SeaView,
    trips: tuple[SortieFigures, ...],
    zones: Zones,
    trial: Simulation | None,
    *,
    head: str,
    body: str,
    script: str,
) -> str:
    """Page of a map from what folium made (``head``, ``body``, ``script``) and the plan."""
    start, _ = horizon(plan)
    return fill(
        "map.html.j2",
        {
            "policy": Markup(POLICY_META),
            "title": clean(plan.scenario.get("title", "Patrol plan")),
            "when": when(plan),
            "offset": offset(start),
            "keys": _keys(plan, trial),
            "scales": colourings(
                cell_figures(plan, sea.cells), sea, weights_by_watch(plan, sea.cells)
            ),
            "zones": bool(zones),
            "zone_rows": _zone_rows(plan, zones),
            "words": sentences(plan, trial),
            "threats": _threat_rows(plan, trial),
            "tried": trial is not None,
            "agencies": _agency_rows(plan),
            "hulls": _hull_rows(plan, trips),
            "notes": _NOTES,
            "leaflet_css": Markup(asset("leaflet.css")),
            "map_css": Markup(asset("map.css")),
            "leaflet_js": Markup(asset("leaflet.js")),
            "map_js": Markup(asset("map.js")),
            "folium_head": Markup(head),
            "folium_html": Markup(body),
            "folium_script": Markup(script),
        },
    )


def _keys(plan: Plan, trial: Simulation | None) -> list[dict[str, Any]]:
    tried = [] if trial is None else [("Simulated", percent(trial.total.simulated))]
    figures = [
        ("Detection", percent(plan.solver.detection)),
        *tried,
        ("Proven bound", percent(plan.solver.bound)),
        ("Gap", percent(plan.solver.gap)),
        *totals(plan),
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


def _agency_rows(plan: Plan) -> list[dict[str, str]]:
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
        for row in agency_table(plan)
    ]


def _zone_rows(plan: Plan, zones: Zones) -> list[dict[str, str]]:
    return [
        {
            "name": row.zone,
            "water": number(row.water_nm2),
            "weight": percent(row.weight),
            "detection": "–" if row.detection is None else percent(row.detection),
            "gap": duration(row.gap_h),
        }
        for row in zone_table(plan, zones)
    ]


def _hull_rows(plan: Plan, trips: tuple[SortieFigures, ...]) -> list[dict[str, Any]]:
    start, _ = horizon(plan)
    zone = start.tzinfo
    rows = []
    for rank, hull in enumerate(hulls_in_order(plan)):
        own = [trip for trip in trips if trip.hull.id == hull.id]
        away = [
            {
                "starts": moment(outage.start, zone),
                "ends": moment(outage.end, zone),
                "reason": clean(outage.reason),
            }
            for outage in outages_of(plan, hull.id)
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
                        "departs": moment(trip.sortie.depart, zone),
                        "returns": moment(trip.sortie.return_, zone),
                        "underway": duration(trip.underway_h),
                        "searching": duration(trip.hours["search"]),
                        "distance": number(trip.sortie.distance_nm),
                        "fuel": number(trip.sortie.fuel_l),
                        "watches": trip.watches or "–",
                    }
                    for trip in own
                ],
            }
        )
    return rows
