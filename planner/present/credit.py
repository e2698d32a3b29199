"""Whose search detected what: the plan's detection shared among its sorties.

A target seen by several sorties cannot say which of them found it. Its
detection is shared in proportion to the exposure each gave, so the shares of
all sorties add up to the detection of the plan::

    credit(s, j) = w_j · (1 − exp(−u_j)) · u_sj / u_j

where
    ``w_j``   weight of target ``j``,
    ``u_sj``  exposure that sortie ``s`` gave to target ``j``, pass by pass,
    ``u_j``   exposure of target ``j`` by all sorties.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from planner.plan.model import CoverageRow, Leg, MovingRow, Plan
from planner.problem.passing import mean_relative_kn, pass_exposure


@dataclass(frozen=True)
class Credit:
    """Detection that one sortie earned in one cell against one threat."""

    sortie: str
    cell: str
    threat: str
    detection: float


@dataclass(frozen=True)
class Pass:
    """One search of a cell while a target is there; ``target`` numbers :func:`targets`."""

    sortie: str
    cell: str
    target: int
    start: datetime
    end: datetime
    exposure: float


@dataclass(frozen=True)
class _Span:
    """Time that a target can be found in a cell; ``target`` numbers the row."""

    target: int
    threat: str
    speed_kn: float
    start: datetime
    end: datetime


def credits_of(plan: Plan) -> tuple[Credit, ...]:
    """Share the plan's detection among sorties, cells and threats.

    Parameters
    ----------
    plan
        A finished plan.

    Returns
    -------
    tuple of Credit
        In the order of the sorties; they sum to ``solver.detection`` up to
        the rounding of the plan's figures. Nothing is listed twice.
    """
    rows = targets(plan)
    threats = [row.threat for row in rows]
    worth = [row.weight * row.detection for row in rows]
    given: dict[tuple[int, str, str], float] = defaultdict(float)
    total = [0.0] * len(worth)
    for one in passes_of(plan):
        given[one.target, one.sortie, one.cell] += one.exposure
        total[one.target] += one.exposure
    earned: dict[tuple[str, str, str], float] = defaultdict(float)
    for (target, sortie_id, cell), exposure in given.items():
        if total[target] > 0:
            share = worth[target] * exposure / total[target]
            earned[sortie_id, cell, threats[target]] += share
    return tuple(Credit(*key, detection) for key, detection in earned.items())


def passes_of(plan: Plan) -> Iterator[Pass]:
    """Every pass of every sortie by every target, in the order of the sorties."""
    spans = _spans(plan)
    for sortie in plan.sorties:
        for leg in sortie.legs:
            yield from _leg_passes(sortie.id, leg, spans)


def targets(plan: Plan) -> list[CoverageRow | MovingRow]:
    """Every target of a plan: the stationary ones, then the moving ones."""
    return [*plan.coverage, *plan.moving]


def sums(items: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Add up figures by their key, keys in order of first appearance."""
    totals: dict[str, float] = defaultdict(float)
    for key, figure in items:
        totals[key] += figure
    return dict(totals)


class _Cell:
    """The spans of one cell, to be found by time: a long plan has hundreds."""

    def __init__(self, spans: list[_Span]) -> None:
        self._spans = spans
        self._order = sorted(range(len(spans)), key=lambda k: spans[k].start)
        self._starts = [spans[k].start for k in self._order]
        self._longest = max(span.end - span.start for span in spans)

    def during(self, start: datetime, end: datetime) -> Iterator[_Span]:
        """All spans that may share time with this one, in the order of the targets."""
        first = bisect_left(self._starts, start - self._longest)
        last = bisect_left(self._starts, end)
        return (self._spans[k] for k in sorted(self._order[first:last]))


def _spans(plan: Plan) -> dict[str, _Cell]:
    """Targets by the cell they can be found in."""
    spans: dict[str, list[_Span]] = defaultdict(list)
    for number, row in enumerate(plan.coverage):
        spans[row.cell].append(_Span(number, row.threat, 0.0, row.from_, row.to))
    for number, track in enumerate(plan.moving, start=len(plan.coverage)):
        for passage in track.passages:
            spans[passage.cell].append(
                _Span(number, track.threat, track.speed_kn, passage.enter, passage.leave)
            )
    return {cell: _Cell(found) for cell, found in spans.items()}


def _leg_passes(sortie: str, leg: Leg, spans: dict[str, _Cell]) -> Iterator[Pass]:
    """Exposure a leg gives to each target by the water swept while both are in the cell."""
    length_s = (leg.end - leg.start).total_seconds()
    if length_s <= 0:
        return
    for item in leg.exposures:
        cell = spans.get(item.cell)
        for span in cell.during(leg.start, leg.end) if cell is not None else ():
            start, end = max(leg.start, span.start), min(leg.end, span.end)
            shared = (end - start).total_seconds()
            if shared > 0:
                coverage = item.exposure * leg.factor(span.threat) * shared / length_s
                if span.speed_kn > 0 and leg.speed_kn > 0:
                    coverage *= float(mean_relative_kn(leg.speed_kn, span.speed_kn)) / leg.speed_kn
                exposure = float(pass_exposure(coverage))
                yield Pass(sortie, item.cell, span.target, start, end, exposure)
