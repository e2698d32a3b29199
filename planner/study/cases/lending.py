"""Which runs begin with what others found.

Runs of one sea, seed and time, whose agencies plan jointly, form a group. Its
first run begins with nothing; the others are put in rows, each twice as long as
the one before, by halving the list over and over. A run learns from the runs
nearest to it in rows before its own. So who learns from whom follows from the
study alone, not from which run is done first, and half of a group can be
planned side by side.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

LENDERS = 2
"""Runs that a run learns from, at most."""


def rows_of(count: int) -> list[list[int]]:
    """Numbers 0 … count − 1 in rows: the first, then the middles of all stretches between.

    Examples
    --------
    >>> rows_of(8)
    [[0], [4], [2, 6], [1, 3, 5, 7]]
    """
    if not count:
        return []
    found, stretches = [[0]], [(1, count)]
    while stretches:
        row, halves = [], list[tuple[int, int]]()
        for low, high in stretches:
            middle = (low + high) // 2
            row.append(middle)
            halves += [half for half in ((low, middle), (middle + 1, high)) if half[0] < half[1]]
        if count > 1:
            found.append(row)
        stretches = halves if count > 1 else []
    return found


def distance(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[int, float]:
    """How far two settings are apart: paths that differ, then by how much numbers do.

    Both give a value for the same paths.
    """
    differing, apart = 0, 0.0
    for path, mine in one.items():
        theirs = other[path]
        if mine == theirs:
            continue
        differing += 1
        if _number(mine) and _number(theirs):
            apart += abs(mine - theirs) / max(abs(mine), abs(theirs))
        else:
            apart += 1.0
    return differing, apart


def lenders(
    groups: Sequence[Hashable | None], settings: Sequence[Mapping[str, Any]]
) -> list[tuple[int, ...]]:
    """Runs that each run learns from, the nearest first.

    Parameters
    ----------
    groups
        Group of each run; None for one that learns from none and lends nothing.
    settings
        Values of each run, by path; the same paths in all of a group.
    """
    members: dict[Hashable, list[int]] = {}
    for number, group in enumerate(groups):
        if group is not None:
            members.setdefault(group, []).append(number)
    found: list[tuple[int, ...]] = [()] * len(groups)
    for own in members.values():
        before: list[int] = []
        for row in rows_of(len(own)):
            for place in row:
                run = own[place]
                found[run] = _nearest(run, before, settings)
            before += [own[place] for place in row]
    return found


def _nearest(
    run: int, before: Sequence[int], settings: Sequence[Mapping[str, Any]]
) -> tuple[int, ...]:
    """The runs nearest to one; none that differs in more paths than the nearest does."""
    far = sorted((distance(settings[run], settings[other]), other) for other in before)
    return tuple(other for (paths, _), other in far[:LENDERS] if paths == far[0][0][0])


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
