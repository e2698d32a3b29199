"""Requirements laid beside the threats' targets: weights, groups, and what visits serve."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import SURE, Fleet, FloatArray, Group, IntArray, Targets
from planner.problem.duty import Duty
from planner.scenario import Unit
from planner.sea import Waters

Tracked = tuple[NDArray[np.int64], IntArray, FloatArray]


@dataclass(frozen=True, eq=False)
class Placed:
    """A duty with the numbers of its targets: its ``layers``, and its slots from ``first`` on."""

    duty: Duty
    layers: range
    first: int
    groups: range


def with_duties(targets: Targets, duties: Sequence[Duty]) -> tuple[Targets, list[Placed]]:
    """Targets of the threats, and those of requirements after them.

    Layers of windows follow the threats' layers, slots the moving targets.
    """
    if not duties:
        return targets, []
    still = int(targets.offset[-1])
    windows, weights, offset = [targets.window], [targets.weight[:still]], list(targets.offset)
    for duty in duties:
        for layer in duty.windows:
            windows.append(layer.number[None, :])
            weights.append(layer.weight.ravel())
            offset.append(offset[-1] + layer.weight.size)
    moving = targets.weight[still:]
    slots = [duty.worth for duty in duties]
    weight = np.concatenate([*weights, moving, *slots])
    asked = weight.copy()
    asked[:still] = 0.0
    first = int(offset[-1]) + moving.size
    asked[int(offset[-1]) : first] = 0.0
    placed: list[Placed] = []
    groups: list[Group] = []
    number = targets.window.shape[0]
    for duty in duties:
        own = [_placed(group, 0 if duty.of_threats else first) for group in duty.groups]
        placed.append(
            Placed(
                duty,
                range(number, number + len(duty.windows)),
                first,
                range(len(groups), len(groups) + len(own)),
            )
        )
        groups += own
        first, number = first + duty.middle.size, number + len(duty.windows)
    made = Targets(
        targets.n_cells,
        np.concatenate(windows),
        np.array(offset, np.int64),
        weight,
        asked=asked,
        met=sum(duty.served for duty in duties),
        sure=sum(each.size for each in slots),
        groups=tuple(groups),
    )
    return made, placed


def asked_by(targets: Targets, placed: Iterable[Placed]) -> tuple[FloatArray, frozenset[int]]:
    """What some requirements ask of each target (n_targets,), and the numbers of their groups."""
    kept, groups = np.zeros_like(targets.weight), set[int]()
    for each in placed:
        slots = slice(each.first, each.first + each.duty.middle.size)
        kept[slots] = each.duty.worth
        for layer in each.layers:
            own = slice(int(targets.offset[layer]), int(targets.offset[layer + 1]))
            kept[own] = targets.weight[own]
        groups.update(each.groups)
    return kept, frozenset(groups)


def loosely(targets: Targets, placed: Iterable[Placed]) -> Targets:
    """The targets where revisits ask for no more than every plan does that meets them.

    For proofs alone: a plan that serves them all may still leave a cell too long.
    """
    window, weight = targets.window.copy(), targets.weight.copy()
    asked = np.zeros_like(weight) if targets.asked is None else targets.asked.copy()
    for each in placed:
        for layer, loose in zip(each.layers, each.duty.loose, strict=True):
            own = slice(int(targets.offset[layer]), int(targets.offset[layer + 1]))
            window[layer] = loose.number
            padded = np.zeros(own.stop - own.start)
            padded[: loose.weight.size] = loose.weight.ravel()
            weight[own] = asked[own] = padded
    return replace(targets, window=window, weight=weight, asked=asked)


def _placed(group: Group, first: int) -> Group:
    return replace(group, target=group.target + first)


class Server:
    """Gives fleets what their visits serve; fleets that served alike still share their arrays."""

    def __init__(self, placed: Sequence[Placed], n_moving: int) -> None:
        self.placed, self.n_moving = placed, n_moving
        self._known: dict[tuple[object, ...], tuple[object, object]] = {}

    def fleet(self, fleet: Fleet, unit: Unit, waters: Waters) -> Fleet:
        """The fleet of a unit whose visits serve the requirements it counts for."""
        if not self.placed:
            return fleet
        serves = tuple(each.duty.serves(unit) for each in self.placed)
        key = (id(fleet.exposure), id(fleet.track_ptr), serves, unit.vessel)
        if key not in self._known:
            made = (self._exposure(fleet, serves), self._tracked(fleet, unit, waters, serves))
            self._known[key] = made
        exposure, tracked = self._known[key]
        ptr, target, value = cast(Tracked, tracked)
        return replace(
            fleet,
            exposure=cast(FloatArray, exposure),
            track_ptr=ptr,
            track_target=target,
            track_exposure=value,
        )

    def _exposure(self, fleet: Fleet, serves: tuple[bool, ...]) -> FloatArray:
        """Exposures by layer, epoch and cell, with a sure one in the layers it serves."""
        layers = [fleet.exposure]
        for each, own in zip(self.placed, serves, strict=True):
            seen = np.full((1, *fleet.exposure.shape[1:]), SURE if own else 0.0)
            layers += [seen] * len(each.layers)
        return np.concatenate(layers)

    def _tracked(
        self, fleet: Fleet, unit: Unit, waters: Waters, serves: tuple[bool, ...]
    ) -> Tracked:
        """The fleet's rows of moving targets, with the slots its visits serve after them."""
        visit = fleet.network.visit_steps.astype(np.int64)
        n, n_steps = visit.size, fleet.epoch.size
        rows, targets = [], []
        slot = self.n_moving
        for each, own in zip(self.placed, serves, strict=True):
            duty = each.duty
            if own and duty.middle.size:
                reach = duty.reach(unit, waters) & (visit > 0)
                row, which = _visits(duty, reach, visit, n_steps)
                rows.append(row)
                targets.append(slot + which)
            slot += duty.middle.size
        old = np.repeat(np.arange(n_steps * n), np.diff(fleet.track_ptr))
        row = np.concatenate([old, *rows])
        order = np.argsort(row, kind="stable")
        ptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n_steps * n))])
        target = np.concatenate([fleet.track_target, *targets])[order]
        value = np.concatenate([fleet.track_exposure, *(np.full(r.size, SURE) for r in rows)])
        return ptr.astype(np.int64), target.astype(np.int32), value[order]


def _visits(
    duty: Duty, reach: NDArray[np.bool_], visit: NDArray[np.int64], n_steps: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows (start step and cell) of the visits that serve slots, and which slots, (k,) each."""
    n = visit.size
    place, cell = np.nonzero(reach)
    by_place = np.argsort(place, kind="stable")
    place, cell = place[by_place], cell[by_place]
    begin = np.searchsorted(place, duty.place)
    count = np.searchsorted(place, duty.place, side="right") - begin
    slot = np.repeat(np.arange(duty.middle.size), count)
    nth = np.arange(slot.size) - np.repeat(np.cumsum(count) - count, count)
    cell = cell[begin[slot] + nth]
    lasts = visit[cell]
    again = np.repeat(np.arange(slot.size), lasts)
    back = np.arange(again.size) - np.repeat(np.cumsum(lasts) - lasts, lasts)
    start = duty.middle[slot[again]] - back
    fits = (start >= 0) & (start + lasts[again] <= n_steps)
    again, start = again[fits], start[fits]
    return start * n + cell[again], slot[again]
