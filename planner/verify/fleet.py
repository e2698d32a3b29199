"""Rules on who sails: hulls, their units and bases, berths, names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from planner.plan.model import Hull
from planner.verify.facts import Facts
from planner.verify.postings import posted_hulls
from planner.verify.report import Figure, Tally


def identity(facts: Facts, tally: Tally) -> None:
    """Hulls and sorties have names of their own; sorties name hulls and bases known."""
    _distinct("hull", (hull.id for hull in facts.plan.hulls), tally)
    _distinct("sortie", (sortie.id for sortie in facts.plan.sorties), tally)
    for voyage in facts.voyages:
        sortie = voyage.sortie
        tally.holds(
            "identity",
            voyage.hull is not None,
            f"hull '{sortie.hull}' is not in the plan's list of hulls",
            sortie=sortie.id,
            time=sortie.depart,
        )
        for base in (sortie.depart_base, sortie.return_base):
            tally.holds(
                "identity",
                base in facts.bases,
                f"base '{base}' is not in the scenario",
                sortie=sortie.id,
                time=sortie.depart,
            )
        tally.holds(
            "identity", bool(sortie.legs), "has no legs", sortie=sortie.id, time=sortie.depart
        )


def fleet(facts: Facts, tally: Tally) -> None:
    """Each unit has as many hulls as the scenario gives it, of its class, agency and base."""
    for hull in facts.plan.hulls:
        unit = facts.units.get(hull.unit)
        if not tally.holds(
            "fleet", unit is not None, f"hull '{hull.id}': the scenario has no unit '{hull.unit}'"
        ):
            continue
        assert unit is not None
        stated = (hull.vessel, hull.agency, hull.base)
        for what, found, right in zip(
            ("vessel class", "agency", "base"),
            stated,
            (unit.vessel, unit.agency, unit.base),
            strict=True,
        ):
            tally.holds(
                "fleet",
                found == right,
                f"hull '{hull.id}': {what} '{found}', unit '{unit.name}' has '{right}'",
            )
    numbers = Counter(hull.unit for hull in facts.plan.hulls)
    for unit in facts.scenario.unit:
        tally.agrees(
            "fleet",
            f"unit '{unit.name}' lists another number of hulls than the scenario",
            Figure(numbers[unit.name], unit.count, "hulls"),
            slack=0,
        )


def home(facts: Facts, tally: Tally) -> None:
    """A hull departs from the base of its unit and returns to it, unless it is posted."""
    posted = posted_hulls(facts)
    for voyage in facts.voyages:
        if voyage.unit is None or voyage.sortie.hull in posted:
            continue
        sortie = voyage.sortie
        for verb, base, time in (
            ("departs from", sortie.depart_base, sortie.depart),
            ("returns to", sortie.return_base, sortie.return_),
        ):
            tally.holds(
                "home",
                base == voyage.unit.base,
                f"hull '{sortie.hull}' {verb} '{base}', its base is '{voyage.unit.base}'",
                sortie=sortie.id,
                time=time,
            )


def berths(facts: Facts, tally: Tally) -> None:
    """At no time do more hulls lie at a base than it has berths.

    Every hull lies at its base when the plan starts; a sortie, or a move by road,
    takes one away from its depart base and brings one to another, or back.
    """
    by_road = [move for move in facts.plan.moves if move.by == "road"]
    for base in facts.scenario.base:
        lying = sum(_berth(hull, facts) == base.name for hull in facts.plan.hulls)
        most, when = lying, 0.0
        events = [
            (voyage.depart_h, -1)
            for voyage in facts.voyages
            if voyage.sortie.depart_base == base.name
        ] + [
            (voyage.return_h, 1)
            for voyage in facts.voyages
            if voyage.sortie.return_base == base.name
        ]
        events += [(facts.hours(m.depart), -1) for m in by_road if m.depart_base == base.name]
        events += [(facts.hours(m.arrive), 1) for m in by_road if m.arrive_base == base.name]
        for time_h, change in sorted(events):
            lying += change
            if lying > most:
                most, when = lying, time_h
        tally.at_most(
            "berths",
            f"hulls lie at base '{base.name}'",
            Figure(most, base.berths, "hulls"),
            time=facts.time(when),
        )


def _berth(hull: Hull, facts: Facts) -> str:
    unit = facts.units.get(hull.unit)
    return unit.base if unit is not None else hull.base


def _distinct(what: str, names: Iterable[str], tally: Tally) -> None:
    for name, number in Counter(names).items():
        tally.holds("identity", number == 1, f"{what} '{name}' stands {number} times in the plan")
