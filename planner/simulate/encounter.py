"""When a target that moves straight past a straight-sailing hull is found.

Everything is said of the *relative* motion: the target stands at ``offset``
from the hull and moves with ``velocity`` for ``hours``.
"""

from __future__ import annotations

import math

import numpy as np

from planner.simulate.plane import Floats

CLOSEST_NM = 1e-9
"""A pass nearer than this counts as this near: the inverse cube has no bound there."""

HALVINGS = 60
"""Times that the interval of a detection is halved to find its moment."""


def first_within(
    offset: Floats,
    velocity: Floats,
    hours: Floats,
    radius_nm: Floats,
    growth_kn: Floats | float = 0.0,
) -> Floats:
    """Hours (k,) until the distance is first at most the radius; infinite where it never is.

    Solves ``|o + v t| = R + g t`` for its least ``t`` in ``[0, hours]``. With a
    growing radius it is the time to an interception: from there a boat of
    ``g`` knots has reached every place within ``R + g t``.

    Parameters
    ----------
    offset : (k, 2)
        Relative position in nm at the beginning.
    velocity : (k, 2)
        Relative velocity in knots.
    hours, radius_nm : (k,)
        How long the motion lasts, and the radius at its beginning.
    growth_kn : (k,) or number
        Speed at which the radius grows, not negative.
    """
    square = np.sum(velocity**2, axis=1) - np.square(growth_kn)
    closing = np.sum(offset * velocity, axis=1) - growth_kn * radius_nm
    excess = np.sum(offset**2, axis=1) - radius_nm**2
    root = closing**2 - square * excess
    # The smaller root, written so that nothing cancels.
    below = -closing + np.sqrt(np.maximum(root, 0.0))
    meets = (root >= 0.0) & (below > 0.0)
    time = np.divide(excess, below, out=np.full(len(hours), np.inf), where=meets)
    time = np.where(excess <= 0.0, 0.0, time)
    found: Floats = np.where(time <= hours, time, np.inf)
    return found


def inverse_cube(offset: Floats, velocity: Floats, hours: Floats, strength: Floats) -> Floats:
    """Expected finds (k,) of a pass, ``∫ K / r(t)³ dt``: it finds with ``1 − exp(−that)``.

    With ``s`` the way along the relative course from the closest point, ``p``
    the distance there and ``w`` the relative speed, the integral is
    ``K / (w p²) · [s / √(p² + s²)]``; standing still it is ``K t / r³``.

    Parameters
    ----------
    offset, velocity, hours
        As for :func:`first_within`.
    strength : (k,)
        ``K`` in nm³/h, see :func:`strength_of`.

    References
    ----------
    B. O. Koopman, *Search and Screening*, OEG Report 56, 1946, chapter 2: the
    inverse cube law of sighting.
    """
    speed = np.hypot(velocity[:, 0], velocity[:, 1])
    moves = speed * hours > CLOSEST_NM
    course = np.divide(velocity, speed[:, None], out=np.zeros_like(velocity), where=moves[:, None])
    begin = np.sum(offset * course, axis=1)
    across = offset[:, 0] * course[:, 1] - offset[:, 1] * course[:, 0]
    pass_nm2 = np.maximum(across**2, CLOSEST_NM**2)
    passed = _along(begin, begin + speed * hours, pass_nm2)
    away = np.maximum(np.hypot(offset[:, 0], offset[:, 1]), CLOSEST_NM)
    moving = strength * passed / np.where(moves, speed, 1.0)
    found: Floats = np.where(moves, moving, strength * hours / away**3)
    return found


def _along(begin: Floats, end: Floats, pass_nm2: Floats) -> Floats:
    """``∫ ds / (p² + s²)^(3/2)`` (k,) from ``begin`` to ``end``, without cancellation.

    The whole line holds ``2 / p²``, which only a pass of the closest point counts.
    """
    first, last = _beyond(begin, pass_nm2), _beyond(end, pass_nm2)
    passes = (begin < 0.0) & (end >= 0.0)
    found: Floats = np.where(passes, 2.0 / pass_nm2 - first - last, np.abs(first - last))
    return found


def _beyond(along: Floats, pass_nm2: Floats) -> Floats:
    """The part (k,) of the integral that lies farther out than ``|along|``, on one side."""
    away = np.sqrt(pass_nm2 + along**2)
    beyond: Floats = 1.0 / (away * (away + np.abs(along)))
    return beyond


def strength_of(width_nm: Floats, search_kn: Floats) -> Floats:
    """``K = v W² / 8π`` in nm³/h, so that a straight pass at ``v`` has the sweep width ``W``."""
    return search_kn * width_nm**2 / (8.0 * math.pi)


def moment_of(
    offset: Floats, velocity: Floats, hours: Floats, strength: Floats, due: Floats
) -> Floats:
    """Hours (k,) at which :func:`inverse_cube` has grown to ``due`` (k,).

    ``due`` is at most the whole pass's; found by bisection, to ``hours / 2⁶⁰``.
    """
    low, high = np.zeros_like(hours), np.array(hours)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        reached = inverse_cube(offset, velocity, middle, strength) >= due
        high = np.where(reached, middle, high)
        low = np.where(reached, low, middle)
    return high
