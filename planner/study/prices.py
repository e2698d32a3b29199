"""What one more of each thing is worth: estimated for all, solved again for the best.

A change that is solved again begins from the plan that the scenario as it is
has, and is given as long as the scenario itself, from the same plan, once
more. So what a longer search finds counts for nothing.

With ``d`` the detection of the plan found, ``b`` the bound, ``'`` for the
change, the best plans differ by::

    d' − b ≤ d*' − d* ≤ b' − d

and by no less than 0 where every plan of before is a plan still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from planner.problem.arrays import FloatArray, Instance
from planner.problem.build import build
from planner.reuse import Learned, recall
from planner.reuse.refit import Fitter
from planner.reuse.start import greedy
from planner.scenario import Scenario
from planner.scenario.posted import refuse_postings
from planner.scenario.required import refuse_requirements
from planner.sea import build_sea
from planner.solve import Progress, Result, Sortie
from planner.solve.sorties import Coverage
from planner.study.changes import Change
from planner.study.cooperation import Interval
from planner.study.pricing import Estimate, Estimator
from planner.study.spending import running_usd
from planner.study.turns import Turns

TOP = 5
"""Changes that are solved again."""

NOTHING = 1e-9
"""Estimates below this are not worth solving again."""


@dataclass(frozen=True)
class Price:
    """One change: its estimate, and what solving again found, if it was.

    ``gain`` and ``running_usd``, the cost of more hours under way and fuel in the plan,
    are None where it was not.
    """

    change: Change
    estimate: float
    proven: bool
    gain: Interval | None = None
    running_usd: float | None = None

    @property
    def where(self) -> str:
        """Whose the thing is."""
        return self.change.where

    @property
    def what(self) -> str:
        """What is added."""
        return self.change.what

    @property
    def per(self) -> str:
        """What points are counted by."""
        return self.change.per

    @property
    def purchase_usd(self) -> float | None:
        """Price of the hull, None where none is known; 0 without a hull."""
        return self.change.purchase_usd

    @property
    def cost_usd(self) -> float | None:
        """Purchase and running cost together; None where a price is missing or nothing is spent."""
        if self.running_usd is None or self.change.purchase_usd is None:
            return None
        cost = self.change.purchase_usd + self.running_usd
        return cost if cost > 0 else None

    @property
    def points_per_million(self) -> float | None:
        """Percentage points found per million dollars more."""
        if self.gain is None or self.cost_usd is None:
            return None
        return 100 * self.gain.found / (self.cost_usd / 1e6)


@dataclass(frozen=True)
class Prices:
    """Prices of all changes, worth most first, and the plan that they are measured from.

    ``by_search`` is what the scenario as it is gained from searching as long
    as each change did: smaller gains are noise.
    """

    title: str
    days: float
    detection: float
    bound: float
    by_search: float
    rows: tuple[Price, ...]
    time_limit_s: float
    interrupted: bool = False


def price_changes(
    scenario: Scenario,
    learned: Learned | None = None,
    *,
    time_limit_s: float = 120.0,
    work_limit: int | None = None,
    top: int = TOP,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> Prices:
    """Say what one more hull, crew, hour, knot, litre or berth of each unit is worth.

    Parameters
    ----------
    scenario
        The scenario as it is.
    learned
        What the run of its plan learned; without it the plan is made here.
    time_limit_s
        Seconds of all solves together; estimates and arrays take some more.
    work_limit
        Rounds of work of every solve instead: the same result every time.
    top
        So many changes are solved again.
    seed
        Of every search.
    progress
        Called about twice a second.

    Raises
    ------
    ScenarioError
        If the scenario cannot be planned as written.
    SolveError
        If the optimiser failed.
    """
    refuse_postings(scenario, "what one more hull or hour is worth", "remove them for this")
    refuse_requirements(scenario, "what one more hull or hour is worth")
    sea = build_sea(scenario)
    problem = build(scenario, sea)
    turns = Turns(time_limit_s, top + 2, work_limit=work_limit, progress=progress)
    known = recall(learned, scenario, problem) if learned is not None else None
    base = turns.solve(
        problem.instance,
        "the plan as it is",
        seed=seed,
        pool=known.pool if known else (),
        cuts=known.cuts if known else (),
        start=known.start if known else (),
    )
    turns.tell("estimating every change", base.detection, base.bound)
    price = _prices(base, problem.instance)
    estimates = Estimator(scenario, sea, problem, price, base.sorties).estimates()
    again = _Again(scenario, problem.instance, base, turns, seed)
    solved = again.measure([each for each in estimates[:top] if each.points > NOTHING])
    rows = [
        solved.get(id(each), Price(each.change, each.points, each.proven)) for each in estimates
    ]
    return Prices(
        scenario.title,
        float(scenario.days),
        again.detection,
        again.bound,
        again.by_search,
        tuple(rows),
        time_limit_s,
        turns.interrupted,
    )


def _prices(base: Result, instance: Instance) -> FloatArray:
    """Prices of the best bound; had there been no time for one, what the plan leaves undetected."""
    if not base.cuts:
        return Coverage(instance.targets, base.sorties).residual()
    return min(base.cuts, key=lambda cut: cut.bound(instance)).price


class _Again:
    """Solves changes again, and the scenario as it is once more to compare with."""

    def __init__(
        self, scenario: Scenario, instance: Instance, base: Result, turns: Turns, seed: int
    ) -> None:
        self.scenario, self.instance, self.base = scenario, instance, base
        self.turns, self.seed = turns, seed
        once_more = turns.solve(
            instance,
            "the plan as it is, once more",
            seed=seed + 1,
            pool=base.pool,
            cuts=base.cuts,
            start=base.sorties,
        )
        self.sorties, self.detection = once_more.sorties, once_more.detection
        self.bound = min(base.bound, once_more.bound)
        self.by_search = once_more.detection - base.detection

    def measure(self, estimates: Sequence[Estimate]) -> dict[int, Price]:
        """Prices by the identity of their estimates; equal scenarios are solved once."""
        found: dict[int, tuple[Estimate, tuple[Sortie, ...], float]] = {}
        by_scenario: dict[int, tuple[tuple[Sortie, ...], float]] = {}
        for each in estimates:
            if self.turns.interrupted:
                break
            key = id(each.change.scenario)
            if key not in by_scenario:
                by_scenario[key] = self._solved(each)
            found[id(each)] = (each, *by_scenario[key])
        # What bounds a problem with more bounds this one; what is planned here is planned there.
        larger = [bound for each, _, bound in found.values() if each.change.grows]
        self.bound = min([self.bound, *larger])
        return {key: self._price(*values) for key, values in found.items()}

    def _solved(self, estimate: Estimate) -> tuple[tuple[Sortie, ...], float]:
        """Best plan known and bound of a changed problem."""
        change, instance = estimate.change, estimate.instance
        start = self._fitted(estimate, self.base.sorties)
        if not change.grows:
            start = greedy(instance, start)
        result = self.turns.solve(
            instance,
            f"{change.where}: {change.what}",
            seed=self.seed + 1,
            pool=self._fitted(estimate, self.base.pool),
            cuts=(estimate.cut,),
            start=start,
        )
        sorties = result.sorties
        if change.grows and result.detection < self.detection:
            sorties = self.sorties
        return sorties, max(result.bound, _detection(sorties, instance))

    def _fitted(self, estimate: Estimate, sorties: Iterable[Sortie]) -> tuple[Sortie, ...]:
        """Sorties as they can be sailed with the change: the unit's own are laid anew."""
        if estimate.change.grows:
            return tuple(sorties)
        unit, instance = estimate.change.unit, estimate.instance
        fitters = {fleet: Fitter(instance, fleet) for fleet in instance.units[unit]}
        found = []
        for sortie in sorties:
            fitter = fitters.get(sortie.fleet)
            if fitter is None:
                found.append(sortie)
                continue
            step, cell = sortie.visits.T
            laid = fitter.fit(sortie.depart, step.tolist(), cell)
            if isinstance(laid, Sortie):
                found.append(laid)
        return tuple(found)

    def _price(self, estimate: Estimate, sorties: tuple[Sortie, ...], bound: float) -> Price:
        change = estimate.change
        detection = _detection(sorties, estimate.instance)
        found, low = detection - self.detection, detection - self.bound
        high = bound - self.detection
        gain = Interval(found, max(0.0, low) if change.grows else low, high)
        more_usd = running_usd(sorties, self.scenario, self.instance) - running_usd(
            self.sorties, self.scenario, self.instance
        )
        return Price(change, estimate.points, estimate.proven, gain, more_usd)


def _detection(sorties: Iterable[Sortie], instance: Instance) -> float:
    return Coverage(instance.targets, sorties).detection()
