"""Maximal covering on instances of the size of the classic ones: time to the proven optimum.

``python tests/benchmarks/siting.py``

The classic instances (324 to 818 points of São José dos Campos) could not be had with a
licence, so these are a stand-in: points drawn in clusters, every point a site, weights like
numbers of people, and the classic service distances of 800, 1200 and 1600. Nothing measured
here can be set beside figures published for the real ones.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.study.siting.covering import Covers, Weights, best_cover, reduced

POINTS = (324, 402, 500, 708, 818)
RADII = (800.0, 1200.0, 1600.0)
MOST_SITES = 10

SIDE = 3600.0
"""Side of the square that 324 points lie in (assumption); its area grows with the points."""

POINTS_A_CLUSTER = 25
"""Assumption."""

SPREAD = 0.06
"""Standard deviation within a cluster, as a share of the side (assumption)."""

HEAVIEST = 130
"""Weights are whole numbers from 1 to this (assumption)."""


@dataclass(frozen=True)
class Size:
    """An instance: number of points, service distance, seed."""

    points: int
    radius: float
    seed: int = 0

    @property
    def name(self) -> str:
        """Name in the table."""
        return f"clusters-{self.points}, {self.radius:g}"

    def build(self) -> tuple[Covers, Weights]:
        """Which site covers which point, (n, n), and weights (n,)."""
        rng = np.random.default_rng([self.seed, self.points])
        side = SIDE * np.sqrt(self.points / POINTS[0])
        centres = rng.uniform(0.0, side, (max(2, self.points // POINTS_A_CLUSTER), 2))
        share = rng.dirichlet(np.ones(len(centres)))
        own = centres[rng.choice(len(centres), self.points, p=share)]
        place: NDArray[np.float64] = own + rng.normal(0.0, SPREAD * side, own.shape)
        place = np.clip(place, 0.0, side)
        apart = np.linalg.norm(place[:, None] - place[None, :], axis=2)
        weight = rng.integers(1, HEAVIEST + 1, self.points).astype(np.float64)
        return apart <= self.radius, weight


CASES = tuple(Size(points, radius) for points in POINTS for radius in RADII)


@dataclass(frozen=True)
class Row:
    """One instance for all numbers of sites."""

    case: str
    sites_left: int
    points_left: int
    covered: tuple[float, ...]
    proven: int
    longest_s: float
    total_s: float


def measure(case: Size, most: int = MOST_SITES, time_limit_s: float = 60.0) -> Row:
    """Solve an instance for 1 to ``most`` sites."""
    covers, weight = case.build()
    small = reduced(covers, weight)
    began = time.monotonic()
    found = [best_cover(covers, weight, p, time_limit_s=time_limit_s) for p in range(1, most + 1)]
    return Row(
        case.name,
        small.site.size,
        small.weight.size,
        tuple(cover.covered / float(weight.sum()) for cover in found),
        sum(cover.proven for cover in found),
        max(cover.time_s for cover in found),
        time.monotonic() - began,
    )


def table(rows: Sequence[Row]) -> str:
    """Rows as Markdown."""
    return "\n".join(_lines(rows))


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    yield "| instance | sites, points left | covered by 1 / 5 / 10 | proven | longest | all |"
    yield "|---|--:|--:|--:|--:|--:|"
    for row in rows:
        some = [row.covered[k] for k in (0, 4, 9) if k < len(row.covered)]
        shares = " / ".join(f"{100 * share:.1f} %" for share in some)
        yield (
            f"| {row.case} | {row.sites_left}, {row.points_left} | {shares} | "
            f"{row.proven} of {len(row.covered)} | {row.longest_s:.1f} s | {row.total_s:.1f} s |"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Solve all instances and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds for each solve")
    parser.add_argument("--points", type=int, nargs="*", default=POINTS, help="sizes to solve")
    asked = parser.parse_args(arguments)
    cases = [case for case in CASES if case.points in asked.points]
    print(table([measure(case, time_limit_s=asked.time_limit) for case in cases]))


if __name__ == "__main__":
    main()
