"""Requirements as targets: what a plan must do, in the form of what it may find.

Presence, response and escort are asked for by *slots* of time: a slot is served
by a search visit, in a cell that will do, under way at the slot's middle. A
zone that is to be seen again every ``h`` hours has three layers of windows of
``3/4 h``, each a third of a window later than the one before: whoever starts a
visit of a cell in every window never leaves it unseen for more than ``h``, because
any ``h`` hours hold a whole window of one of the layers. Who never does starts one in
every window a little longer than ``h``: what cannot be served of such windows is
proven to be out of reach of the requirement itself. Slots and windows are
targets of which one visit gives all (:data:`~planner.problem.arrays.SURE`).
A share below 1, and a least detection, are groups of targets with a level.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from planner.errors import Problem, ScenarioError
from planner.problem.accompany import escort, response
from planner.problem.arrays import BoolArray, Group
from planner.problem.duty import Ask, Duty, Windows
from planner.problem.targets import Layer
from planner.scenario import Scenario, Unit
from planner.sea import Sea, Waters

SLOT_H = 0.5
"""Length of a slot of presence."""

PHASES = 3
"""Layers of windows that make up a revisit."""


def duties_of(
    scenario: Scenario, sea: Sea, layers: list[Layer], waters: Callable[[Unit], Waters]
) -> list[Duty]:
    """The requirements of a scenario as targets.

    Parameters
    ----------
    scenario, sea
        What is planned.
    layers
        Stationary targets of its threats, for requirements of detection.
    waters
        Navigable water of a unit.

    Raises
    ------
    ScenarioError
        If a requirement's zone holds no cell of the area, or what it asks about is not there.
    """
    made: list[Duty] = []
    problems: list[Problem] = []
    for number, requirement in enumerate(scenario.requirement, start=1):
        ask = Ask(requirement, number, scenario, sea, layers, waters)
        try:
            made.append(_KINDS[requirement.kind](ask))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return made


def _presence(ask: Ask) -> Duty:
    """A slot of half an hour each, and a group of every watch if not all the time is asked."""
    zone = ask.zone()[None, :]
    middle = ask.middles(SLOT_H, *ask.span)

    def reach(unit: Unit, waters: Waters) -> BoolArray:
        return zone

    duty = ask.slots(middle, np.zeros(middle.size, np.int64), reach)
    if not duty.groups:
        return duty
    watch = np.floor(middle * ask.steps.hours / ask.scenario.area.watch_h)
    groups = []
    for each in np.unique(watch):
        own = np.flatnonzero(watch == each)
        worth = ask.total * own.size / middle.size
        groups.append(Group(own, np.full(own.size, 1.0 / own.size), ask.requirement.share, worth))
    return replace(duty, groups=tuple(groups))


def _revisit(ask: Ask) -> Duty:
    """Layers of windows; of each only those that lie within the requirement's time count."""
    asked, zone = ask.requirement, ask.zone()
    from_, to = ask.steps_at(asked.start, 0), ask.steps_at(asked.end, ask.steps.count)
    every = int(float(asked.every_h or 0.0) / ask.steps.hours + 1e-9)
    # A step at either end more, or less: only whole steps are known.
    begin, end = math.floor(from_ + 1e-9), math.ceil(to - 1e-9)
    first, last = math.ceil(from_ - 1e-9), math.floor(to + 1e-9)
    if every >= last - first:
        raise ask.unusable(
            f"'{asked.name}' holds for {(to - from_) * ask.steps.hours:g} h, in which nothing is "
            f"left unseen for more than {asked.every_h:g} h",
            "lower every_h, or let it hold for longer",
        )
    strict = max(1, every * PHASES // (PHASES + 1))
    windows = _windows(ask, zone, begin, end, strict)
    loose = _windows(ask, zone, first, last, every + 1)
    return Duty(asked, ask.total, windows=windows, loose=loose)


def _windows(ask: Ask, zone: BoolArray, begin: int, end: int, length: int) -> tuple[Windows, ...]:
    """Layers of windows of so many steps, whole ones within ``[begin, end)``, that count alike."""
    step = np.arange(ask.steps.count)
    numbers, held = [], []
    for phase in range(PHASES):
        first = begin + phase * length // PHASES
        number = np.maximum((step - first) // length, -1) + 1
        inside = number[(step >= begin) & (step < end)]
        whole = np.bincount(inside, minlength=int(number[-1]) + 1)
        whole[0] = 0
        numbers.append(number.astype(np.int32))
        held.append((whole >= length)[:, None] & zone[None, :])
    each = ask.total / sum(int(own.sum()) for own in held)
    return tuple(
        Windows(number, each * own.astype(np.float64))
        for number, own in zip(numbers, held, strict=True)
    )


def _detection(ask: Ask) -> Duty:
    """A group of the stationary targets in the zone, each as much as lies in it."""
    asked = ask.requirement
    inside = ask.sea.cells.share_in(ask.scenario.zone_of(asked))
    begin, end = (step * ask.steps.hours for step in ask.span)
    target, share, offset = [np.zeros(0, np.int64)], [np.zeros(0)], 0
    for layer in ask.layers:
        if asked.threat in (None, layer.threat):
            middle = (layer.window_h[:-1] + layer.window_h[1:]) / 2
            during = (middle >= begin) & (middle < end)
            own = layer.weight * during[:, None] * inside[None, :]
            held = np.flatnonzero(own)
            target.append(offset + held)
            share.append(own.ravel()[held])
        offset += layer.weight.size
    which, shares = np.concatenate(target), np.concatenate(share)
    if not shares.sum() > 0:
        raise ask.unusable(
            f"nothing that stays in a place can be found in the zone of '{asked.name}'",
            "choose a zone where a threat of kind area or incidents is, or drop the requirement",
        )
    group = Group(which, shares / shares.sum(), float(asked.level or 1.0), ask.total)
    return Duty(asked, ask.total, groups=(group,), of_threats=True)


_KINDS: Mapping[str, Callable[[Ask], Duty]] = MappingProxyType(
    {
        "presence": _presence,
        "revisit": _revisit,
        "response": response,
        "escort": escort,
        "detection": _detection,
    }
)
