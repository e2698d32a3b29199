"""The plan as the data a map draws: cells with their figures, sorties with their tracks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from planner.plan.model import Leg, Plan, Sortie
from planner.present import palette
from planner.present.figures import (
    CellFigures,
    FloatArray,
    SeaView,
    SortieFigures,
    ThreatFigures,
    by_threat,
    cell_figures,
    cell_threats,
    horizon,
    hulls_in_order,
)
from planner.present.geometry import STEP_DEG, encode, encode_area, encode_line
from planner.present.text import clean, count, moment, number
from planner.present.watches import WatchWeights, weights_by_watch

CELL_TOLERANCE_DEG = 0.002
TRACK_TOLERANCE_DEG = 0.0003
SVG_FEATURES = 5000
"""Up to this many shapes are drawn as SVG, which can be clicked through; more on canvas."""

_MODES = {"transit": 0, "search": 1, "loiter": 2}
PER_TEN_THOUSAND = 1e4


def payload(plan: Plan, sea: SeaView, trips: tuple[SortieFigures, ...], notice: str) -> Any:
    """Everything the map's script knows of a plan, ready for JSON.

    Parameters
    ----------
    plan, sea
        What was planned, and where.
    trips
        Figures of the sorties.
    notice
        Attribution of the base layer.
    """
    figures = cell_figures(plan, sea.cells)
    watches = weights_by_watch(plan, sea.cells)
    scales = colourings(figures, sea, watches)
    threats = [row.threat for row in by_threat(plan)]
    start, _ = horizon(plan)
    shapes = 3 * len(sea.cells.ids) + 4 * len(trips)
    return {
        "step": STEP_DEG,
        "lon": (sea.aor.bounds[0] + sea.aor.bounds[2]) / 2,
        "start_ms": int(start.replace(tzinfo=UTC).timestamp() * 1000),
        "canvas": shapes > SVG_FEATURES,
        "attribution": notice,
        "threats": [clean(name) for name in threats],
        "scales": {key: {"colours": scale.colours} for key, scale in scales.items()},
        "hulls": [
            {
                "id": clean(hull.id),
                "colour": palette.hull_colour(number_),
                "vessel": clean(_vessel_name(plan, hull.vessel)),
                "unit": clean(hull.unit),
                "agency": clean(hull.agency),
            }
            for number_, hull in enumerate(hulls_in_order(plan))
        ],
        "cells": _cells(plan, sea, figures, scales, threats, watches),
        "watches": [] if watches is None else list(watches.names),
    }


def risk_density(weight: FloatArray, sea: SeaView) -> FloatArray:
    """Target weight (…, n) per nm² of each cell, in 1/10,000 of all weight, same shape."""
    area = np.asarray(sea.cells.area_nm2, dtype=float)
    density = np.zeros_like(weight)
    np.divide(PER_TEN_THOUSAND * weight, area, out=density, where=area > 0)
    return density


def colourings(
    figures: CellFigures, sea: SeaView, watches: WatchWeights | None = None
) -> dict[str, palette.Scale]:
    """Colour scales of the cells by the name of the figure; all watches share one."""
    scales = {
        "detection": palette.detection_scale(),
        "risk": palette.risk_scale(risk_density(figures.weight, sea)),
        "effort": palette.coverage_scale(figures.coverage),
    }
    if watches is not None:
        scales["watch"] = palette.watch_scale(risk_density(watches.weight, sea).ravel())
    return scales


def sortie_features(plan: Plan, trips: tuple[SortieFigures, ...]) -> dict[str, list[Any]]:
    """Sorties with their tracks, by hull."""
    start, _ = horizon(plan)
    rank = {hull.id: number_ for number_, hull in enumerate(hulls_in_order(plan))}
    by_hull: dict[str, list[Any]] = {hull.id: [] for hull in hulls_in_order(plan)}
    for trip in trips:
        sortie = trip.sortie
        by_hull[sortie.hull].append(
            {
                "id": clean(sortie.id),
                "hull": rank[sortie.hull],
                "from": clean(sortie.depart_base),
                "to": clean(sortie.return_base),
                "depart": _minutes(start, sortie.depart),
                "back": _minutes(start, sortie.return_),
                "ready": _minutes(start, sortie.ready),
                "nm": round(sortie.distance_nm, 1),
                "fuel": round(sortie.fuel_l),
                "search": round(60 * trip.hours["search"]),
                "watches": trip.watches,
                "legs": [_leg(leg, start) for leg in sortie.legs if leg.path],
            }
        )
    return by_hull


def dropped_features(plan: Plan) -> list[Any]:
    """Sorties that a plan made anew (``patrol replan``) has no more, with their tracks and why."""
    change = plan.metrics.get("replan", {})
    start, _ = horizon(plan)
    features = []
    gone = [(each["was"], each["why"]) for each in change.get("dropped", ())]
    gone += [
        (each["was"], f"sails otherwise, as {each['is']}: {each['what']}")
        for each in change.get("changed", ())
    ]
    for was, why in gone:
        sortie = Sortie.model_validate(was)
        features.append(
            {
                "name": clean(f"{sortie.hull}, sortie {sortie.id}, as it was planned before"),
                "lines": [
                    encode_line(leg.path, TRACK_TOLERANCE_DEG) for leg in sortie.legs if leg.path
                ],
                "rows": [
                    ["Was to depart", moment(sortie.depart, start.tzinfo)],
                    ["Was to return", moment(sortie.return_, start.tzinfo)],
                    ["Why", clean(why)],
                ],
            }
        )
    return features


def base_features(plan: Plan) -> list[Any]:
    """Bases of the scenario with what is stationed there."""
    features = []
    for base in plan.scenario.get("base", ()):
        hulls = [hull for hull in plan.hulls if hull.base == base["name"]]
        sorties = [sortie for sortie in plan.sorties if sortie.depart_base == base["name"]]
        lon, lat = base["position"]
        rows = [["Position", f"{_degrees(lat, 'N', 'S')}, {_degrees(lon, 'E', 'W')}"]]
        for unit in dict.fromkeys((hull.agency, hull.unit) for hull in hulls):
            stationed = sum((hull.agency, hull.unit) == unit for hull in hulls)
            boats = count(stationed, "hull")
            rows.append([clean(unit[1]), f"{boats}, {clean(unit[0])}"])
        rows.append(["Sorties", number(len(sorties))])
        rows.append(["Fuel drawn", f"{number(sum(s.fuel_l for s in sorties))} l"])
        features.append(
            {"name": clean(base["name"]), "at": encode([(lon, lat)]), "base": True, "rows": rows}
        )
    return features


def _cells(
    plan: Plan,
    sea: SeaView,
    figures: CellFigures,
    scales: dict[str, palette.Scale],
    threats: list[str],
    watches: WatchWeights | None,
) -> list[Any]:
    by_cell = cell_threats(plan)
    density = risk_density(figures.weight, sea)
    by_watch = np.zeros((0, len(density)))
    if watches is not None:
        by_watch = risk_density(watches.weight, sea)
    place = {name: number_ for number_, name in enumerate(threats)}
    items = []
    for k, name in enumerate(sea.cells.ids):
        found = float(figures.detection[k])
        items.append(
            {
                "id": clean(name),
                "areas": encode_area(sea.cells.water[k], CELL_TOLERANCE_DEG),
                "detection": scales["detection"].index(found),
                "risk": scales["risk"].index(float(density[k])),
                "effort": scales["effort"].index(float(figures.coverage[k])),
                "watch": [scales["watch"].index(float(value)) for value in by_watch[:, k]],
                "area": round(float(sea.cells.area_nm2[k]), 1),
                "found": None if np.isnan(found) else round(found, 4),
                "weight": round(float(figures.weight[k]), 5),
                "coverage": round(float(figures.coverage[k]), 3),
                "visits": int(figures.visits[k]),
                "gap": round(float(figures.gap_h[k]), 2),
                "threats": [_threat(row, place) for row in by_cell.get(name, ())],
            }
        )
    return items


def _threat(row: ThreatFigures, place: dict[str, int]) -> list[float]:
    return [place[row.threat], round(row.weight, 6), round(row.chance, 4)]


def _leg(leg: Leg, start: datetime) -> list[Any]:
    return [
        _MODES[leg.mode],
        _minutes(start, leg.start),
        _minutes(start, leg.end),
        round(leg.speed_kn, 1),
        encode_line(leg.path, TRACK_TOLERANCE_DEG),
    ]


def _minutes(start: datetime, time: datetime) -> float:
    minutes = round((time - start).total_seconds() / 60, 1)
    return int(minutes) if minutes == int(minutes) else minutes


def _vessel_name(plan: Plan, key: str) -> str:
    vessel = plan.scenario.get("vessel", {}).get(key, {})
    return str(vessel.get("name", key))


def _degrees(value: float, plus: str, minus: str) -> str:
    """Degrees and minutes, as in a chart: ``43°36.0′ N``."""
    minutes = round(abs(value) * 600) / 10
    whole, rest = divmod(minutes, 60)
    return f"{whole:.0f}°{rest:04.1f}′ {plus if value >= 0 else minus}"
