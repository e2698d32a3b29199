"""Wind, waves, visibility and ice over the plan, at the middles of the cells.

::

    calm          no wind, no waves
    climatology   the months' wind, drawn about its mean where a seed is given;
                  waves by wind, fetch and depth
    file          NetCDF or GRIB, linear in time, bilinear in space
    ice           none, by freezing-degree days, or from a file

Everything here is hourly, an epoch from one whole hour of the plan to the next,
and holds the state at the middle of the epoch.
"""

from __future__ import annotations

from planner.weather.build import weather_of
from planner.weather.model import Weather

__all__ = ["Weather", "weather_of"]
