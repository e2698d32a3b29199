"""How soon a boat from the nearest base can be at each cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.plan.model import Plan
from planner.present.figures import FloatArray, SeaView
from planner.present.text import clean
from planner.sea import Sea


@dataclass(frozen=True, eq=False)
class Response:
    """The fastest way to each of n cells.

    ``minutes`` (n,) under way from the base at cruise speed, infinite where none of the
    plan's boats can go; ``by`` (n,) the place in ``boats`` of the one that is there first.
    Getting the crew on board and leaving the berth are not counted.
    """

    minutes: FloatArray
    by: NDArray[np.intp]
    boats: tuple[str, ...]


def response(plan: Plan, sea: SeaView) -> Response | None:
    """Time to every cell from every base by sea, the least over bases and boats.

    Parameters
    ----------
    plan
        A plan that knows its scenario (``plan.source``).
    sea
        The sea it was made for.

    Returns
    -------
    Response or None
        None where the plan or the sea knows too little to tell.
    """
    scenario = plan.source
    if scenario is None or not isinstance(sea, Sea):
        return None
    ways: dict[tuple[str, str], FloatArray] = {}
    names: dict[tuple[str, str], str] = {}
    for unit in scenario.unit:
        key = (unit.base, unit.vessel)
        if unit.count == 0 or key in ways:
            continue
        vessel = scenario.vessel_of(unit)
        anomaly_m = scenario.environment.water_level_anomaly_m
        waters = sea.waters(vessel.draft_m + vessel.under_keel_clearance_m - anomaly_m)
        field = waters.field(scenario.base_of(unit).position)
        ways[key] = 60.0 * field.distance_nm(sea.cells.centre) / vessel.cruise_kn
        names[key] = clean(f"{unit.base}, {vessel.name}")
    if not ways:
        return None
    table = np.array(list(ways.values()))
    return Response(table.min(axis=0), table.argmin(axis=0), tuple(names.values()))
