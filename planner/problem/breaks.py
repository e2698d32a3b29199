"""Breaks of a sortie's crew: when its boat lies still, where it may, and what that does to ways.

They go by the sortie's own clock, in whole steps from the departure. With ``E`` steps under
way at most, breaks of ``B`` steps, and ``e`` steps by which one may begin early::

    L_1 = E,  L_(k+1) = L_k + B + E − e        break k begins from L_k − e to L_k

so that from any end of break ``k``, at ``L_k − e + B`` or later, to ``L_(k+1)`` no more than
``E`` steps pass. As ``e < B``, at every step all plans have the same number of breaks behind
them, or all are in one: pricing needs no further state, and its bound holds over all plans
with such breaks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import BoolArray, Breaks, FloatArray, IntArray
from planner.problem.steps import Steps
from planner.scenario import Scenario, Unit
from planner.sea import Sea, Waters


@dataclass(frozen=True)
class Rhythm:
    """Steps under way at most, steps of a break, and steps by which one may begin early."""

    every: int
    lasts: int
    early: int

    @property
    def between(self) -> int:
        """Steps under way between breaks that begin at their latest."""
        return self.every - self.early

    def latest(self, until: int) -> tuple[int, ...]:
        """Steps, up to ``until``, at which breaks begin at the latest."""
        return tuple(range(self.every, until + 1, self.between + self.lasts))

    def phase(self, until: int) -> IntArray:
        """Breaks behind a hull that is not in one, by step, (until + 1,); -1 in one for sure."""
        found = np.full(until + 1, -1, np.int32)
        begin = 0
        for k, latest in enumerate((*self.latest(until), until)):
            found[begin : latest + 1] = k
            begin = latest - self.early + self.lasts
        return found

    def on_way(self, way: NDArray[np.int64], left: int) -> NDArray[np.int64]:
        """Steps of breaks on ways of so many steps, ``left`` before the next one is due."""
        over: NDArray[np.int64] = np.maximum(0, -(-(way - left) // self.between)) * self.lasts
        return over


def rhythm_of(unit: Unit, steps: Steps) -> Rhythm | None:
    """The rhythm of a unit's breaks in whole steps, on the safe side; None where it has none."""
    if unit.break_every_h is None or unit.break_min is None:
        return None
    every, lasts = steps.down(unit.break_every_h), int(steps.up(unit.break_min / 60))
    early = min(steps.down(unit.break_early_min / 60), lasts - 1, every - 1)
    return Rhythm(every, lasts, early)


def rests_on(rhythm: Rhythm | None, sailing: int) -> tuple[int, ...]:
    """Steps from the departure at which breaks begin on a way of so many steps under way."""
    if rhythm is None:
        return ()
    stops = int(rhythm.on_way(np.array([sailing]), rhythm.every)[0])
    return rhythm.latest(sailing + stops - 1) if stops else ()


def anchorages(unit: Unit, scenario: Scenario, sea: Sea, waters: Waters) -> BoolArray:
    """Cells (n,) whose water is shallow enough to anchor in, wherever a boat waits in them.

    It waits where it enters or leaves a cell: at its access points.
    """
    found = np.zeros(sea.cells.n, bool)
    if sea.depth is None:
        return found
    level_m = scenario.environment.water_level_anomaly_m
    shallow = sea.depth.at(waters.points) + level_m <= unit.anchor_depth_m
    for cell in np.flatnonzero(waters.searchable).tolist():
        found[cell] = bool(shallow[waters.access(cell)].all())
    return found


def breaks_on(
    rhythm: Rhythm, out: IntArray, back: IntArray, max_steps: int, rest: BoolArray | None,
    *, anchored: bool,
) -> Breaks:  # fmt: skip
    """Breaks of a fleet, by its ways out and home (n,) in steps; -1 out of reach.

    ``rest`` (n_steps, n) tells where a break may begin.
    """
    phase, latest = rhythm.phase(max_steps), rhythm.latest(max_steps)
    way = back.astype(np.int64)
    home = np.full((max_steps + 1, back.size), -1, np.int32)
    for step in np.flatnonzero(phase >= 0).tolist():
        due = latest[phase[step]] if phase[step] < len(latest) else max_steps + 1
        stops = rhythm.on_way(way, due - step)
        if anchored:
            # At anchor it lies in the cell, before it starts home, and never on the way.
            good = (stops == 0) | ((step >= due - rhythm.early) & _within(rhythm, way, due - step))
            home[step] = np.where(good, way + np.minimum(stops, rhythm.lasts), -1)
        else:
            home[step] = way + stops
    home[:, back < 0] = -1
    on_way = np.where(out < 0, 0, rhythm.on_way(out.astype(np.int64), rhythm.every))
    return Breaks(phase, latest, rhythm.lasts, on_way.astype(np.int32), home, anchored, rest)


def _within(rhythm: Rhythm, way: NDArray[np.int64], early: int) -> NDArray[np.bool_]:
    """Whether ways are sailed in one stretch after a break that begins ``early`` steps early."""
    return np.asarray(way <= rhythm.between + early)


def rests_in(where: BoolArray, epoch: IntArray, lasts: int) -> BoolArray:
    """Whether a break can begin at a step in a cell (n_steps, n): it is open to its end.

    ``where`` (e, n) is what is open by epoch; nothing is closed when the plan has ended.
    """
    shut = np.zeros((epoch.size + 1, where.shape[1]), np.int32)
    np.cumsum(~where[epoch], axis=0, out=shut[1:])
    begin = np.arange(epoch.size)
    return np.asarray(shut[np.minimum(begin + lasts, epoch.size)] == shut[begin])


def shelter(unit: Unit, wave_m: FloatArray, wind_kn: FloatArray) -> BoolArray:
    """Where the seas and the wind let a boat of a unit lie at anchor; arrays of one shape."""
    return np.asarray((wave_m <= unit.anchor_wave_m) & (wind_kn <= unit.anchor_wind_kn))
