"""What is drawn on the cells: sorties with their tracks, what was dropped, bases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from planner.plan.model import Leg, Plan, Sortie
from planner.present.figures import SortieFigures, horizon, hulls_in_order
from planner.present.geometry import encode, encode_line
from planner.present.map.payload import minutes_from
from planner.present.text import clean, count, moment, number
from planner.present.wording import noted, t

TRACK_TOLERANCE_DEG = 0.0003

GIVES_WAY = noted("gives way to what finds more")
"""Why a sortie was dropped, as plans made anew say it (``planner.replan``)."""

_MODES = {"transit": 0, "search": 1, "loiter": 2, "break": 3, "break at anchor": 4}


def sortie_features(
    plan: Plan, trips: tuple[SortieFigures, ...], cells: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Sorties with their tracks, in the order of ``trips``.

    A leg is ``[mode, start, end, knots, line]``, with the places of the cells that it
    searches after it if it does; times are minutes from the plan's start.

    Parameters
    ----------
    plan, trips
        A plan and the figures of its sorties.
    cells
        Names of the sea's cells, in whose order a cell has its place.
    """
    start, _ = horizon(plan)
    rank = {hull.id: place for place, hull in enumerate(hulls_in_order(plan))}
    known = {name: place for place, name in enumerate(cells)}
    return [
        {
            "id": clean(trip.sortie.id),
            "hull": rank[trip.sortie.hull],
            "crew": clean(trip.crew),
            "from": clean(trip.sortie.depart_base),
            "to": clean(trip.sortie.return_base),
            "depart": minutes_from(start, trip.sortie.depart),
            "back": minutes_from(start, trip.sortie.return_),
            "ready": minutes_from(start, trip.sortie.ready),
            "nm": round(trip.sortie.distance_nm, 1),
            "fuel": round(trip.sortie.fuel_l),
            "search": round(60 * trip.hours["search"]),
            "watches": trip.watches,
            "legs": [_leg(leg, start, known) for leg in trip.sortie.legs if leg.path],
        }
        for trip in trips
    ]


def dropped_features(plan: Plan) -> list[dict[str, Any]]:
    """Sorties that a plan made anew (``patrol replan``) has no more, with their tracks and why."""
    change = plan.metrics.get("replan", {})
    start, _ = horizon(plan)
    features = []
    gone = [(each["was"], each["why"]) for each in change.get("dropped", ())]
    gone += [
        (each["was"], t("sails otherwise, as {name}: {what}", name=each["is"], what=each["what"]))
        for each in change.get("changed", ())
    ]
    for was, why in gone:
        sortie = Sortie.model_validate(was)
        name = t("{hull}, sortie {id}, as it was planned before", hull=sortie.hull, id=sortie.id)
        features.append(
            {
                "name": clean(name),
                "lines": [
                    encode_line(leg.path, TRACK_TOLERANCE_DEG) for leg in sortie.legs if leg.path
                ],
                "rows": [
                    [t("Was to depart"), moment(sortie.depart, start.tzinfo)],
                    [t("Was to return"), moment(sortie.return_, start.tzinfo)],
                    [t("Why"), t(clean(why))],
                ],
            }
        )
    return features


def base_features(plan: Plan) -> list[dict[str, Any]]:
    """Bases of the scenario with what is stationed there."""
    features = []
    for base in plan.scenario.get("base", ()):
        hulls = [hull for hull in plan.hulls if hull.base == base["name"]]
        sorties = [sortie for sortie in plan.sorties if sortie.depart_base == base["name"]]
        lon, lat = base["position"]
        rows = [[t("Position"), position_words(lon, lat)]]
        for unit in dict.fromkeys((hull.agency, hull.unit) for hull in hulls):
            stationed = sum((hull.agency, hull.unit) == unit for hull in hulls)
            boats = count(stationed, "hull")
            rows.append([clean(unit[1]), f"{boats}, {clean(unit[0])}"])
        rows.append([t("Sorties"), number(len(sorties))])
        rows.append([t("Fuel drawn"), t("{l} l", l=number(sum(s.fuel_l for s in sorties)))])
        features.append(
            {"name": clean(base["name"]), "at": encode([(lon, lat)]), "base": True, "rows": rows}
        )
    return features


def _leg(leg: Leg, start: datetime, known: dict[str, int]) -> list[Any]:
    found = [
        _MODES[leg.reason or leg.mode],
        minutes_from(start, leg.start),
        minutes_from(start, leg.end),
        round(leg.speed_kn, 1),
        encode_line(leg.path, TRACK_TOLERANCE_DEG),
    ]
    searched = [known[item.cell] for item in leg.exposures if item.cell in known]
    return [*found, searched] if searched else found


def position_words(lon: float, lat: float) -> str:
    """A position as in a chart: ``43°36.0′ N, 51°12.0′ E``."""
    north, east = _degrees(lat), _degrees(lon)
    parallel = t("{degrees} N", degrees=north) if lat >= 0 else t("{degrees} S", degrees=north)
    meridian = t("{degrees} E", degrees=east) if lon >= 0 else t("{degrees} W", degrees=east)
    return f"{parallel}, {meridian}"


def _degrees(value: float) -> str:
    """Degrees and minutes, as a chart writes them: ``43°36.0′``."""
    minutes = round(abs(value) * 600) / 10
    whole, rest = divmod(minutes, 60)
    return f"{whole:.0f}°{'0' if rest < 10 else ''}{number(rest, 1)}′"
