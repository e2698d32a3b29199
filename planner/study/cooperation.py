"""What two services gain by planning together: plans in hand, bounds, and what they prove.

With ``A`` the detection of two plans made apart and sailed both, ``J`` that of
the joint plan found, ``J*`` that of the best joint plan, ``B`` the bound::

    J − A ≤ J* − A ≤ B − A

``A`` is exact: it is the detection of definite plans under the model. So the
interval holds whatever the optimiser missed, for these plans made apart.
Others, about as good for each agency by itself, may do better or worse together
(``unions`` has all pairs found); none exceeds ``min(B, Σ_a b_a)``, with ``b_a`` the
bound of an agency alone, as joint detection never exceeds the sum of the parts
(detection is submodular).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Interval:
    """A gain in detection: that of the plans found, and what the best one surely lies between."""

    found: float
    low: float
    high: float


@dataclass(frozen=True)
class OwnPlan:
    """A plan that an agency made as if no one else sailed; ``bound`` holds for all of those."""

    agency: str
    seed: int
    detection: float
    bound: float


@dataclass(frozen=True)
class Union:
    """One plan of each agency, made apart and all sailed; each about its agency's best.

    ``seeds`` tell which of each, ``claimed`` is the sum of what each detects
    by itself, which counts a target as often as it has been promised.
    """

    seeds: tuple[int, ...]
    detection: float
    claimed: float

    @property
    def double_counted(self) -> float:
        """What was promised more than once: ``claimed − detection``."""
        return self.claimed - self.detection


@dataclass(frozen=True)
class Informed:
    """Plans made in turn, each knowing those before it, ``order[0]`` first.

    ``bound`` is what no plan of the last agency can exceed beside those of the
    others as they are.
    """

    order: tuple[str, ...]
    detection: float
    bound: float


@dataclass(frozen=True)
class Cooperation:
    """All plans of a study of several services."""

    title: str
    days: float
    agencies: tuple[str, ...]
    hulls: tuple[int, ...]
    own: tuple[OwnPlan, ...]
    unions: tuple[Union, ...]
    informed: tuple[Informed, ...]
    joint: float
    bound: float
    time_limit_s: float
    interrupted: bool = False

    @property
    def apart(self) -> Union:
        """The best of the plans made apart: it makes the least of cooperation."""
        return max(self.unions, key=lambda union: union.detection)

    @property
    def worst_apart(self) -> Union:
        """The worst of them."""
        return min(self.unions, key=lambda union: union.detection)

    @property
    def best_informed(self) -> Informed:
        """The better order."""
        return max(self.informed, key=lambda plan: plan.detection)

    @property
    def apart_at_most(self) -> float:
        """What no plans made apart exceed: ``min(B, Σ_a b_a)``."""
        alone = {plan.agency: plan.bound for plan in self.own}
        return min(self.bound, sum(alone.values()))

    def joint_over_apart(self) -> Interval:
        """Value of planning together, over the best plans made apart."""
        return self._joint_over(self.apart.detection)

    def joint_over_informed(self) -> Interval:
        """Value of planning together over sharing plans, in the better order."""
        return self._joint_over(self.best_informed.detection)

    def informed_over_apart(self) -> Interval:
        """Value of sharing plans, in the better order, the earlier agencies' plans as they are."""
        apart, best = self.apart.detection, self.best_informed
        found = best.detection - apart
        return Interval(found, found, best.bound - apart)

    def over_all_apart(self) -> Interval:
        """Value of planning together, over whichever of the plans made apart are sailed.

        ``found`` is over the mean of them.
        """
        mean = sum(union.detection for union in self.unions) / len(self.unions)
        return Interval(
            self.joint - mean,
            self.joint - self.apart.detection,
            self.bound - self.worst_apart.detection,
        )

    def as_json(self) -> dict[str, Any]:
        """Plain values: shares from 0 to 1, seconds, days."""
        return {
            "schema": "patrol-services/1",
            "title": self.title,
            "days": self.days,
            "time_limit_s": self.time_limit_s,
            "interrupted": self.interrupted,
            "agencies": [
                {"agency": name, "hulls": hulls}
                for name, hulls in zip(self.agencies, self.hulls, strict=True)
            ],
            "joint": {"detection": self.joint, "bound": self.bound},
            "own": [vars(plan) for plan in self.own],
            "apart": {
                "at_most": self.apart_at_most,
                "unions": [
                    vars(union) | {"double_counted": union.double_counted} for union in self.unions
                ],
            },
            "informed": [vars(plan) for plan in self.informed],
            "value": {
                "joint_over_apart": vars(self.joint_over_apart()),
                "joint_over_all_apart": vars(self.over_all_apart()),
                "informed_over_apart": vars(self.informed_over_apart()),
                "joint_over_informed": vars(self.joint_over_informed()),
            },
        }

    def _joint_over(self, other: float) -> Interval:
        found = self.joint - other
        return Interval(found, found, self.bound - other)
