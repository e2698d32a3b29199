"""One requirement as targets, and what it is asked of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.errors import Problem, ScenarioError
from planner.problem.arrays import BoolArray, FloatArray, Group, IntArray
from planner.problem.steps import Steps
from planner.problem.targets import Layer
from planner.scenario import Requirement, Scenario, Unit
from planner.sea import Sea, Waters

HARD_WORTH = 4.0
"""What a hard requirement counts, where detecting everything and all soft ones count 1."""

MOSTLY = 0.5
"""A cell belongs to a zone that holds this share of its water, or of which it holds
:data:`LARGELY`."""

LARGELY = 0.25
"""See :data:`MOSTLY`."""

Reach = Callable[[Unit, Waters], BoolArray]


@dataclass(frozen=True, eq=False)
class Windows:
    """A layer of windows: that of each step (n_steps,), and weights (n_windows, n)."""

    number: IntArray
    weight: FloatArray


@dataclass(frozen=True, eq=False)
class Duty:
    """One requirement as targets.

    Attributes
    ----------
    requirement : Requirement
    total : float
        What meeting it in full counts, where detecting everything counts 1.
    windows, loose : tuple of Windows
        Layers of windows: whoever searches in each of the former has met the
        requirement, who has met it has searched in each of the latter.
    middle, place, worth : (k,)
        Slots: the step that a visit must be under way in, the row of ``reach``
        that tells in which cells, and what the slot counts by itself.
    reach : callable
        Of a unit and its waters, (places, n): whether a hull that searches the
        cell serves the place.
    groups : tuple of Group
        Of slots, by their numbers, or of targets of threats if ``of_threats``.
    served : float
        What is met whatever sails: by hulls on alert.
    """

    requirement: Requirement
    total: float
    windows: tuple[Windows, ...] = ()
    loose: tuple[Windows, ...] = ()
    middle: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    place: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    worth: FloatArray = field(default_factory=lambda: np.zeros(0))
    reach: Reach = lambda unit, waters: np.zeros((0, waters.cells.n), bool)
    groups: tuple[Group, ...] = ()
    of_threats: bool = False
    served: float = 0.0

    def serves(self, unit: Unit) -> bool:
        """Whether hulls of a unit count for it."""
        return self.requirement.units is None or unit.name in self.requirement.units

    def without(self, met: BoolArray) -> Duty:
        """The duty without slots (k,) that are met already; what they count is ``served``."""
        left = np.flatnonzero(~met)
        every = np.arange(left.size, dtype=np.int64)
        groups = tuple(
            replace(
                group, target=every, share=group.share[left], done=float(group.share[met].sum())
            )
            for group in self.groups
        )
        return replace(
            self,
            middle=self.middle[left],
            place=self.place[left],
            worth=self.worth[left],
            groups=groups,
            served=float(self.worth[met].sum()),
        )


def total_worth(requirement: Requirement, scenario: Scenario) -> float:
    """What meeting a requirement in full counts, where detecting everything counts 1.

    A hard one counts more than detecting everything and meeting all soft ones.
    """
    if not requirement.hard:
        return requirement.worth
    soft = sum(each.worth for each in scenario.requirement if not each.hard)
    return HARD_WORTH * (1.0 + soft)


def zone_cells(requirement: Requirement, scenario: Scenario, sea: Sea) -> BoolArray:
    """Cells (n,) of a requirement's zone: mostly in it, or holding much of it."""
    inside = sea.cells.share_in(scenario.zone_of(requirement)) * sea.cells.area_nm2
    own = inside >= MOSTLY * sea.cells.area_nm2
    found: BoolArray = (own | (inside >= LARGELY * inside.sum())) & (inside > 0)
    return found


@dataclass(frozen=True, eq=False)
class Ask:
    """A requirement with what it is asked of; ``waters`` tells where a unit can go."""

    requirement: Requirement
    number: int
    scenario: Scenario
    sea: Sea
    layers: list[Layer]
    waters: Callable[[Unit], Waters]

    @property
    def steps(self) -> Steps:
        """Steps of the plan."""
        return Steps(self.scenario)

    @property
    def total(self) -> float:
        """What meeting it in full counts."""
        return total_worth(self.requirement, self.scenario)

    @property
    def span(self) -> tuple[int, int]:
        """Steps ``[from, to)`` in which it holds, to the nearest.

        Raises
        ------
        ScenarioError
            If there is none.
        """
        begin, end = self.requirement.start, self.requirement.end
        first, last = round(self.steps_at(begin, 0)), round(self.steps_at(end, self.steps.count))
        if first >= last:
            raise self.unusable(
                f"'{self.requirement.name}' holds for less than a time step",
                "give a later end, or an earlier start",
            )
        return first, last

    def steps_at(self, time: datetime | None, default: float) -> float:
        """Steps from the plan's start to a time in it; the default if none is given."""
        if time is None:
            return default
        hours = (time - self.scenario.start).total_seconds() / 3600.0
        return min(max(hours / self.steps.hours, 0.0), float(self.steps.count))

    def zone(self) -> BoolArray:
        """Cells of its zone."""
        cells = zone_cells(self.requirement, self.scenario, self.sea)
        if not cells.any():
            raise self.unusable(
                f"the zone of '{self.requirement.name}' holds no cell of the area planned",
                "choose a zone that overlaps the area, or widen the area",
            )
        return cells

    def middles(self, slot_h: float, begin: int, end: int) -> NDArray[np.int64]:
        """Middle steps (k,) of the slots in ``[begin, end)``; the last may be shorter."""
        size = max(1, round(slot_h / self.steps.hours))
        first = np.arange(begin, end, size, dtype=np.int64)
        found: NDArray[np.int64] = (first + (np.minimum(first + size, end) - 1)) // 2
        return found

    def unusable(self, message: str, remedy: str) -> ScenarioError:
        """An error that names the requirement."""
        key = f"requirement[{self.number}]"
        return ScenarioError([Problem(self.scenario.file_name, key, message, remedy)])

    def slots(self, middle: NDArray[np.int64], place: NDArray[np.int64], reach: Reach) -> Duty:
        """Slots that count alike, all of them or a share."""
        share, total = self.requirement.share, self.total
        given: dict[str, Any] = {"middle": middle, "place": place, "reach": reach}
        if share >= 1.0:
            each = np.full(middle.size, total / middle.size)
            return Duty(self.requirement, total, worth=each, **given)
        every = np.arange(middle.size, dtype=np.int64)
        group = Group(every, np.full(middle.size, 1.0 / middle.size), share, total)
        none = np.zeros(middle.size)
        return Duty(self.requirement, total, worth=none, groups=(group,), **given)
