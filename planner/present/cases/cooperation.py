"""What planning together is worth, and whether it would have bought more than a purchase."""

from __future__ import annotations

from dataclasses import dataclass

from planner.present.cases.money import view_name
from planner.present.text import clean, number, percent
from planner.study.cases.points import Standing
from planner.study.cases.purchases import Bought
from planner.study.cases.run import Outcomes

WAYS = (("apart", "apart"), ("in_turn", "in turn"))


@dataclass(frozen=True)
class Teamwork:
    """Points that differ only in how agencies plan; None where one is not in the study."""

    name: str
    apart: Standing | None
    in_turn: Standing | None
    joint: Standing | None

    @property
    def ways(self) -> tuple[Standing | None, ...]:
        """All three."""
        return self.apart, self.in_turn, self.joint


def teamwork(outcomes: Outcomes) -> list[Teamwork]:
    """Points that differ in nothing but how agencies plan, two ways or more."""
    layout, alike = outcomes.layout, dict[object, dict[str, Standing]]()
    for place, standing in outcomes.known.items():
        manning = layout.manning[place]
        units = (frozenset(part.items()) for part in (manning.units, manning.tried))
        key = (manning.rest, manning.comparable, *units)
        alike.setdefault(key, {})[standing.point.agencies] = standing
    found = []
    for ways in alike.values():
        if len(ways) > 1:
            first = ways.get("joint") or next(iter(ways.values()))
            found.append(
                Teamwork(
                    first.point.name, ways.get("apart"), ways.get("in turn"), ways.get("joint")
                )
            )
    return found


def teamwork_words(row: Teamwork) -> list[str]:
    """What planning together is worth: between definite plans, and at most."""
    if row.joint is None:
        return []
    said = []
    for key, words in WAYS:
        other = getattr(row, key)
        if other is not None:
            found, most = (100 * share for share in gain_over(row.joint, other))
            said.append(
                f"{clean(row.name)}: planning jointly finds {number(found, 1)} points more than "
                f"the plans made {words}, and could find at most {number(most, 1)} more."
            )
    return said


def gain_over(joint: Standing, other: Standing) -> tuple[float, float]:
    """What planning jointly adds to definite plans: by the plan found, and at most; as shares."""
    return joint.detection - other.record.detection, joint.bound - other.record.detection


def instead_lines(outcomes: Outcomes) -> list[str]:
    """Whether cooperation would have bought more than each purchase, where that was asked.

    That is where agencies plan apart both with what was bought and without it, and there are
    joint plans of both.
    """
    joint = {
        each.number: row.joint
        for row in teamwork(outcomes)
        if row.joint is not None
        for each in (row.apart, row.in_turn)
        if each is not None
    }
    return [
        instead_words(bought, joint[bought.without.number], joint[bought.having.number])
        for bought in outcomes.purchases
        if bought.without.number in joint and bought.having.number in joint
    ]


def instead_words(bought: Bought, without: Standing, having: Standing) -> str:
    """Cooperation without what was bought, set against the purchase without cooperation.

    ``without`` and ``having`` are the joint plans of both.
    """
    found, most = gain_over(without, bought.without)
    also, also_most = gain_over(having, bought.having)
    how = bought.without.point.agencies
    text = (
        f"Would cooperation have bought more ({clean(view_name(bought))})? Instead of the "
        f"purchase, planning jointly and not {how} adds {number(100 * found, 1)} points to what "
        f"the plans made {how} detect, and could add {number(100 * most, 1)} at most; the "
        f"purchase without cooperation adds {number(100 * bought.gain.found, 1)}."
    )
    detects = percent(bought.having.detection)
    if bought.having.detection > without.bound:
        text += (
            f" So the purchase bought more, and that is proven: no joint plan without it detects "
            f"more than {percent(without.bound)}, the plans made {how} with it detect {detects}."
        )
    elif without.detection > bought.having.bound:
        text += (
            f" So cooperation would have bought more, and that is proven: the joint plan without "
            f"the purchase detects {percent(without.detection)}, no plans with it more than "
            f"{percent(bought.having.bound)}."
        )
    else:
        leads = "the purchase" if bought.having.detection >= without.detection else "cooperation"
        text += (
            f" By the plans found {leads} bought more. That is not proven: a joint plan without "
            f"the purchase might detect up to {percent(without.bound)}, the plans made {how} with "
            f"it detect {detects}."
        )
    return (
        f"{text} On top of the purchase planning jointly adds {number(100 * also, 1)} points, and "
        f"could add {number(100 * also_most, 1)} at most."
    )
