"""The table of a fleet-size study: what each fleet detects, at most can, and costs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import pairwise

from planner.study.served import Need

MILLION = 1e6
GAINS = ("gain", "gain_low", "gain_high", "gain_cost_usd", "gain_points_per_million_usd")


@dataclass(frozen=True)
class Service:
    """What a fleet does for requirements, beside what it detects.

    Attributes
    ----------
    value, value_bound
        The whole objective, detection and what is served at its worth: that of the plan,
        and what no plan exceeds.
    met, met_at_most : (n_requirements,)
        Share of each requirement that the plan serves, and that no plan exceeds.
    """

    value: float
    value_bound: float
    met: tuple[float, ...]
    met_at_most: tuple[float, ...]


@dataclass(frozen=True)
class FleetRow:
    """One fleet of the study.

    ``split`` gives the boats of each unit studied, in the study's order.
    ``detection`` is that of its plan, ``bound`` what no plan of it can exceed,
    both 0 to 1. ``planned_boats`` says how many of the boats the plan uses
    (less than ``boats`` where nothing better than a smaller fleet's plan was
    found). ``purchase_usd`` is the price of the boats counted, ``running_usd``
    the cost of all hours under way of all hulls in the plan. ``service`` is there where
    something is required; ``bound`` then is of detection alone, whatever is served.
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
    service: Service | None = None

    @property
    def value(self) -> float:
        """The objective of the plan: detection, and what is served."""
        return self.detection if self.service is None else self.service.value

    @property
    def value_bound(self) -> float:
        """What no plan of the fleet has more of the objective than."""
        return self.bound if self.service is None else self.service.value_bound

    @property
    def bound_alike(self) -> float:
        """What no plan of the fleet detects that serves as much as this one."""
        if self.service is None:
            return self.bound
        served = self.service.value - self.detection
        return max(self.detection, min(self.bound, self.service.value_bound - served))

    @property
    def gap(self) -> float:
        """``bound_alike / detection − 1``."""
        return self.bound_alike / self.detection - 1 if self.detection > 0 else float("inf")

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

    Of the whole objective, which is detection if nothing is required. ``found`` is the
    difference of the two plans. What the best plans would differ by lies between ``low``
    and ``high``, whatever the optimiser missed. ``cost_usd`` is what they cost more, in
    purchase and running.
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
    needs: tuple[Need, ...] = ()

    def gains(self) -> tuple[Gain | None, ...]:
        """Gain of each row over the one before; None for the first."""
        return (None, *(gain(*pair) for pair in pairwise(self.rows)))


def gain(smaller: FleetRow, larger: FleetRow) -> Gain:
    """What the larger fleet buys over the smaller, with its certain limits.

    With ``d`` the objective of the plan found (detection, if nothing is required), ``b``
    its bound, and that of the best possible plan ``d*`` somewhere in ``[d, b]``::

        max(0, d_large − b_small) ≤ d*_large − d*_small ≤ b_large − d_small

    The lower limit is never below 0 because a plan of the smaller fleet is a
    plan of the larger.
    """
    return Gain(
        found=larger.value - smaller.value,
        low=max(0.0, larger.value - smaller.value_bound),
        high=larger.value_bound - smaller.value,
        cost_usd=larger.cost_usd - smaller.cost_usd,
    )


def settled(rows: Sequence[FleetRow]) -> tuple[FleetRow, ...]:
    """Rows made consistent: no fleet is worse than a smaller one, none can exceed a larger one.

    A plan of a smaller fleet is a plan of every larger one; a bound of a
    larger fleet bounds every smaller one. So take the best plan of all
    smaller fleets, by the whole objective, and the least bounds of all larger ones.

    Parameters
    ----------
    rows
        Rows as they were found, in any order.
    """
    ordered = sorted(rows, key=lambda row: row.boats)
    forward: list[FleetRow] = []
    for row in ordered:
        before = forward[-1] if forward else row
        forward.append(row if row.value >= before.value else _borrowed(row, before))
    backward: list[FleetRow] = []
    for row in reversed(forward):
        backward.append(_bounded(row, backward[-1] if backward else row))
    return tuple(reversed(backward))


def _bounded(row: FleetRow, larger: FleetRow) -> FleetRow:
    """A fleet with the bounds of a larger one where these are lower."""
    bound = max(row.detection, min(row.bound, larger.bound))
    if row.service is None or larger.service is None:
        return replace(row, bound=bound)
    own, lent = row.service, larger.service
    met = zip(own.met, own.met_at_most, lent.met_at_most, strict=True)
    service = replace(
        own,
        value_bound=max(own.value, min(own.value_bound, lent.value_bound)),
        met_at_most=tuple(max(share, min(most, least)) for share, most, least in met),
    )
    return replace(row, bound=bound, service=service)


def table_csv(table: StudyTable) -> str:
    """The study as a tidy table: a row a fleet, shares from 0 to 1, units in the names."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    stated = [item.name for item in fields(FleetRow) if item.name != "service"]
    derived = ["gap", "cost_usd", "detection_points_per_million_usd"]
    writer.writerow([*stated, *derived, *GAINS, *_service_columns(table.needs)])
    for row, bought in zip(table.rows, table.gains(), strict=True):
        figures: list[object] = [row.gap, row.cost_usd, row.detection_per_million]
        said = [getattr(row, name) for name in stated]
        gains = [""] * len(GAINS) if bought is None else [*asdict(bought).values()]
        if bought is not None:
            gains.append(bought.points_per_million)
        figures += [*gains, *_service_figures(row)]
        writer.writerow([_cell(value) for value in (*said, *figures)])
    return out.getvalue()


def _service_columns(needs: Sequence[Need]) -> list[str]:
    """Columns of what is required, none if nothing is."""
    if not needs:
        return []
    each = [name for need in needs for name in (f"met: {need.name}", f"met_at_most: {need.name}")]
    return ["value", "value_bound", "bound_serving_as_much", *each]


def _service_figures(row: FleetRow) -> list[float]:
    """One fleet's figures for :func:`_service_columns`."""
    if row.service is None:
        return []
    met = zip(row.service.met, row.service.met_at_most, strict=True)
    each = [share for pair in met for share in pair]
    return [row.value, row.value_bound, row.bound_alike, *each]


def _borrowed(row: FleetRow, smaller: FleetRow) -> FleetRow:
    """A fleet that sails a smaller one's plan: its purchase and bounds, the other's plan."""
    service = smaller.service
    if service is not None and row.service is not None:
        own = row.service
        met = zip(service.met, own.met_at_most, strict=True)
        most = tuple(max(share, at_most) for share, at_most in met)
        service = replace(service, value_bound=own.value_bound, met_at_most=most)
    return replace(
        smaller,
        service=service,
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
