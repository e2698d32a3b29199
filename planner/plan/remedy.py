"""What would meet a requirement that a plan does not meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import BoolArray, Fleet
from planner.problem.build import PlanningProblem
from planner.problem.serving import Placed, asked_by, loosely
from planner.scenario import Scenario, Unit
from planner.solve.least import fewest, one_hull, only_required, total_of

PLENTY = 0.995
"""One hull that may serve this share of a requirement is said to be perhaps enough."""


def remedy(placed: Placed, scenario: Scenario, problem: PlanningProblem) -> str:
    """What stands against a requirement, or how many hulls of each unit it needs at least.

    Numbers of hulls are proven, as the bound is: with fewer no plan meets it.
    """
    if placed.duty.requirement.kind == "detection":
        return "lower its level, give it more worth, or hulls that are more or nearer"
    if not any(True for _ in _serving(placed, problem)):
        return "no unit that counts can search anything: name others"
    found = [*_out_of_reach(placed, problem), *_out_of_time(placed, scenario, problem)]
    return "; ".join(found or [_numbers(placed, scenario, problem)])


def _serving(placed: Placed, problem: PlanningProblem) -> Iterator[tuple[Unit, Fleet]]:
    """Fleets whose visits count for a requirement, each with its unit."""
    for number, fleet in enumerate(problem.instance.fleets):
        unit = problem.station(number).unit
        if placed.duty.serves(unit) and fleet.network.active().size:
            yield unit, fleet


def _out_of_reach(placed: Placed, problem: PlanningProblem) -> Iterator[str]:
    """Cells of a zone to see again where no hull that counts can search."""
    if not placed.duty.windows:
        return
    zone = placed.duty.windows[0].weight.any(axis=0)
    seen = np.zeros(zone.size, bool)
    for _, fleet in _serving(placed, problem):
        seen[fleet.network.active()] = True
    beyond = int((zone & ~seen).sum())
    if beyond:
        yield (
            f"{beyond} of {int(zone.sum())} cells are out of reach of every unit that counts: "
            "too far, too shallow or closed to it; leave them out of the zone, or name another unit"
        )


def _out_of_time(placed: Placed, scenario: Scenario, problem: PlanningProblem) -> Iterator[str]:
    """When the first hull can be there, and the last one must leave, if slots lie beyond."""
    middle = placed.duty.middle
    if not middle.size:
        return
    spans = np.array([_within(placed, fleet, problem) for _, fleet in _serving(placed, problem)])
    spans = spans[spans[:, 0] < spans[:, 1]]
    if not spans.size:
        yield "out of reach of every unit that counts: too far, too shallow or closed to it"
        return
    step = timedelta(minutes=scenario.area.time_step_min)
    first, last = int(spans[:, 0].min()), int(spans[:, 1].max())
    if int(middle.min()) < first:
        yield f"no hull is there before {scenario.start + first * step:%d %b %H:%M}: start it then"
    if int(middle.max()) >= last:
        yield f"no hull is there after {scenario.start + last * step:%d %b %H:%M}: end it then"


def _within(placed: Placed, fleet: Fleet, problem: PlanningProblem) -> tuple[int, int]:
    """Steps ``[from, to)`` between which a fleet's visits can serve slots; empty if never."""
    net = fleet.network
    own = net.active()[_served_from(placed, fleet, problem)[net.active()]]
    if not own.size or not net.departures.size:
        return 0, 0
    first = int(net.departures.min() + net.deploy_steps[own].min())
    return first, problem.instance.n_steps - int(net.return_steps[own].min())


def _served_from(placed: Placed, fleet: Fleet, problem: PlanningProblem) -> BoolArray:
    """Cells (n,) whose visits serve slots of a requirement."""
    n = fleet.network.n_cells
    first = placed.first - int(problem.instance.targets.offset[-1])
    slots: NDArray[np.int64] = first + np.arange(placed.duty.middle.size)
    serves = np.isin(fleet.track_target, slots)
    row = np.repeat(np.arange(fleet.track_ptr.size - 1), np.diff(fleet.track_ptr))
    found = np.zeros(n, bool)
    found[row[serves] % n] = True
    return found


def _numbers(placed: Placed, scenario: Scenario, problem: PlanningProblem) -> str:
    """Which units may do with one hull, and how many the others need at least."""
    instance = replace(problem.instance, targets=loosely(problem.instance.targets, [placed]))
    kept, groups = asked_by(instance.targets, [placed])
    alone = only_required(instance, kept, groups, placed.duty.served)
    done = alone.targets.met + sum(
        group.worth * min(1.0, group.done / group.level) for group in alone.targets.groups
    )
    asked = max(total_of(alone.targets) - done, 1e-12)
    enough: list[str] = []
    more: dict[float, list[str]] = {}
    for unit, each in zip(scenario.unit, one_hull(alone), strict=False):
        if placed.duty.serves(unit) and each >= PLENTY * asked:
            enough.append(unit.name)
        elif placed.duty.serves(unit) and each > 0.0:
            more.setdefault(fewest(each, asked), []).append(unit.name)
    words = [f"one hull of {_either(enough)} may be enough"] if enough else []
    words += [
        f"by itself {_either(names)} needs {needed:.0f} hulls or more"
        for needed, names in sorted(more.items())
    ]
    return "; ".join(words) or "no unit that counts can serve it: name others"


def _either(names: Iterable[str]) -> str:
    """Names as ``'A', 'B' or 'C'``."""
    *rest, last = [f"'{name}'" for name in names]
    return f"{', '.join(rest)} or {last}" if rest else last
