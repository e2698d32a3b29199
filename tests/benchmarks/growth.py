"""How the time to a proven gap of 5 % grows with cells, hulls and days, and the memory it takes.

``python tests/benchmarks/growth.py --time-limit 600 --plot growth.png``

Cases vary one dimension at a time around a centre; two more are the whole
Caspian with 30 hulls for 14 days. Each runs in a process of its own, so that
its peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from matplotlib.figure import Figure

from planner.problem.arrays import Instance
from planner.problem.build import build
from planner.sea import build_sea
from planner.solve import Progress, solve
from tests.benchmarks.scenarios import WholeSea

Dimension = Literal["cells", "hulls", "days"]
DIMENSIONS: tuple[Dimension, ...] = ("cells", "hulls", "days")

GOAL = 0.05
"""Proven gap that is timed."""

CENTRE = WholeSea(hulls=10, days=7)

CASES: dict[str, tuple[WholeSea, tuple[Dimension, ...]]] = {
    "centre": (CENTRE, DIMENSIONS),
    "cells-4": (replace(CENTRE, cell_resolution=4), ("cells",)),
    "cells-5-belt": (replace(CENTRE, limit="territorial"), ("cells",)),
    "cells-5-fishery": (replace(CENTRE, limit="fishery"), ("cells",)),
    "cells-6-belt": (replace(CENTRE, limit="territorial", cell_resolution=6), ("cells",)),
    "cells-6": (replace(CENTRE, cell_resolution=6), ("cells",)),
    **{f"hulls-{n}": (replace(CENTRE, hulls=n), ("hulls",)) for n in (1, 3, 20, 30)},
    **{f"days-{n}": (replace(CENTRE, days=n), ("days",)) for n in (1, 2, 4, 14)},
    "caspian-5": (WholeSea(), ()),
    "caspian-6": (WholeSea(cell_resolution=6), ()),
}
"""Layout of every case, and the dimensions it is a point of; all else is as in the centre."""


@dataclass(frozen=True)
class Row:
    """One case solved.

    ``read_s`` is reading the sea and building the arrays, ``goal_s`` the
    solver's clock when the gap first was at most ``GOAL`` (None: not within
    ``limit_s``; known to half a second, as often as the solver tells), ``gap``
    the gap at the end, ``peak_mb`` the process's largest resident memory.
    """

    case: str
    cells: int
    hulls: int
    days: float
    read_s: float
    limit_s: float
    goal_s: float | None
    detection: float
    bound: float
    gap: float | None
    peak_mb: float


def timed(instance: Instance, time_limit_s: float, seed: int) -> tuple[float | None, Progress]:
    """Solve until the goal or the time limit; when the goal was reached, and the end."""
    result = solve(instance, time_limit_s=time_limit_s, gap=GOAL, seed=seed)
    goal_s = result.time_s if result.gap <= GOAL else None
    return goal_s, Progress(result.time_s, "done", result.detection, result.bound)


def measure(name: str, layout: WholeSea, time_limit_s: float, seed: int) -> Row:
    """Build and solve one case in this process."""
    with tempfile.TemporaryDirectory() as directory:
        scenario = layout.scenario(Path(directory))
        began = time.monotonic()
        instance = build(scenario, build_sea(scenario)).instance
    read_s = time.monotonic() - began
    goal_s, end = timed(instance, time_limit_s, seed)
    return Row(
        name,
        instance.n_cells,
        layout.hulls,
        layout.days,
        round(read_s, 2),
        time_limit_s,
        goal_s,
        end.detection or 0.0,
        1.0 if end.bound is None else end.bound,
        end.gap,
        round(peak_mb(), 1),
    )


def peak_mb() -> float:
    """Largest resident memory of this process so far, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def measure_apart(names: Sequence[str], time_limit_s: float, seed: int) -> list[Row]:
    """Measure cases one after the other, each in a fresh process."""
    fresh = multiprocessing.get_context("spawn")
    rows = []
    for name in names:
        with ProcessPoolExecutor(1, mp_context=fresh) as process:
            rows.append(process.submit(measure, name, CASES[name][0], time_limit_s, seed).result())
        print(line(rows[-1]), file=sys.stderr, flush=True)
    return rows


@dataclass(frozen=True)
class Fit:
    """``goal_s ≈ exp(offset) · size^exponent``, from ``points`` cases; ``censored`` left out."""

    dimension: Dimension
    exponent: float | None
    offset: float | None
    points: int
    censored: int


def points_of(rows: Sequence[Row], dimension: Dimension) -> list[Row]:
    """Cases that vary a dimension, smallest first."""
    mine = [row for row in rows if row.case in CASES and dimension in CASES[row.case][1]]
    return sorted(mine, key=lambda row: float(getattr(row, dimension)))


def fit(rows: Sequence[Row], dimension: Dimension) -> Fit:
    """Least squares of ``log goal_s`` over the log of a dimension.

    Cases that missed the goal only have a lower limit of their time, so they
    are left out and counted; the exponent is None with fewer than two sizes left.
    """
    mine = points_of(rows, dimension)
    reached = [row for row in mine if row.goal_s is not None]
    size = np.log([float(getattr(row, dimension)) for row in reached])
    if len(np.unique(size)) < 2:
        return Fit(dimension, None, None, len(reached), len(mine) - len(reached))
    taken = np.log([row.goal_s for row in reached if row.goal_s is not None])
    exponent, offset = np.polyfit(size, taken, 1)
    return Fit(dimension, float(exponent), float(offset), len(reached), len(mine) - len(reached))


def table(rows: Sequence[Row], fits: Sequence[Fit]) -> str:
    """Markdown: a case a line, then an exponent a line."""
    head = ["case", "cells", "hulls", "days", "read s", "peak MB", "detection", "gap", "s to 5%"]
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)]
    for row in rows:
        gap = "–" if row.gap is None else f"{100 * row.gap:.1f}%"
        goal = f"> {row.limit_s:g}" if row.goal_s is None else f"{row.goal_s:.1f}"
        lines.append(
            [row.case, f"{row.cells:,}", str(row.hulls), f"{row.days:g}", f"{row.read_s:.1f}",
             f"{row.peak_mb:,.0f}", f"{row.detection:.4f}", gap, goal]
        )  # fmt: skip
    text = ["| " + " | ".join(cells) + " |" for cells in lines]
    text += ["", "| over | exponent | cases fitted | not at 5% in time |", "|---|---:|---:|---:|"]
    for one in fits:
        exponent = "–" if one.exponent is None else f"{one.exponent:.2f}"
        text.append(f"| {one.dimension} | {exponent} | {one.points} | {one.censored} |")
    return "\n".join(text)


def plot(rows: Sequence[Row], fits: Sequence[Fit], path: Path) -> None:
    """Draw time to the goal over each dimension, log-log, with the fitted lines."""
    figure = Figure(figsize=(11, 3.8), layout="constrained")
    for axes, one in zip(figure.subplots(1, len(fits), sharey=True), fits, strict=True):
        mine = points_of(rows, one.dimension)
        reached = [(getattr(r, one.dimension), r.goal_s) for r in mine if r.goal_s is not None]
        missed = [(getattr(r, one.dimension), r.limit_s) for r in mine if r.goal_s is None]
        axes.set(xscale="log", yscale="log", xlabel=one.dimension)
        axes.grid(which="both", alpha=0.3)
        if reached:
            axes.plot(*zip(*reached, strict=True), "o", label="reached")
        if missed:
            axes.plot(
                *zip(*missed, strict=True), "^", fillstyle="none", label="not within the time limit"
            )
        if one.exponent is not None and one.offset is not None:
            size = np.array([reached[0][0], reached[-1][0]], float)
            label = f"exponent {one.exponent:.2f}"
            axes.plot(size, np.exp(one.offset) * size**one.exponent, "--", label=label)
        if mine:
            axes.legend()
    figure.supylabel(f"seconds to a proven gap of {100 * GOAL:g} %")
    figure.savefig(path, dpi=150)


def line(row: Row) -> str:
    """One line of progress."""
    gap = "no gap yet" if row.gap is None else f"gap {100 * row.gap:.1f}%"
    goal = "not reached" if row.goal_s is None else f"reached after {row.goal_s:.1f} s"
    return (
        f"{row.case}: {row.cells} cells, {row.hulls} hulls, {row.days:g} days; "
        f"read in {row.read_s:.1f} s, {gap}, 5% {goal}, peak {row.peak_mb:,.0f} MB"
    )


def as_json(rows: Sequence[Row], fits: Sequence[Fit]) -> dict[str, Any]:
    """Rows and fits as plain values."""
    return {"rows": [asdict(row) for row in rows], "fits": [asdict(one) for one in fits]}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the cases asked for."""
    parser = argparse.ArgumentParser(description="Time to a proven gap of 5% as a plan grows.")
    parser.add_argument("--time-limit", type=float, default=600.0, metavar="S", help="of each case")
    parser.add_argument("--case", nargs="+", choices=CASES, default=list(CASES), metavar="NAME")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="rows and fits as JSON, no table")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw them, as PNG")
    chosen = parser.parse_args(arguments)
    rows = measure_apart(chosen.case, chosen.time_limit, chosen.seed)
    fits = [fit(rows, dimension) for dimension in DIMENSIONS]
    print(json.dumps(as_json(rows, fits), indent=1) if chosen.json else table(rows, fits))
    if chosen.plot is not None:
        plot(rows, fits, chosen.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
