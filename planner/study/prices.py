"""What one more of each thing is worth: estimated for all, solved again for the best.

A change that is solved again begins from the plan that the scenario as it is
has, and is given as long as the scenario itself, from the same plan, once
more. So what a longer search finds counts for nothing.

With ``d`` the detection of the plan found, ``b`` the bound, ``'`` for the
change, the best plans differ by::

    d' − b ≤ d*' − d* ≤ b' − d

and by no less than 0 where every plan of before is a plan still.

Where something is required ``d`` and ``b`` are of the whole objective, detection and what
is served: plans are made for that. What the change does to detection, and to each
requirement, is the difference of the plans found, which may be below 0 where more is
served instead; no plan with the change has more of either, over the plan as it is, than
the bound of detection alone, or of the requirement alone, leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from planner.problem.arrays import FloatArray, Instance
from planner.problem.build import PlanningProblem, build
from planner.reuse import Learned, recall
from planner.reuse.refit import Fitter
from planner.reuse.start import greedy
from planner.scenario import Scenario
from planner.sea import build_sea
from planner.solve import Progress, Result, Sortie
from planner.solve.aims import of_exposure
from planner.solve.coverage import Coverage
from planner.study.changes import MANNING, Change
from planner.study.cooperation import Interval
from planner.study.fleets import kinds_of_rows
from planner.study.pricing import Estimate, Estimator
from planner.study.served import Need, Needs
from planner.study.spending import running_usd
from planner.study.turns import Turns

TOP = 5
"""Changes that are solved again."""

NOTHING = 1e-9
"""Estimates below this are not worth solving again."""


NEEDS_PARTS = 0.1
"""Time for what can be met of requirements, as a part of that of a solve."""


@dataclass(frozen=True)
class Effect:
    """What a change does to detection and to each requirement, as shares.

    ``detection`` and ``met`` are differences of the plans found. No plan with the change
    has more than ``detection_at_most`` and ``met_at_most`` over the plan as it is.
    """

    detection: float
    detection_at_most: float
    met: tuple[float, ...]
    met_at_most: tuple[float, ...]


@dataclass(frozen=True)
class Price:
    """One change: its estimate, and what solving again found, if it was.

    ``gain``, of the whole objective, and ``running_usd``, the cost of more hours under way
    and fuel in the plan, are None where it was not; so is ``effect``, which is there only
    where something is required.
    """

    change: Change
    estimate: float
    proven: bool
    gain: Interval | None = None
    running_usd: float | None = None
    effect: Effect | None = None

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
    as each change did: smaller gains are noise. ``value`` is what the plan has of the
    whole objective, ``value_bound`` what no plan exceeds; ``bound`` is that of detection
    alone. ``met`` has the share of each of ``needs`` that the plan serves. ``left_out``
    are changes that cannot be priced.
    """

    title: str
    days: float
    detection: float
    bound: float
    by_search: float
    rows: tuple[Price, ...]
    time_limit_s: float
    interrupted: bool = False
    value: float = 0.0
    value_bound: float = 0.0
    needs: tuple[Need, ...] = ()
    met: tuple[float, ...] = ()
    left_out: tuple[Change, ...] = ()


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
    sea = build_sea(scenario)
    problem = build(scenario, sea)
    needs = Needs(problem)
    parts = top + 2 + (NEEDS_PARTS * top if needs.needs else 0.0)
    turns = Turns(time_limit_s, parts, work_limit=work_limit, progress=progress)
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
    estimator = Estimator(scenario, sea, problem, price, base.sorties)
    estimates = estimator.estimates()
    again = _Again(scenario, problem, needs, base, turns, seed)
    solved = again.measure([each for each in estimates[:top] if each.points > NOTHING])
    rows = [
        solved.get(id(each), Price(each.change, each.points, each.proven)) for each in estimates
    ]
    return Prices(
        scenario.title,
        float(scenario.days),
        again.detection,
        again.of_detection if needs.needs else again.bound,
        again.by_search,
        tuple(rows),
        time_limit_s,
        turns.interrupted,
        again.value,
        again.bound,
        needs.needs,
        again.met,
        estimator.left_out,
    )


def _prices(base: Result, instance: Instance) -> FloatArray:
    """Prices of the best bound; had there been no time for one, what the plan leaves undone."""
    if not base.cuts:
        return of_exposure(Coverage(instance.targets, base.sorties).left)
    return min(base.cuts, key=lambda cut: cut.bound(instance)).price


class _Again:
    """Solves changes again, and the scenario as it is once more to compare with."""

    def __init__(
        self,
        scenario: Scenario,
        problem: PlanningProblem,
        needs: Needs,
        base: Result,
        turns: Turns,
        seed: int,
    ) -> None:
        self.scenario, self.problem, self.base = scenario, problem, base
        self.needs, self.turns, self.seed = needs, turns, seed
        once_more = turns.solve(
            problem.instance,
            "the plan as it is, once more",
            seed=seed + 1,
            pool=base.pool,
            cuts=base.cuts,
            start=base.sorties,
        )
        self.sorties, self.detection = once_more.sorties, once_more.detection
        self.value, self.met = once_more.value, needs.served(once_more.sorties)
        self.bound = min(base.most, once_more.most)
        self.of_detection = min(base.detects, once_more.detects)
        self.by_search = once_more.value - base.value

    def measure(self, estimates: Sequence[Estimate]) -> dict[int, Price]:
        """Prices by the identity of their estimates; equal scenarios are solved once."""
        found: dict[int, tuple[Estimate, _Solved]] = {}
        by_scenario: dict[int, _Solved] = {}
        for each in estimates:
            if self.turns.interrupted:
                break
            key = id(each.change.scenario)
            if key not in by_scenario:
                by_scenario[key] = self._solved(each)
            found[id(each)] = (each, by_scenario[key])
        # What bounds a problem with more bounds this one; what is planned here is planned there.
        larger = [solved for each, solved in found.values() if each.change.grows]
        self.bound = min([self.bound, *(solved.bound for solved in larger)])
        self.of_detection = min([self.of_detection, *(s.of_detection for s in larger)])
        return {key: self._price(*values) for key, values in found.items()}

    def _solved(self, estimate: Estimate) -> _Solved:
        """Best plan known and bounds of a changed problem."""
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
        if change.grows and result.value < self.value:
            sorties = self.sorties
        coverage = Coverage(instance.targets, sorties)
        # Prices of the plan as it is bound other numbers of hulls and crews, too.
        alike = kinds_of_rows(instance) == kinds_of_rows(self.problem.instance)
        lent = self.base.apart if change.kind in MANNING and alike else ()
        of_detection = min([result.detects, *(cut.bound(instance) for cut in lent)])
        return _Solved(
            sorties,
            coverage.value(),
            coverage.detection(),
            max(result.most, coverage.value()),
            max(of_detection, coverage.detection()),
        )

    def _fitted(self, estimate: Estimate, sorties: Iterable[Sortie]) -> tuple[Sortie, ...]:
        """Sorties as they can be sailed with the change: the unit's own are laid anew."""
        if estimate.change.grows:
            return tuple(sorties)
        own, instance = self.scenario.unit[estimate.change.unit].name, estimate.instance
        fitters = {
            fleet: Fitter(instance, fleet)
            for fleet in range(len(instance.fleets))
            if self.problem.station(fleet).unit.name == own
        }
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

    def _price(self, estimate: Estimate, solved: _Solved) -> Price:
        change = estimate.change
        low = solved.value - self.bound
        gain = Interval(
            solved.value - self.value,
            max(0.0, low) if change.grows else low,
            solved.bound - self.value,
        )
        more_usd = running_usd(solved.sorties, self.scenario, self.problem) - running_usd(
            self.sorties, self.scenario, self.problem
        )
        effect = self._effect(estimate, solved) if self.needs.needs else None
        return Price(change, estimate.points, estimate.proven, gain, more_usd, effect)

    def _effect(self, estimate: Estimate, solved: _Solved) -> Effect:
        """What a change does to detection and to what is required."""
        met = self.needs.served(solved.sorties)
        most = self.needs.at_most(
            estimate.instance,
            met,
            time_limit_s=0.0 if self.turns.interrupted else NEEDS_PARTS * self.turns.part_s,
            work_limit=self.turns.work_limit,
            lend=estimate.change.kind in MANNING,
        )
        return Effect(
            solved.detection - self.detection,
            solved.of_detection - self.detection,
            tuple(new - old for new, old in zip(met, self.met, strict=True)),
            tuple(new - old for new, old in zip(most, self.met, strict=True)),
        )


@dataclass(frozen=True)
class _Solved:
    """The best plan known of a changed problem, and what bounds all of them."""

    sorties: tuple[Sortie, ...]
    value: float
    detection: float
    bound: float
    of_detection: float
