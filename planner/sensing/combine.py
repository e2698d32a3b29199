"""Eyes and radar together, by day and by night."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from planner.errors import GeodataError
from planner.geodata.files import choose
from planner.sensing.inputs import FloatArray, not_negative

Rule: TypeAlias = Literal["better", "independent"]
RULES: tuple[Rule, ...] = ("better", "independent")

VISUAL_AT_NIGHT_NM = 0.0
"""Assumption: an unlit target is not seen in the dark. The tables of visual widths are for
daylight; lights, a moon and night glasses are not in them."""


def combined(
    visual_nm: ArrayLike,
    radar_nm: ArrayLike,
    rule: Rule = "better",
) -> FloatArray:
    """Return the sweep width of eyes and radar used at once.

    - ``better``: the wider of the two. Never more than what one sensor does alone, hence
      careful, and right where both find the same targets.
    - ``independent``: the sum. With random search, ``p = 1 − exp(−W·v·t/A)``, and misses
      of the two sensors independent of each other, ``(1 − p_visual)(1 − p_radar) =
      exp(−(W_visual + W_radar)·v·t/A)``. **That independence is an assumption**, and no
      source for it was found for these sensors: both sweep the same water at the same
      time, and what hides a small boat from the eye (seas, rain) hides it from the radar.
      Take the sum as an upper limit.

    Parameters
    ----------
    visual_nm, radar_nm : array_like
        Sweep widths in nautical miles; shapes that broadcast.
    rule : str
        ``better`` or ``independent``.

    Returns
    -------
    ndarray
        Sweep width in nautical miles, of the broadcast shape.

    Raises
    ------
    GeodataError
        When the rule is unknown or a width is negative or not a number.

    Examples
    --------
    >>> float(combined(3.3, 6.0)), float(combined(3.3, 6.0, rule="independent"))
    (6.0, 9.3)
    """
    visual = not_negative("visual sweep width in nm", visual_nm)
    radar = not_negative("radar sweep width in nm", radar_nm)
    if choose("rule for two sensors", rule, RULES) == "better":
        return np.asarray(np.maximum(visual, radar))
    return np.asarray(visual + radar)


def mean_sweep_width_nm(
    visual_nm: ArrayLike,
    radar_nm: ArrayLike,
    dark_share: ArrayLike,
    rule: Rule = "better",
) -> FloatArray:
    """Return the mean sweep width over an interval that is dark for a share of it.

    In the dark part the visual width is :data:`VISUAL_AT_NIGHT_NM` (an assumption, for an
    unlit target) and the radar's stays. A coverage factor ``W·v·t/A`` is linear in
    ``W``, so the mean stands for the interval where the search is spread evenly over it;
    who searches only by day takes the width by day.

    Parameters
    ----------
    visual_nm, radar_nm : array_like
        Sweep widths by day in nautical miles.
    dark_share : array_like
        From 0 to 1, as :func:`planner.sensing.dark_share` gives. All shapes broadcast.
    rule : str
        As in :func:`combined`.

    Returns
    -------
    ndarray
        Sweep width in nautical miles, of the broadcast shape.

    Raises
    ------
    GeodataError
        When the rule is unknown, a width is negative or a share not within 0 and 1.
    """
    dark = not_negative("dark share", dark_share)
    if np.any(dark > 1.0):
        raise GeodataError(f"dark share of {dark.max():g}: give shares from 0 to 1")
    by_day = combined(visual_nm, radar_nm, rule)
    by_night = combined(VISUAL_AT_NIGHT_NM, radar_nm, rule)
    return np.asarray((1.0 - dark) * by_day + dark * by_night)
