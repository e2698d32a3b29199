"""The rule on breaks of crews: often and long enough, lying still, and at anchor in shelter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.scenario import Unit
from planner.verify.conditions import Conditions
from planner.verify.facts import Facts, Stretch, Voyage
from planner.verify.report import Figure, Tally
from planner.verify.seas import searched_next
from planner.verify.tolerance import LENGTH_NM, TIME_H
from planner.verify.waters import depth_at

DEPTH_M = 0.05
"""Depth by which an anchorage may be too deep: positions are rounded."""


def breaks(facts: Facts, tally: Tally) -> None:
    """Crews have their breaks in time and in full, lying still or at anchor in shelter."""
    for voyage in facts.voyages:
        unit, legs = voyage.unit, facts.legs_of[voyage.number]
        rests = [leg for leg in legs if leg.leg.reason is not None]
        if unit is None or unit.break_every_h is None:
            for rest in rests:
                tally.holds(
                    "breaks",
                    False,
                    f"{rest.name} is a break, of which its unit has none",
                    sortie=voyage.sortie.id,
                    time=rest.leg.start,
                )
            continue
        _in_time(tally, voyage, unit, rests)
        conditions = facts.conditions_of(voyage)
        for rest in rests:
            _still(tally, voyage, unit, rest)
            if unit.break_at == "anchor":
                _at_anchor(facts, conditions, tally, voyage, unit, rest)


def _in_time(tally: Tally, voyage: Voyage, unit: Unit, rests: Sequence[Stretch]) -> None:
    """From the departure, or the end of a break, to the next one or the return."""
    since_h = voyage.depart_h
    for begin_h, end_h in (
        *((rest.start_h, rest.end_h) for rest in rests),
        (voyage.return_h, voyage.return_h),
    ):
        tally.at_most(
            "breaks",
            "the crew is under way too long without a break",
            Figure(begin_h - since_h, unit.break_every_h or 0.0, "h"),
            slack=TIME_H,
            sortie=voyage.sortie.id,
            time=voyage.sortie.depart,
        )
        since_h = end_h


def _still(tally: Tally, voyage: Voyage, unit: Unit, rest: Stretch) -> None:
    """A break lasts as long as it takes, and the boat makes no way and searches nothing."""
    sortie, leg = voyage.sortie.id, rest.leg
    tally.at_most(
        "breaks",
        f"{rest.name} is too short a break; minutes short",
        Figure((unit.break_min or 0.0) - 60.0 * (rest.end_h - rest.start_h), 0.0, "min"),
        slack=60.0 * TIME_H,
        sortie=sortie,
        time=leg.start,
    )
    tally.holds(
        "breaks",
        leg.mode == "loiter" and leg.speed_kn == 0.0 and not leg.exposures,
        f"{rest.name} is a break in which the boat makes way or searches",
        sortie=sortie,
        time=leg.start,
    )
    tally.at_most(
        "breaks",
        f"{rest.name} is a break in which the boat moves",
        Figure(rest.length_nm, 0.0, "nm"),
        slack=LENGTH_NM,
        sortie=sortie,
        time=leg.start,
    )


def _at_anchor(
    facts: Facts,
    conditions: Conditions,
    tally: Tally,
    voyage: Voyage,
    unit: Unit,
    rest: Stretch,
) -> None:
    """The boat lies in water shallow enough to anchor, in seas and wind mild enough to rest."""
    sortie, leg = voyage.sortie.id, rest.leg
    tally.holds(
        "breaks",
        leg.reason == "break at anchor",
        f"{rest.name} is a break under way, and crews of '{unit.name}' have theirs at anchor",
        sortie=sortie,
        time=leg.start,
    )
    points = facts.points(leg)
    if not len(points) or not np.isfinite(points).all():
        return  # the rule on paths says so
    if facts.scenario.area.depth != "none":
        level_m = facts.scenario.environment.water_level_anomaly_m
        tally.at_most(
            "breaks",
            f"{rest.name} lies at anchor in water too deep",
            Figure(float(depth_at(points).max()) + level_m, unit.anchor_depth_m, "m"),
            slack=DEPTH_M,
            sortie=sortie,
            time=leg.start,
        )
    weather = conditions.weather
    if weather.calm:
        return
    first, last = conditions.hour(np.array([rest.start_h, rest.end_h - 2 * TIME_H])).tolist()
    hours = np.arange(first, max(first, last) + 1)
    legs = facts.legs_of[voyage.number]
    cell = searched_next(facts, legs, rest)
    if cell < 0 and rest.number > 1:
        cell = searched_next(facts, legs, legs[rest.number - 2])
    cells = {cell} if cell >= 0 else {int(each[0]) for each in conditions.near(points[:1])}
    for what, field, most, kind in (
        ("seas", weather.wave_m, unit.anchor_wave_m, "m"),
        ("wind", weather.wind_kn, unit.anchor_wind_kn, "kn"),
    ):
        tally.at_most(
            "breaks",
            f"{rest.name} lies at anchor in too much {what}",
            Figure(min(float(field[hours, each].max()) for each in cells), most, kind),
            slack=1e-6,
            sortie=sortie,
            time=leg.start,
        )
