"""The table of a fleet-size study: what each fleet detects, at most can, and costs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import pairwise

MILLION = 1e6
GAINS = ("gain", "gain_low", "gain_high", "gain_cost_usd", "gain_points_per_million_usd")


@dataclass(frozen=True)
class FleetRow:
    """One fleet of the study.

    ``split`` gives the boats of each unit studied, in the study's order.
    ``detection`` is that of its plan, ``bound`` what no plan of it can exceed,
    both 0 to 1. ``planned_boats`` says how many of the boats the plan uses
    (less than ``boats`` where nothing better than a smaller fleet's plan was
    found). ``purchase_usd`` is the price of the boats counted, ``running_usd``
    the cost of all hours under way of all hulls in the plan.
    """

    boats: int
    split: str
    detection: float
    bound: float
    planned_boats: int
    purchase_usd: float
    running_usd: float
    at_sea_h: float
    fuel_l: float
    sorties: int
    time_s: float

    @property
    def gap(self) -> float:
        """``bound / detection − 1``."""
        return self.bound / self.detection - 1 if self.detection > 0 else float("inf")

    @property
    def cost_usd(self) -> float:
        """Purchase of the boats counted plus running cost of the plan."""
        return self.purchase_usd + self.running_usd

    @property
    def detection_per_million(self) -> float:
        """Percentage points of detection for every million dollars of cost."""
        return 100 * self.detection / (self.cost_usd / MILLION) if self.cost_usd > 0 else 0.0


@dataclass(frozen=True)
class Gain:
    """What the boats added since the row before buy, percentage figures as shares.

    ``found`` is the difference of the two plans. What the best plans would
    differ by lies between ``low`` and ``high``, whatever the optimiser missed.
    ``cost_usd`` is what they cost more, in purchase and running.
    """

    found: float
    low: float
    high: float
    cost_usd: float

    @property
    def points_per_million(self) -> float:
        """Percentage points gained per million dollars more; NaN where nothing more is spent."""
        return 100 * self.found / (self.cost_usd / MILLION) if self.cost_usd > 0 else float("nan")


@dataclass(frozen=True)
class StudyTable:
    """Rows of a study by ascending number of boats, and what they were made with."""

    title: str
    scenario_title: str
    vessel: str
    price_usd: float
    units: tuple[str, ...]
    days: float
    time_limit_s: float
    seed: int
    workers: int
    rows: tuple[FleetRow, ...]
    interrupted: bool = False

    def gains(self) -> tuple[Gain | None, ...]:
        """Gain of each row over the one before; None for the first."""
        return (None, *(gain(*pair) for pair in pairwise(self.rows)))


def gain(smaller: FleetRow, larger: FleetRow) -> Gain:
    """What the larger fleet buys over the smaller, with its certain limits.

    With ``d`` the detection of the plan found, ``b`` the bound, and the best
    possible detection ``d*`` somewhere in ``[d, b]``::

        max(0, d_large − b_small) ≤ d*_large − d*_small ≤ b_large − d_small

    The lower limit is never below 0 because a plan of the smaller fleet is a
    plan of the larger.
    """
    return Gain(
        found=larger.detection - smaller.detection,
        low=max(0.0, larger.detection - smaller.bound),
        high=larger.bound - smaller.detection,
        cost_usd=larger.cost_usd - smaller.cost_usd,
    )


def settled(rows: Sequence[FleetRow]) -> tuple[FleetRow, ...]:
    """Rows made consistent: no fleet is worse than a smaller one, none can exceed a larger one.

    A plan of a smaller fleet is a plan of every larger one; a bound of a
    larger fleet bounds every smaller one. So take the best plan of all
    smaller fleets and the least bound of all larger ones.

    Parameters
    ----------
    rows
        Rows as they were found, in any order.
    """
    ordered = sorted(rows, key=lambda row: row.boats)
    forward: list[FleetRow] = []
    for row in ordered:
        before = forward[-1] if forward else row
        forward.append(row if row.detection >= before.detection else _borrowed(row, before))
    least = float("inf")
    backward: list[FleetRow] = []
    for row in reversed(forward):
        least = min(least, row.bound)
        backward.append(replace(row, bound=max(least, row.detection)))
    return tuple(reversed(backward))


def table_csv(table: StudyTable) -> str:
    """The study as a tidy table: a row a fleet, shares from 0 to 1, units in the names."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    stated = [item.name for item in fields(FleetRow)]
    derived = ["gap", "cost_usd", "detection_points_per_million_usd"]
    writer.writerow([*stated, *derived, *GAINS])
    for row, bought in zip(table.rows, table.gains(), strict=True):
        figures = [row.gap, row.cost_usd, row.detection_per_million]
        gains = [""] * len(GAINS) if bought is None else [*asdict(bought).values()]
        if bought is not None:
            gains.append(bought.points_per_million)
        writer.writerow([_cell(value) for value in (*asdict(row).values(), *figures, *gains)])
    return out.getvalue()


def _borrowed(row: FleetRow, smaller: FleetRow) -> FleetRow:
    """A fleet that sails a smaller one's plan: its purchase, the other's plan."""
    return replace(
        smaller,
        boats=row.boats,
        split=row.split,
        purchase_usd=row.purchase_usd,
        bound=row.bound,
        time_s=row.time_s,
    )


def _cell(value: object) -> object:
    if not isinstance(value, float):
        return value
    return f"{value:.6g}" if abs(value) < 100 else f"{value:.1f}"
