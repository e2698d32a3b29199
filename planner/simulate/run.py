"""Play a plan against targets drawn at random, and count what is found."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planner import __version__
from planner.plan.model import Plan
from planner.problem.targets import Layer, shares, stationary
from planner.scenario import Scenario, from_dict
from planner.sea import Sea, build_sea
from planner.simulate.breakdowns import Breakdowns, Service, with_breakdowns
from planner.simulate.draw import draw_standing
from planner.simulate.draws import Draws
from planner.simulate.encounter import first_within, inverse_cube, moment_of, strength_of
from planner.simulate.model import LAWS, Law, Simulation
from planner.simulate.movers import draw_moving
from planner.simulate.plane import Floats, LocalPlane
from planner.simulate.searches import Searches, searches_by_threat
from planner.simulate.strata import Ints, allocate, stratify
from planner.simulate.tally import tally
from planner.simulate.targets import Meetings, Moving, Targets

log = logging.getLogger(__name__)

RUNS = 10_000

BREAKDOWNS = 1
"""Last part of the seed of the generators of breakdowns, beside those of the targets."""


@dataclass(frozen=True)
class Trial:
    """Targets drawn of one threat, and what became of them; arrays of n.

    Attributes
    ----------
    threat : str
    share : float
        Of the weight of all threats.
    targets : Targets
    found_h : (n,)
        Hours from the plan's start to detection, infinite for the undetected.
    intercepted : (n,)
        Whether the hull that detects could reach the target before it is gone.
    stood : (n,)
        Whether it is found by hulls that break down; where none do, whether it is found.
    """

    threat: str
    share: float
    targets: Targets
    found_h: Floats
    intercepted: NDArray[np.bool_]
    stood: NDArray[np.bool_]

    @property
    def found(self) -> NDArray[np.bool_]:
        """Whether each was detected (n,)."""
        return np.isfinite(self.found_h)


def simulate(
    plan: Plan,
    directory: str | Path | None = None,
    *,
    runs: int = RUNS,
    seed: int = 0,
    law: Law = "definite",
    sea: Sea | None = None,
    draws: Draws | None = None,
) -> Simulation:
    """Play a plan against targets drawn at random.

    Parameters
    ----------
    plan
        The plan, as :func:`planner.app.read_plan` or ``plan_scenario`` gives it.
    directory
        Folder that the scenario's relative paths start from; needed only for a
        plan that does not know where its scenario came from.
    runs
        Targets drawn, shared between the threats by weight, at least two each.
    seed
        Of the draws: same seed, same simulation.
    law
        ``definite`` range or ``inverse-cube``, see :mod:`planner.simulate`.
    sea
        The scenario's sea; built if it is not given.
    draws
        Moving targets drawn for other plans of the same sea, time and threats, and to be
        drawn for more; by default they are drawn for this one. The result is the same.

    Raises
    ------
    ValueError
        If there are no runs, or no such law.
    PlanError
        If a sortie's hull is unknown.
    ScenarioError, GeodataError, SeaError
        If the plan's scenario does not hold, or its sea cannot be built.
    """
    if runs < 1 or seed < 0 or law not in LAWS:
        raise ValueError(f"{runs} runs with seed {seed} by '{law}': at least 1, 0, one of {LAWS}")
    scenario = plan.source or from_dict(plan.scenario, Path(directory or "."), "plan.json")
    sea = sea or build_sea(scenario)
    plane = plane_of(sea)
    trials, scale_error = trial(
        plan, scenario, sea, plane, runs=runs, seed=seed, law=law, draws=draws
    )
    total, threats, zones, watches, error = tally(trials, plan, scenario, sea, plane)
    service = Service.of(plan, scenario)
    return Simulation(
        planner_version=__version__,
        law=law,
        seed=seed,
        scale_error=scale_error,
        standard_error=error,
        total=total,
        with_breakdowns=None if service is None else with_breakdowns(trials, service),
        threats=threats,
        zones=zones,
        watches=watches,
    )


def plane_of(sea: Sea) -> LocalPlane:
    """Plane about the middle of a sea's cells."""
    west, south = sea.cells.centre.min(axis=0)
    east, north = sea.cells.centre.max(axis=0)
    return LocalPlane(float(west + east) / 2, float(south + north) / 2)


def trial(
    plan: Plan,
    scenario: Scenario,
    sea: Sea,
    plane: LocalPlane,
    *,
    runs: int,
    seed: int,
    law: Law,
    draws: Draws | None = None,
) -> tuple[list[Trial], float]:
    """Draw targets of every threat and follow them; also the largest error of a length.

    Parameters as for :func:`simulate`; each threat has a generator of its own.
    """
    draws = draws or Draws()
    share = shares(scenario)
    counts = allocate(np.array([share[threat.name] for threat in scenario.threat]), runs)
    layers = {layer.threat: layer for layer in stationary(scenario, sea)}
    service = Service.of(plan, scenario)
    met = searches_by_threat(plan, scenario, plane)
    trials, error = [], 0.0
    for number, count in enumerate(counts, start=1):
        rng = np.random.default_rng([seed, number])
        drawn = _Draw(number, int(count), seed, plan, scenario, sea, plane, rng)
        layer = layers.get(scenario.threat[number - 1].name)
        targets, off = (drawn.standing(layer), 0.0) if layer else drawn.moving(draws)
        searches = met[scenario.threat[number - 1].name]
        error = max(error, off, searches.scale_error)
        upset = None
        if service is not None:
            own = np.random.default_rng([seed, number, BREAKDOWNS])
            upset = Breakdowns(service, searches, targets.strata.n, own)
        found_h, intercepted = play(targets, searches, law, rng, upset)
        name = scenario.threat[number - 1].name
        stood = np.isfinite(found_h) if upset is None else upset.found
        trials.append(Trial(name, share[name], targets, found_h, intercepted, stood))
        log.info("%s: %d of %d found", name, np.isfinite(found_h).sum(), count)
    return trials, error


@dataclass(frozen=True)
class _Draw:
    """What the targets of one threat, by its number, are drawn from."""

    number: int
    count: int
    seed: int
    plan: Plan
    scenario: Scenario
    sea: Sea
    plane: LocalPlane
    rng: np.random.Generator

    def standing(self, layer: Layer) -> Targets:
        """Targets in the cells and windows of a layer, by what the plan does there."""
        threat, strata = self.scenario.threat[self.number - 1], stratify(self.count, self.rng)
        return draw_standing(
            layer, threat, self.plan, self.scenario, self.sea, self.plane, strata, self.rng
        )

    def moving(self, draws: Draws) -> tuple[Targets, float]:
        """Targets on the move, which are no matter of the plan."""

        def draw() -> tuple[Moving, float]:
            threat, strata = self.scenario.threat[self.number - 1], stratify(self.count, self.rng)
            return draw_moving(
                threat, self.number, self.scenario, self.sea, self.plane, strata, self.rng
            )

        return draws.moving(self.number, self.count, self.seed, self.rng, draw)


def play(
    targets: Targets,
    searches: Searches,
    law: Law,
    rng: np.random.Generator,
    upset: Breakdowns | None = None,
) -> tuple[Floats, NDArray[np.bool_]]:
    """When each target is first found, infinite if never, and whether it could be reached (n,).

    What hulls that break down find of them is noted by ``upset``.
    """
    n = targets.strata.n
    found_h = np.full(n, np.inf)
    finder = np.full(n, -1, dtype=np.int64)
    reach = searches.width_nm / 2.0 if law == "definite" else None
    for meetings in targets.meetings(searches, reach):
        after_h = _sighted(meetings, searches, law, rng)
        seen = np.flatnonzero(np.isfinite(after_h))
        when, who = meetings.begin_h[seen] + after_h[seen], meetings.target[seen]
        if upset is not None:
            upset.note(who, meetings.piece[seen], when)
        order = np.lexsort((meetings.piece[seen], when, who))
        first = order[np.unique(who[order], return_index=True)[1]]
        found_h[who[first]] = when[first]
        finder[who[first]] = meetings.piece[seen][first]
    which: Ints = np.flatnonzero(finder >= 0)
    reached = np.zeros(n, dtype=bool)
    by, time_h = finder[which], found_h[which]
    reached[which] = targets.can_be_reached(
        which, searches.at(by, time_h), time_h, searches.max_kn[by]
    )
    return found_h, reached


def _sighted(meetings: Meetings, searches: Searches, law: Law, rng: np.random.Generator) -> Floats:
    """Hours (q,) from the beginning of each meeting to a sighting, infinite without one.

    By the inverse cube law sightings come as a Poisson process; the first of
    all meetings is the detection.
    """
    offset, velocity = meetings.relative(searches)
    piece = meetings.piece
    if law == "definite":
        return first_within(offset, velocity, meetings.hours, searches.width_nm[piece] / 2.0)
    strength = strength_of(searches.width_nm[piece], searches.search_kn[piece])
    due = rng.standard_exponential(len(piece))
    seen = inverse_cube(offset, velocity, meetings.hours, strength) >= due
    after_h = np.full(len(piece), np.inf)
    after_h[seen] = moment_of(
        offset[seen], velocity[seen], meetings.hours[seen], strength[seen], due[seen]
    )
    return after_h
