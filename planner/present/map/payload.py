"""The plan as the data that the map's script draws: cells with their figures, boats, times."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import numpy as np

from planner.plan.model import Hull, Plan
from planner.present import palette
from planner.present.figures import (
    SeaView,
    ThreatFigures,
    by_threat,
    cell_threats,
    horizon,
    hulls_in_order,
)
from planner.present.geometry import STEP_DEG, encode_area
from planner.present.map.ashore import ashore
from planner.present.map.content import Content, risk_density
from planner.present.text import clean, offset
from planner.present.wording import language

CELL_TOLERANCE_DEG = 0.002
SVG_SHAPES = 5000
"""Up to this many shapes are drawn as SVG, which can be clicked through; more on canvas."""


def payload(plan: Plan, sea: SeaView, content: Content, notice: str) -> dict[str, Any]:
    """Everything the map's script knows of a plan but the tracks, ready for JSON.

    Times are minutes from the start, which stands as milliseconds of a clock that shows the
    scenario's own offset.

    Parameters
    ----------
    plan, sea
        What was planned, and where.
    content
        Figures beside the plan's tables.
    notice
        Attribution of the base layer.
    """
    threats = [row.threat for row in by_threat(plan)]
    start, end = horizon(plan)
    reached = content.response
    return {
        "step": STEP_DEG,
        "lon": (sea.aor.bounds[0] + sea.aor.bounds[2]) / 2,
        "start_ms": int(start.replace(tzinfo=UTC).timestamp() * 1000),
        "length": minutes_from(start, end),
        "offset": offset(start),
        "watch": 60 * float(plan.scenario.get("area", {}).get("watch_h", 6)),
        "canvas": 1.2 * len(sea.cells.ids) + 4 * len(plan.sorties) > SVG_SHAPES,
        "attribution": notice,
        "threats": [clean(name) for name in threats],
        "scales": {key: _scale(scale) for key, scale in content.scales().items()},
        "hulls": [_hull(plan, hull, place) for place, hull in enumerate(hulls_in_order(plan))],
        "cells": _cells(plan, sea, content, threats),
        "watches": [] if content.watches is None else list(content.watches.names),
        "light": content.light,
        "weather": content.weather,
        "boats": [] if reached is None else list(reached.boats),
        "language": language(),
    }


def minutes_from(start: datetime, time: datetime) -> float:
    """Minutes from the plan's start, to a tenth; whole ones as an integer."""
    minutes = round((time - start).total_seconds() / 60, 1)
    return int(minutes) if minutes == int(minutes) else minutes


def _scale(scale: palette.Scale) -> dict[str, Any]:
    edges = [edge for edge in scale.edges if math.isfinite(edge)]
    return {"colours": scale.colours, "edges": edges}


def _hull(plan: Plan, hull: Hull, place: int) -> dict[str, Any]:
    start, _ = horizon(plan)
    vessel = plan.scenario.get("vessel", {}).get(hull.vessel, {})
    return {
        "id": clean(hull.id),
        "colour": palette.hull_colour(place),
        "vessel": clean(vessel.get("name", hull.vessel)),
        "unit": clean(hull.unit),
        "agency": clean(hull.agency),
        "base": clean(hull.base),
        "out": [
            [
                minutes_from(start, each.start),
                minutes_from(start, each.end),
                each.what,
                each.reason,
                each.base,
            ]
            for each in ashore(plan, hull.id)
        ],
    }


def _cells(plan: Plan, sea: SeaView, content: Content, threats: list[str]) -> list[dict[str, Any]]:
    by_cell = cell_threats(plan)
    figures, scales, watches = content.figures, content.scales(), content.watches
    density = risk_density(figures.weight, content.area_nm2)
    by_watch = np.zeros((0, len(density)))
    if watches is not None:
        by_watch = risk_density(watches.weight, content.area_nm2)
    place = {name: number_ for number_, name in enumerate(threats)}
    items = []
    for k, name in enumerate(sea.cells.ids):
        found = float(figures.detection[k])
        item = {
            "id": clean(name),
            "areas": encode_area(sea.cells.water[k], CELL_TOLERANCE_DEG),
            "detection": scales["detection"].index(found),
            "risk": scales["risk"].index(float(density[k])),
            "effort": scales["effort"].index(float(figures.coverage[k])),
            "area": round(float(sea.cells.area_nm2[k]), 1),
            "found": None if np.isnan(found) else round(found, 4),
            "weight": round(float(figures.weight[k]), 5),
            "coverage": round(float(figures.coverage[k]), 3),
            "visits": int(figures.visits[k]),
            "gap": round(float(figures.gap_h[k]), 2),
            "threats": [_threat(row, place) for row in by_cell.get(name, ())],
        }
        if watches is not None:
            item["watch"] = [scales["watch"].index(float(value)) for value in by_watch[:, k]]
        if content.response is not None:
            item["response"] = _reached(content.response.minutes[k], content.response.by[k])
        items.append(item)
    return items


def _reached(minutes: float, by: int) -> list[int] | None:
    """Whole minutes, rounded up, and the place of the boat; None where none can go."""
    return [math.ceil(minutes), int(by)] if math.isfinite(minutes) else None


def _threat(row: ThreatFigures, place: dict[str, int]) -> list[float]:
    return [place[row.threat], round(row.weight, 6), round(row.chance, 4)]
