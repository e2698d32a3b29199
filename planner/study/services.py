"""Services that plan jointly, apart, or in turn: solving all of them over one problem.

Apart: every agency plans its own units against all threats as if no one else
sailed, once for each seed; any plan of one may meet any plan of another.
Informed: one agency keeps its plan, the next plans beside it, on what it
leaves undetected (:func:`planner.solve.given.beside`). Joint: all units at
once, begun from the best plan of the other kinds, so that joint planning never
looks worse than what it could have copied.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from planner.problem.arrays import FloatArray, Instance
from planner.problem.build import PlanningProblem, build
from planner.scenario import Scenario
from planner.sea import Sea, build_sea
from planner.solve import Cut, Pool, Progress, Sortie
from planner.solve.given import beside
from planner.solve.sorties import Coverage
from planner.study.agencies import (
    Agency,
    agencies_of,
    own_part,
    to_own,
    to_whole,
)
from planner.study.cooperation import Cooperation, Informed, OwnPlan, Union
from planner.study.turns import Turns

SEEDS = 3
"""Plans that every agency makes apart, each with a seed of its own."""

JOINT_PARTS = 2.0
"""The joint plan has this many times an agency's time for each agency: it has all their boats."""

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
    agencies = agencies_of(scenario, problem.instance)
    count = len(agencies)
    parts = count * seeds + count * (count - 1) + JOINT_PARTS * count
    turns = Turns(time_limit_s, parts, work_limit=work_limit, progress=progress)
    study = Arrangement(problem.instance, agencies, turns, range(seed, seed + seeds))
    study.plan_apart()
    study.plan_informed()
    study.plan_jointly()
    return Services(
        study.figures(scenario, time_limit_s),
        scenario,
        sea,
        problem,
        agencies,
        seed,
        study.joint,
        study.chosen(),
        tuple(study.in_turn.values()),
    )


class Arrangement:
    """The plans of one study as they come, and the sorties that serve the next."""

    def __init__(
        self, instance: Instance, agencies: Sequence[Agency], turns: Turns, seeds: range
    ) -> None:
        self.instance, self.agencies, self.turns, self.seeds = instance, agencies, turns, seeds
        self.pool = Pool()
        self.own: dict[tuple[int, int], Sorties] = {}
        self.own_bound = [1.0] * len(agencies)
        self.unions: list[Union] = []
        self.in_turn: dict[tuple[str, ...], Sorties] = {}
        self.in_turn_bound: dict[tuple[str, ...], float] = {}
        self.joint: Sorties = ()
        self.bound = 1.0

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
                self.own_bound[number] = min(self.own_bound[number], result.bound)
                self.pool.add(to_whole(agency, result.pool))
        for chosen in product(*(self._alike(number) for number in range(len(self.agencies)))):
            met = [self.own[number, seed] for number, seed in enumerate(chosen)]
            claimed = sum(self._detection(sorties) for sorties in met)
            everything = tuple(sortie for sorties in met for sortie in sorties)
            self.unions.append(Union(chosen, self._detection(everything), claimed))

    def _alike(self, number: int) -> list[int]:
        """Seeds of an agency's plans that are about as good as its best, by itself."""
        found = {seed: self._detection(self.own[number, seed]) for seed in self.seeds}
        least = (1 - ALIKE) * max(found.values())
        return [seed for seed, detection in found.items() if detection >= least]

    def chosen(self) -> tuple[Sorties, ...]:
        """Each agency's plan in the best union of those made apart."""
        best = max(self.unions, key=lambda union: union.detection)
        return tuple(self.own[number, seed] for number, seed in enumerate(best.seeds))

    def plan_informed(self) -> None:
        """Each agency first once, the others after it in their order, around."""
        apart, count = self.chosen(), len(self.agencies)
        for first in range(count):
            order = [(first + k) % count for k in range(count)]
            names = tuple(self.agencies[number].name for number in order)
            given, bound = apart[first], 1.0
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
        most = self._detection(given) + self.own_bound[number]
        return to_whole(agency, result.sorties), min(result.bound, most)

    def plan_jointly(self) -> None:
        """All units at once, begun from the best union so far; its bound holds for every plan."""
        apart = tuple(sortie for own in self.chosen() for sortie in own)
        begun = max([apart, *self.in_turn.values()], key=self._detection)
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
        self.bound = min(result.bound, sum(self.own_bound))

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
                )
                for (number, seed), sorties in self.own.items()
            ),
            unions=tuple(self.unions),
            informed=tuple(
                Informed(names, self._detection(plan), min(self.in_turn_bound[names], self.bound))
                for names, plan in self.in_turn.items()
            ),
            joint=self._detection(self.joint),
            bound=self.bound,
            time_limit_s=time_limit_s,
            interrupted=self.turns.interrupted,
        )

    def _detection(self, sorties: Sorties) -> float:
        return Coverage(self.instance.targets, sorties).detection()

    def _left(self, sorties: Sorties) -> FloatArray:
        """Weights that sorties leave undetected: about what more exposure is worth beside them."""
        return Coverage(self.instance.targets, sorties).residual()
