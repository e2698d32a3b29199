"""What purchases cost for each point of detection, between which limits, once and a year.

With a price ``P`` and a gain of the best possible plans between ``low`` and ``high`` points,
a point costs between ``P / high`` and ``P / low``; where ``low`` is not above 0 nothing bounds
it from above.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.study.cases.layout import Layout
from planner.study.cases.model import Purchase, View
from planner.study.cases.points import SMALL, Difference, Standing, difference
from planner.study.cases.prices import price_over
from planner.study.cases.record import Record
from planner.study.choice.money import yearly

DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class PerPoint:
    """Dollars for each percentage point of detection; infinite where there is none for any money.

    ``found`` is by the plans found; by the best possible plans it lies between ``least`` and
    ``most``.
    """

    found: float
    least: float
    most: float


@dataclass(frozen=True)
class Yearly:
    """Dollars a year: a purchase spread over its life, what is stated beside, and sailing.

    ``sailing_usd`` is what the plan costs more than the other, as if all weeks were alike.
    """

    purchase_usd: float
    running_usd: float
    sailing_usd: float

    @property
    def total_usd(self) -> float:
        """All three."""
        return self.purchase_usd + self.running_usd + self.sailing_usd


@dataclass(frozen=True)
class Bought:
    """A purchase in one view: two points that differ in it, and what it cost.

    ``trial`` is by how much more was found in the trial, with the half width of its 95 %
    interval, both as shares; None if one was not tried. Where hulls break down it is with that.
    """

    purchase: Purchase
    view: View
    having: Standing
    without: Standing
    gain: Difference
    cost_usd: float
    days: float
    trial: tuple[float, float] | None

    @property
    def a_point(self) -> PerPoint:
        """Purchase money for each point."""
        return per_point(self.cost_usd, self.gain)

    @property
    def sailing_usd(self) -> float:
        """What sailing the plan costs more, over its days."""
        return self.having.record.cost_usd - self.without.record.cost_usd

    @property
    def a_year(self) -> Yearly | None:
        """What it costs a year; None if its life is not given."""
        bought = self.purchase
        if bought.life_years is None or bought.discount_rate is None:
            return None
        return Yearly(
            yearly(self.cost_usd, bought.life_years, bought.discount_rate),
            bought.yearly_usd,
            self.sailing_usd * DAYS_A_YEAR / self.days,
        )


def per_point(cost_usd: float, gain: Difference) -> PerPoint:
    """Dollars for each point of a gain; of less for less money, dollars saved for each lost."""
    sign = -1.0 if cost_usd < 0 else 1.0
    low, high = sorted((sign * gain.low, sign * gain.high))

    def dollars(share: float) -> float:
        return abs(cost_usd) / (100.0 * share) if share > SMALL else math.inf

    return PerPoint(dollars(sign * gain.found), dollars(high), dollars(low))


def over_reference(layout: Layout, number: int) -> float | None:
    """What a point's hulls cost more than its reference's; None where that is not known."""
    return price_over(layout.hulls[number], layout.hulls[layout.plot.reference[number]])


def purchases(layout: Layout, known: Mapping[int, Standing]) -> list[Bought]:
    """Every purchase in every view, at every place of the grid where both cases are known."""
    return [
        bought
        for each in layout.plot.study.purchase
        for view in each.view
        for bought in _bought(layout, known, each, view)
    ]


def _bought(
    layout: Layout, known: Mapping[int, Standing], purchase: Purchase, view: View
) -> Iterator[Bought]:
    points = layout.plot.points
    number = {(p.case, p.place, p.month): k for k, p in enumerate(points)}
    for standing in list(known.values()):
        point = standing.point
        other = number[view.without, point.place, point.month]
        if point.case != view.having or other not in known:
            continue
        without = known[other]
        cost = purchase.cost_usd
        if cost is None:
            cost = price_over(layout.hulls[standing.number], layout.hulls[other])
        if cost is None:  # said when the study was read
            continue
        yield Bought(
            purchase,
            view,
            standing,
            without,
            difference(layout, standing, without),
            cost,
            float(layout.plot.scenario(point).days),
            trial_gain(standing.record, without.record),
        )


def trial_gain(one: Record, other: Record) -> tuple[float, float] | None:
    """How much more one plan found in its trial, and the half width of that; None without one."""
    mine, theirs = tried(one), tried(other)
    if mine is None or theirs is None:
        return None
    return mine[0] - theirs[0], math.hypot(mine[1], theirs[1])


def tried(record: Record) -> tuple[float, float] | None:
    """What a trial found, with breakdowns if there are any, and the half width of its interval."""
    trial = record.simulated, record.low, record.high
    if record.available is not None:
        trial = record.available, record.available_low, record.available_high
    found, low, high = trial
    if found is None or low is None or high is None:
        return None
    return found, (high - low) / 2
