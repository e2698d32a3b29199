"""Rules on stationary targets: which there are, their weights, exposures, detection."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from planner.plan.model import CoverageRow
from planner.verify.facts import Facts
from planner.verify.report import Figure, Tally
from planner.verify.sweeping import pass_exposure
from planner.verify.tolerance import EXACT, EXPOSURE, SHARE, TIME_H, WEIGHT_SHARE, WEIGHT_TAIL
from planner.verify.weights import STATIONARY, Layer, layer_of

Key = tuple[str, int, int]
"""A stationary target: threat, cell (index), window (number)."""


@dataclass(frozen=True)
class Targets:
    """What the coverage table must hold, and how its rows fit.

    ``row_of`` gives the target of each row, None for a row that is no target.
    """

    layers: dict[str, Layer]
    row_of: tuple[Key | None, ...]
    exposure: dict[Key, float]

    def weight(self, key: Key) -> float:
        """Weight of one target."""
        name, cell, window = key
        return float(self.layers[name].weight[window, cell])

    def due(self) -> set[Key]:
        """All targets: every cell with water in the zone, every window with the threat there."""
        return {
            (name, int(cell), int(window))
            for name, layer in self.layers.items()
            for cell in np.flatnonzero(layer.water_nm2 > 0)
            for window in np.flatnonzero(layer.active)
        }


def threat_shares(facts: Facts) -> dict[str, float]:
    """Share of the total weight that each threat holds."""
    total = math.fsum(threat.weight for threat in facts.scenario.threat)
    return {threat.name: threat.weight / total for threat in facts.scenario.threat}


def targets(facts: Facts) -> Targets:
    """Recompute the targets, and the exposures that the paths give them; once for a plan."""
    return facts.once(_targets)


def _targets(facts: Facts) -> Targets:
    share = threat_shares(facts)
    layers = {
        threat.name: layer_of(threat, share[threat.name], facts)
        for threat in facts.scenario.threat
        if threat.kind in STATIONARY
    }
    exposure: dict[Key, float] = defaultdict(float)
    for claim in facts.claims:
        if claim.cell < 0:
            continue
        for name, layer in layers.items():
            bounds_h = layer.bounds_h
            first = int(np.searchsorted(bounds_h, claim.stretch.start_h, side="right")) - 1
            last = int(np.searchsorted(bounds_h, claim.stretch.end_h, side="left"))
            for window in range(max(first, 0), min(last, len(bounds_h) - 1)):
                during = claim.during(float(bounds_h[window]), float(bounds_h[window + 1]))
                exposure[name, claim.cell, window] += pass_exposure(claim.share(name) * during)
    rows = tuple(_target_of(row, layers, facts) for row in facts.plan.coverage)
    return Targets(layers, rows, exposure)


def coverage_rows(facts: Facts, tally: Tally) -> None:
    """Every target has one row, and every row is a target."""
    found = targets(facts)
    for row, key in zip(facts.plan.coverage, found.row_of, strict=True):
        tally.holds(
            "coverage_rows",
            key is not None,
            f"cell '{row.cell}' under '{row.threat}' until {row.to.isoformat(timespec='minutes')}"
            " is not a target of the scenario",
            time=row.from_,
        )
    number = Counter(key for key in found.row_of if key is not None)
    for key, times in number.items():
        tally.holds(
            "coverage_rows",
            times == 1,
            f"{_words(key, facts)} stands {times} times",
            time=_start(key, facts),
        )
    for key in sorted(found.due() - set(number)):
        tally.count("coverage_rows")
        weight = found.weight(key)
        if weight > EXACT:
            tally.fail(
                "coverage_rows",
                f"{_words(key, facts)} has no row; weight",
                figure=Figure(0.0, weight, word="due"),
                time=_start(key, facts),
            )


def coverage_weights(facts: Facts, tally: Tally) -> None:
    """A target's weight is the threat's share, laid out as the scenario and its files say."""
    found = targets(facts)
    for row, key in zip(facts.plan.coverage, found.row_of, strict=True):
        if key is None:
            continue
        weight = found.weight(key)
        tally.agrees(
            "coverage_weights",
            f"{_words(key, facts)} states another weight",
            Figure(row.weight, weight),
            slack=WEIGHT_SHARE * weight + WEIGHT_TAIL * found.layers[key[0]].heaviest + 1e-8,
            time=row.from_,
        )


def weights(facts: Facts, tally: Tally) -> None:
    """All weights sum to 1."""
    plan = facts.plan
    total = math.fsum(row.weight for row in plan.coverage) + math.fsum(
        row.weight for row in plan.moving
    )
    tally.agrees("weights", "the weights of all targets sum to", Figure(total, 1.0), slack=EXACT)


def coverage_exposure(facts: Facts, tally: Tally) -> None:
    """A target's exposure is the sum over the legs in its cell within its time."""
    found = targets(facts)
    for row, key in zip(facts.plan.coverage, found.row_of, strict=True):
        if key is None:
            continue
        exposure = found.exposure.get(key, 0.0)
        tally.agrees(
            "coverage_exposure",
            f"{_words(key, facts)} states another exposure than the legs give",
            Figure(row.exposure, exposure),
            slack=SHARE * exposure + EXPOSURE,
            time=row.from_,
        )


def coverage_detection(facts: Facts, tally: Tally) -> None:
    """A target's detection is ``1 - exp(-exposure)`` of its row."""
    for row, key in zip(facts.plan.coverage, targets(facts).row_of, strict=True):
        tally.agrees(
            "coverage_detection",
            f"cell '{row.cell}' under '{row.threat}': detection does not follow from exposure",
            Figure(row.detection, -math.expm1(-row.exposure)),
            slack=EXACT,
            time=None if key is None else row.from_,
        )


def recomputed(facts: Facts) -> float:
    """Detection of all stationary targets from paths and scenario alone."""
    found = targets(facts)
    return math.fsum(
        found.weight(key) * -math.expm1(-exposure) for key, exposure in found.exposure.items()
    )


def _target_of(row: CoverageRow, layers: dict[str, Layer], facts: Facts) -> Key | None:
    layer, cell = layers.get(row.threat), facts.cell_index.get(row.cell)
    if layer is None or cell is None or layer.water_nm2[cell] <= 0:
        return None
    from_h, to_h = facts.hours(row.from_), facts.hours(row.to)
    window = int(np.searchsorted(layer.bounds_h, from_h + TIME_H, side="right")) - 1
    if not 0 <= window < len(layer.bounds_h) - 1:
        return None
    fits = (
        abs(from_h - layer.bounds_h[window]) <= TIME_H
        and abs(to_h - layer.bounds_h[window + 1]) <= TIME_H
    )
    return (row.threat, cell, window) if fits and layer.active[window] else None


def _start(key: Key, facts: Facts) -> datetime:
    return facts.time(float(targets(facts).layers[key[0]].bounds_h[key[2]]))


def _words(key: Key, facts: Facts) -> str:
    return f"cell '{facts.sea.cells.ids[key[1]]}' under '{key[0]}'"
