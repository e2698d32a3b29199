"""The plan's clock."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import FloatArray, IntArray
from planner.scenario import Scenario


class Steps:
    """The plan's clock: hours to whole steps."""

    def __init__(self, scenario: Scenario) -> None:
        self._start = scenario.start
        self.hours = scenario.area.time_step_min / 60.0
        self.count = int(scenario.horizon_h / self.hours + 1e-9)
        every = scenario.area.departure_step_min // scenario.area.time_step_min
        self.departures: IntArray = np.arange(0, self.count, every, dtype=np.int32)

    def span(self, start: datetime, end: datetime) -> tuple[int, int] | None:
        """Steps ``[from, to)`` of the plan that a time touches; None if it touches none."""
        begin_h, end_h = ((at - self._start).total_seconds() / 3600 for at in (start, end))
        first = max(0, int(begin_h / self.hours + 1e-9))
        last = min(self.count, int(np.ceil(end_h / self.hours - 1e-9)))
        return (first, last) if first < last else None

    def ceil(self, at: datetime) -> int:
        """First step that begins at a time or later."""
        return int(np.ceil((at - self._start).total_seconds() / 3600 / self.hours - 1e-9))

    def floor(self, at: datetime) -> int:
        """Last step that begins at a time or earlier."""
        return int(np.floor((at - self._start).total_seconds() / 3600 / self.hours + 1e-9))

    def up(self, hours: FloatArray | float) -> NDArray[np.int64]:
        """Whole steps that cover ``hours``, at least one."""
        return np.maximum(1, np.ceil(np.asarray(hours) / self.hours - 1e-9)).astype(np.int64)

    def down(self, hours: float) -> int:
        """Whole steps within ``hours``."""
        return int(hours / self.hours + 1e-9)
