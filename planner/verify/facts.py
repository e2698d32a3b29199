"""The plan laid beside its scenario and sea: what every rule looks things up in.

Everything here is taken from the plan file, the scenario and the geodata, and
measured anew. Nothing comes from the optimiser.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.plan.model import Hull, Leg, Plan, Sortie
from planner.scenario import Base, Scenario, Unit, VesselClass
from planner.sea import Sea
from planner.verify.conditions import Conditions
from planner.verify.geometry import areas_nm2, as_line, hexagon, inside_nm, lengths_nm, near
from planner.verify.tolerance import EDGE_DEG

T = TypeVar("T")


@dataclass(frozen=True)
class Voyage:
    """A sortie with the hull, unit and class that sail it; None where unknown."""

    number: int
    sortie: Sortie
    hull: Hull | None
    unit: Unit | None
    vessel: VesselClass | None
    depart_h: float
    return_h: float


@dataclass(frozen=True)
class Stretch:
    """A leg, measured: times in hours from the plan's start, length geodesic."""

    voyage: Voyage
    number: int
    leg: Leg
    start_h: float
    end_h: float
    length_nm: float
    line: BaseGeometry

    @property
    def name(self) -> str:
        """The leg in the words of a message."""
        return f"{self.leg.mode} leg {self.number}"

    def at(self, piece: BaseGeometry) -> datetime:
        """Time at which the leg first reaches ``piece``, a part of its line."""
        if self.line.length <= 0 or piece.is_empty:
            return self.leg.start
        reached = self.line.project(shapely.Point(shapely.get_coordinates(piece)[0]))
        hours = (self.end_h - self.start_h) * reached / self.line.length
        return self.leg.start + timedelta(hours=hours)


@dataclass(frozen=True)
class Claim:
    """Exposure that a leg says it gives to one cell, and what its path gives.

    ``cell`` is the index of the cell in the sea, -1 if it is not one of them;
    ``length_nm`` the length of the path in it, ``width_nm`` the widest sweep
    width there, which ``found`` is at, and ``widths_nm`` those by threat.
    """

    stretch: Stretch
    cell: int
    name: str
    stated: float
    found: float
    length_nm: float
    width_nm: float
    widths_nm: Mapping[str, float]

    def share(self, threat: str) -> float:
        """Share of the exposure that targets of a threat receive."""
        return self.widths_nm[threat] / self.width_nm if self.width_nm > 0 else 0.0

    @property
    def rate_per_h(self) -> float:
        """Recomputed exposure per hour of the leg."""
        hours = self.stretch.end_h - self.stretch.start_h
        return self.found / hours if hours > 0 else 0.0

    def during(self, from_h: float, to_h: float) -> float:
        """Recomputed exposure within ``[from_h, to_h)``, in proportion to time."""
        stretch = self.stretch
        hours = min(stretch.end_h, to_h) - max(stretch.start_h, from_h)
        return self.rate_per_h * max(hours, 0.0)


class Facts:
    """A plan, its scenario and its sea, with the look-ups the rules share."""

    def __init__(self, plan: Plan, scenario: Scenario, sea: Sea) -> None:
        self.plan = plan
        self.scenario = scenario
        self.sea = sea
        self.bases: dict[str, Base] = {base.name: base for base in scenario.base}
        self.units: dict[str, Unit] = {unit.name: unit for unit in scenario.unit}
        self.hulls: dict[str, Hull] = {hull.id: hull for hull in plan.hulls}
        self.cell_index = {name: index for index, name in enumerate(sea.cells.ids)}

        self._conditions: list[Conditions] = []
        self._once: dict[Callable[[Facts], Any], Any] = {}

    def once(self, make: Callable[[Facts], T]) -> T:
        """What ``make`` finds in this plan, worked out only once."""
        if make not in self._once:
            self._once[make] = make(self)
        found: T = self._once[make]
        return found

    def hours(self, time: datetime) -> float:
        """Hours from the plan's start."""
        return (time - self.scenario.start).total_seconds() / 3600.0

    def time(self, hours: float) -> datetime:
        """Time ``hours`` after the plan's start."""
        return self.scenario.start + timedelta(hours=hours)

    def points(self, leg: Leg) -> NDArray[np.float64]:
        """Vertices of a leg's path, shape ``(v, 2)``, on the sea's side of the date line."""
        return near(np.array(leg.path, dtype=np.float64).reshape(-1, 2), self.sea.cells.lon)

    @property
    def horizon_h(self) -> float:
        """Length of the plan in hours."""
        return self.scenario.days * 24.0

    @cached_property
    def voyages(self) -> tuple[Voyage, ...]:
        """All sorties, in the plan's order."""
        return tuple(
            self._voyage(number, sortie) for number, sortie in enumerate(self.plan.sorties)
        )

    @cached_property
    def by_hull(self) -> dict[str, list[Voyage]]:
        """Sorties of each hull by departure."""
        return _grouped(self.voyages, lambda voyage: voyage.sortie.hull)

    @cached_property
    def by_crew(self) -> dict[str, list[Voyage]]:
        """Sorties of each crew by departure; those of unknown hulls and crews left out."""
        known = [
            voyage
            for voyage in self.voyages
            if voyage.unit is not None and voyage.sortie.crew in voyage.unit.crew_names
        ]
        return _grouped(known, lambda voyage: voyage.sortie.crew)

    @cached_property
    def by_unit(self) -> dict[str, list[Voyage]]:
        """Sorties of each unit by departure; those of unknown hulls left out."""
        known = [voyage for voyage in self.voyages if voyage.unit is not None]
        return _grouped(known, lambda voyage: voyage.unit.name if voyage.unit else "")

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """All legs of all sorties, measured."""
        found: list[tuple[Voyage, int, Leg]] = [
            (voyage, number, leg)
            for voyage in self.voyages
            for number, leg in enumerate(voyage.sortie.legs, start=1)
        ]
        lines = np.empty(len(found), dtype=object)
        for index, (_, _, leg) in enumerate(found):
            lines[index] = as_line(self.points(leg))
        lengths = lengths_nm(lines)
        return tuple(
            Stretch(
                voyage,
                number,
                leg,
                self.hours(leg.start),
                self.hours(leg.end),
                float(lengths[index]),
                lines[index],
            )
            for index, (voyage, number, leg) in enumerate(found)
        )

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """Lines of all stretches ``(n,)``."""
        lines = np.empty(len(self.stretches), dtype=object)
        lines[:] = [stretch.line for stretch in self.stretches]
        return lines

    @cached_property
    def legs_of(self) -> tuple[tuple[Stretch, ...], ...]:
        """Legs of each sortie, in the plan's order."""
        found: list[list[Stretch]] = [[] for _ in self.voyages]
        for stretch in self.stretches:
            found[stretch.voyage.number].append(stretch)
        return tuple(tuple(legs) for legs in found)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """What every leg says it searches, recomputed as ``W · length / A``.

        A cell that a leg claims again gets nothing from it a second time.
        """
        stated = [
            (which, exposure.cell, exposure.exposure)
            for which, stretch in enumerate(self.stretches)
            for exposure in stretch.leg.exposures
        ]
        owner = np.array([which for which, _, _ in stated], dtype=np.int64)
        cells = [self.cell_index.get(name, -1) for _, name, _ in stated]
        paths = [self.points(stretch.leg) for stretch in self.stretches]
        lengths = inside_nm(paths, owner, self._polygons(cells))
        seen: set[tuple[int, int]] = set()
        found = []
        for (which, name, exposure), cell, length in zip(stated, cells, lengths, strict=True):
            once = 0.0 if (which, cell) in seen else float(length)
            seen.add((which, cell))
            stretch, widths_nm = self.stretches[which], self._widths_nm(which, cell)
            widest_nm = max(widths_nm.values(), default=0.0)
            effort = widest_nm * once / float(self.areas_nm2[cell]) if cell >= 0 else 0.0
            found.append(Claim(stretch, cell, name, exposure, effort, once, widest_nm, widths_nm))
        return tuple(found)

    def conditions_of(self, voyage: Voyage) -> Conditions:
        """Light and weather, looked up anew, as they were known when a sortie departed."""
        scenario = self.scenario.known_at(voyage.sortie.depart)
        for known in self._conditions:
            if known.scenario.environment == scenario.environment:
                return known
        self._conditions.append(Conditions(scenario, self.sea))
        return self._conditions[-1]

    def _widths_nm(self, which: int, cell: int) -> dict[str, float]:
        """Sweep widths by threat of a search leg (an index) in a cell; none of other legs.

        0 against threats that its unit does not look for.
        """
        stretch = self.stretches[which]
        vessel, unit = stretch.voyage.vessel, stretch.voyage.unit
        if cell < 0 or vessel is None or unit is None or stretch.leg.mode != "search":
            return {}
        conditions = self.conditions_of(stretch.voyage)
        middle_h = np.array([(stretch.start_h + stretch.end_h) / 2])
        return {
            threat.name: float(conditions.widths_nm(vessel, threat, middle_h, np.array([cell]))[0])
            if not unit.threats or threat.name in unit.threats
            else 0.0
            for threat in self.scenario.threat
        }

    def searchable(self, cell: int) -> BaseGeometry:
        """Water of a cell within its hexagon, a little widened for lanes on its edge."""
        cells = self.sea.cells
        whole = hexagon(cells.ids[cell], cells.lon)
        water: BaseGeometry = cells.water[cell].buffer(EDGE_DEG)
        return water.intersection(whole.buffer(EDGE_DEG))

    def _polygons(self, cells: list[int]) -> NDArray[np.object_]:
        known: dict[int, BaseGeometry] = {-1: shapely.Polygon()}
        for cell in set(cells) - {-1}:
            known[cell] = self.searchable(cell)
        polygons = np.empty(len(cells), dtype=object)
        polygons[:] = [known[cell] for cell in cells]
        return polygons

    @cached_property
    def areas_nm2(self) -> NDArray[np.float64]:
        """Water area of every cell, measured on the ellipsoid."""
        return areas_nm2(self.sea.cells.water)

    def _voyage(self, number: int, sortie: Sortie) -> Voyage:
        hull = self.hulls.get(sortie.hull)
        unit = self.units.get(hull.unit) if hull is not None else None
        vessel = self.scenario.vessel.get(unit.vessel) if unit is not None else None
        return Voyage(
            number,
            sortie,
            hull,
            unit,
            vessel,
            self.hours(sortie.depart),
            self.hours(sortie.return_),
        )


def _grouped(voyages: Iterable[Voyage], key: Callable[[Voyage], str]) -> dict[str, list[Voyage]]:
    groups: dict[str, list[Voyage]] = defaultdict(list)
    for voyage in sorted(voyages, key=lambda voyage: voyage.depart_h):
        groups[key(voyage)].append(voyage)
    return dict(groups)
