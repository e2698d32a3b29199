"""What both plans watch for, by the same weights: only that can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from planner.errors import PlanError
from planner.plan.model import Plan
from planner.present.compare.sides import Side, threat_fields
from planner.present.figures import by_threat
from planner.present.text import clean

Extent = Literal["all", "weights", "part"]

SAME_WEIGHT = 1e-9


@dataclass(frozen=True, eq=False)
class Alike:
    """Two plans with the targets that both watch for, at the weights that A gives them.

    ``extent`` is ``all`` where both have the same threats at the same weights,
    so that nothing was changed and the bounds hold; ``weights`` where only the
    weights were not the same; ``part`` where a threat is of one plan only, or
    another one under its name. ``threats`` are the names of those shared.
    """

    a: Plan
    b: Plan
    extent: Extent
    threats: tuple[str, ...]


def alike(a: Side, b: Side) -> Alike:
    """Reduce two plans to what both watch for.

    Raises
    ------
    PlanError
        They share no threat.
    """
    weights = [{row.threat: row.weight for row in by_threat(one.plan)} for one in (a, b)]
    known = [{threat.name for threat in one.scenario.threat} for one in (a, b)]
    shared = tuple(
        name
        for name in weights[0]
        if name in weights[1].keys() & known[0] & known[1]
        and not threat_fields(a.scenario, b.scenario, name)
    )
    if not shared:
        raise PlanError(
            f"A ({a.name}) and B ({b.name}) share no threat, so there is nothing to compare; "
            "plan both against the same threats (name and definition; weights may differ)"
        )
    whole = len(shared) == len(weights[0]) == len(weights[1])
    if whole and all(abs(weights[0][name] - weights[1][name]) < SAME_WEIGHT for name in shared):
        return Alike(a.plan, b.plan, "all", shared)
    total = sum(weights[0][name] for name in shared)
    wanted = {name: weights[0][name] / total for name in shared}
    extent: Extent = "weights" if whole else "part"
    return Alike(_weighed(a.plan, wanted), _weighed(b.plan, wanted), extent, shared)


def _weighed(plan: Plan, wanted: Mapping[str, float]) -> Plan:
    """A plan with only these threats, each at this share of all weight."""
    factor = {
        row.threat: wanted[row.threat] / row.weight
        for row in by_threat(plan)
        if row.threat in wanted and row.weight > 0
    }
    return plan.model_copy(
        update={
            key: tuple(
                row.model_copy(update={"weight": row.weight * factor[row.threat]})
                for row in rows
                if row.threat in factor
            )
            for key, rows in (("coverage", plan.coverage), ("moving", plan.moving))
        }
    )


def extent_words(found: Alike) -> str:
    """What of the detection is compared, where it is not all of it."""
    if found.extent == "weights":
        return (
            "The threats weigh otherwise in A and B: detection is compared by A’s weights. The "
            "bounds are each for its own weights, so nothing can be proven across the two."
        )
    if found.extent == "part":
        names = ", ".join(clean(name) for name in found.threats)
        return (
            f"Only what both watch for is compared ({names}), by A’s weights; nothing can be "
            "proven of a part of a plan."
        )
    return ""
