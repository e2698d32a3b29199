"""Checks on what keeps hulls in service, and on what units may look for."""

from __future__ import annotations

from collections.abc import Iterator

from planner.errors import Problem
from planner.scenario.explain import listed, nearest
from planner.scenario.parts import Parts


def upkeep_is_whole(parts: Parts) -> Iterator[Problem]:
    """Upkeep says after how many hours and how long, with one due number or one a hull."""
    for number, unit in parts.units.items():
        key, every_h = f"unit[{number}]", unit.upkeep_every_h
        if every_h is None:
            for field, given in (
                ("upkeep_h", unit.upkeep_h is not None),
                ("upkeep_due_h", bool(unit.upkeep_due_h)),
            ):
                if given:
                    yield parts.problem(
                        f"{key}.{field}",
                        "says nothing without upkeep_every_h",
                        "add 'upkeep_every_h = …' (hours under way between upkeeps), or remove it",
                    )
            continue
        if unit.upkeep_h is None:
            yield parts.problem(
                f"{key}.upkeep_h",
                f"is missing: hulls of '{unit.name}' go in every {every_h:g} h under way",
                "add 'upkeep_h = …', the hours that upkeep takes",
            )
        if len(unit.upkeep_due_h) > 1 and len(unit.upkeep_due_h) != unit.count:
            yield parts.problem(
                f"{key}.upkeep_due_h",
                f"holds {len(unit.upkeep_due_h)} numbers for {unit.count} hulls",
                "give one number for all, or one a hull",
            )
        most_h = max(unit.upkeep_due_h, default=0.0)
        if most_h > every_h:
            yield parts.problem(
                f"{key}.upkeep_due_h",
                f"{most_h:g} h are more than upkeep_every_h = {every_h:g}",
                "give the hours left until the next upkeep",
            )


def permissions_name_threats(parts: Parts) -> Iterator[Problem]:
    """Every threat that a unit looks for is one of the scenario's."""
    known = tuple(name for _, name in parts.given("threat", "name"))
    for number, names in parts.given("unit", "threats"):
        for place, name in enumerate(names, start=1):
            if name not in known:
                yield parts.problem(
                    f"unit[{number}].threats[{place}]",
                    f"there is no threat '{name}'; the threats are {listed(known)}",
                    nearest(name, known, "name threats of the scenario, or leave it out for all"),
                )


def permitted_zones(parts: Parts) -> Iterator[tuple[str, str]]:
    """Key and name of every zone that a unit is kept to, or out of."""
    for field in ("only_zones", "not_zones"):
        for number, zones in parts.given("unit", field):
            for place, zone in enumerate(zones, start=1):
                yield f"unit[{number}].{field}[{place}]", zone
