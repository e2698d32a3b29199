"""The optimiser's view of a scenario: steps, cells and plain numpy arrays.

Time is counted in whole steps from the plan's start, places are cell
indices. Nothing here knows of geometry, files or calendars, so any network
with any targets can be planned, not only a sea.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planner.problem.network import Network
from planner.problem.pots import Pot, parties_of, pots_of

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class CapacityRow:
    """At no step do more than ``capacity`` hulls, or crews, have something to do.

    A sortie binds one from its departure until ``gap_steps`` after its return,
    and for ``least_steps`` at least; each of the intervals ``[from, to)`` of
    ``taken`` binds one as well: upkeep, or a sortie that is settled already.
    """

    capacity: int
    gap_steps: int
    least_steps: int = 0
    taken: tuple[tuple[int, int], ...] = ()

    def free(self, depart: IntArray, return_: IntArray) -> IntArray:
        """Steps from which what sailed in between is free again; arrays broadcast."""
        found: IntArray = np.maximum(return_ + self.gap_steps, depart + self.least_steps)
        return found

    def until(self, depart: int, return_: int) -> int:
        """As :meth:`free`, of one sortie."""
        return max(return_ + self.gap_steps, depart + self.least_steps)

    def busy(self, n_steps: int) -> IntArray:
        """How many are taken in each step, (n_steps + k,) with k steps beyond the plan's end."""
        last = max([n_steps, *(to for _, to in self.taken)])
        found = np.zeros(last + max(self.gap_steps, self.least_steps) + 1, np.int32)
        for begin, end in self.taken:
            found[max(begin, 0) : max(end, 0)] += 1
        return found


@dataclass(frozen=True)
class Budget:
    """Most that a unit's sorties use together: steps under way, or litres of fuel.

    A sortie uses the steps that it is under way in ``[begin, end)``; where ``fuel``,
    the litres that it burns on the whole, if it departs in there. Less ``spared``: what
    its hull would use that sails none, which the limit leaves out already.

    Budgets of one ``owner`` and span, of whichever units, are one: those units share it,
    and state the same limit.
    """

    limit: float
    begin: int
    end: int
    fuel: bool = False
    owner: int | None = None
    spared: float = 0.0

    @property
    def span(self) -> tuple[int, int, bool]:
        """What is counted, and when: all but the limit."""
        return self.begin, self.end, self.fuel


@dataclass(frozen=True)
class FuelRule:
    """Fuel of a sortie: litres per step by mode, and the most it may burn."""

    transit_l: float
    search_l: float
    loiter_l: float
    limit_l: float


@dataclass(frozen=True)
class Open:
    """Where a fleet's weather lets it be, by epoch: rows ``e`` of the fleet's ``epoch``.

    Attributes
    ----------
    cell : (e, n) bool
        A hull may search or wait in the cell.
    deploy, back : (e, n) bool
        One that leaves the base for the cell, or the cell for the base, in
        that epoch meets nothing on the way that it must keep out of.
    hop : (e, m) bool
        The same for the hops of the network.
    """

    cell: BoolArray
    deploy: BoolArray
    back: BoolArray
    hop: BoolArray


@dataclass(frozen=True, eq=False)
class Breaks:
    """When the hulls of a fleet must lie still, by steps since a sortie's departure.

    A visit or a hop lies in one stretch between breaks; from one stretch to the next a
    hull waits, in a break, where it is about to start a visit, or as ``home`` says.

    Attributes
    ----------
    phase : (max_steps + 1,) int32
        Breaks that lie behind a hull that is not in one; -1 where it must be in one.
    latest : tuple of int
        Steps at which the breaks begin at the latest; all others of a sortie follow from these.
    lasts : int
        Steps of a break.
    on_way : (n,) int32
        Steps of breaks on the way from the base to each cell, within ``deploy_steps``.
    home : (max_steps + 1, n) int32
        Steps from the end of the last visit until the return, breaks among them; -1 where
        there is no way.
    anchored : bool
        Whether a break takes an anchorage: then the one before a way home is in the cell.
    rest : (n_steps, n) bool, optional
        Whether a break can begin at a step in a cell; anywhere at any time if not given.
    """

    phase: IntArray
    latest: tuple[int, ...]
    lasts: int
    on_way: IntArray
    home: IntArray
    anchored: bool = False
    rest: BoolArray | None = None


@dataclass(frozen=True)
class Fleet:
    """The identical hulls of one unit, as they sail in one state of the sea.

    A unit has a fleet for every sea state that matters to it, each with its
    own speeds and endurance, kept to the water no rougher than that. Its
    fleets have the same departures and share hulls and crews: one ``rows``.

    Attributes
    ----------
    unit : int
        Number of the unit, from 0; fleets of one unit follow each other.
    epoch : (n_steps,) int32
        Epoch of every step: stretches of time with one light and weather. A
        visit has the sight of the epoch at its middle, step ``start + steps // 2``.
    exposure : (n_layers, e, n) float64
        Exposure that one visit gives to a stationary target of each
        layer, by epoch.
    track_ptr, track_target, track_exposure : (n_steps * n + 1,), (k,), (k,)
        Exposure that a visit starting at ``(step, cell)`` (row
        ``step * n + cell``) gives to moving targets, in compressed rows.
    rows : tuple of CapacityRow
        Hulls and crews; no row implies another.
    budgets : tuple of Budget
        What the unit's sorties share; its fleets have the same.
    breaks : Breaks, optional
        When its hulls lie still; they never need to if not given.
    """

    name: str
    network: Network
    exposure: FloatArray
    track_ptr: NDArray[np.int64]
    track_target: IntArray
    track_exposure: FloatArray
    rows: tuple[CapacityRow, ...]
    fuel: FuelRule
    unit: int
    epoch: IntArray
    open: Open | None = None
    budgets: tuple[Budget, ...] = ()
    breaks: Breaks | None = None

    @cached_property
    def least_fuel_l(self) -> FloatArray:
        """Litres that a sortie of each duration burns at least, (max_steps + 1,); rises.

        The shortest way out and home, the shortest visit, and the rest in the mode that
        burns least.
        """
        net, rule, active = self.network, self.fuel, self.network.active()
        idle_l = min(rule.transit_l, rule.search_l, rule.loiter_l)
        found: FloatArray = np.arange(net.max_steps + 1, dtype=np.float64) * idle_l
        if active.size:
            out = net.deploy_steps if self.breaks is None else net.deploy_steps - self.breaks.on_way
            way = int(out[active].min() + net.return_steps[active].min())
            visit = int(net.visit_steps[active].min())
            found = found + way * (rule.transit_l - idle_l) + visit * (rule.search_l - idle_l)
        return found

    def middle(self) -> IntArray:
        """Epoch at the middle of a visit by start step and cell, (n_steps, n)."""
        at = np.arange(self.epoch.size)[:, None] + self.network.visit_steps[None, :] // 2
        found: IntArray = self.epoch[np.minimum(at, self.epoch.size - 1)]
        return found


@dataclass(frozen=True, eq=False)
class Group:
    """Targets that count together, up to a level: ``worth · min(1, (done + Σ share f) / level)``.

    ``f`` is the detection of each, ``1 − exp(−u)``.

    Attributes
    ----------
    target, share : (k,) int64, (k,) float64
        Which targets, each once, and what each counts; the shares sum to at most 1.
    level, worth : float
        Above 0: how much is wanted, and what it counts to reach it.
    done : float
        What settled sorties have reached already.
    """

    target: NDArray[np.int64]
    share: FloatArray
    level: float
    worth: float
    done: float = 0.0


SURE = 30.0
"""Exposure of a visit that meets what a requirement asks for: ``1 − exp(−SURE)`` is 1 to 1e-13."""


@dataclass(frozen=True)
class Targets:
    """Weights and times of everything that can be detected, or is required.

    The objective is ``Σ weight f`` and what the groups count. Detection is the
    part ``Σ credit f`` of it; the rest, requirements met, is what is *served*.

    Stationary targets come in layers: in layer ``l`` every cell holds one
    target per window, and step ``t`` lies in window ``window[l, t]``. Target
    ``offset[l] + window * n + cell`` has weight ``weight[...]``. Moving
    targets follow the layers, from ``offset[-1]``, the ``sure`` last ones of
    which every visit that sees them at all gives the exposure ``SURE``.

    Attributes
    ----------
    window : (n_layers, n_steps) int32
    offset : (n_layers + 1,) int64
    weight : (n_targets,) float64
        What detecting each counts in the objective.
    detected : float
        Detection that settled sorties give already; ``weight`` is what they leave.
    asked : (n_targets,) float64, optional
        The part of ``weight`` that is no detection but a requirement; none if not given.
        The rest sums to 1 over all targets, in or out of reach, together with ``detected``.
    met : float
        What settled sorties give already of ``asked``.
    groups : tuple of Group
        Requirements met by many targets together.
    """

    n_cells: int
    window: IntArray
    offset: NDArray[np.int64]
    weight: FloatArray
    detected: float = 0.0
    asked: FloatArray | None = None
    met: float = 0.0
    sure: int = 0
    groups: tuple[Group, ...] = ()

    @cached_property
    def credit(self) -> FloatArray:
        """Weights of detection alone, (n_targets,)."""
        return self.weight if self.asked is None else self.weight - self.asked

    @property
    def requires(self) -> bool:
        """Whether anything but detection counts."""
        return self.asked is not None or bool(self.groups)

    @property
    def n_moving(self) -> int:
        """Number of moving targets."""
        return int(self.weight.size - self.offset[-1])

    def layer_weight(self, layer: int) -> FloatArray:
        """Weights of one layer, shape ``(n_windows, n_cells)``."""
        start, end = int(self.offset[layer]), int(self.offset[layer + 1])
        return self.weight[start:end].reshape(-1, self.n_cells)


@dataclass(frozen=True)
class Instance:
    """A whole optimisation problem."""

    n_steps: int
    targets: Targets
    fleets: tuple[Fleet, ...]
    names: tuple[str, ...] = field(default=())

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return self.targets.n_cells

    @cached_property
    def units(self) -> tuple[tuple[int, ...], ...]:
        """Numbers of every unit's fleets."""
        found: dict[int, list[int]] = {}
        for number, fleet in enumerate(self.fleets):
            found.setdefault(fleet.unit, []).append(number)
        return tuple(tuple(found[unit]) for unit in sorted(found))

    def unit(self, fleet: int) -> int:
        """Number of the unit that a fleet belongs to."""
        return self.fleets[fleet].unit

    @property
    def rows(self) -> tuple[tuple[CapacityRow, ...], ...]:
        """Capacity rows of every unit."""
        return tuple(self.fleets[fleets[0]].rows for fleets in self.units)

    @property
    def budgets(self) -> tuple[tuple[Budget, ...], ...]:
        """Budgets of every unit."""
        return tuple(self.fleets[fleets[0]].budgets for fleets in self.units)

    @cached_property
    def pots(self) -> tuple[Pot, ...]:
        """Budgets that are one: unit and place of each, in the order of the first of them."""
        return pots_of(self.budgets)

    @cached_property
    def pot(self) -> dict[tuple[int, int], int]:
        """Which of the pots a unit's budget is, by unit and place."""
        return {each: number for number, pot in enumerate(self.pots) for each in pot}

    @cached_property
    def parties(self) -> tuple[tuple[int, ...], ...]:
        """Units that share budgets, together; others each by itself."""
        return parties_of(self.budgets)
