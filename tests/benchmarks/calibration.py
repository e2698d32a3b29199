"""What plans promise beside what they find, scenario by scenario and threat by threat.

``python tests/benchmarks/calibration.py --time-limit 20 --runs 20000``

Each scenario is planned and then simulated by both laws of detection. Two
columns help to see where promise and trial part:

- *perfect lanes*: the plan's exposures under ``min(1, u)`` instead of
  ``1 − exp(−u)``: no water looked at twice before all of it was once;
- *other tracks*: of threats in transit, the plan's own formula on many tracks
  that the optimiser has not seen, drawn as those were that it has.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from planner.app import plan_scenario
from planner.errors import PlannerError
from planner.plan.model import CoverageRow, MovingRow, Plan
from planner.problem.tracks import Track, sample_tracks
from planner.scenario import Scenario, Threat
from planner.sea import Sea, build_sea
from planner.simulate import simulate
from planner.simulate.model import Finds
from tests.benchmarks.scenarios import SCENARIOS

ALL = "all"

OTHER_TRACKS = 2000


@dataclass(frozen=True)
class Row:
    """One threat of one scenario, or all of them; chances of detection from 0 to 1."""

    scenario: str
    threat: str
    weight: float
    planned: float
    perfect: float
    other_tracks: float | None
    definite: float
    definite_half: float
    inverse_cube: float

    @property
    def ratio(self) -> float | None:
        """Found by definite range over planned."""
        return self.definite / self.planned if self.planned > 0 else None


def calibrate(name: str, plan: Plan, *, runs: int, seed: int) -> list[Row]:
    """Simulate a plan that knows its scenario by both laws; a row a threat, the last for all."""
    definite = simulate(plan, runs=runs, seed=seed)
    inverse = simulate(plan, runs=runs, seed=seed, law="inverse-cube")
    other = _on_other_tracks(plan)
    rows = []
    both = zip(definite.threats, inverse.threats, strict=True)
    pairs: list[tuple[str, Finds, Finds]] = [(one.threat, one, two) for one, two in both]
    for threat, one, two in [*pairs, (ALL, definite.total, inverse.total)]:
        of = [row for row in (*plan.coverage, *plan.moving) if threat in (row.threat, ALL)]
        rows.append(
            Row(
                scenario=name,
                threat=threat,
                weight=one.weight,
                planned=one.planned or 0.0,
                perfect=_perfect(of),
                other_tracks=other.get(threat),
                definite=one.simulated,
                definite_half=(one.high - one.low) / 2,
                inverse_cube=two.simulated,
            )
        )
    return rows


def _perfect(rows: Iterable[CoverageRow | MovingRow]) -> float:
    """Mean over the weight of ``min(1, exposure)``."""
    table = np.array([(row.weight, min(1.0, row.exposure)) for row in rows]).reshape(-1, 2)
    total = float(table[:, 0].sum())
    return float(table[:, 0] @ table[:, 1]) / total if total > 0 else 0.0


def _on_other_tracks(plan: Plan) -> dict[str, float]:
    """Detection by the plan's formula of tracks it was not made for, by threat in transit."""
    scenario = plan.source
    if scenario is None:
        raise ValueError("the plan does not know its scenario")
    moving = [(k, t) for k, t in enumerate(scenario.threat, start=1) if t.kind == "transit"]
    if not moving:
        return {}
    sea = build_sea(scenario)
    legs = _searches(plan, scenario, sea)
    found = {}
    for number, threat in moving:
        exposures = [_exposure(track, legs) for track in _others(threat, number, scenario, sea)]
        found[threat.name] = float(np.mean(-np.expm1(-np.array(exposures))))
    return found


def _others(threat: Threat, number: int, scenario: Scenario, sea: Sea) -> list[Track]:
    many = threat.model_copy(update={"tracks": OTHER_TRACKS})
    return sample_tracks(many, number, 1.0, scenario, sea)


def _searches(plan: Plan, scenario: Scenario, sea: Sea) -> np.ndarray:
    """Cell, start and end in hours, and exposure (k, 4) of every search."""
    index = {name: number for number, name in enumerate(sea.cells.ids)}
    rows = [
        (
            index[given.cell],
            (leg.start - scenario.start).total_seconds() / 3600,
            (leg.end - scenario.start).total_seconds() / 3600,
            given.exposure,
        )
        for sortie in plan.sorties
        for leg in sortie.legs
        for given in leg.exposures
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _exposure(track: Track, legs: np.ndarray) -> float:
    """Exposure that searches give a track, by cells and times as the plan reckons."""
    cell, start, end, given = legs.T
    total = 0.0
    for where, enter, leave in zip(track.cell, track.enter_h, track.leave_h, strict=True):
        shared = np.minimum(end, leave) - np.maximum(start, enter)
        part = np.clip(shared, 0.0, None) / (end - start) * given
        total += float(part[cell == where].sum())
    return total


def table(rows: Sequence[Row]) -> str:
    """Markdown: a threat a line."""
    head = [
        "scenario", "threat", "weight", "planned", "perfect lanes", "other tracks",
        "definite range", "of planned", "inverse cube",
    ]  # fmt: skip
    lines = [head, ["---", "---"] + ["---:"] * (len(head) - 2)]
    for row in rows:
        lines.append(
            [
                row.scenario,
                row.threat,
                f"{row.weight:.2f}",
                f"{row.planned:.3f}",
                f"{row.perfect:.3f}",
                "–" if row.other_tracks is None else f"{row.other_tracks:.3f}",
                f"{row.definite:.3f} ± {row.definite_half:.3f}",
                "–" if row.ratio is None else f"{row.ratio:.2f}",
                f"{row.inverse_cube:.3f}",
            ]
        )
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Plan, simulate, print; 0 done, 2 bad input."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--time-limit", type=float, default=20.0, metavar="S")
    parser.add_argument("--work", type=int, metavar="N", help="rounds of work, in one thread")
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scenario", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--json", action="store_true", help="rows as JSON instead of a table")
    chosen = parser.parse_args(arguments)
    rows: list[Row] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name in chosen.scenario:
                plan = plan_scenario(
                    SCENARIOS[name](Path(folder)),
                    time_limit_s=chosen.time_limit,
                    work_limit=chosen.work,
                    seed=chosen.seed,
                )
                rows += calibrate(name, plan, runs=chosen.runs, seed=chosen.seed)
                print(f"{name}: done", file=sys.stderr, flush=True)
    except PlannerError as error:
        print(error, file=sys.stderr)
        return 2
    if chosen.json:
        print(json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], indent=1))
    else:
        print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
