"""Whether hard requirements can be met together, which conflict, and the fewest hulls for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from planner.problem.arrays import Instance
from planner.problem.build import PlanningProblem
from planner.problem.serving import Placed, asked_by, loosely
from planner.scenario import Scenario
from planner.scenario.posted import refuse_postings
from planner.solve.least import Outlook, only_required, outlook
from planner.study.fleets import resized

Told = Callable[[str], None]


@dataclass(frozen=True)
class Conflict:
    """What hard requirements come to together.

    ``names`` are those that cannot be met together, as few of them as were
    found to be: without any one of them no conflict was proven any more.
    Empty if they can be met (``possible``), or neither was shown in time.
    """

    names: tuple[str, ...]
    possible: bool
    share: float
    """Most of what they ask for that any plan serves, proven; 1 at most."""


def instance_of(
    problem: PlanningProblem, placed: Sequence[Placed], *, loose: bool = False
) -> Instance:
    """The problem where only these requirements count, detection aside.

    If ``loose`` whoever meets them serves all of it, otherwise whoever serves all meets them.
    """
    instance = problem.instance
    if loose:
        instance = replace(instance, targets=loosely(instance.targets, placed))
    kept, groups = asked_by(instance.targets, placed)
    met = sum(each.duty.served for each in placed)
    return only_required(instance, kept, groups, met)


def _loosely(problem: PlanningProblem, placed: Sequence[Placed]) -> Instance | None:
    """The problem that proofs are of, if it is another one."""
    differs = any(each.duty.loose for each in placed)
    return instance_of(problem, placed, loose=True) if differs else None


def conflict(
    problem: PlanningProblem, *, time_limit_s: float, seed: int = 0, told: Told | None = None
) -> Conflict:
    """Look for the hard requirements that cannot be met together.

    A deletion filter: each is left out in turn, and stays out if those that are
    left still cannot be met.

    Parameters
    ----------
    problem
        A problem with hard requirements.
    time_limit_s
        Seconds of each of at most one solve more than there are hard requirements.
    seed
        Of the searches.
    told
        Called with a line before each of them.
    """
    hard = [each for each in problem.duties if each.duty.requirement.hard]
    whole = _look(problem, hard, time_limit_s, seed, told)
    if not whole.impossible:
        return Conflict((), whole.met, min(1.0, whole.bound / whole.total))
    left = list(hard)
    for each in hard:
        rest = [other for other in left if other is not each]
        if rest and _look(problem, rest, time_limit_s, seed, told).impossible:
            left = rest
    names = tuple(each.duty.requirement.name for each in left)
    return Conflict(names, False, whole.bound / whole.total)


def _look(
    problem: PlanningProblem,
    placed: Sequence[Placed],
    time_limit_s: float,
    seed: int,
    told: Told | None,
) -> Outlook:
    if told is not None:
        told("can these be met: " + ", ".join(each.duty.requirement.name for each in placed))
    return outlook(
        instance_of(problem, placed),
        time_limit_s=time_limit_s,
        seed=seed,
        loose=_loosely(problem, placed),
    )


@dataclass(frozen=True)
class Trial:
    """One number of hulls: ``found`` of what is asked a plan serves, ``proven`` none more than."""

    hulls: int
    found: float
    proven: float
    time_s: float

    @property
    def met(self) -> bool:
        """Whether a plan meets all."""
        return self.found >= 1.0 - 1e-6

    @property
    def impossible(self) -> bool:
        """Whether it is proven that none does."""
        return self.proven < 1.0 - 1e-6


@dataclass(frozen=True)
class Fewest:
    """Numbers of hulls of a unit, and whether hard requirements can be met with each.

    ``least`` is the smallest number with which they are met, None if none tried
    is enough; ``proven`` whether it is proven that one fewer cannot.
    """

    unit: str
    trials: tuple[Trial, ...]

    @property
    def least(self) -> int | None:
        """Fewest hulls that meet all."""
        return min((trial.hulls for trial in self.trials if trial.met), default=None)

    @property
    def proven(self) -> bool:
        """Whether one hull fewer cannot; with none fewer there is nothing to prove."""
        if self.least is None:
            return False
        return self.least <= 1 or any(
            trial.impossible for trial in self.trials if trial.hulls == self.least - 1
        )


def fewest_hulls(
    scenario: Scenario,
    problem: PlanningProblem,
    unit: str,
    *,
    most: int,
    time_limit_s: float,
    seed: int = 0,
    told: Callable[[Trial], None] | None = None,
) -> Fewest:
    """Find the fewest hulls of a unit with which hard requirements can be met.

    Numbers are tried from 1 up until they are met; crews grow in proportion.
    More hulls never serve less, so what is impossible with a number is so with
    all smaller ones.

    Parameters
    ----------
    scenario, problem
        What is planned, with hard requirements.
    unit
        Name of the unit whose hulls are counted; the others stay as they are.
    most
        Largest number tried.
    time_limit_s
        Seconds of each.
    seed
        Of the searches.
    told
        Called after each.

    Raises
    ------
    ScenarioError
        If hulls are posted.
    """
    refuse_postings(scenario, "the search for the fewest hulls", "remove them for this")
    hard = [each for each in problem.duties if each.duty.requirement.hard]
    whole, loose = instance_of(problem, hard), _loosely(problem, hard)
    trials = []
    for hulls in range(1, most + 1):
        counts = {unit: hulls}
        found = outlook(
            resized(whole, scenario, counts),
            time_limit_s=time_limit_s,
            seed=seed,
            loose=None if loose is None else resized(loose, scenario, counts),
        )
        trials.append(
            Trial(
                hulls,
                min(1.0, found.served / found.total),
                min(1.0, found.bound / found.total),
                found.result.time_s,
            )
        )
        if told is not None:
            told(trials[-1])
        if trials[-1].met:
            break
    return Fewest(unit, tuple(trials))
