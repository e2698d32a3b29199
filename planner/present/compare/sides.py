"""The two plans of a comparison, and whether they can be set side by side at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from planner.errors import PlanError
from planner.plan.model import Plan
from planner.present.backdrop import Backdrop, backdrop
from planner.present.report.case import known_trial
from planner.present.text import clean, join_words
from planner.scenario import Scenario, Unit, from_dict
from planner.sea import Sea, build_sea
from planner.simulate import Simulation

AREA_KEYS = ("sector", "file", "limit", "limits", "cell_resolution")
"""Keys of the area that two plans must share: they say what is watched, and in which cells."""

FILE_KEYS = ("file", "raster")
"""Keys of a threat that name files."""

HANDLED = frozenset({"title", "start", "days", "area", "unit", "threat", "vessel"})
"""Parts of a scenario that are compared by themselves; others are equal or not."""


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two plans: its letter, what it is called, and a trial of it, if there is one."""

    letter: str
    name: str
    plan: Plan
    trial: Simulation | None = None

    @cached_property
    def scenario(self) -> Scenario:
        """What was asked."""
        return self.plan.source or from_dict(self.plan.scenario, Path())

    @cached_property
    def sea(self) -> Sea:
        """Its sea."""
        return build_sea(self.scenario)

    @cached_property
    def around(self) -> Backdrop:
        """Coast and zones around the area."""
        return backdrop(self.sea)

    @property
    def called(self) -> str:
        """Letter and name."""
        return f"{self.letter}: {self.name}"

    def of(self, plan: Plan) -> Side:
        """The same side with its plan seen otherwise; the sea built once serves both."""
        seen = replace(self, plan=plan)
        for key in ("scenario", "sea", "around"):
            if key in self.__dict__:
                seen.__dict__[key] = self.__dict__[key]
        return seen


def side_of(letter: str, plan: Plan, folder: Path | None = None, name: str = "") -> Side:
    """One side of a comparison, with the simulation of the plan's folder, if there is one.

    Without a name it goes by the folder's, or else by the plan's title.

    Raises
    ------
    PlanError
        The folder's simulation is damaged.
    """
    called = name or (str(plan.scenario.get("title", "")) if folder is None else folder.name)
    trial = None if folder is None else known_trial(plan, folder)
    return Side(letter, clean(called), plan, trial)


def check_alike(a: Side, b: Side) -> None:
    """Refuse plans of different areas, starts or lengths.

    Raises
    ------
    PlanError
        One line: all that differs, and what to do.
    """
    found = list(_unlike(a.scenario, b.scenario))
    if found:
        raise PlanError(
            f"A ({a.name}) and B ({b.name}) cannot be compared: {'; '.join(found)}; plan both "
            "for the same area, start and length, then compare them"
        )


def _unlike(a: Scenario, b: Scenario) -> Iterator[str]:
    if a.start != b.start:
        yield f"A starts {a.start.isoformat()}, B {b.start.isoformat()}"
    if a.days != b.days:
        yield f"A lasts {a.days:g} days, B {b.days:g}"
    for key in AREA_KEYS:
        was, now = getattr(a.area, key), getattr(b.area, key)
        if key == "file" and was and now:
            if not _same_file(a, b, a.area, b.area, key):
                yield f"area.file is another polygon in B ({clean(now)})"
        elif was != now:
            yield f"area.{key} is {_said(was)} in A, {_said(now)} in B"


def _said(value: object) -> str:
    return "not given" if value is None else f"'{clean(value)}'"


def remarks(a: Side, b: Side) -> tuple[str, ...]:
    """What was asked otherwise, a sentence each; nothing if both were asked the same."""
    was, now = a.scenario, b.scenario
    return (*_fleets(was, now), *_threats(was, now), *_rest(was, now), *_settled(a, b))


def _settled(a: Side, b: Side) -> Iterator[str]:
    """Plans made anew under way, whose bounds are of what could still be done."""
    for one in (a, b):
        if "replan" in one.plan.metrics:
            at = clean(one.plan.metrics["replan"]["at"])
            yield (
                f"{one.letter} was planned anew at {at}: its bound holds for plans in which what "
                "had sailed by then stays."
            )


def _fleets(a: Scenario, b: Scenario) -> Iterator[str]:
    before, after = ({unit.name: unit for unit in one.unit} for one in (a, b))
    for name in dict.fromkeys([*before, *after]):
        unit = clean(name)
        if name not in after:
            yield f"Only A has {unit} ({_boats(before[name])})."
        elif name not in before:
            yield f"Only B has {unit} ({_boats(after[name])})."
        elif before[name] != after[name]:
            yield f"{unit}: {_unit_words(before[name], after[name])}."
    for key in a.vessel.keys() & b.vessel.keys():
        fields = _other(a.vessel[key], b.vessel[key])
        if fields:
            yield f"Class {clean(key)} differs in {join_words(fields)}."


def _boats(unit: Unit) -> str:
    return f"{unit.count} × {clean(unit.vessel)} at {clean(unit.base)}"


def _unit_words(was: Unit, now: Unit) -> str:
    return join_words(
        [
            f"{key} {_said(getattr(was, key)).strip(chr(39))} in A, "
            f"{_said(getattr(now, key)).strip(chr(39))} in B"
            for key in _other(was, now)
        ]
    )


def _threats(a: Scenario, b: Scenario) -> Iterator[str]:
    before, after = ({threat.name: threat for threat in one.threat} for one in (a, b))
    for name in dict.fromkeys([*before, *after]):
        threat = clean(name)
        if name not in after or name not in before:
            yield f"Only {'A' if name in before else 'B'} knows the threat {threat}."
            continue
        fields = threat_fields(a, b, name)
        if fields:
            yield f"The threat {threat} differs in {join_words(fields)}."
    shares = [
        {name: threat.weight / sum(t.weight for t in one.values()) for name, threat in one.items()}
        for one in (before, after)
    ]
    if before.keys() == after.keys() and any(
        abs(shares[0][name] - shares[1][name]) > 1e-9 for name in before
    ):
        yield "The threats weigh otherwise."


def threat_fields(a: Scenario, b: Scenario, name: str) -> list[str]:
    """Fields, the weight aside, in which a threat of both is not the same; files by content."""
    was, now = (next(one for one in each.threat if one.name == name) for each in (a, b))
    fields = [key for key in _other(was, now) if key not in ("weight", *FILE_KEYS)]
    return [*fields, *(key for key in FILE_KEYS if not _same_file(a, b, was, now, key))]


def _same_file(a: Scenario, b: Scenario, was: Any, now: Any, key: str) -> bool:
    one, other = getattr(was, key), getattr(now, key)
    if one is None or other is None:
        return bool(one == other)
    return a.path_of(one).read_bytes() == b.path_of(other).read_bytes()


def _rest(a: Scenario, b: Scenario) -> Iterator[str]:
    fields = [f"area.{key}" for key in _other(a.area, b.area) if key not in AREA_KEYS]
    fields += [key for key in _other(a, b) if key not in HANDLED]
    if fields:
        yield f"The scenarios also differ in {join_words(fields)}."


def _other(was: Any, now: Any) -> list[str]:
    """Fields of two tables of one kind that are not equal."""
    return [key for key in type(was).model_fields if getattr(was, key) != getattr(now, key)]
