"""Where a unit could be based, how long it takes from there, and where it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner import geodata
from planner.problem.build import waters_of
from planner.problem.targets import stationary, tracks
from planner.scenario import Base, Scenario, Unit
from planner.sea import Sea
from planner.sea.geodesy import distance_nm

Floats = NDArray[np.float64]

SAME_PLACE_NM = 3.0
"""A shipped port this near to a base of the scenario is that base."""

PORT_BERTHS = 10
"""Berths of a port that the scenario does not name (assumption)."""


@dataclass(frozen=True)
class Candidates:
    """Bases that a unit of a scenario could have.

    ``scenario`` has all of ``site`` among its bases; ``shipped`` says which come from the
    shipped ports; ``response_min`` (m, n_cells) are minutes until a hull is in a cell, infinite
    where there is no way; ``without`` names places that the class cannot sail from.
    """

    scenario: Scenario
    unit: Unit
    site: tuple[Base, ...]
    shipped: tuple[bool, ...]
    response_min: Floats
    without: tuple[str, ...]


def with_ports(scenario: Scenario) -> tuple[Scenario, tuple[str, ...]]:
    """The scenario with the shipped ports of its sector as bases too, and their names.

    Ports of all sectors where the area is a polygon of one's own; none that lies on land by
    the shoreline used, or within 3 nm of a base there is.
    """
    more = list(_ports(scenario))
    wider = scenario.model_copy(update={"base": (*scenario.base, *more)})
    return wider.at(scenario.directory, scenario.file_name), tuple(base.name for base in more)


def _ports(scenario: Scenario) -> Iterator[Base]:
    area = scenario.area
    taken = {base.name for base in scenario.base}
    places = [base.position for base in scenario.base]
    for port in geodata.ports().values():
        ashore = area.shoreline in ("present", "legal-28m") and area.shoreline not in port.touches
        if ashore or area.sector not in (None, port.country):
            continue
        if (distance_nm(np.array(places), np.array(port.position)) < SAME_PLACE_NM).any():
            continue
        name = port.name if port.name not in taken else f"{port.name} ({port.key})"
        yield Base(name=name, position=port.position, berths=PORT_BERTHS)


def candidates_of(scenario: Scenario, sea: Sea, unit: Unit, ports: tuple[str, ...]) -> Candidates:
    """Bases from which a unit's class reaches the area, with the time it takes.

    The time is that of the shortest navigable way to each cell's access point at the class's
    top speed, after the unit's ``ready_min``.

    Parameters
    ----------
    scenario, ports
        As :func:`with_ports` gives them.
    sea
        Of that scenario.
    unit
        The unit to be based.
    """
    waters = waters_of(unit, scenario, sea)
    gates, top_kn = len(waters.gate_pair), scenario.vessel[unit.vessel].max_kn
    rows, site, without = [], [], []
    for base in scenario.base:
        away_nm = waters.distances_nm(base.position)[gates:]
        away_nm = np.where(waters.searchable, away_nm, np.inf)
        if not np.isfinite(away_nm).any():
            without.append(base.name)
            continue
        site.append(base)
        rows.append(unit.ready_min + 60.0 * away_nm / top_kn)
    return Candidates(
        scenario,
        unit,
        tuple(site),
        tuple(base.name in ports for base in site),
        np.array(rows).reshape(len(site), sea.cells.n),
        tuple(without),
    )


def risk_of(scenario: Scenario, sea: Sea) -> Floats:
    """Weight of all targets by cell, (n_cells,); all weights sum to 1 at most.

    A run counts in every cell it passes, by the time it is there; one that passes none while
    the plan lasts does not count.
    """
    risk = np.zeros(sea.cells.n)
    for layer in stationary(scenario, sea):
        risk += layer.weight.sum(axis=0)
    for track in tracks(scenario, sea):
        stay_h = track.leave_h - track.enter_h
        whole_h = float(stay_h.sum())
        if whole_h > 0.0:
            np.add.at(risk, track.cell, track.weight * stay_h / whole_h)
    return risk
