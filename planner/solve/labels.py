"""Labels of paths under way: what each gains, and what of it a further visit would search again."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import FloatArray, IntArray
from planner.solve.compiled import inlined

SIGHTED = 4
"""A visit knows which tracks were sighted by so many visits before it.

Tracks move on: on the reference 99.5 % of what is sighted again was sighted by one of the
last two visits, all of it by one of the last three.
"""

WORDS = 8
"""Words of 64 marks that a path has: only if it has a cell's mark its visits are gone through.

With one word, paths of a hundred visits had all marks; cells that share one of many lie apart.
"""


class Labels(NamedTuple):
    """The best path known to each step and cell of a part, ``(steps, m)`` each.

    ``ready`` to begin a visit or ``done`` with one: what it gains, the fuel it burnt, the
    marks of where it was, ``(steps, m, WORDS)``; ``net`` is what it gains less what a visit
    begun there would search again. A label is ``step * m + cell``, at the end of a visit: ``via``
    is that of the last visit before, ``before`` that of the last one of the same cell that
    counts; −1 for none.
    """

    ready: FloatArray
    done: FloatArray
    net: FloatArray
    fuel_ready: FloatArray
    fuel_done: FloatArray
    via: NDArray[np.int64]
    before: NDArray[np.int64]
    marks_ready: NDArray[np.int64]
    marks_done: NDArray[np.int64]


class Room:
    """Memory for labels and worths, for one pricer at a time of however many."""

    def __init__(self, max_steps: int, n_cells: int, n_steps: int) -> None:
        size = (max_steps + 1) * n_cells
        self._gains, self._others = np.empty(2 * size), np.empty((3, size))
        self._labels = np.empty((2, size), np.int64)
        self._marks = np.empty((2, size, WORDS), np.int64)
        self._worth = np.empty(n_steps * n_cells)

    def labels(self, n_steps: int, m: int) -> Labels:
        """Labels of so many steps and cells; what was in them is left there."""
        size = n_steps * m
        gains = self.gains(n_steps, m).reshape(2, size)
        kinds = gains, self._others[:, :size], self._labels[:, :size]
        views: list[Any] = [row.reshape(n_steps, m) for rows in kinds for row in rows]
        return Labels(*views, *self._marks[:, :size].reshape(2, n_steps, m, WORDS))

    def gains(self, n_steps: int, m: int) -> FloatArray:
        """What is gained by labels of so many steps and cells, all ``ready``, then all ``done``."""
        return self._gains[: 2 * n_steps * m]

    def worth(self, n_steps: int, m: int) -> FloatArray:
        """A table of so many steps and cells, as it was left."""
        return self._worth[: n_steps * m].reshape(n_steps, m)


class Seen(NamedTuple):
    """What visits see of which targets: ``once`` (layers, epochs, n) and ``track`` (entries,).

    ``since`` (n_steps,) is the first step that shares a window, of some layer, with a step.
    """

    window: IntArray
    offset: NDArray[np.int64]
    epoch: IntArray
    once: FloatArray
    track_ptr: NDArray[np.int64]
    track_target: IntArray
    track: FloatArray
    since: NDArray[np.int64]


@inlined
def mark_of(a):  # type: ignore[no-untyped-def]
    """The mark that a visit of cell ``a`` leaves on a path, in :func:`word_of` of its marks."""
    return np.int64(1) << np.int64(a & 63)


@inlined
def word_of(a):  # type: ignore[no-untyped-def]
    """The word of a path's marks that the mark of cell ``a`` is in."""
    return (a >> 6) % WORDS


@inlined
def again(t, t0, a, label, marks, part, labels, seen, residual, n):  # type: ignore[no-untyped-def]
    """What a visit of ``a`` at step ``t`` adds less than a first one, on a path so far.

    The path ends at ``label``, −1 before its first visit, and left these ``marks`` in the word
    of ``a``. With it comes the label of the last visit of the same cell that counts, −1 for none.
    """
    less, before = 0.0, np.int64(-1)
    if marks & mark_of(a) != 0:
        before = _last_visit(t, t0, a, label, part, labels, seen)
        if before >= 0:
            less = _searched(t, t0, a, before, part, labels, seen, residual, n)
    place = t * n + part.cell[a]
    if seen.track_ptr[place] < seen.track_ptr[place + 1]:
        less += _sighted(t0, place, label, part, labels, seen, residual, n)
    return less, before


@inlined
def _last_visit(t, t0, a, label, part, labels, seen):  # type: ignore[no-untyped-def]
    """The last visit of ``a`` on the path that ends at a label, −1 if none counts at step ``t``."""
    m = part.cell.size
    while label >= 0:
        s, before = label // m, label % m
        start = s - part.steps[before]
        if t0 + start < seen.since[t]:
            return -1
        if before == a:
            return label
        label = labels.via[start, before]
    return -1


@inlined
def _searched(t, t0, a, label, part, labels, seen, residual, n):  # type: ignore[no-untyped-def]
    """What a visit of ``a`` at step ``t`` adds less for those of the chain that ends at a label."""
    n_layers, m = seen.window.shape[0], part.cell.size
    i, middle, less = part.cell[a], part.steps[a] >> 1, 0.0
    for layer in range(n_layers):
        here, unseen, last = seen.window[layer, t], 1.0, label
        while last >= 0:
            start = last // m - part.steps[a]
            if seen.window[layer, t0 + start] != here:
                break
            unseen *= 1.0 - seen.once[layer, seen.epoch[t0 + start + middle], i]
            last = labels.before[start, a]
        left = residual[seen.offset[layer] + here * n + i]
        less += left * (1.0 - unseen) * seen.once[layer, seen.epoch[t + middle], i]
    return less


@inlined
def _sighted(t0, place, label, part, labels, seen, residual, n):  # type: ignore[no-untyped-def]
    """What a visit adds less for tracks that the last visits up to a label sighted.

    ``place`` is its step times the number of cells, and its cell.
    """
    m, less = part.cell.size, 0.0
    for k in range(seen.track_ptr[place], seen.track_ptr[place + 1]):
        target, unseen, at = seen.track_target[k], 1.0, label
        for _ in range(SIGHTED):
            if at < 0:
                break
            start, b = at // m - part.steps[at % m], at % m
            there = (t0 + start) * n + part.cell[b]
            for other in range(seen.track_ptr[there], seen.track_ptr[there + 1]):
                if seen.track_target[other] == target:
                    unseen *= 1.0 - seen.track[other]
            at = labels.via[start, b]
        left = residual[seen.offset[seen.window.shape[0]] + target]
        less += left * (1.0 - unseen) * seen.track[k]
    return less
