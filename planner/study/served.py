"""What plans serve of each requirement, and what no plan serves of it, each by itself.

Shares are of what a requirement asks for: 1 where it is met, as
:mod:`planner.study.required` counts. A presence in part of every watch is the mean over
its watches of what each has of its part, a least detection what is found of the level.

The limit of one requirement is that of the problem where nothing else counts, so it holds
for every plan, whatever else that does. Of a revisit it is the limit of windows that every
plan serves which meets it, while a plan's own share is of windows that suffice.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from planner.problem.arrays import Instance
from planner.problem.build import PlanningProblem
from planner.problem.serving import Placed
from planner.scenario import Unit
from planner.solve import Cut, Pool, Sortie
from planner.solve.aims import aims_at
from planner.solve.bounding import Bounding
from planner.solve.coverage import Coverage
from planner.solve.least import ENOUGH
from planner.solve.solver import AGES_S
from planner.study.fleets import Kinds, kinds_of_rows
from planner.study.required import instance_of


@dataclass(frozen=True)
class Need:
    """One requirement in a study: its name, whether it is hard, and what meeting it counts."""

    name: str
    hard: bool
    worth: float


def is_met(share: float) -> bool:
    """Whether a share is all that is asked, but for rounding."""
    return share >= 1.0 - ENOUGH


class Needs:
    """The requirements of a problem, and what was proven of each for the fleets so far."""

    def __init__(self, problem: PlanningProblem) -> None:
        self._placed = problem.duties
        self.needs = tuple(_need(placed) for placed in self._placed)
        self._strict = [instance_of(problem, [placed]).targets for placed in self._placed]
        self._alone = [_alone(problem, placed) for placed in self._placed]
        self._cuts: dict[tuple[int, Kinds], Sequence[Cut]] = {}

    def asked_of(self, unit: Unit) -> tuple[bool, ...]:
        """Whether hulls of a unit count for each."""
        return tuple(placed.duty.serves(unit) for placed in self._placed)

    def served(self, sorties: Iterable[Sortie]) -> tuple[float, ...]:
        """Share of each that sorties serve."""
        planned = list(sorties)
        return tuple(
            Coverage(targets, planned).value() / need.worth
            for targets, need in zip(self._strict, self.needs, strict=True)
        )

    def at_most(
        self,
        instance: Instance,
        served: Sequence[float],
        *,
        time_limit_s: float,
        work_limit: int | None = None,
        lend: bool = True,
    ) -> tuple[float, ...]:
        """Share of each that no plan exceeds; 1 of those that a plan meets.

        Parameters
        ----------
        instance
            The problem with fleets of its own; its targets are those of the whole.
        served
            What a plan of it serves.
        time_limit_s
            Seconds of all of them together.
        work_limit
            Rounds of each instead.
        lend
            Whether only numbers of hulls and crews differ from fleets asked about before:
            what was proven of those then bounds these, too.
        """
        unmet = [k for k, share in enumerate(served) if not is_met(share)]
        found = [1.0] * len(served)
        for k in unmet:
            alone, total = replace(self._alone[k], fleets=instance.fleets), self.needs[k].worth
            key = k, kinds_of_rows(instance)
            bounding = Bounding(alone, Pool(), self._cuts.get(key, ()) if lend else ())
            enough = served[k] * total * (1.0 + ENOUGH)
            _drive(bounding, enough, time_limit_s / len(unmet), work_limit)
            if lend:
                self._cuts[key] = bounding.cuts
            found[k] = min(1.0, max(served[k], bounding.bound / total))
        return tuple(found)


def _need(placed: Placed) -> Need:
    duty = placed.duty
    return Need(duty.requirement.name, duty.requirement.hard, duty.total)


def _alone(problem: PlanningProblem, placed: Placed) -> Instance:
    """The problem where nothing but one requirement counts.

    What is asked of targets of threats counts beyond its level as well, which only raises
    the bound: then it is weights of these targets as detection is.
    """
    instance = instance_of(problem, [placed], loose=True)
    if not placed.duty.of_threats:
        return instance
    aims = aims_at(instance.targets)
    targets = replace(
        instance.targets,
        weight=aims.weight, detected=aims.constant, asked=None, met=0.0, groups=(),
    )  # fmt: skip
    return replace(instance, targets=targets)


def _drive(bounding: Bounding, enough: float, time_limit_s: float, work: int | None) -> None:
    """Improve a bound until it is no more than enough, or the time or the work is done."""
    ends, rounds = time.monotonic() + time_limit_s, count()

    def left_s() -> float:
        return AGES_S if work is not None else max(0.0, ends - time.monotonic())

    def stop() -> bool:
        done = left_s() == 0.0 if work is None else next(rounds) >= work
        return done or bounding.bound <= enough

    bounding.run(stop, left_s)
