"""Bases compared by what hulls there detect: the optimiser's intervals for each set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from planner.scenario import Scenario, Unit
from planner.solve import Progress
from planner.study.choice.loop import Chooser, Effort, Interval, Point
from planner.study.choice.menu import Level, Menu
from planner.study.fleets import resized
from planner.study.siting.candidates import Candidates

ANY = "any bases"


@dataclass(frozen=True)
class Sited:
    """A set of bases by detection, a share, whatever hulls lie at which of them.

    ``hulls`` are those of the best plan found, one number for each of ``sites``.
    """

    sites: tuple[int, ...]
    hulls: tuple[int, ...]
    detection: float
    bound: float


@dataclass(frozen=True)
class ByDetection:
    """The sets compared, best found first, and what no set of so many candidates exceeds."""

    hulls: int
    rows: tuple[Sited, ...]
    bound: float
    best: Sited
    time_limit_s: float
    interrupted: bool = False


def by_detection(
    found: Candidates,
    sets: Sequence[tuple[int, ...]],
    *,
    bases: int,
    effort: Effort,
    progress: Callable[[Progress], None] | None = None,
) -> ByDetection:
    """Compare sets of bases by the detection of plans, and bound all others.

    The unit's hulls, a crew for each as in the scenario, may be spread over a set in any
    way; other units stay where they are.

    Parameters
    ----------
    found
        Candidates.
    sets
        Numbers of the candidates of each set.
    bases
        Most bases of a set.
    effort
        How long to look.
    progress
        Called when a spread is planned.

    Raises
    ------
    ScenarioError
        If a unit can reach no cell from one of the sites.
    """
    from planner.problem.build import build
    from planner.sea import build_sea

    names = [f"{found.unit.name} at {base.name}" for base in found.site]
    scenario = _spread(found, names)
    instance = build(scenario, build_sea(scenario)).instance
    hulls = found.unit.count
    menu = _menu(names, hulls)
    everywhere = tuple(range(len(names)))
    points = [_point(own, found, hulls, bases, None) for own in sets]
    points.append(_point(everywhere, found, hulls, bases, ANY))
    chooser = Chooser(partial(resized, instance, scenario), menu, points)
    chooser.run(effort, progress)
    *compared, any_bases = chooser.intervals()
    rows = [_sited(own, each) for own, each in zip(sets, compared, strict=True)]
    return ByDetection(
        hulls,
        tuple(sorted(rows, key=lambda row: -row.detection)),
        any_bases.bound,
        _sited(tuple(k for k in everywhere if any_bases.fleet[k]), any_bases),
        effort.time_limit_s,
        chooser.interrupted,
    )


def _spread(found: Candidates, names: Sequence[str]) -> Scenario:
    """The scenario with the unit at every candidate."""
    here = [
        found.unit.model_copy(update={"name": name, "base": base.name})
        for name, base in zip(names, found.site, strict=True)
    ]
    units: list[Unit] = []
    for unit in found.scenario.unit:
        units += here if unit.name == found.unit.name else [unit]
    wider = found.scenario.model_copy(update={"unit": tuple(units)})
    return wider.at(found.scenario.directory, found.scenario.file_name)


def _menu(names: Sequence[str], hulls: int) -> Menu:
    """Hulls at each site; limits are those of each site, all hulls, and sites with any."""
    options = []
    for k, name in enumerate(names):
        levels = []
        for count in range(hulls + 1):
            own = tuple(count * (k == other) for other in range(len(names)))
            levels.append(Level(((name, count),), (*own, count, int(count > 0))))
        options.append(tuple(levels))
    return Menu(tuple(options))


def _point(
    sites: Sequence[int], found: Candidates, hulls: int, bases: int, name: str | None
) -> Point:
    berths = [min(hulls, _free(found, k)) if k in sites else 0 for k in range(len(found.site))]
    words = name or " + ".join(found.site[k].name for k in sites)
    return Point(words, (*berths, hulls, bases))


def _free(found: Candidates, site: int) -> int:
    """Berths that other units leave."""
    base = found.site[site]
    others = [u for u in found.scenario.unit if u.name != found.unit.name and u.base == base.name]
    return base.berths - sum(unit.count for unit in others)


def _sited(sites: tuple[int, ...], each: Interval) -> Sited:
    """Levels are numbers of hulls, so a fleet is hulls by site."""
    return Sited(sites, tuple(each.fleet[k] for k in sites), each.detection, each.bound)
