"""The figures of two plans side by side, as tidy lines."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from planner import geodata
from planner.present.compare.sides import Side
from planner.present.compare.targets import Alike
from planner.present.figures import ThreatFigures, by_threat
from planner.present.text import clean, hours_between
from planner.present.worth import zone_table
from planner.simulate.model import Finds, Simulation

Unit = Literal["share", "h", "nm", "l", "usd", "number"]
Group = Literal["all", "threat", "zone", "unit", "hull"]


@dataclass(frozen=True)
class Line:
    """One figure of both plans.

    ``unit`` says what it is in; shares go from 0 to 1. ``a`` or ``b`` is None
    where a plan does not have it. ``low`` and ``high`` bound the true
    difference ``b − a`` with 95 %, where it comes from trials.
    """

    group: Group
    name: str
    figure: str
    unit: Unit
    a: float | None
    b: float | None
    low: float | None = None
    high: float | None = None

    @property
    def difference(self) -> float | None:
        """What B has more than A."""
        return None if self.a is None or self.b is None else self.b - self.a


def lines(a: Side, b: Side, found: Alike) -> tuple[Line, ...]:
    """All figures: of the whole, by threat, by zone, by unit and by hull."""
    return (
        *_whole(a, b, found),
        *_by_threat(a, b, found),
        *(_by_zone(a, b) if found.extent == "all" else ()),
        *_by_unit(a, b),
        *_by_hull(a, b),
    )


def same_law(a: Side, b: Side) -> tuple[Simulation, Simulation] | None:
    """Both trials, if there are two and they detect by the same law."""
    if a.trial is None or b.trial is None or a.trial.law != b.trial.law:
        return None
    return a.trial, b.trial


def difference_interval(a: Finds, b: Finds) -> tuple[float, float]:
    """Interval of ``b − a`` with 95 % from the intervals of two independent shares.

    Newcombe's square-and-add method (R. G. Newcombe, Statistics in Medicine
    17 (1998) 873–890, method 10). Trials of the same targets vary less, so
    for those it is on the safe side.

    Examples
    --------
    >>> from planner.simulate.model import Finds
    >>> rest = {"weight": 1, "runs": 100, "planned": None, "median_h": None, "intercepted": 0}
    >>> a = Finds(simulated=0.3, low=0.26, high=0.34, **rest)
    >>> b = Finds(simulated=0.4, low=0.37, high=0.43, **rest)
    >>> [round(limit, 3) for limit in difference_interval(a, b)]
    [0.05, 0.15]
    """
    gain = b.simulated - a.simulated
    below = math.hypot(b.simulated - b.low, a.high - a.simulated)
    above = math.hypot(b.high - b.simulated, a.simulated - a.low)
    return gain - below, gain + above


def _whole(a: Side, b: Side, found: Alike) -> Iterator[Line]:
    yield Line("all", "", "Detection", "share", *(_detection(p) for p in (found.a, found.b)))
    tried = same_law(a, b)
    if tried is not None and found.extent == "all":
        yield _simulated("all", "", tried[0].total, tried[1].total)
    bounds = [one.plan.solver.bound for one in (a, b)]
    gaps = [one.plan.solver.gap for one in (a, b)]
    if found.extent == "all":
        yield Line("all", "", "Proven bound", "share", *bounds)
    yield Line("all", "", "Gap", "share", *(gap if math.isfinite(gap) else None for gap in gaps))
    yield Line("all", "", "Sorties", "number", *(len(one.plan.sorties) for one in (a, b)))
    for figure, unit, key in (
        ("Hours at sea", "h", "at_sea_h"),
        ("of it searching", "h", "search_h"),
        ("Distance", "nm", "distance_nm"),
        ("Fuel", "l", "fuel_l"),
        ("Cost", "usd", "cost_usd"),
    ):
        both = [_figure(one.plan.metrics, key) for one in (a, b)]
        if both != [None, None]:
            yield Line("all", "", figure, unit, *both)  # type: ignore[arg-type]


def _detection(plan: Any) -> float:
    return math.fsum(row.weight * row.detection for row in (*plan.coverage, *plan.moving))


def _by_threat(a: Side, b: Side, found: Alike) -> Iterator[Line]:
    """Chance of each threat; of one that is not the same in both, each plan's own figure alone."""
    whole: list[Mapping[str, ThreatFigures]] = [
        {row.threat: row for row in by_threat(one.plan)} for one in (a, b)
    ]
    tried = same_law(a, b)
    for name in dict.fromkeys([*whole[0], *whole[1]]):
        if name not in found.threats:
            for place, letter in ((0, "A"), (1, "B")):
                if name in whole[place]:
                    own = [None, None]
                    own[place] = whole[place][name].chance  # type: ignore[call-overload]
                    yield Line("threat", name, f"Detection, as {letter} has it", "share", *own)
            continue
        chances = (whole[0][name].chance, whole[1][name].chance)
        yield Line("threat", name, "Detection", "share", *chances)
        if tried is not None:
            finds = [
                next((row for row in one.threats if row.threat == name and row.runs), None)
                for one in tried
            ]
            if finds[0] is not None and finds[1] is not None:
                yield _simulated("threat", name, finds[0], finds[1])


def _by_zone(a: Side, b: Side) -> Iterator[Line]:
    tables = []
    for one in (a, b):
        keys = one.plan.metrics.get("by_zone", {})
        named = zip(keys, zone_table(one.plan, geodata.zones()), strict=True)
        tables.append({key: row for key, row in named})
    for key, row in tables[0].items():
        if key in tables[1]:
            other = tables[1][key]
            yield Line("zone", row.zone, "Detection", "share", row.detection, other.detection)
            longest = (row.gap_h, other.gap_h)
            yield Line("zone", row.zone, "Longest time unsearched", "h", *longest)


def _by_unit(a: Side, b: Side) -> Iterator[Line]:
    owners = [{hull.id: hull.unit for hull in one.plan.hulls} for one in (a, b)]
    for name in dict.fromkeys([*owners[0].values(), *owners[1].values()]):
        own = [
            [s for s in one.plan.sorties if owner[s.hull] == name]
            for one, owner in zip((a, b), owners, strict=True)
        ]
        there = [name in owner.values() for owner in owners]

        def both(values: list[float], there: list[bool] = there) -> list[float | None]:
            return [x if is_there else None for x, is_there in zip(values, there, strict=True)]

        hulls = [float(sum(unit == name for unit in owner.values())) for owner in owners]
        hours = [sum(hours_between(s.depart, s.return_) for s in sorties) for sorties in own]
        yield Line("unit", name, "Hulls", "number", *both(hulls))
        yield Line("unit", name, "Sorties", "number", *both([float(len(each)) for each in own]))
        yield Line("unit", name, "Hours at sea", "h", *both(hours))
        yield Line("unit", name, "Fuel", "l", *both([sum(s.fuel_l for s in each) for each in own]))


def _by_hull(a: Side, b: Side) -> Iterator[Line]:
    sailed = [
        {hull.id: sum(s.hull == hull.id for s in one.plan.sorties) for hull in one.plan.hulls}
        for one in (a, b)
    ]
    for name in dict.fromkeys([*sailed[0], *sailed[1]]):
        yield Line("hull", name, "Sorties", "number", sailed[0].get(name), sailed[1].get(name))


def _simulated(group: Group, name: str, a: Finds, b: Finds) -> Line:
    interval = difference_interval(a, b)
    return Line(group, name, "Simulated", "share", a.simulated, b.simulated, *interval)


def _figure(metrics: Mapping[str, Any], key: str) -> float | None:
    return float(metrics[key]) if metrics.get(key) is not None else None


def titled(group: Group) -> str:
    """Heading of a group of lines."""
    return {
        "all": "In all",
        "threat": "By threat",
        "zone": "By zone, targets that stay in place",
        "unit": "By unit",
        "hull": "By hull",
    }[group]


def label(line: Line) -> str:
    """What a line is of: the thing and the figure."""
    return f"{clean(line.name)}: {line.figure.lower()}" if line.name else line.figure
