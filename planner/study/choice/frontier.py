"""The efficient frontier: for each budget the best fleet found, and what none exceeds."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import pairwise

from planner.study.choice.offer import Offered

MILLION = 1e6


@dataclass(frozen=True)
class FrontierRow:
    """One budget. ``detection`` and ``bound`` are shares; money is US dollars.

    ``yearly_usd`` is what the fleet costs a year, purchases spread over its life,
    ``purchase_usd`` what its hulls cost once.
    """

    budget_usd: float
    detection: float
    bound: float
    yearly_usd: float
    purchase_usd: float
    fleet: tuple[Offered, ...]

    @property
    def gap(self) -> float:
        """``bound / detection − 1``."""
        return self.bound / self.detection - 1 if self.detection > 0 else float("inf")


@dataclass(frozen=True)
class Step:
    """What the money from one budget to the next buys, as shares of detection.

    ``found`` is the difference of the two plans; for the best plans of each budget
    it lies between ``low`` and ``high``.
    """

    found: float
    low: float
    high: float
    more_usd: float

    @property
    def proven(self) -> bool:
        """Whether the intervals part, so that more money surely buys detection."""
        return self.low > 0.0

    def per_million(self, share: float) -> float:
        """Percentage points for each million dollars a year more."""
        return 100.0 * share / (self.more_usd / MILLION)


@dataclass(frozen=True)
class Frontier:
    """Rows by ascending budget, and what they were made with."""

    title: str
    scenario_title: str
    days: float
    discount_rate: float
    gap: float
    seed: int
    time_s: float
    fleets_planned: int
    fleets_possible: int
    rows: tuple[FrontierRow, ...]
    interrupted: bool = False

    @property
    def steps(self) -> tuple[Step | None, ...]:
        """What each budget adds to the one before; None for the first."""
        found: list[Step | None] = [None]
        for below, row in pairwise(self.rows):
            found.append(
                Step(
                    row.detection - below.detection,
                    max(0.0, row.detection - below.bound),
                    row.bound - below.detection,
                    row.budget_usd - below.budget_usd,
                )
            )
        return tuple(found)


def frontier_csv(frontier: Frontier) -> str:
    """One row a budget; figures in full, what is not proven left empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [each.unit for each in frontier.rows[0].fleet]
    writer.writerow(
        ["budget_usd", "yearly_usd", "purchase_usd", "detection", "bound", "gap"]
        + [_inert(f"{what}: {name}") for name in names for what in ("hulls", "crews", "base")]
        + ["gain_found", "gain_low", "gain_high", "points_per_million_low"]
        + ["points_per_million_high"]
    )
    for row, step in zip(frontier.rows, frontier.steps, strict=True):
        chosen: list[object] = []
        for each in row.fleet:
            chosen += [each.hulls, each.crews, _inert(each.base) if each.hulls else ""]
        writer.writerow(
            [
                row.budget_usd,
                row.yearly_usd,
                row.purchase_usd,
                row.detection,
                row.bound,
                row.gap,
                *chosen,
                *_gained(step),
            ]
        )
    return out.getvalue()


def _gained(step: Step | None) -> list[object]:
    if step is None:
        return [""] * 5
    found: list[object] = [step.found, step.low, step.high]
    if not step.proven:
        return [*found, "", ""]
    return [*found, step.per_million(step.low), step.per_million(step.high)]


def _inert(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    signs = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "'")
    return f"'{text}" if text.startswith(signs) else text
