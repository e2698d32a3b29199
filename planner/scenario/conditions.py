"""Checks on what boats do in weather and light: sea states, target types, radar."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from planner.errors import Problem
from planner.geodata.sweep import sweep_table
from planner.scenario.explain import listed, nearest
from planner.scenario.parts import Parts


def sea_states_are_ordered(parts: Parts) -> Iterator[Problem]:
    """Each sea state is rougher than the one before, and no faster or longer in it."""
    for key, vessel in parts.vessels.items():
        for number, (before, state) in enumerate(pairwise(vessel.sea), start=2):
            where = f"vessel.{key}.sea[{number}]"
            rougher = state.wave_m >= before.wave_m and state.wind_kn >= before.wind_kn
            if not rougher or (state.wave_m, state.wind_kn) == (before.wave_m, before.wind_kn):
                yield parts.problem(
                    where,
                    f"up to {state.wave_m:g} m and {state.wind_kn:g} kn is no rougher than the "
                    f"state before it ({before.wave_m:g} m, {before.wind_kn:g} kn)",
                    "list the sea states from the mildest to the roughest",
                )
            longest_h = [
                min(found.endurance_h or math.inf, vessel.endurance_h) for found in (before, state)
            ]
            if state.speed > before.speed or longest_h[1] > longest_h[0]:
                yield parts.problem(
                    where,
                    "is faster, or stays out longer, than in the milder state before it",
                    "give it no higher speed and no longer endurance_h",
                )


def targets_are_known(parts: Parts) -> Iterator[Problem]:
    """Every target type is a row of the sweep-width tables."""
    known = tuple(sweep_table("uscg").targets)
    for number, target in parts.given("threat", "target"):
        if target not in known:
            yield parts.problem(
                f"threat[{number}].target",
                f"the sweep-width tables have no target '{target}'; they have {listed(known)}",
                nearest(target, known, "name one of them (patrol data sweep-width)"),
            )
