"""Checks on breaks of crews and on anchoring."""

from __future__ import annotations

from collections.abc import Iterator

from planner.errors import Problem
from planner.scenario.model import Unit
from planner.scenario.parts import Parts

OF_BREAKS = ("break_min", "break_early_min", "break_at")
OF_ANCHORS = ("anchor_depth_m", "anchor_wave_m", "anchor_wind_kn")


def breaks_are_whole(parts: Parts) -> Iterator[Problem]:
    """Breaks say after how many hours and how long, fit each other, and have somewhere to be."""
    for number, unit in parts.units.items():
        key = f"unit[{number}]"
        if unit.break_every_h is None:
            for field in _given(unit, (*OF_BREAKS, *OF_ANCHORS)):
                yield parts.problem(
                    f"{key}.{field}",
                    "says nothing without break_every_h",
                    "add 'break_every_h = …' (most hours under way between breaks), or remove it",
                )
            continue
        if unit.break_at != "anchor":
            for field in _given(unit, OF_ANCHORS):
                yield parts.problem(
                    f"{key}.{field}",
                    'says nothing without break_at = "anchor"',
                    'write break_at = "anchor", or remove it',
                )
        elif parts.area is not None and parts.area.depth == "none":
            yield parts.problem(
                f"{key}.break_at",
                "without depths there is no anchorage to be found",
                'write break_at = "anywhere", or give area.depth',
            )
        yield from _lengths(parts, key, unit)


def _lengths(parts: Parts, key: str, unit: Unit) -> Iterator[Problem]:
    every_min = 60.0 * (unit.break_every_h or 0.0)
    if unit.break_min is None:
        yield parts.problem(
            f"{key}.break_min",
            f"is missing: crews of '{unit.name}' have a break every {every_min / 60:g} h",
            "add 'break_min = …', the minutes that a break takes",
        )
        return
    if unit.break_min > every_min:
        yield parts.problem(
            f"{key}.break_min",
            f"a break of {unit.break_min:g} minutes is longer than the {every_min / 60:g} h "
            "under way before it",
            "give break_min in minutes and break_every_h in hours",
        )
    if unit.break_early_min >= unit.break_min:
        yield parts.problem(
            f"{key}.break_early_min",
            f"{unit.break_early_min:g} minutes are not less than the break itself, "
            f"{unit.break_min:g}",
            "lower it, or leave it out: then breaks begin at their time",
        )
    if parts.area is not None and every_min < 2 * parts.area.time_step_min:
        yield parts.problem(
            f"{key}.break_every_h",
            f"{every_min / 60:g} h are less than two time steps of {parts.area.time_step_min} "
            "minutes",
            "raise it, or lower area.time_step_min",
        )


def _given(unit: Unit, fields: tuple[str, ...]) -> Iterator[str]:
    """Fields of another value than unless given: a plan's scenario holds all of them."""
    known = Unit.model_fields
    return (field for field in fields if getattr(unit, field) != known[field].default)
