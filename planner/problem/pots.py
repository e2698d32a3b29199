"""Budgets that units share: which of them are one, and which units that joins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.problem.arrays import Budget

Pot = tuple[tuple[int, int], ...]
"""One budget, as the units and places that hold it."""


def pots_of(budgets: Sequence[Sequence[Budget]]) -> tuple[Pot, ...]:
    """Budgets of units that are one, in the order of the first of each."""
    found: dict[object, list[tuple[int, int]]] = {}
    for unit, own in enumerate(budgets):
        for place, budget in enumerate(own):
            shared = (budget.owner, budget.span)
            key = (unit, place) if budget.owner is None else shared
            found.setdefault(key, []).append((unit, place))
    return tuple(tuple(pot) for pot in found.values())


def parties_of(budgets: Sequence[Sequence[Budget]]) -> tuple[tuple[int, ...], ...]:
    """Units that share budgets, together; others each by itself."""
    found: dict[object, list[int]] = {}
    for unit, own in enumerate(budgets):
        owners = [budget.owner for budget in own if budget.owner is not None]
        key = ("owner", owners[0]) if owners else ("unit", unit)
        found.setdefault(key, []).append(unit)
    return tuple(tuple(party) for party in found.values())
