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

Where something is required all of these are of the whole objective, the *value*:
detection, and each requirement at its worth. Apart, every agency plans for all
requirements that its units count for, as if no one else served them; what is served by
all that sail is counted once. Slots, windows and groups are met by the first that come,
up to a level, so the value is submodular as well, and with what counts whatever sails,
``v₀`` (hulls on alert), it is no more than ``Σ_a b_a − (n − 1) v₀``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from planner.study.served import Need


@dataclass(frozen=True)
class Interval:
    """A gain in detection, or in value where something is required.

    That of the plans found, and what the best one surely lies between.
    """

    found: float
    low: float
    high: float


@dataclass(frozen=True)
class OwnPlan:
    """A plan that an agency made as if no one else sailed; ``bound`` holds for all of those.

    ``value`` is there where something is required, and bounds are then of that.
    """

    agency: str
    seed: int
    detection: float
    bound: float
    value: float | None = None

    @property
    def counts(self) -> float:
        """What the plan was made for: its value, which is detection if nothing is required."""
        return self.detection if self.value is None else self.value


@dataclass(frozen=True)
class Union:
    """One plan of each agency, made apart and all sailed; each about its agency's best.

    ``seeds`` tell which of each, ``claimed`` is the sum of what each detects
    by itself, which counts a target as often as it has been promised.
    """

    seeds: tuple[int, ...]
    detection: float
    claimed: float
    value: float | None = None

    @property
    def counts(self) -> float:
        """As of :class:`OwnPlan`."""
        return self.detection if self.value is None else self.value

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
    value: float | None = None

    @property
    def counts(self) -> float:
        """As of :class:`OwnPlan`."""
        return self.detection if self.value is None else self.value


@dataclass(frozen=True)
class Shared:
    """Share of each requirement that plans serve, (n_requirements,) each.

    ``asked_of`` and ``alone`` are by agency: whether its units count for it, and what its
    plan serves among the best made apart; ``informed`` by order. No plan of all units
    serves more than ``at_most``.
    """

    needs: tuple[Need, ...]
    asked_of: tuple[tuple[bool, ...], ...]
    alone: tuple[tuple[float, ...], ...]
    apart: tuple[float, ...]
    informed: tuple[tuple[float, ...], ...]
    joint: tuple[float, ...]
    at_most: tuple[float, ...]


@dataclass(frozen=True)
class Cooperation:
    """All plans of a study of several services.

    Where something is required ``value`` is that of the joint plan, and ``bound`` of the
    value; ``detects`` is then what no plan detects, whatever it serves. ``always`` counts
    whatever sails.
    """

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
    value: float | None = None
    detects: float | None = None
    always: float = 0.0
    shared: Shared | None = None

    @property
    def counts(self) -> float:
        """As of :class:`OwnPlan`, of the joint plan."""
        return self.joint if self.value is None else self.value

    @property
    def apart(self) -> Union:
        """The best of the plans made apart: it makes the least of cooperation."""
        return max(self.unions, key=lambda union: union.counts)

    @property
    def worst_apart(self) -> Union:
        """The worst of them."""
        return min(self.unions, key=lambda union: union.counts)

    @property
    def best_informed(self) -> Informed:
        """The better order."""
        return max(self.informed, key=lambda plan: plan.counts)

    @property
    def apart_at_most(self) -> float:
        """What no plans made apart exceed: ``min(B, Σ_a b_a − (n − 1) v₀)``."""
        alone = {plan.agency: plan.bound for plan in self.own}
        return min(self.bound, sum(alone.values()) - (len(alone) - 1) * self.always)

    def joint_over_apart(self) -> Interval:
        """Value of planning together, over the best plans made apart."""
        return self._joint_over(self.apart.counts)

    def joint_over_informed(self) -> Interval:
        """Value of planning together over sharing plans, in the better order."""
        return self._joint_over(self.best_informed.counts)

    def informed_over_apart(self) -> Interval:
        """Value of sharing plans, in the better order, the earlier agencies' plans as they are."""
        apart, best = self.apart.counts, self.best_informed
        found = best.counts - apart
        return Interval(found, found, best.bound - apart)

    def over_all_apart(self) -> Interval:
        """Value of planning together, over whichever of the plans made apart are sailed.

        ``found`` is over the mean of them.
        """
        mean = sum(union.counts for union in self.unions) / len(self.unions)
        return Interval(
            self.counts - mean,
            self.counts - self.apart.counts,
            self.bound - self.worst_apart.counts,
        )

    def as_json(self) -> dict[str, Any]:
        """Plain values: shares from 0 to 1, seconds, days.

        Where something is required plans have a ``value``, and every bound and gain is of
        that; ``joint.detection_bound`` is of detection alone.
        """
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
            "joint": self._joint(),
            "own": [_plain(plan) for plan in self.own],
            "apart": {
                "at_most": self.apart_at_most,
                "unions": [
                    _plain(union) | {"double_counted": union.double_counted}
                    for union in self.unions
                ],
            },
            "informed": [_plain(plan) for plan in self.informed],
            **({} if self.shared is None else {"requirements": self._requirements(self.shared)}),
            "value": {
                "joint_over_apart": vars(self.joint_over_apart()),
                "joint_over_all_apart": vars(self.over_all_apart()),
                "informed_over_apart": vars(self.informed_over_apart()),
                "joint_over_informed": vars(self.joint_over_informed()),
            },
        }

    def _joint_over(self, other: float) -> Interval:
        found = self.counts - other
        return Interval(found, found, self.bound - other)

    def _joint(self) -> dict[str, float | None]:
        found = {"detection": self.joint, "bound": self.bound}
        if self.value is None:
            return {**found}
        return {**found, "value": self.value, "detection_bound": self.detects}

    def _requirements(self, shared: Shared) -> list[dict[str, Any]]:
        """A row for each requirement: whom it is asked of, and what plans serve of it."""

        def by_agency(values: Sequence[tuple[Any, ...]], k: int) -> dict[str, Any]:
            return {name: each[k] for name, each in zip(self.agencies, values, strict=True)}

        return [
            {
                "name": need.name,
                "hard": need.hard,
                "worth": need.worth,
                "asked_of": [n for n, asked in by_agency(shared.asked_of, k).items() if asked],
                "alone": by_agency(shared.alone, k),
                "apart": shared.apart[k],
                "informed": [each[k] for each in shared.informed],
                "joint": shared.joint[k],
                "at_most": shared.at_most[k],
            }
            for k, need in enumerate(shared.needs)
        ]


def _plain(plan: OwnPlan | Union | Informed) -> dict[str, Any]:
    """Fields of a plan; no value where nothing is required."""
    return {key: value for key, value in vars(plan).items() if value is not None}
