"""Radar sweep width: twice the effective range, as far as the horizon lets it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from planner.sensing.inputs import FloatArray, not_negative

HORIZON_NM_PER_SQRT_M = 2.23
"""Radar horizon in nm of 1 m of height: sqrt(2 · 4/3 · 6,371,000 m) / 1,852 m = 2.226, with
the usual refraction (4/3 of the Earth's radius)."""


def radar_horizon_nm(antenna_m: ArrayLike, target_height_m: ArrayLike) -> FloatArray:
    """Return how far a radar can meet a target over the Earth's curve.

    ``2.23 · (sqrt(h_antenna) + sqrt(h_target))`` nm, heights in metres, in the usual
    refraction; ducts carry further, the opposite less far.

    Parameters
    ----------
    antenna_m, target_height_m : array_like
        Heights above the water in metres; shapes that broadcast.

    Returns
    -------
    ndarray
        Nautical miles, of the broadcast shape.

    Raises
    ------
    GeodataError
        When a height is negative or not a number.

    Examples
    --------
    >>> float(radar_horizon_nm(4.0, 1.0).round(2))
    6.69
    """
    antenna = not_negative("antenna height in m", antenna_m)
    target = not_negative("target height in m", target_height_m)
    return np.asarray(HORIZON_NM_PER_SQRT_M * (np.sqrt(antenna) + np.sqrt(target)))


def radar_sweep_width_nm(
    antenna_m: ArrayLike, target_height_m: ArrayLike, effective_range_nm: ArrayLike
) -> FloatArray:
    """Return the radar sweep width against a target.

    ``W = 2 · min(effective range, radar horizon)``. JP 3-50, Volume I, Chapter 5: the
    effective (not the greatest) detection range is that within which the operator
    believes the target is certainly detected in the prevailing conditions, and the
    sweep width is about twice that.

    What it does not do: no table of radar sweep widths by sea state ships with the planner.
    JP 3-50 has widths for a few radars of its time, in Douglas seas up to 3; they were
    not read, and would not hold for another radar. Sea clutter and rain, the target's
    material (a wooden or plastic skiff reflects little) and the radar's settings must be
    in ``effective_range_nm``, which is the user's: give one for each sea state if it
    matters. No factor by wave height is invented here, so the width does not shrink in a
    rising sea unless the range given does. The effective range of a small boat's radar
    against a skiff is often well inside the horizon.

    Parameters
    ----------
    antenna_m, target_height_m : array_like
        Heights above the water in metres.
    effective_range_nm : array_like
        Nautical miles; 0: no radar. All shapes broadcast.

    Returns
    -------
    ndarray
        Sweep width in nautical miles, of the broadcast shape.

    Raises
    ------
    GeodataError
        When a figure is negative or not a number.

    Examples
    --------
    >>> float(radar_sweep_width_nm(4.0, 1.0, 3.0))
    6.0
    """
    range_nm = not_negative("effective range in nm", effective_range_nm)
    return np.asarray(2.0 * np.minimum(range_nm, radar_horizon_nm(antenna_m, target_height_m)))
