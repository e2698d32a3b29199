"""How soon a boat from the nearest base can be at each cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.plan.model import Plan
from planner.present.figures import FloatArray, SeaView
from planner.present.text import clean
from planner.scenario import Base, Scenario, Unit
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

    Hulls that are posted count from their other base as well, as those at home do, though
    they are there for a part of the plan only.

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
    for base, unit in _lie_at(scenario):
        key = (base.name, unit.vessel)
        if key in ways:
            continue
        vessel = scenario.vessel_of(unit)
        anomaly_m = scenario.environment.water_level_anomaly_m
        waters = sea.waters(vessel.draft_m + vessel.under_keel_clearance_m - anomaly_m)
        field = waters.field(base.position)
        ways[key] = 60.0 * field.distance_nm(sea.cells.centre) / vessel.cruise_kn
        names[key] = clean(f"{base.name}, {vessel.name}")
    if not ways:
        return None
    table = np.array(list(ways.values()))
    return Response(table.min(axis=0), table.argmin(axis=0), tuple(names.values()))


def _lie_at(scenario: Scenario) -> Iterator[tuple[Base, Unit]]:
    """Bases and the units that have hulls there: their own, then those of postings."""
    known = {base.name: base for base in scenario.base}
    for unit in scenario.unit:
        if unit.count > 0:
            yield known[unit.base], unit
    for asked in scenario.posting:
        for unit in scenario.unit:
            if set(asked.boats) & set(unit.hulls):
                yield known[asked.base], unit
