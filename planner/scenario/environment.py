"""Weather, light, ice and water level of a scenario."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from planner.scenario.figures import FileName, Moment, Visibility, WaterLevel
from planner.scenario.table import Table


class Environment(Table):
    """Weather, light, ice and water level."""

    source: Literal["calm", "climatology", "file"] = "calm"
    """``calm``: no wind, no waves; ``climatology``: the months' wind and a wave relation; or
    ``file``."""

    file: FileName | None = None
    """File: NetCDF or GRIB forecast or reanalysis of wind and waves (ERA5 or CMEMS names)."""

    seed: Annotated[int, Field(strict=True, ge=0)] | None = None
    """Climatology: draw one weather with this seed; without it the months' means."""

    visibility_nm: Visibility = 10.0
    """Meteorological visibility where the file has none (assumption: clear)."""

    ice: FileName | None = None
    """``none``, ``freezing-days`` (by the months' air temperature), or a file with sea-ice cover.
    Unless given: ``none`` in a calm, the weather file's own cover where it has any, else
    ``freezing-days``."""

    fatigue: Annotated[bool, Field(strict=True)] = False
    """Whether crews are excessively tired: visual sweep widths times 0.9."""

    sensors: Literal["better", "independent"] = "better"
    """Eyes and radar together: the better of the two, or their sum (an upper limit)."""

    water_level_anomaly_m: WaterLevel = 0.0
    """Water level above (+) or below (−) the datum of the depths, −28 m in the Caspian."""

    since: Moment | None = None
    """Since when this weather is known, where a plan was made anew (``patrol replan``); sorties
    that departed earlier are planned, and judged, by ``before``."""

    before: Environment | None = None
    """The environment that held before ``since``."""

    @property
    def states(self) -> tuple[Environment, ...]:
        """The environment itself and those that held before it, the latest first."""
        return (self, *(self.before.states if self.before is not None else ()))

    def known_at(self, time: datetime) -> Environment:
        """The environment as it was known when a sortie departed at ``time``."""
        found = self
        while found.since is not None and found.before is not None and time < found.since:
            found = found.before
        return found
