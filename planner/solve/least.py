"""Whether requirements can be met at all, and how much of one a single hull can serve."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

from planner.problem.arrays import FloatArray, Instance, Targets
from planner.solve.aims import aims_at, at_first
from planner.solve.pricing import AdditivePricer
from planner.solve.schedules import best_of
from planner.solve.solver import Result, plan_fleets
from planner.solve.worth import visit_worths

ENOUGH = 1e-6
"""What is served counts as all where this share is missing."""


@dataclass(frozen=True)
class Outlook:
    """What came of looking for a plan that meets requirements, detection aside.

    ``total`` is what meeting them all counts, ``served`` what the best plan
    found has of it, ``bound`` what no plan exceeds.
    """

    total: float
    served: float
    bound: float
    result: Result

    @property
    def met(self) -> bool:
        """Whether a plan that meets them was found."""
        return self.served >= self.total * (1 - ENOUGH)

    @property
    def impossible(self) -> bool:
        """Whether it is proven that no plan meets them."""
        return self.bound < self.total * (1 - ENOUGH)


def only_required(
    instance: Instance, kept: FloatArray, groups: Collection[int], met: float = 0.0
) -> Instance:
    """The same problem where only some requirements count.

    Parameters
    ----------
    instance
        A problem with requirements.
    kept : (n_targets,)
        What is asked of each target: ``asked``, or 0 where that is left out.
    groups
        Numbers of the groups that are kept.
    met
        What is served of the rest of them whatever sails.
    """
    targets = instance.targets
    chosen = tuple(group for k, group in enumerate(targets.groups) if k in groups)
    left = replace(targets, weight=kept, detected=0.0, asked=kept, met=met, groups=chosen)
    return replace(instance, targets=left)


def total_of(targets: Targets) -> float:
    """What meeting everything that is asked counts."""
    asked = 0.0 if targets.asked is None else float(targets.asked.sum())
    return targets.met + asked + sum(group.worth for group in targets.groups)


def outlook(
    instance: Instance, *, time_limit_s: float, seed: int = 0, loose: Instance | None = None
) -> Outlook:
    """Look for a plan that meets all an instance of :func:`only_required` asks, or a proof.

    Ends as soon as either is found.

    Parameters
    ----------
    instance
        Whoever serves all of it meets the requirements.
    time_limit_s
        Seconds for that, and as many for the proof if there is ``loose``.
    seed
        Of the search.
    loose
        Whoever meets the requirements serves all of it; the same as ``instance`` unless given.
    """
    if loose is None:
        return _outlook(instance, time_limit_s, seed)
    proof = _outlook(loose, time_limit_s, seed)
    if proof.impossible:
        return replace(proof, served=min(proof.served, proof.bound))
    found = _outlook(instance, time_limit_s, seed)
    return replace(found, bound=proof.bound)


def _outlook(instance: Instance, time_limit_s: float, seed: int) -> Outlook:
    total = total_of(instance.targets)
    result = plan_fleets(
        instance,
        time_limit_s=time_limit_s,
        work_limit=None,
        gap=0.0,
        seed=seed,
        pool=(),
        cuts=(),
        prices=(),
        start=(),
        keep=None,
        progress=None,
        enough=total * (1 - ENOUGH),
    )
    return Outlook(total, result.served, result.most, result)


def one_hull(instance: Instance) -> list[float]:
    """What one hull (or crew) of each unit can serve at most, at the prices of first visits.

    As no more hulls serve more than that each, so many hulls at least are
    needed as the total is times that.
    """
    price = at_first(aims_at(instance.targets))
    worths = visit_worths(instance)
    profiles = {
        f: AdditivePricer(fleet).profile(worth.linear(price))
        for f, (fleet, worth) in enumerate(zip(instance.fleets, worths, strict=True))
    }
    return [
        min(best_of(instance, unit, profiles, row)[0] for row in rows)
        for unit, rows in enumerate(instance.rows)
    ]


def fewest(each: float, total: float) -> float:
    """Hulls that are needed at least where one serves at most ``each`` of ``total``."""
    return math.inf if each <= 0.0 else math.ceil(total / each - 1e-9)
