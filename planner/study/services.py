"""Services that plan jointly, apart, or in turn: solving all of them over one problem.

Apart: every agency plans its own units against all threats as if no one else
sailed, once for each seed; any plan of one may meet any plan of another.
Informed: one agency keeps its plan, the next plans beside it, on what it
leaves undetected (:func:`planner.solve.given.beside`). Joint: all units at
once, begun from the best plan of the other kinds, so that joint planning never
looks worse than what it could have copied.

Where something is required all of them plan for the whole objective, each agency for what
its own units count for. What hulls on alert serve counts in every plan, whoever's they
are: they lie there whatever sails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from planner.problem.arrays import FloatArray, Instance
from planner.problem.build import PlanningProblem, build
from planner.scenario import Scenario
from planner.sea import Sea, build_sea
from planner.solve import Cut, Pool, Progress, Sortie
from planner.solve.aims import of_exposure
from planner.solve.coverage import Coverage
from planner.solve.given import beside
from planner.solve.least import total_of
from planner.study.agencies import (
    Agency,
    agencies_of,
    own_part,
    to_own,
    to_whole,
)
from planner.study.cooperation import Cooperation, Informed, OwnPlan, Shared, Union
from planner.study.served import Needs
from planner.study.turns import Turns

SEEDS = 3
"""Plans that every agency makes apart, each with a seed of its own."""

JOINT_PARTS = 2.0
"""The joint plan has this many times an agency's time for each agency: it has all their boats."""

NEEDS_PARTS = 0.5
"""Time for what can be met of requirements, as a part of that of a plan made alone."""

CUTS_LENT = 3
"""Bounds of an agency's problem that its next plan starts from."""

ALIKE = 0.02
"""Plans of an agency that detect so much less than its best, as a share, are taken to be as good.

Others were stopped short, and what they would lose at sea is no lack of cooperation.
"""

Sorties = tuple[Sortie, ...]


@dataclass(frozen=True, eq=False)
class Services:
    """What was found: the figures, and every plan as sorties of ``problem``.

    ``own`` has an agency's plan that is part of ``apart``, in the order of
    ``agencies``; ``informed`` is the union of each order of ``figures.informed``.
    """

    figures: Cooperation
    scenario: Scenario
    sea: Sea
    problem: PlanningProblem
    agencies: tuple[Agency, ...]
    seed: int
    joint: Sorties
    own: tuple[Sorties, ...]
    informed: tuple[Sorties, ...]

    @property
    def apart(self) -> Sorties:
        """The best of the plans made apart, all sailed."""
        return tuple(sortie for own in self.own for sortie in own)


def plan_services(
    scenario: Scenario,
    *,
    time_limit_s: float = 240.0,
    work_limit: int | None = None,
    seeds: int = SEEDS,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> Services:
    """Plan a scenario's services apart, in turn and jointly.

    Parameters
    ----------
    scenario
        Its units belong to two agencies or more.
    time_limit_s
        Seconds of all solves together; the sea and the arrays take a few more.
    work_limit
        Rounds of work of every solve instead: the same result every time.
    seeds
        Plans that each agency makes apart; their seeds count from ``seed``.
    progress
        Called about twice a second.

    Raises
    ------
    ScenarioError
        If there is only one agency, or the scenario cannot be planned as written.
    SolveError
        If the optimiser failed.
    """
    sea = build_sea(scenario)
    problem = build(scenario, sea)
    agencies, needs = agencies_of(scenario, problem), Needs(problem)
    count = len(agencies)
    parts = count * seeds + count * (count - 1) + JOINT_PARTS * count
    parts += NEEDS_PARTS if needs.needs else 0.0
    turns = Turns(time_limit_s, parts, work_limit=work_limit, progress=progress)
    study = Arrangement(problem.instance, agencies, turns, range(seed, seed + seeds))
    study.plan_apart()
    study.plan_informed()
    study.plan_jointly()
    figures = study.figures(scenario, time_limit_s)
    if needs.needs:
        figures = replace(figures, shared=_shared(needs, study, scenario))
    return Services(
        figures,
        scenario,
        sea,
        problem,
        agencies,
        seed,
        study.joint,
        study.chosen(),
        tuple(study.in_turn.values()),
    )


def _shared(needs: Needs, study: Arrangement, scenario: Scenario) -> Shared:
    """What of each requirement the plans serve, and whom it is asked of."""
    turns, joint = study.turns, needs.served(study.joint)
    turns.tell("what can be met of what is required")
    asked = [
        [needs.asked_of(unit) for unit in scenario.unit if unit.agency == agency.name]
        for agency in study.agencies
    ]
    return Shared(
        needs.needs,
        tuple(tuple(any(each) for each in zip(*units, strict=True)) for units in asked),
        tuple(needs.served(own) for own in study.chosen()),
        needs.served(sortie for own in study.chosen() for sortie in own),
        tuple(needs.served(plan) for plan in study.in_turn.values()),
        joint,
        needs.at_most(
            study.instance,
            joint,
            time_limit_s=0.0 if turns.interrupted else NEEDS_PARTS * turns.part_s,
            work_limit=turns.work_limit,
        ),
    )


class Arrangement:
    """The plans of one study as they come, and the sorties that serve the next."""

    def __init__(
        self, instance: Instance, agencies: Sequence[Agency], turns: Turns, seeds: range
    ) -> None:
        self.instance, self.agencies, self.turns, self.seeds = instance, agencies, turns, seeds
        self.pool = Pool()
        self.own: dict[tuple[int, int], Sorties] = {}
        targets = instance.targets
        self.always = Coverage(targets).value()
        self.own_bound = [total_of(targets) + 1.0] * len(agencies)
        self.own_detects = [1.0] * len(agencies)
        self.unions: list[Union] = []
        self.in_turn: dict[tuple[str, ...], Sorties] = {}
        self.in_turn_bound: dict[tuple[str, ...], float] = {}
        self.joint: Sorties = ()
        self.bound = self.own_bound[0]
        self.detects = 1.0

    def plan_apart(self) -> None:
        """Every agency by itself, with every seed; then all that may meet at sea."""
        for number, agency in enumerate(self.agencies):
            part, cuts = own_part(self.instance, agency), tuple[Cut, ...]()
            for seed in self.seeds:
                # Without a pool a problem that is bounded already is left to the search alone.
                phase = f"{agency.name} alone, seed {seed}"
                result = self.turns.solve(part, phase, seed=seed, cuts=cuts)
                cuts = tuple(sorted(result.cuts, key=lambda cut: cut.bound(part))[:CUTS_LENT])
                self.own[number, seed] = to_whole(agency, result.sorties)
                self.own_bound[number] = min(self.own_bound[number], result.most)
                self.own_detects[number] = min(self.own_detects[number], result.detects)
                self.pool.add(to_whole(agency, result.pool))
        for chosen in product(*(self._alike(number) for number in range(len(self.agencies)))):
            met = [self.own[number, seed] for number, seed in enumerate(chosen)]
            claimed = sum(self._detection(sorties) for sorties in met)
            everything = tuple(sortie for sorties in met for sortie in sorties)
            found = self._detection(everything)
            self.unions.append(Union(chosen, found, claimed, self._stated(everything)))

    def _alike(self, number: int) -> list[int]:
        """Seeds of an agency's plans that are about as good as its best, by itself."""
        found = {seed: self.value(self.own[number, seed]) for seed in self.seeds}
        best = max(found, key=lambda seed: found[seed])
        least = found[best] - ALIKE * self._detection(self.own[number, best])
        return [seed for seed, value in found.items() if value >= least]

    def chosen(self) -> tuple[Sorties, ...]:
        """Each agency's plan in the best union of those made apart."""
        best = max(self.unions, key=lambda union: union.counts)
        return tuple(self.own[number, seed] for number, seed in enumerate(best.seeds))

    def plan_informed(self) -> None:
        """Each agency first once, the others after it in their order, around."""
        apart, count = self.chosen(), len(self.agencies)
        for first in range(count):
            order = [(first + k) % count for k in range(count)]
            names = tuple(self.agencies[number].name for number in order)
            given, bound = apart[first], self.bound
            for number in order[1:]:
                more, bound = self._beside(number, given, apart[number])
                given += more
            self.in_turn[names], self.in_turn_bound[names] = given, bound

    def _beside(self, number: int, given: Sorties, apart: Sorties) -> tuple[Sorties, float]:
        """Plan an agency beside what others sail, begun from its plan made apart."""
        agency = self.agencies[number]
        part = own_part(beside(self.instance, given, binding=False), agency)
        result = self.turns.solve(
            part,
            f"{agency.name}, knowing the others’ plan",
            seed=self.seeds[0],
            pool=to_own(agency, self.pool),
            prices=[self._left((*given, *apart))],
            start=to_own(agency, apart),
        )
        self.pool.add(to_whole(agency, result.pool))
        most = self.value(given) + self.own_bound[number] - self.always
        return to_whole(agency, result.sorties), min(result.most, most)

    def plan_jointly(self) -> None:
        """All units at once, begun from the best union so far; its bound holds for every plan."""
        apart = tuple(sortie for own in self.chosen() for sortie in own)
        begun = max([apart, *self.in_turn.values()], key=self.value)
        result = self.turns.solve(
            self.instance,
            "joint plan",
            parts=JOINT_PARTS * len(self.agencies),
            seed=self.seeds[0],
            pool=self.pool,
            prices=[self._left(begun)],
            start=begun,
        )
        self.joint = result.sorties
        self.bound = min(result.most, self.apart_at_most())
        self.detects = min(result.detects, sum(self.own_detects))

    def apart_at_most(self) -> float:
        """What the plans of all agencies together never exceed, by what each can at most."""
        return sum(self.own_bound) - (len(self.agencies) - 1) * self.always

    def figures(self, scenario: Scenario, time_limit_s: float) -> Cooperation:
        """All that is to be told; a bound of more is one of less."""
        return Cooperation(
            title=scenario.title,
            days=float(scenario.days),
            agencies=tuple(agency.name for agency in self.agencies),
            hulls=tuple(agency.hulls for agency in self.agencies),
            own=tuple(
                OwnPlan(
                    self.agencies[number].name,
                    seed,
                    self._detection(sorties),
                    min(self.own_bound[number], self.bound),
                    self._stated(sorties),
                )
                for (number, seed), sorties in self.own.items()
            ),
            unions=tuple(self.unions),
            informed=tuple(
                Informed(
                    names,
                    self._detection(plan),
                    min(self.in_turn_bound[names], self.bound),
                    self._stated(plan),
                )
                for names, plan in self.in_turn.items()
            ),
            joint=self._detection(self.joint),
            bound=self.bound,
            time_limit_s=time_limit_s,
            interrupted=self.turns.interrupted,
            value=self._stated(self.joint),
            detects=self.detects if self.instance.targets.requires else None,
            always=self.always,
        )

    def value(self, sorties: Sorties) -> float:
        """The whole objective, which is detection if nothing is required."""
        return Coverage(self.instance.targets, sorties).value()

    def _stated(self, sorties: Sorties) -> float | None:
        """The value where it is told apart from detection."""
        return self.value(sorties) if self.instance.targets.requires else None

    def _detection(self, sorties: Sorties) -> float:
        return Coverage(self.instance.targets, sorties).detection()

    def _left(self, sorties: Sorties) -> FloatArray:
        """What sorties leave to be done, as prices of exposure."""
        return of_exposure(Coverage(self.instance.targets, sorties).left)
