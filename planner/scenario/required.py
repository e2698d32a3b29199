"""Checks on requirements and on hulls that stand on alert."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner import geodata
from planner.errors import Problem, ScenarioError
from planner.scenario.explain import listed, nearest
from planner.scenario.kinds import Fields, misfits
from planner.scenario.parts import Parts

if TYPE_CHECKING:
    from planner.scenario.model import Scenario

_OF_ALL_KINDS = ("name", "kind", "hard", "worth", "start", "end")

_FIELDS: Fields = {
    "presence": ((), ("zone", "file", "units", "share")),
    "revisit": (("every_h",), ("zone", "file", "units")),
    "response": (("within_min",), ("zone", "file", "units", "share")),
    "escort": (("origin", "destination", "speed_kn", "departures"), ("units", "share")),
    "detection": (("level",), ("zone", "file", "threat")),
}


def requirements_fit_their_kind(parts: Parts) -> Iterator[Problem]:
    """Requirements give what their kind needs and nothing of the other kinds."""
    rows = parts.requirements.items()
    yield from misfits(parts, "requirement", rows, _FIELDS, _OF_ALL_KINDS)


def requirements_have_one_zone(parts: Parts) -> Iterator[Problem]:
    """Every requirement but an escort has a zone or a file, a known one."""
    known = geodata.zones()
    for number, asked in parts.requirements.items():
        key = f"requirement[{number}]"
        if asked.kind == "escort":
            continue
        if asked.zone is None and asked.file is None:
            yield parts.problem(
                f"{key}.zone", "is missing", f"name one of {listed(known)}, or give 'file'"
            )
        if asked.zone is not None and asked.file is not None:
            yield parts.problem(f"{key}.file", "zone and file are both given", "keep one of them")
        if asked.zone is not None and asked.zone not in known:
            yield parts.problem(
                f"{key}.zone",
                f"there is no zone '{asked.zone}'; the zones are {listed(known)}",
                nearest(asked.zone, known, "name one of them, or give 'file'"),
            )


def requirements_name_units_and_threats(parts: Parts) -> Iterator[Problem]:
    """The units and the threat that a requirement names are those of the scenario."""
    units = tuple(name for _, name in parts.given("unit", "name"))
    threats = tuple(name for _, name in parts.given("threat", "name"))
    for number, asked in parts.requirements.items():
        for name in asked.units or ():
            if name not in units:
                yield parts.problem(
                    f"requirement[{number}].units",
                    f"there is no unit '{name}'; the units are {listed(units)}",
                    nearest(name, units, "name one of them"),
                )
        if asked.threat is not None and asked.threat not in threats:
            yield parts.problem(
                f"requirement[{number}].threat",
                f"there is no threat '{asked.threat}'; the threats are {listed(threats)}",
                nearest(asked.threat, threats, "name one of them, or leave it out for all"),
            )


def requirements_are_in_the_plan(parts: Parts) -> Iterator[Problem]:
    """A requirement ends after it starts, within the plan."""
    for number, asked in parts.requirements.items():
        if asked.start is not None and asked.end is not None and asked.end <= asked.start:
            yield parts.problem(
                f"requirement[{number}].end",
                f"{asked.end.isoformat()} is not after the start, {asked.start.isoformat()}",
                "give a later end",
            )
        plan = parts.span
        if plan is None:
            continue
        for field in ("start", "end"):
            at = getattr(asked, field)
            if at is not None and not plan[0] <= at <= plan[1]:
                yield parts.problem(
                    f"requirement[{number}].{field}",
                    f"{at.isoformat()} is not within the plan, {plan[0].isoformat()} to "
                    f"{plan[1].isoformat()}",
                    f"leave it out: the plan's {field} counts then",
                )


def alert_leaves_hulls(parts: Parts) -> Iterator[Problem]:
    """A unit has no more hulls on alert than it has hulls and crews."""
    for number, unit in parts.units.items():
        most = min(unit.count, unit.crews)
        if unit.alert > most:
            yield parts.problem(
                f"unit[{number}].alert",
                f"{unit.alert} are on alert of {unit.count} hulls and {unit.crews} crews",
                f"lower alert to {most} or less",
            )


def refuse_requirements(scenario: Scenario, what: str) -> None:
    """Stop what cannot be done where something is required.

    Raises
    ------
    ScenarioError
        If there are requirements; ``what`` is said not to weigh them.
    """
    if scenario.requirement:
        message = f"{what} does not weigh requirements, and there are {len(scenario.requirement)}"
        remedy = "remove them for this; 'patrol fewest' counts the hulls that hard ones need"
        raise ScenarioError([Problem(scenario.file_name, "requirement", message, remedy)])
