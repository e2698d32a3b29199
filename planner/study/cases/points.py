"""What is known of every point of a study: an interval, a trial, and how it differs.

The best possible plan of a point detects no less than any plan found for it, and
no more than any bound proven for it, whichever seed found or proved it. Beside
its own runs a point has those of others:

- a plan of fewer units, hulls and crews, all else the same, is a plan of more;
- what bounds more hulls and crews bounds fewer;
- what agencies plan apart or in turn is a plan that all could make jointly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from planner.study.cases.expand import Point
from planner.study.cases.layout import Layout
from planner.study.cases.record import Record

Verdict = Literal["more", "less", "found only", "same"]

SMALL = 1e-9
"""Differences in detection that count as none."""


@dataclass(frozen=True)
class Difference:
    """A point less its reference, in shares of detection.

    ``found`` is that of the plans found; that of the best plans lies between ``low``
    and ``high``. It is significant, ``more`` or ``less``, only where the intervals
    of the two points part.
    """

    found: float
    low: float
    high: float

    @property
    def verdict(self) -> Verdict:
        """What is proven."""
        if max(abs(self.low), abs(self.high)) <= SMALL:
            return "same"
        if self.low > SMALL:
            return "more"
        if self.high < -SMALL:
            return "less"
        return "found only"


@dataclass(frozen=True)
class Standing:
    """One point with all that is known of it.

    ``detection`` is that of the best plan in hand, ``bound`` what no plan exceeds.
    ``record`` is the run that the plan comes from, ``plan_of`` and ``bound_of`` the points
    that plan and bound were found for. ``by_seed`` has the point's own runs.
    """

    number: int
    point: Point
    detection: float
    bound: float
    record: Record
    plan_of: int
    bound_of: int
    by_seed: Mapping[int, Record]

    @property
    def gap(self) -> float:
        """``bound / detection − 1``; infinite for a plan that detects nothing."""
        return self.bound / self.detection - 1 if self.detection > 0 else float("inf")

    @property
    def own(self) -> Record:
        """The best of the point's own runs: its hulls, prices and options."""
        return max(self.by_seed.values(), key=lambda record: record.detection)

    @property
    def spread(self) -> float:
        """How much the seeds' plans differ in detection."""
        found = [record.detection for record in self.by_seed.values()]
        return max(found) - min(found)


def standings(layout: Layout, records: Mapping[int, Record]) -> dict[int, Standing]:
    """What is known of every point that has a run, by its number.

    Parameters
    ----------
    layout
        The study's runs.
    records
        Those that are done, by their numbers.
    """
    own: dict[int, dict[int, Record]] = {}
    for (point, seed), run in layout.run_of.items():
        if run in records:
            own.setdefault(point, {})[seed] = records[run]
    best = {
        point: max(found.values(), key=lambda record: record.detection)
        for point, found in own.items()
    }
    least = {point: min(record.bound for record in found.values()) for point, found in own.items()}
    alike: dict[str, list[int]] = {}
    for point in own:
        alike.setdefault(layout.manning[point].rest, []).append(point)
    made = {}
    for point, by_seed in own.items():
        near = alike[layout.manning[point].rest]
        # a plan's trial with breakdowns holds only where its hulls are up as much of the time
        tried = layout.manning[point].tried.items()
        plans = [
            each
            for each in near
            if _plan_of(layout, each, point) and layout.manning[each].tried.items() <= tried
        ]
        bounds = [each for each in near if _bound_of(layout, each, point)]
        from_ = max(plans, key=lambda each: (best[each].detection, each == point))
        by = min(bounds, key=lambda each: (least[each], each != point))
        detection = best[from_].detection
        bound = max(least[by], detection)
        made[point] = Standing(
            point, layout.plot.points[point], detection, bound, best[from_], from_, by, by_seed
        )
    return made


def _plan_of(layout: Layout, other: int, point: int) -> bool:
    """Whether plans of ``other`` are plans of a point."""
    if other == point:
        return True
    mine, theirs = layout.manning[point], layout.manning[other]
    how, others = layout.plot.points[point].agencies, layout.plot.points[other].agencies
    if how != "joint" and not (how == others and theirs.holds(mine)):
        return False
    return mine.holds(theirs)


def _bound_of(layout: Layout, other: int, point: int) -> bool:
    """Whether what bounds ``other`` bounds a point."""
    if other == point:
        return True
    hows = {layout.plot.points[point].agencies, layout.plot.points[other].agencies}
    wider = len(hows) == 1 or layout.plot.points[other].agencies == "joint"
    return wider and layout.manning[other].holds(layout.manning[point])


def difference(layout: Layout, one: Standing, reference: Standing) -> Difference:
    """How a point differs from another.

    With ``d`` the plan found, ``b`` the bound, and the best possible ``d*`` somewhere in
    ``[d, b]``: ``d − b_ref ≤ d* − d*_ref ≤ b − d_ref``; and on the right side of 0 where
    plans of one are plans of the other.
    """
    low, high = one.detection - reference.bound, one.bound - reference.detection
    if _plan_of(layout, reference.number, one.number):
        low = max(low, 0.0)
    if _plan_of(layout, one.number, reference.number):
        high = min(high, 0.0)
    return Difference(one.detection - reference.detection, low, high)
