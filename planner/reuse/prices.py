"""Prices carried over from the targets of one problem to those of another, as a guess."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import FloatArray, Targets
from planner.problem.build import PlanningProblem
from planner.problem.tracks import Track
from planner.reuse.model import Learned
from planner.reuse.parts import Parts, cell_numbers
from planner.reuse.refit import Clock


def counterparts(learned: Learned, parts: Parts, problem: PlanningProblem) -> NDArray[np.int64]:
    """Earlier target that stands for each target, −1 where there is none; shape (n_targets,).

    A stationary target's is that of the same threat and cell in the window
    that holds the middle of its own; a moving target's is the one of the
    same threat that is nearest in time, its entry and its exit taken together.
    Those of requirements have none.
    """
    instance = problem.instance
    clock = Clock(learned.parts, parts, instance)
    cells = _cells(learned.columns.cell, cell_numbers(instance))
    old_layer = {
        learned.parts.threats[k].name: layer for layer, k in enumerate(learned.parts.layer)
    }
    pieces = []
    for layer, k in enumerate(parts.layer):
        shape = instance.targets.layer_weight(layer).shape
        source = old_layer.get(parts.threats[k].name)
        piece = np.full(shape, -1, np.int64)
        if source is not None:
            piece = _layer(learned, source, instance.targets, layer, clock, cells)
        pieces.append(piece.ravel())
    moving = _moving(learned, parts, seen_h(problem.tracks), clock)
    targets = instance.targets
    windows = int(targets.offset[-1] - targets.offset[len(parts.layer)])
    slots = targets.n_moving - moving.size
    new = np.array([-1], np.int64)
    return np.concatenate([*pieces, new.repeat(windows), moving, new.repeat(slots)])


def carried(
    price: FloatArray,
    weight: FloatArray,
    source: NDArray[np.int64],
    weight_now: FloatArray,
    otherwise: FloatArray,
) -> FloatArray:
    """Prices of other targets, each the same share of its weight as its counterpart's.

    Parameters
    ----------
    price
        Of the earlier targets, shape (…, n_earlier).
    weight
        Their weights, shape (n_earlier,).
    source
        Counterparts, shape (n_targets,).
    weight_now
        Weights of the targets, shape (n_targets,).
    otherwise
        Price of a target without a counterpart, or whose counterpart had no
        weight and so no price; shape (n_targets,).
    """
    known = source >= 0
    known[known] = weight[source[known]] > 0
    share = np.zeros((*price.shape[:-1], weight_now.size))
    share[..., known] = price[..., source[known]] / weight[source[known]]
    found: FloatArray = np.where(known, share * weight_now, otherwise)
    return found


def _layer(
    learned: Learned,
    source: int,
    targets: Targets,
    layer: int,
    clock: Clock,
    cells: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Counterparts of a layer's targets, shape (n_windows, n_cells)."""
    window, aims = targets.window[layer], learned.aims
    numbers = np.arange(targets.layer_weight(layer).shape[0])
    # Steps are in order of windows; one shorter than a step may hold none.
    begin, end = np.searchsorted(window, numbers), np.searchsorted(window, numbers, "right")
    step = np.floor(clock.back((begin + end) / 2)).astype(np.int64)
    held = (begin < end) & (step >= 0) & (step < learned.parts.n_steps)
    before = aims.window[source, np.where(held, step, 0)].astype(np.int64)
    first = int(aims.offset[source]) + before * learned.columns.cell.size
    known = held[:, None] & (cells >= 0)
    return np.where(known, first[:, None] + cells, -1)


def seen_h(tracks: Sequence[Track]) -> FloatArray:
    """Hours at which each track enters its first cell and leaves its last, NaN if none; (k, 2)."""
    found = np.full((len(tracks), 2), np.nan)
    for number, track in enumerate(tracks):
        if track.cell.size:
            found[number] = track.enter_h[0], track.leave_h[-1]
    return found


def _moving(learned: Learned, parts: Parts, seen: FloatArray, clock: Clock) -> NDArray[np.int64]:
    """Counterparts of the moving targets, shape (n_moving,); ``seen`` (n_moving, 2) in hours."""
    steps = seen * (60 / parts.step_min)
    seen_then = clock.back(steps) * (learned.parts.step_min / 60)
    threat = np.array(parts.track, np.int64)
    old_threat = np.array(learned.parts.track, np.int64)
    names = [part.name for part in learned.parts.threats]
    found = np.full(threat.size, -1, np.int64)
    for k in np.unique(threat):
        if parts.threats[k].name not in names:
            continue
        same = old_threat == names.index(parts.threats[k].name)
        old = np.flatnonzero(same & np.isfinite(learned.aims.seen_h[:, 0]))
        mine = np.flatnonzero((threat == k) & np.isfinite(seen_then[:, 0]))
        if old.size and mine.size:
            apart = np.abs(learned.aims.seen_h[old] - seen_then[mine, None]).sum(axis=2)
            found[mine] = int(learned.aims.offset[-1]) + old[apart.argmin(axis=1)]
    return found


def _cells(old: NDArray[np.uint64], new: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Number of each new cell among the old ones, −1 where it is none of them."""
    number = {int(cell): k for k, cell in enumerate(old)}
    return np.array([number.get(int(cell), -1) for cell in new], np.int64)
