"""Visual sweep width: a table's width, corrected for weather and fatigue."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from planner.geodata.sweep import SweepTable, SweepTableKey, SweepTarget, sweep_table
from planner.sensing.inputs import FloatArray, not_negative


def visual_sweep_width_nm(
    target: str,
    eye_height_m: ArrayLike,
    visibility_nm: ArrayLike,
    wind_kn: ArrayLike,
    wave_m: ArrayLike,
    fatigue: bool = False,
    table: SweepTableKey = "uscg",
) -> FloatArray:
    """Return the visual sweep width of a boat's crew by day.

    ``W = W0 · weather factor · fatigue factor``. ``W0`` is read from the table by
    bilinear interpolation in visibility and eye height (JP 3-50, Volume I, Appendix D:
    interpolate as needed). Outside the table these rules hold, which are assumptions:

    - below the least visibility ``W0`` falls in proportion to the visibility, so that
      nothing is seen in no visibility; above the greatest it grows no more;
    - an eye below 8 ft (2.4384 m) counts as 8 ft, which flatters a lower one; above
      14 ft (4.2672 m) as 14 ft, which is careful.

    The tables hold for daylight; :func:`planner.sensing.mean_sweep_width_nm` takes
    account of darkness.

    Parameters
    ----------
    target : str
        Key of a row of the table, such as ``power-boat-20ft`` (``uscg``) or
        ``power-boat-5-8m`` (``natsar``); ``patrol data sweep-width`` lists them.
    eye_height_m, visibility_nm, wind_kn, wave_m : array_like
        Shapes that broadcast. Height of the eye above the water in metres,
        meteorological visibility in nautical miles, wind in knots, height of the
        seas (taken as significant wave height) in metres.
    fatigue : bool
        Whether the crew is excessively tired (factor 0.9 in both tables); normal
        fatigue is in the tables.
    table : str
        ``uscg``: US Coast Guard addendum with the factors of JP 3-50, Table D-1;
        ``natsar``: Australian National Search and Rescue Manual 2023, Tables D-5:3
        and D-5:4.

    Returns
    -------
    ndarray
        Sweep width in nautical miles, of the broadcast shape.

    Raises
    ------
    GeodataError
        When the table or target is unknown (with the keys that come near), or a figure
        is negative or not a number.

    Examples
    --------
    >>> float(visual_sweep_width_nm("power-boat-20ft", 8 * 0.3048, 10.0, 5.0, 0.3))
    3.3
    >>> visual_sweep_width_nm("power-boat-20ft", 8 * 0.3048, [5.0, 10.0], 20.0, 0.3)
    array([1.1 , 1.65])
    """
    shipped = sweep_table(table)
    row = shipped.target(target)
    w0_nm = _uncorrected_nm(shipped, row, eye_height_m, visibility_nm)
    tired = shipped.fatigue_factor if fatigue else 1.0
    return np.asarray(w0_nm * _weather(shipped, row, wind_kn, wave_m) * tired)


def weather_factor(
    target: str, wind_kn: ArrayLike, wave_m: ArrayLike, table: SweepTableKey = "uscg"
) -> FloatArray:
    """Return the factor that wind and seas put on a target's visual sweep width.

    A step of the table holds when the wind or the seas reach it, and the severest that
    holds counts; which targets are small or large is data of the table. Sources: JP
    3-50, Table D-1 (``uscg``); Australian manual 2023, Table D-5:4 (``natsar``).

    Parameters
    ----------
    target : str
        Key of a row of the table.
    wind_kn, wave_m : array_like
        Wind in knots and height of the seas in metres; shapes that broadcast.
    table : str
        ``uscg`` or ``natsar``.

    Returns
    -------
    ndarray
        Between 0 and 1, of the broadcast shape.

    Raises
    ------
    GeodataError
        When the table or target is unknown, or a figure is negative or not a number.
    """
    shipped = sweep_table(table)
    return _weather(shipped, shipped.target(target), wind_kn, wave_m)


def _uncorrected_nm(
    table: SweepTable, target: SweepTarget, eye_height_m: ArrayLike, visibility_nm: ArrayLike
) -> FloatArray:
    """``W0`` by interpolation; the node at no visibility is the rule, not the table."""
    eye_m = not_negative("eye height in m", eye_height_m)
    seen_nm = not_negative("visibility in nm", visibility_nm)
    nodes_nm = np.r_[0.0, table.visibility_nm]
    low_nm, high_nm = (np.interp(seen_nm, nodes_nm, np.r_[0.0, row]) for row in target.w0_nm)
    share = np.interp(eye_m, table.eye_height_m, [0.0, 1.0])
    return np.asarray((1.0 - share) * low_nm + share * high_nm)


def _weather(
    table: SweepTable, target: SweepTarget, wind_kn: ArrayLike, wave_m: ArrayLike
) -> FloatArray:
    wind, wave = np.broadcast_arrays(
        not_negative("wind in kn", wind_kn), not_negative("wave height in m", wave_m)
    )
    factor = np.ones(wind.shape)
    for step in table.weather:
        holds = step.wind_kn.reached_by(wind) | step.wave_m.reached_by(wave)
        factor = np.where(holds, step.factors[target.size], factor)
    return factor
