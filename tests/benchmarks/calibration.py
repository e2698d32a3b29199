"""What plans promise beside what they find, scenario by scenario and threat by threat.

``python tests/benchmarks/calibration.py --time-limit 20 --runs 20000``
``python tests/benchmarks/calibration.py --work 12 --resolution 4 5 6 --width 0.5 1 1.5 2``

Each scenario is planned and then simulated by both laws of detection. With
``--resolution`` and ``--width`` it is planned in cells of each size and with all
sweep widths multiplied by each factor; the summary then has a line for each,
with the sweep width as a share of the distance between cells.

*Standing* and *moving* are the ratios, found by definite range over planned, of
threats that stay and of threats that run. *Other tracks* is the plan's own
formula on many tracks that the optimiser has not seen, drawn as those were that
it has.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from planner.app import plan_scenario
from planner.errors import PlannerError
from planner.plan.model import Plan
from planner.problem.passing import mean_relative_kn, pass_exposure
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
    other_tracks: float | None
    definite: float
    definite_half: float
    inverse_cube: float
    resolution: int = 5
    width: float = 1.0
    width_over_spacing: float = 0.0
    moves: bool = False

    @property
    def ratio(self) -> float | None:
        """Found by definite range over planned."""
        return self.definite / self.planned if self.planned > 0 else None


def calibrate(name: str, plan: Plan, *, runs: int, seed: int) -> list[Row]:
    """Simulate a plan that knows its scenario by both laws; a row a threat, the last for all."""
    scenario = plan.source
    if scenario is None:
        raise ValueError("the plan does not know its scenario")
    definite = simulate(plan, runs=runs, seed=seed)
    inverse = simulate(plan, runs=runs, seed=seed, law="inverse-cube")
    other = _on_other_tracks(plan)
    rows = []
    both = zip(definite.threats, inverse.threats, strict=True)
    pairs: list[tuple[str, Finds, Finds]] = [(one.threat, one, two) for one, two in both]
    for threat, one, two in [*pairs, (ALL, definite.total, inverse.total)]:
        rows.append(
            Row(
                scenario=name,
                threat=threat,
                weight=one.weight,
                planned=one.planned or 0.0,
                other_tracks=other.get(threat),
                definite=one.simulated,
                definite_half=(one.high - one.low) / 2,
                inverse_cube=two.simulated,
                resolution=scenario.area.cell_resolution,
                width_over_spacing=_width_over_spacing(plan, scenario),
                moves=any(row.threat == threat for row in plan.moving),
            )
        )
    return rows


def _width_over_spacing(plan: Plan, scenario: Scenario) -> float:
    """Sweep width of the searches over the distance between cells, on average."""
    cells = build_sea(scenario).cells
    widths = [
        leg.sweep_width_nm for trip in plan.sorties for leg in trip.legs if leg.mode == "search"
    ]
    return float(np.mean(widths) / cells.spacing_nm.mean()) if widths else 0.0


def _on_other_tracks(plan: Plan) -> dict[str, float]:
    """Detection by the plan's formula of tracks it was not made for, by threat in transit."""
    scenario = plan.source
    if scenario is None:
        raise ValueError("the plan does not know its scenario")
    moving = [(k, t) for k, t in enumerate(scenario.threat, start=1) if t.kind == "transit"]
    if not moving:
        return {}
    sea = build_sea(scenario)
    found = {}
    for number, threat in moving:
        legs = _searches(plan, threat.name, sea)
        exposures = [_exposure(track, legs) for track in _others(threat, number, scenario, sea)]
        found[threat.name] = float(np.mean(-np.expm1(-np.array(exposures))))
    return found


def _others(threat: Threat, number: int, scenario: Scenario, sea: Sea) -> list[Track]:
    many = threat.model_copy(update={"tracks": OTHER_TRACKS})
    return sample_tracks(many, number, 1.0, scenario, sea)


def _searches(plan: Plan, threat: str, sea: Sea) -> np.ndarray:
    """Cell, start and end in hours, coverage and speed (k, 5) of every search against a threat."""
    index = {name: number for number, name in enumerate(sea.cells.ids)}
    scenario = plan.source
    if scenario is None:
        raise ValueError("the plan does not know its scenario")
    rows = [
        (
            index[given.cell],
            (leg.start - scenario.start).total_seconds() / 3600,
            (leg.end - scenario.start).total_seconds() / 3600,
            given.exposure * leg.factor(threat),
            leg.speed_kn,
        )
        for sortie in plan.sorties
        for leg in sortie.legs
        for given in leg.exposures
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 5)


def _exposure(track: Track, legs: np.ndarray) -> float:
    """Exposure that searches give a track, by cells and times as the plan reckons."""
    cell, start, end, coverage, speed_kn = legs.T
    swept = coverage * mean_relative_kn(speed_kn, track.speed_kn) / speed_kn
    total = 0.0
    for where, enter, leave in zip(track.cell, track.enter_h, track.leave_h, strict=True):
        shared = np.minimum(end, leave) - np.maximum(start, enter)
        part = np.clip(shared, 0.0, None) / (end - start) * swept
        total += float(pass_exposure(part[cell == where]).sum())
    return total


def table(rows: Sequence[Row]) -> str:
    """Markdown: a threat a line."""
    head = [
        "scenario", "resolution", "width", "threat", "weight", "planned", "other tracks",
        "definite range", "of planned", "inverse cube",
    ]  # fmt: skip
    lines = [head, ["---", "---", "---", "---"] + ["---:"] * (len(head) - 4)]
    for row in rows:
        lines.append(
            [
                row.scenario,
                str(row.resolution),
                f"{row.width:g}",
                row.threat,
                f"{row.weight:.2f}",
                f"{row.planned:.3f}",
                "–" if row.other_tracks is None else f"{row.other_tracks:.3f}",
                f"{row.definite:.3f} ± {row.definite_half:.3f}",
                _ratio(row.ratio),
                f"{row.inverse_cube:.3f}",
            ]
        )
    return _markdown(lines)


def summary(rows: Sequence[Row]) -> str:
    """Markdown: a line for each scenario, resolution and width."""
    head = [
        "scenario", "resolution", "width", "width / spacing", "planned", "definite range",
        "of planned", "standing", "moving", "inverse cube, of planned",
    ]  # fmt: skip
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)]
    for total in rows:
        if total.threat != ALL:
            continue
        case = (total.scenario, total.resolution, total.width)
        own = [row for row in rows if (row.scenario, row.resolution, row.width) == case]
        parts = [row for row in own if row.threat != ALL]
        lines.append(
            [
                total.scenario,
                str(total.resolution),
                f"{total.width:g}",
                f"{total.width_over_spacing:.2f}",
                f"{total.planned:.3f}",
                f"{total.definite:.3f} ± {total.definite_half:.3f}",
                _ratio(total.ratio),
                _ratio(_pooled([row for row in parts if not row.moves])),
                _ratio(_pooled([row for row in parts if row.moves])),
                _ratio(total.inverse_cube / total.planned if total.planned > 0 else None),
            ]
        )
    return _markdown(lines)


def _pooled(rows: Iterable[Row]) -> float | None:
    """Found over planned of several threats by weight, None where nothing is planned."""
    of = list(rows)
    planned = sum(row.weight * row.planned for row in of)
    return sum(row.weight * row.definite for row in of) / planned if planned > 0 else None


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _markdown(lines: Iterable[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def varied(scenario: Scenario, resolution: int | None, width: float) -> Scenario:
    """A scenario in cells of another size, all classes' sweep widths times ``width``."""
    if resolution is not None:
        area = scenario.area.model_copy(update={"cell_resolution": resolution})
        scenario = scenario.model_copy(update={"area": area})
    vessels = {
        key: vessel.model_copy(update={"sweep_width_nm": width * vessel.sweep_width_nm})
        for key, vessel in scenario.vessel.items()
    }
    return scenario.model_copy(update={"vessel": vessels})


def main(arguments: Sequence[str] | None = None) -> int:
    """Plan, simulate, print; 0 done, 2 bad input."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--time-limit", type=float, default=20.0, metavar="S")
    parser.add_argument("--work", type=int, metavar="N", help="rounds of work, in one thread")
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scenario", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--resolution", nargs="+", type=int, default=[None], metavar="R")
    parser.add_argument("--width", nargs="+", type=float, default=[1.0], metavar="FACTOR")
    parser.add_argument("--json", action="store_true", help="rows as JSON instead of tables")
    chosen = parser.parse_args(arguments)
    rows: list[Row] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name, resolution, width in product(
                chosen.scenario, chosen.resolution, chosen.width
            ):
                plan = plan_scenario(
                    varied(SCENARIOS[name](Path(folder)), resolution, width),
                    time_limit_s=chosen.time_limit,
                    work_limit=chosen.work,
                    seed=chosen.seed,
                )
                found = calibrate(name, plan, runs=chosen.runs, seed=chosen.seed)
                rows += [replace(row, width=width) for row in found]
                print(f"{name}, {resolution or ''} {width:g}: done", file=sys.stderr, flush=True)
    except PlannerError as error:
        print(error, file=sys.stderr)
        return 2
    if chosen.json:
        print(json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], indent=1))
    else:
        print(summary(rows), table(rows), sep="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
