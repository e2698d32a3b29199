"""Where a unit may search: in the zones that it is kept to, and not in those it is kept out of."""

from __future__ import annotations

import shapely

from planner.problem.arrays import BoolArray
from planner.scenario import Scenario, Unit
from planner.sea import Sea

MOST = 0.5
"""A cell belongs to a zone that holds more than this share of its water."""


def may_search(unit: Unit, scenario: Scenario, sea: Sea) -> BoolArray | None:
    """Cells (n,) that a unit may search; None: all of them.

    Crossing other water is free to it.

    Raises
    ------
    GeodataError
        If a zone's file cannot be read or holds no polygon.
    """
    if not unit.only_zones and not unit.not_zones:
        return None
    shares = [
        sea.cells.share_in(shapely.union_all([scenario.permitted(name) for name in names]))
        if names
        else None
        for names in (unit.only_zones, unit.not_zones)
    ]
    only, never = shares
    found: BoolArray = sea.cells.area_nm2 > 0.0
    if only is not None:
        found &= only > MOST
    if never is not None:
        found &= never <= MOST
    return found
