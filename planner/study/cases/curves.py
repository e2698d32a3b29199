"""What curves over an ordered axis tell: what each step adds, where it bends, what is enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from planner.study.cases.expand import Plot
from planner.study.cases.layout import Layout
from planner.study.cases.points import Difference, Standing, difference

FEWEST_FOR_A_KNEE = 4

STRAIGHT = 1e-6
"""A curve that lies no farther above the line between its ends does not bend."""


@dataclass(frozen=True)
class Knee:
    """Where returns diminish: the plan found that lies highest above the line between the ends.

    ``height`` is by how much. That of the best possible plans lies from ``first`` to ``last``,
    whatever they are between the plans found and the bounds; ``bends`` says whether they too
    surely lie above the line between their ends.
    """

    value: float
    height: float
    first: float
    last: float
    bends: bool

    @property
    def proven(self) -> bool:
        """Whether it can lie nowhere else."""
        return self.bends and self.first == self.last


@dataclass(frozen=True)
class Least:
    """The least value of an axis that reaches a level of detection.

    ``value`` is the least whose plan reaches it, None if none does, ``detection`` that of its
    plan; ``proven`` whether all smaller values tried are proven not to. ``impossible`` is the
    largest of the first values that are so proven, None if there is none, ``bound`` its bound.
    """

    level: float
    value: float | None
    proven: bool
    impossible: float | None
    detection: float | None = None
    bound: float | None = None


@dataclass(frozen=True)
class Curve:
    """Points along one ordered axis, all else the same, by ascending value."""

    axis: int
    name: str
    line: str
    values: tuple[float, ...]
    points: tuple[Standing, ...]
    steps: tuple[Difference, ...]
    knee: Knee | None
    least: tuple[Least, ...]


def curves(layout: Layout, known: Mapping[int, Standing]) -> list[Curve]:
    """Every curve of a study: for each ordered axis one for each of what else is varied."""
    plot = layout.plot
    found = []
    for number, axis in enumerate(plot.study.axes):
        if not axis.ordered:
            continue
        lines: dict[tuple[str, ...], list[Standing]] = {}
        for standing in known.values():
            lines.setdefault(_rest(plot, standing, number), []).append(standing)
        for rest, points in lines.items():
            ordered = sorted(points, key=lambda each: each.point.place[number])
            if len(ordered) > 1:
                found.append(_curve(layout, number, ", ".join(rest), ordered))
    return found


def _rest(plot: Plot, standing: Standing, axis: int) -> tuple[str, ...]:
    """What is said of a point beside its place on an axis."""
    point = standing.point
    labels = [said for number, said in enumerate(point.said) if number != axis]
    case = [point.case] if plot.study.case else []
    month = [f"month {point.month}"] if point.month is not None else []
    return (*case, *labels, *month)


def _curve(layout: Layout, number: int, line: str, points: Sequence[Standing]) -> Curve:
    axis = layout.plot.study.axes[number]
    values = tuple(float(axis.values[each.point.place[number]]) for each in points)
    return Curve(
        axis=number,
        name=axis.name,
        line=line,
        values=values,
        points=tuple(points),
        steps=tuple(difference(layout, more, less) for less, more in pairwise(points)),
        knee=knee_of(values, [p.detection for p in points], [p.bound for p in points]),
        least=tuple(
            least_of(level, values, [p.detection for p in points], [p.bound for p in points])
            for level in layout.plot.study.levels
        ),
    )


def knee_of(
    values: Sequence[float], detection: Sequence[float], bound: Sequence[float]
) -> Knee | None:
    """Where a curve bends most; None of fewer than four points, or one that does not bend."""
    if len(values) < FEWEST_FOR_A_KNEE:
        return None
    slope = (detection[-1] - detection[0]) / (values[-1] - values[0])
    above = [
        found - detection[0] - slope * (value - values[0])
        for value, found in zip(values, detection, strict=True)
    ]
    place = max(range(len(values)), key=lambda k: above[k])
    if above[place] <= STRAIGHT or slope <= 0.0:
        return None
    gap = [most - found for found, most in zip(detection, bound, strict=True)]
    share = [(value - values[0]) / (values[-1] - values[0]) for value in values]

    def may_lead(one: int, other: int) -> bool:
        """Whether the best plans may lie at least as high above their line at one as at another."""
        tilt = share[one] - share[other]
        ends = max(0.0, tilt) * gap[0] + max(0.0, -tilt) * gap[-1]
        return above[one] + gap[one] + ends >= above[other]

    inside = range(1, len(values) - 1)
    open_ = [k for k in inside if all(may_lead(k, other) for other in inside if other != k)]
    bends = above[place] > max(gap[0], gap[-1])
    return Knee(values[place], above[place], values[open_[0]], values[open_[-1]], bends)


def least_of(
    level: float, values: Sequence[float], detection: Sequence[float], bound: Sequence[float]
) -> Least:
    """The least value that reaches a level, and the values proven not to."""
    reached = next((k for k, found in enumerate(detection) if found >= level), None)
    open_ = next((k for k, most in enumerate(bound) if most >= level), len(values))
    return Least(
        level,
        None if reached is None else values[reached],
        reached is not None and open_ >= reached,
        values[open_ - 1] if open_ else None,
        None if reached is None else detection[reached],
        bound[open_ - 1] if open_ else None,
    )
