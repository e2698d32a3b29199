"""Planned beside simulated, threat by threat and zone by zone, as bars and figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from planner.present.figures import Zones
from planner.present.text import clean, percent
from planner.present.wording import t
from planner.present.worth import zone_name
from planner.simulate.model import Finds, Simulation


def trial_groups(trial: Simulation | None, zones: Zones) -> list[dict[str, Any]]:
    """Groups of rows, each with a bar on a scale that all groups share; none without a trial.

    A row's ``planned``, ``simulated``, ``low`` and ``high`` are places on the scale from 0
    to 100, ``planned`` None where the plan tells nothing; ``words`` are the figures.
    """
    if trial is None:
        return []
    groups: list[tuple[str, Sequence[tuple[str, Finds]]]] = [
        (t("All"), [(t("All targets"), trial.total)]),
        (t("By threat"), [(row.threat, row) for row in trial.threats]),
        (t("By zone"), [(_zone(row.zone, zones), row) for row in trial.zones if row.runs]),
    ]
    most = max(_most(row) for _, rows in groups for _, row in rows)
    scale = math.ceil(10 * max(most, 0.01)) / 10
    return [
        {"name": name, "top": percent(scale, 0), "rows": [_row(*row, scale) for row in rows]}
        for name, rows in groups
        if rows
    ]


def _most(row: Finds) -> float:
    return max(row.high, row.simulated, row.planned or 0.0)


def _row(name: str, row: Finds, scale: float) -> dict[str, Any]:
    planned = "–" if row.planned is None else percent(row.planned)
    return {
        "name": clean(name),
        "planned": None if row.planned is None else round(100 * row.planned / scale, 2),
        "simulated": round(100 * row.simulated / scale, 2),
        "low": round(100 * row.low / scale, 2),
        "high": round(100 * row.high / scale, 2),
        "figures": (planned, percent(row.simulated)),
        "span": t("{low} to {high}", low=percent(row.low), high=percent(row.high)),
    }


def _zone(key: str, zones: Zones) -> str:
    return t("Whole area") if key == "aor" else zone_name(key, zones)
