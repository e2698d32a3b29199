"""Requirements on where hulls are to others: near enough to help, or beside a ship under way."""

from __future__ import annotations

import h3
import numpy as np

from planner.errors import SeaError
from planner.problem.arrays import BoolArray, FloatArray
from planner.problem.duty import Ask, Duty
from planner.problem.steps import Steps
from planner.scenario import Requirement, Scenario, Unit
from planner.sea import Sea, Waters
from planner.sea.geodesy import distance_nm
from planner.sea.model import SHORE_ONLY

ESCORT_SLOT_H = 0.5
"""Length of a slot of escort."""

RESPONSE_SLOT_H = 1.0
"""Length of a slot of response."""


def response(ask: Ask) -> Duty:
    """A slot of an hour for each cell of the zone; those that hulls on alert reach are met."""
    zone = np.flatnonzero(ask.zone())
    middle = ask.middles(RESPONSE_SLOT_H, *ask.span)
    within_h = float(ask.requirement.within_min or 0.0) / 60.0
    cells, scenario = ask.sea.cells, ask.scenario
    radius_nm = cells.spacing_nm / np.sqrt(3.0)
    known: dict[float, FloatArray] = {}

    def away_nm(waters: Waters) -> FloatArray:
        """Miles (z, n) from cells to the farthest point of each cell of the zone, at most."""
        if waters.required_depth_m not in known:
            # From where this class can be in the cell, which its centre may be too shallow for.
            known[waters.required_depth_m] = np.array(
                [
                    waters.distances_nm(waters.centre[z])[-cells.n :]
                    if waters.searchable[z]
                    else np.full(cells.n, np.inf)
                    for z in zone
                ]
            )
        found: FloatArray = (
            known[waters.required_depth_m] + radius_nm[zone][:, None] + radius_nm[None, :]
        )
        return found

    def reach(unit: Unit, waters: Waters) -> BoolArray:
        return away_nm(waters) <= within_h * scenario.vessel_of(unit).max_kn

    duty = ask.slots(
        np.repeat(middle, zone.size), np.tile(np.arange(zone.size), middle.size), reach
    )
    ready = np.zeros(zone.size, bool)
    for unit in scenario.unit:
        left_h = within_h - unit.ready_min / 60.0
        if unit.alert and duty.serves(unit) and left_h > 0:
            field = ask.waters(unit).distances_nm(scenario.base_of(unit).position)[-cells.n :]
            ready |= field[zone] + radius_nm[zone] <= left_h * scenario.vessel_of(unit).max_kn
    return duty.without(np.tile(ready, middle.size))


def escort(ask: Ask) -> Duty:
    """A slot of half an hour of the ship's way, served from its cell or one next to it."""
    asked, cells = ask.requirement, ask.sea.cells
    number = {name: cell for cell, name in enumerate(cells.ids)}
    middle, at = [], []
    begin, end = ask.span
    try:
        positions = ship_positions(asked, ask.scenario, ask.sea)
    except SeaError as error:
        raise ask.unusable(
            f"the ship of '{asked.name}' has no way: {error}",
            "move origin and destination into open water",
        ) from None
    for step, (lon, lat) in positions:
        cell = number.get(h3.latlng_to_cell(lat, lon, ask.scenario.area.cell_resolution))
        if begin <= step < end and cell is not None:
            middle.append(step)
            at.append(cell)
    if not middle:
        raise ask.unusable(
            f"the ship of '{asked.name}' does not cross the area within the plan",
            "move origin, destination or departures",
        )
    places, place = np.unique(np.array(at), return_inverse=True)
    near = np.zeros((places.size, cells.n), bool)
    for row, cell in enumerate(places.tolist()):
        near[row, cell] = True
        around = cells.neighbours[cell]
        near[row, around[around >= 0]] = True

    def reach(unit: Unit, waters: Waters) -> BoolArray:
        return near

    return ask.slots(np.array(middle, np.int64), place.astype(np.int64), reach)


def ship_positions(
    asked: Requirement, scenario: Scenario, sea: Sea
) -> list[tuple[int, tuple[float, float]]]:
    """Step and lon/lat of an escorted ship in the middle of every slot of its voyages.

    It takes the shortest way on which only land counts.

    Raises
    ------
    SeaError
        If there is none.
    """
    assert asked.origin is not None and asked.destination is not None
    steps = Steps(scenario)
    path = sea.waters(SHORE_ONLY).field(asked.origin).path(asked.destination)
    along = np.concatenate([[0.0], np.cumsum(distance_nm(path[:-1], path[1:]))])
    speed_kn = float(asked.speed_kn or 1.0)
    size = max(1, round(ESCORT_SLOT_H / steps.hours))
    found = []
    for departs in asked.departures or ():
        first = round((departs - scenario.start).total_seconds() / 3600.0 / steps.hours)
        lasts = int(np.ceil(float(along[-1]) / speed_kn / steps.hours))
        for step in range(first + size // 2, first + lasts, size):
            if 0 <= step < steps.count:
                run_nm = (step + 0.5 - first) * steps.hours * speed_kn
                lon = float(np.interp(run_nm, along, path[:, 0]))
                lat = float(np.interp(run_nm, along, path[:, 1]))
                found.append((step, (lon, lat)))
    return found
