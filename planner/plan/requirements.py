"""What a plan has of each requirement, and what would meet those it does not meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np

from planner import geodata
from planner.plan.model import Sortie as Drawn
from planner.plan.remedy import remedy
from planner.problem.build import PlanningProblem
from planner.problem.duty import zone_cells
from planner.problem.serving import Placed
from planner.scenario import Requirement, Scenario
from planner.sea import Sea
from planner.solve import Sortie
from planner.solve.coverage import Coverage

SHORT = 1e-9
"""What is missing of a level by rounding alone."""


def requirement_rows(
    columns: Iterable[Sortie],
    drawn: Sequence[Drawn],
    scenario: Scenario,
    sea: Sea,
    problem: PlanningProblem,
) -> list[dict[str, Any]]:
    """A row for each requirement, as it stands in ``metrics["requirements"]``.

    ``name``, ``kind``, ``zone``, ``hard``, ``worth``; ``wanted`` and
    ``achieved`` in ``unit`` (a share of time, of a zone's targets, or hours
    between searches); ``met``; what is asked in ``words``; the first times that
    are not served in ``missing``, and a ``remedy``, both empty where it is met.
    """
    coverage = Coverage(problem.instance.targets, columns)
    rows: list[dict[str, Any]] = []
    for placed in problem.duties:
        asked = placed.duty.requirement
        wanted = _wanted(asked)
        if asked.kind == "revisit":
            achieved = longest_unseen_h(asked, drawn, scenario, sea)
            met = achieved <= wanted + 1e-6
        else:
            achieved = _share(placed, coverage)
            met = achieved >= wanted - SHORT
        row: dict[str, Any] = {
            "name": asked.name,
            "kind": asked.kind,
            "zone": asked.zone or asked.file,
            "hard": asked.hard,
            "worth": asked.worth,
            "wanted": wanted,
            "achieved": round(achieved, 6),
            "unit": "h" if asked.kind == "revisit" else "share",
            "met": bool(met),
            "words": in_words(asked),
            "missing": [] if met else _missing(placed, coverage, scenario),
            "remedy": "" if met else remedy(placed, scenario, problem),
        }
        rows.append(row)
    return rows


def in_words(asked: Requirement) -> str:
    """What a requirement asks, in a sentence."""
    zone = _zone_name(asked)
    often = "all the time" if asked.share >= 1 else f"{100 * asked.share:g} % of"
    if asked.kind == "presence":
        time = often if asked.share >= 1 else f"{often} every watch"
        return f"a hull searches in {zone} {time}"
    if asked.kind == "revisit":
        return f"every cell of {zone} is searched again within {asked.every_h:g} h"
    if asked.kind == "response":
        time = often if asked.share >= 1 else f"{often} the time"
        return f"a hull can be anywhere in {zone} within {asked.within_min:g} minutes {time}"
    if asked.kind == "escort":
        time = "all its way" if asked.share >= 1 else f"{often} its way"
        return f"the ship is accompanied {time}"
    what = asked.threat or "all threats"
    return f"{100 * float(asked.level or 0):g} % of {what} in {zone} is found"


def _zone_name(asked: Requirement) -> str:
    """A shipped zone by its name, one of the user's own by its file."""
    if asked.zone is not None:
        return geodata.zones()[asked.zone].name
    return str(asked.file)


def _wanted(asked: Requirement) -> float:
    if asked.kind == "revisit":
        return float(asked.every_h or 0.0)
    return float(asked.level or 0.0) if asked.kind == "detection" else asked.share


def _share(placed: Placed, coverage: Coverage) -> float:
    """Share that is served: of the worst watch of a presence, otherwise of all."""
    duty, groups = placed.duty, coverage.targets.groups
    if duty.groups:
        reached = [coverage.reached(groups[number]) for number in placed.groups]
        return min(reached)
    slots = slice(placed.first, placed.first + duty.middle.size)
    served = duty.served + float(duty.worth @ coverage.seen[slots])
    return served / duty.total


def longest_unseen_h(
    asked: Requirement, drawn: Sequence[Drawn], scenario: Scenario, sea: Sea
) -> float:
    """Longest time in hours that some cell of a zone goes without a search being begun in it.

    From the requirement's start to its end; searches by its units only.
    """
    begin, end = asked.start or scenario.start, asked.end or scenario.end
    units = asked.units or tuple(unit.name for unit in scenario.unit)
    hulls = {hull for unit in scenario.unit if unit.name in units for hull in unit.hulls}
    seen: dict[str, list[datetime]] = {}
    for sortie in drawn:
        if sortie.hull in hulls:
            for leg in sortie.legs:
                for each in leg.exposures:
                    seen.setdefault(each.cell, []).append(leg.start)
    longest = 0.0
    for cell in np.flatnonzero(zone_cells(asked, scenario, sea)):
        times = [at for at in seen.get(sea.cells.ids[cell], []) if begin <= at <= end]
        marks = [begin, *sorted(times), end]
        apart = [(b - a).total_seconds() / 3600 for a, b in pairwise(marks)]
        longest = max(longest, *apart)
    return longest


def _missing(placed: Placed, coverage: Coverage, scenario: Scenario, most: int = 5) -> list[str]:
    """The first spans of time, ISO text ``from/to``, in which slots are not served."""
    duty = placed.duty
    if not duty.middle.size:
        return []
    slots = slice(placed.first, placed.first + duty.middle.size)
    left = np.unique(duty.middle[coverage.seen[slots] < 0.5])
    every = np.unique(duty.middle)
    if not left.size:
        return []
    apart = int(np.diff(every).min(initial=left.size)) if every.size > 1 else 1
    step = timedelta(minutes=scenario.area.time_step_min)
    spans = np.split(left, np.flatnonzero(np.diff(left) > apart) + 1)
    found = []
    for span in spans[:most]:
        first, last = int(span[0]) - apart // 2, int(span[-1]) + apart - apart // 2
        begin, end = scenario.start + max(0, first) * step, scenario.start + last * step
        found.append(f"{begin.isoformat(timespec='minutes')}/{end.isoformat(timespec='minutes')}")
    return found
