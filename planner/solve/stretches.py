"""Stretches between the breaks of a sortie, as the compiled programmes of pricing ask for them.

Steps count from the departure, but for those at which a break may begin in a cell. Without
breaks every table is None: the programmes are compiled apart for that, and lose no time. With
breaks every one is an array, if need be of no rows, and they are compiled once for all kinds.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.problem.arrays import Fleet
from planner.solve.compiled import compiled


@compiled
def one_stretch(phase, first, last):  # type: ignore[no-untyped-def]
    """Whether no break lies between two steps after departure, and none must be under way."""
    if phase is None:
        return True
    return phase[first] == phase[last] and phase[last] >= 0


@compiled
def after_break(phase, lasts, s):  # type: ignore[no-untyped-def]
    """Whether a break can end ``s`` steps after departure."""
    if phase is None:
        return False
    return s >= lasts and phase[s] > 0 and phase[s - lasts] == phase[s] - 1


@compiled
def may_rest(rest, step, i):  # type: ignore[no-untyped-def]
    """Whether a break may begin at a step in a cell; beyond the last row it always may."""
    if rest is None:
        return True
    return step >= rest.shape[0] or rest[step, i]


@compiled
def way_home(home, rest, least, step, s, i):  # type: ignore[no-untyped-def]
    """Steps from the end of a visit until the return with the breaks then due; -1: no way.

    Without any it is ``least``. ``rest`` asks whether the break before it can be had in the cell.
    """
    if home is None:
        return least
    lasts = home[s, i]
    if lasts > least and not may_rest(rest, step, i):
        return -1
    return lasts


def breaks_of(fleet: Fleet) -> tuple[Any, ...]:
    """What the programmes ask of breaks: stretches, steps, where, ways home; None without any."""
    own = fleet.breaks
    if own is None:
        return (None, 0, None, None, None)
    anywhere = np.zeros((0, fleet.network.n_cells), np.bool_)
    rest = anywhere if own.rest is None else own.rest
    return (own.phase, own.lasts, rest, own.home, rest if own.anchored else anywhere)
