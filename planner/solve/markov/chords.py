"""Linear cuts below the chance of non-detection, from chords between whole looks (formulas 4 to 7).

The sum of reference effort along a target's way is a multiple of ``1 / K``;
only its fractional part decides which chord touches there, its whole part is
a factor. So the forward-backward recursion carries ``K`` masses a cell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit


def summing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a loop of sums, which may be taken in any order."""
    kernel: Callable[..., Any] = njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})(
        function
    )
    return kernel


@summing
def cut(net, missed, first, mass, units, ahead, slope, gain):  # type: ignore[no-untyped-def]
    """A valid cut: non-detection ≥ result − Σ_tc gain[t, c] Z_t(c), for looks ``first`` on.

    ``missed = exp(−rate)``; ``mass (n,)`` undetected before look ``first``;
    ``units (looks, n)`` reference effort in parts of ``1 / K``. Works in
    ``ahead, slope (looks, n, K)``, writes ``gain (looks, n)``.
    """
    looks, n = units.shape
    parts = ahead.shape[2]
    power = np.empty(int(units[first].sum()) // parts + 2)
    for k in range(power.size):
        power[k] = missed**k
    _masses(net, first, mass, units, power, ahead)
    drop = 1.0 - missed
    value = 0.0
    for c in range(n):
        for q in range(parts):
            value += ahead[looks - 1, c, q] * (1.0 - drop * q / parts)
            slope[looks - 1, c, q] = drop
    _slopes(net, first, units, power, slope)
    for t in range(first, looks):
        for c in range(n):
            total = 0.0
            for q in range(parts):
                total += ahead[t, c, q] * slope[t, c, q]
            gain[t, c] = total
            value += total * units[t, c] / parts
    return value


@summing
def _masses(net, first, mass, units, power, ahead):  # type: ignore[no-untyped-def]
    """Mass of the target's ways after each look, by cell and part, less its whole efforts."""
    looks, n = units.shape
    parts = ahead.shape[2]
    part = np.empty(parts)
    for t in range(first, looks):
        for c in range(n):
            for q in range(parts):
                part[q] = 0.0
            if t == first:
                part[0] = mass[c]
            else:
                for k in range(net.in_from.shape[1]):
                    p = net.in_prob[c, k]
                    j = net.in_from[c, k]
                    for q in range(parts):
                        part[q] += p * ahead[t - 1, j, q]
            add = units[t, c]
            if add == 0:
                for q in range(parts):
                    ahead[t, c, q] = part[q]
            else:
                for q in range(parts):
                    whole = (q + add) // parts
                    ahead[t, c, q + add - whole * parts] = part[q] * power[whole]


@summing
def _slopes(net, first, units, power, slope):  # type: ignore[no-untyped-def]
    """Expected slope of the chord at the end, by look, cell and part after the look."""
    looks, n = units.shape
    parts = slope.shape[2]
    steps = net.out_to.shape[1]
    before = np.empty((n, parts))
    part = np.empty(parts)
    for t in range(looks - 1, first, -1):
        for c in range(n):
            add = units[t, c]
            if add == 0:
                for q in range(parts):
                    before[c, q] = slope[t, c, q]
            else:
                for q in range(parts):
                    whole = (q + add) // parts
                    before[c, q] = slope[t, c, q + add - whole * parts] * power[whole]
        for c in range(n):
            for q in range(parts):
                part[q] = 0.0
            for k in range(steps):
                p = net.out_prob[c, k]
                j = net.out_to[c, k]
                for q in range(parts):
                    part[q] += p * before[j, q]
            for q in range(parts):
                slope[t - 1, c, q] = part[q]


@summing
def best_ways(net, first, gain, worth, move):  # type: ignore[no-untyped-def]
    """Largest sum of gains of one searcher over looks ``first`` on, from each cell.

    Writes ``worth (looks + 1, n)``: ``worth[t, c]`` standing at ``c`` before
    the move to look ``t``; and ``move (looks, n)``, the cell to go to.
    """
    looks, n = gain.shape
    for c in range(n):
        worth[looks, c] = 0.0
    for t in range(looks - 1, first - 1, -1):
        for c in range(n):
            best, to = -np.inf, 0
            for k in range(net.move_count[c]):
                j = net.moves[c, k]
                total = gain[t, j] + worth[t + 1, j]
                if total > best:
                    best, to = total, j
            worth[t, c] = best
            move[t, c] = to
