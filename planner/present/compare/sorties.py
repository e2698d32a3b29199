"""Which sorties two plans share: the same, moved, or of one only.

Hulls of a unit are alike, so a sortie is matched by its unit, whatever the
number of the hull that sails it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from planner.plan.model import Plan, Sortie
from planner.replan.difference import Moved, difference_of

NEITHER = 1e-9
"""Sorties that share neither time nor cells are not one that moved."""


@dataclass(frozen=True)
class Matched:
    """Sorties of two plans, each in one of four places, in order of departure.

    ``same`` are pairs (A's, B's) that sail the same way at the same time;
    ``moved`` pairs that do not, with what is otherwise, in words.
    """

    same: tuple[tuple[Sortie, Sortie], ...]
    moved: tuple[Moved, ...]
    only_a: tuple[Sortie, ...]
    only_b: tuple[Sortie, ...]


def match(a: Plan, b: Plan) -> Matched:
    """Match the sorties of two plans, unit by unit.

    First those that are equal; of the rest, one to one, those that share
    most of their time and of their cells.
    """
    own, others = _by_unit(a), _by_unit(b)
    same: list[tuple[Sortie, Sortie]] = []
    moved: list[Moved] = []
    only_a: list[Sortie] = []
    only_b: list[Sortie] = []
    for unit in dict.fromkeys([*own, *others]):
        rest_a, rest_b = list(own.get(unit, ())), list(others.get(unit, ()))
        same += _equal(rest_a, rest_b)
        pairs = _nearest(rest_a, rest_b)
        moved += [
            Moved(rest_a[k], rest_b[n], _words(rest_a[k], rest_b[n])) for k, n in pairs.items()
        ]
        only_a += [sortie for k, sortie in enumerate(rest_a) if k not in pairs]
        only_b += [sortie for n, sortie in enumerate(rest_b) if n not in pairs.values()]
    return Matched(
        tuple(sorted(same, key=lambda pair: pair[0].depart)),
        tuple(sorted(moved, key=lambda one: one.before.depart)),
        tuple(sorted(only_a, key=lambda one: one.depart)),
        tuple(sorted(only_b, key=lambda one: one.depart)),
    )


def units_of(plan: Plan) -> dict[str, str]:
    """Unit of every hull."""
    return {hull.id: hull.unit for hull in plan.hulls}


def _by_unit(plan: Plan) -> dict[str, list[Sortie]]:
    units = units_of(plan)
    found: dict[str, list[Sortie]] = defaultdict(list)
    for sortie in plan.sorties:
        found[units[sortie.hull]].append(sortie)
    return found


def _way(sortie: Sortie) -> object:
    """What makes two sorties the same: bases, times, lines and what is done on them."""
    legs = tuple((leg.mode, leg.start, leg.end, leg.path) for leg in sortie.legs)
    return sortie.depart_base, sortie.return_base, sortie.depart, sortie.return_, legs


def _equal(a: list[Sortie], b: list[Sortie]) -> list[tuple[Sortie, Sortie]]:
    """Take equal sorties out of both lists, in pairs."""
    waiting: dict[object, list[Sortie]] = defaultdict(list)
    for sortie in b:
        waiting[_way(sortie)].append(sortie)
    pairs = []
    for sortie in list(a):
        if waiting[_way(sortie)]:
            other = waiting[_way(sortie)].pop(0)
            pairs.append((sortie, other))
            a.remove(sortie)
            b.remove(other)
    return pairs


def _nearest(a: list[Sortie], b: list[Sortie]) -> dict[int, int]:
    """Places of sorties that are one, moved: the pairing that shares most in all."""
    if not a or not b:
        return {}
    shared = np.array([[_shared(one, other) for other in b] for one in a])
    rows, columns = linear_sum_assignment(shared, maximize=True)
    return {int(k): int(n) for k, n in zip(rows, columns, strict=True) if shared[k, n] > NEITHER}


def _shared(one: Sortie, other: Sortie) -> float:
    """Share of their time that two sorties have in common, and of their cells; 0 if no time is."""
    together = min(one.return_, other.return_) - max(one.depart, other.depart)
    if together.total_seconds() <= 0:
        return 0.0
    apart = max(one.return_, other.return_) - min(one.depart, other.depart)
    here, there = (
        {found.cell for leg in sortie.legs for found in leg.exposures} for sortie in (one, other)
    )
    cells = len(here & there) / len(here | there) if here or there else 1.0
    return together / apart + cells


def _words(before: Sortie, after: Sortie) -> str:
    """What moved; the same way at another time is not another way."""
    ways = [[(leg.mode, leg.path) for leg in sortie.legs] for sortie in (before, after)]
    timed = after.model_copy(update={"legs": before.legs}) if ways[0] == ways[1] else after
    words = difference_of(before, timed)
    if before.depart_base != after.depart_base or before.return_base != after.return_base:
        words = f"from {after.depart_base} to {after.return_base}" + (f", {words}" if words else "")
    return words
