"""Count what a trial found: in all, by threat, by zone and by watch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.plan.model import CoverageRow, MovingRow, Plan
from planner.plan.zones import zones_of
from planner.scenario import Scenario
from planner.sea import Sea
from planner.sea.overlay import near_longitude
from planner.simulate.model import Finds, ThreatFinds, WatchFinds, ZoneFinds
from planner.simulate.plane import Floats, LocalPlane
from planner.simulate.strata import median, normal, wilson
from planner.simulate.targets import Standing

if TYPE_CHECKING:
    from planner.simulate.run import Trial

Counts = tuple[Finds, tuple[ThreatFinds, ...], tuple[ZoneFinds, ...], tuple[WatchFinds, ...], float]


@dataclass(frozen=True)
class _Runs:
    """Runs as parallel arrays (n,): weight, found or not, hours to detection, intercepted."""

    weight: Floats
    found: NDArray[np.bool_]
    waited_h: Floats
    reached: NDArray[np.bool_]

    @classmethod
    def of(cls, trial: Trial) -> _Runs:
        """Runs of one threat."""
        return cls(
            trial.share * trial.targets.strata.weight,
            trial.found,
            trial.found_h - trial.targets.appear_h,
            trial.intercepted,
        )

    @classmethod
    def joined(cls, parts: Sequence[_Runs]) -> _Runs:
        """All runs of several."""
        return cls(
            np.concatenate([part.weight for part in parts]),
            np.concatenate([part.found for part in parts]),
            np.concatenate([part.waited_h for part in parts]),
            np.concatenate([part.reached for part in parts]),
        )

    def among(self, chosen: NDArray[np.bool_]) -> _Runs:
        """The runs that are ``chosen`` (n,)."""
        return _Runs(
            self.weight[chosen], self.found[chosen], self.waited_h[chosen], self.reached[chosen]
        )

    def share(self, which: NDArray[np.bool_]) -> float:
        """Share of the weight that ``which`` (n,) hold, 0 of nothing."""
        total = float(self.weight.sum())
        return min(1.0, float(self.weight @ which) / total) if total > 0 else 0.0

    @property
    def effective(self) -> float:
        """Number of runs of one weight that tell as much (L. Kish, *Survey Sampling*, 1965)."""
        square = float(np.sum(self.weight**2))
        return float(self.weight.sum()) ** 2 / square if square > 0 else 0.0

    def figures(self, planned: float | None, interval: tuple[float, float] | None = None) -> Finds:
        """What these runs found."""
        share = self.share(self.found)
        low, high = interval or wilson(share, self.effective)
        return Finds(
            weight=float(self.weight.sum()),
            runs=len(self.weight),
            planned=None if planned is None else min(1.0, planned),
            simulated=share,
            low=low,
            high=high,
            median_h=median(self.waited_h[self.found], self.weight[self.found]),
            intercepted=self.share(self.reached),
        )


def tally(
    trials: Sequence[Trial], plan: Plan, scenario: Scenario, sea: Sea, plane: LocalPlane
) -> Counts:
    """Finds in all, by threat, zone and watch, and the standard error of the total."""
    parts = [_Runs.of(trial) for trial in trials]
    moments = [trial.targets.strata.mean(trial.found.astype(np.float64)) for trial in trials]
    mean = math.fsum(t.share * m for t, (m, _) in zip(trials, moments, strict=True))
    variance = math.fsum(t.share**2 * v for t, (_, v) in zip(trials, moments, strict=True))
    everything = _Runs.joined(parts)
    return (
        everything.figures(_planned(_rows(plan)), normal(mean, variance) if variance > 0 else None),
        tuple(_threat(trial, runs, plan) for trial, runs in zip(trials, parts, strict=True)),
        tuple(_zones(trials, parts, plan, scenario, sea, plane)),
        _watches(trials, everything, scenario),
        math.sqrt(variance),
    )


def _threat(trial: Trial, runs: _Runs, plan: Plan) -> ThreatFinds:
    rows = [row for row in _rows(plan) if row.threat == trial.threat]
    return ThreatFinds(threat=trial.threat, **runs.figures(_planned(rows)).model_dump())


def _rows(plan: Plan) -> tuple[CoverageRow | MovingRow, ...]:
    return (*plan.coverage, *plan.moving)


def _planned(rows: Sequence[CoverageRow | MovingRow]) -> float | None:
    """Detection that the plan states, a mean over the weight of ``rows``."""
    weight = math.fsum(row.weight for row in rows)
    found = math.fsum(row.weight * row.detection for row in rows)
    return found / weight if weight > 0 else None


def _zones(
    trials: Sequence[Trial],
    parts: Sequence[_Runs],
    plan: Plan,
    scenario: Scenario,
    sea: Sea,
    plane: LocalPlane,
) -> list[ZoneFinds]:
    """Finds of standing targets by the zones of the plan's metrics, whose figures stand beside."""
    standing = [
        (trial.targets, runs)
        for trial, runs in zip(trials, parts, strict=True)
        if isinstance(trial.targets, Standing)
    ]
    if not standing:
        return []
    runs = _Runs.joined([part for _, part in standing])
    lonlat = plane.to_lonlat(np.concatenate([targets.point for targets, _ in standing]))
    lonlat[:, 0] -= 360.0 * np.round((lonlat[:, 0] - sea.cells.lon) / 360.0)
    stated = plan.metrics.get("by_zone", {})
    found = []
    for name, zone in zones_of(scenario).items():
        inside = np.ones(len(lonlat), dtype=bool)
        if zone is not None:
            area = near_longitude(zone, sea.cells.lon)
            shapely.prepare(area)
            inside = np.asarray(shapely.contains_xy(area, lonlat))
        figures = runs.among(inside).figures(stated.get(name, {}).get("detection"))
        found.append(ZoneFinds(zone=name, **figures.model_dump()))
    return found


def _watches(
    trials: Sequence[Trial], everything: _Runs, scenario: Scenario
) -> tuple[WatchFinds, ...]:
    """Weight found in each watch; the last one may be shorter."""
    found_h = np.concatenate([trial.found_h for trial in trials])
    edges = np.append(
        np.arange(0.0, scenario.horizon_h - 1e-9, scenario.area.watch_h), scenario.horizon_h
    )
    watch = np.clip(np.searchsorted(edges, found_h[everything.found], "right") - 1, 0, None)
    weight = np.bincount(
        np.minimum(watch, len(edges) - 2),
        everything.weight[everything.found],
        minlength=len(edges) - 1,
    )
    times = [scenario.start + timedelta(hours=float(edge)) for edge in edges]
    return tuple(
        WatchFinds(from_=start, to=end, found=float(share))
        for start, end, share in zip(times[:-1], times[1:], weight, strict=True)
    )
