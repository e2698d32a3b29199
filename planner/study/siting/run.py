"""Siting the bases of a unit: by response time, solved exactly, and by detection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.errors import Problem, ScenarioError
from planner.scenario import Scenario, Unit
from planner.scenario.explain import listed, nearest
from planner.scenario.posted import refuse_postings
from planner.solve import Progress
from planner.study.choice.loop import Effort
from planner.study.siting.candidates import Candidates, candidates_of, risk_of, with_ports
from planner.study.siting.covering import Cover, best_cover, best_covers, covered_by
from planner.study.siting.detection import ByDetection, by_detection

SETS = 3
"""Best covering sets compared by detection, before those one exchange away."""

MOST_SETS = 8
"""Sets compared by detection at most."""


@dataclass(frozen=True)
class Siting:
    """Bases chosen for a unit.

    ``curve`` has the best choice of 1, 2, … bases; ``reachable`` is the share of the risk
    that all candidates cover together.
    """

    candidates: Candidates
    within_min: float
    curve: tuple[Cover, ...]
    reachable: float
    covered: tuple[float, ...]
    """Share that each set of ``detection`` covers, in its order."""

    detection: ByDetection | None = None


def site(
    scenario: Scenario,
    *,
    bases: int,
    within_min: float,
    unit: str | None = None,
    ports: bool = True,
    effort: Effort | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Siting:
    """Choose bases for a unit: those from which most risk is reached in time.

    Parameters
    ----------
    scenario
        Its bases and, unless ``ports`` is False, the shipped ports are the candidates.
    bases
        Most bases.
    within_min
        Minutes, getting ready included, in which a hull is there at its top speed.
    unit
        Name of the unit; the first unless given.
    effort
        How long sets are compared by detection; not at all unless given.
    progress
        Called now and then.

    Raises
    ------
    ScenarioError
        If there is no such unit, or it cannot sail from any candidate.
    """
    from planner.sea import build_sea

    refuse_postings(scenario, "siting", "remove them for this")
    chosen = _unit(scenario, unit)
    wider, names = with_ports(scenario) if ports else (scenario, ())
    if progress is not None:
        progress(Progress(0.0, "reading the sea", None, None))
    sea = build_sea(wider)
    found = candidates_of(wider, sea, chosen, names)
    if not found.site:
        raise _stranded(scenario, chosen)
    risk = risk_of(wider, sea)
    covers = found.response_min <= within_min
    count = min(bases, len(found.site))
    curve = tuple(best_cover(covers, risk, sites) for sites in range(1, count + 1))
    compared = None
    if effort is not None:
        _refuse(wider, chosen)
        sets = _sets(covers, risk, curve[-1], count)
        compared = by_detection(found, sets, bases=count, effort=effort, progress=progress)
    return Siting(
        found,
        within_min,
        curve,
        covered_by(covers, risk, range(len(found.site))),
        tuple(covered_by(covers, risk, row.sites) for row in compared.rows) if compared else (),
        compared,
    )


def _sets(covers: np.ndarray, risk: np.ndarray, best: Cover, sites: int) -> list[tuple[int, ...]]:
    """The best covering sets, then those one exchange from the best, as they cover."""
    first = [cover.sites for cover in best_covers(covers, risk, sites, SETS) if cover.sites]
    first = [tuple(_filled(own, covers.shape[0], sites)) for own in first or [best.sites]]
    out = [k for k in range(covers.shape[0]) if k not in first[0]]
    swaps = [tuple(sorted({*first[0], more} - {less})) for less in first[0] for more in out]
    swaps.sort(key=lambda own: -covered_by(covers, risk, own))
    return list(dict.fromkeys([*first, *swaps]))[:MOST_SETS]


def _filled(own: tuple[int, ...], candidates: int, sites: int) -> list[int]:
    """A set that needs fewer bases with others beside, for hulls may lie there all the same."""
    rest = [k for k in range(candidates) if k not in own]
    return sorted([*own, *rest[: max(0, sites - len(own))]])


def _unit(scenario: Scenario, name: str | None) -> Unit:
    known = tuple(unit.name for unit in scenario.unit)
    if name is None:
        return scenario.unit[0]
    if name not in known:
        words = f"there is no unit '{name}'; the units are {listed(known)}"
        remedy = nearest(name, known, "name one of them with --unit")
        raise ScenarioError([Problem(scenario.file_name, "unit", words, remedy)])
    return next(unit for unit in scenario.unit if unit.name == name)


def _stranded(scenario: Scenario, unit: Unit) -> ScenarioError:
    words = f"'{unit.name}' can sail from no base and no shipped port"
    remedy = "add a [[base]] on water that is deep enough for its class"
    return ScenarioError([Problem(scenario.file_name, "base", words, remedy)])


def _refuse(scenario: Scenario, unit: Unit) -> None:
    """What comparing bases by detection does not know of."""
    problems = []
    if scenario.requirement:
        words = "bases compared by detection do not know of requirements"
        remedy = "remove them, or write --time-limit 0: by response time alone"
        problems.append(Problem(scenario.file_name, "requirement", words, remedy))
    if any(each.hull in unit.hulls for each in scenario.outage):
        words = f"hulls of '{unit.name}' have outages, which are not known elsewhere"
        remedy = "remove them, or write --time-limit 0: by response time alone"
        problems.append(Problem(scenario.file_name, "outage", words, remedy))
    if problems:
        raise ScenarioError(problems)
