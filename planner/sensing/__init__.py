"""What a boat's crew and radar can find: sweep widths by target, weather and light.

::

    visual width    W = W0(target, eye height, visibility) · weather factor · fatigue factor
    radar width     W = 2 · min(effective detection range, radar horizon)
    by night        no visual width against an unlit target
    together        the better sensor, or the sum where they are taken as independent

Everything takes numbers or arrays that broadcast, and returns an array of the
broadcast shape: ``()`` for numbers, on which ``float`` works.
"""

from __future__ import annotations

from planner.sensing.combine import VISUAL_AT_NIGHT_NM, combined, mean_sweep_width_nm
from planner.sensing.night import DARK_BELOW_DEG, dark_share, is_dark, sun_altitude_deg
from planner.sensing.radar import radar_horizon_nm, radar_sweep_width_nm
from planner.sensing.visual import visual_sweep_width_nm, weather_factor

__all__ = [
    "DARK_BELOW_DEG",
    "VISUAL_AT_NIGHT_NM",
    "combined",
    "dark_share",
    "is_dark",
    "mean_sweep_width_nm",
    "radar_horizon_nm",
    "radar_sweep_width_nm",
    "sun_altitude_deg",
    "visual_sweep_width_nm",
    "weather_factor",
]
