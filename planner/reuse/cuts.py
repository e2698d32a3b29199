"""Bounds as arrays and plain values, and back.

The one place that knows how a :class:`planner.solve.Cut` is kept: its array
fields are stacked over the cuts, its other fields (numbers, and tuples of
them) are kept as JSON holds them, exactly. ``price`` is the field that ends
in an axis of targets, ``worth`` the one with a value per unit and capacity
row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from planner.problem.arrays import FloatArray, Instance
from planner.reuse.model import field_names
from planner.solve import Cut

PRICE = "price"
WORTH = "worth"
CHARGED = "charged"


def pack(cuts: Sequence[Cut]) -> tuple[dict[str, FloatArray], tuple[dict[str, Any], ...]]:
    """Fields of cuts of one problem: arrays (k, …) by name, and values a cut."""
    arrays: dict[str, FloatArray] = {}
    values: tuple[dict[str, Any], ...] = tuple({} for _ in cuts)
    for name in field_names(Cut) if cuts else ():
        held = [getattr(cut, name) for cut in cuts]
        if isinstance(held[0], np.ndarray):
            arrays[name] = np.stack(held).astype(np.float64)
        else:
            for value, kept in zip(held, values, strict=True):
                kept[name] = value
    return arrays, values


def unpack(
    arrays: Mapping[str, FloatArray],
    values: Sequence[dict[str, Any]],
    pauses: Sequence[Sequence[tuple[int, int]]],
    instance: Instance,
) -> tuple[Cut, ...]:
    """Cuts of ``instance``, which differs in nothing but its capacity rows.

    Parameters
    ----------
    arrays, values
        As :func:`pack` gave them.
    pauses
        ``gap_steps`` and ``least_steps`` of the capacity rows of every unit at
        the time.
    instance
        What the cuts are to bound. A row takes the least worth of the rows
        that had neither longer: a hull that pauses longer is worth no more.

    Returns
    -------
    tuple of Cut
        None if a row finds no such row, or what was kept is no cut as cuts
        are today.
    """
    rows = _rows(pauses, instance)
    if rows is None or not _sound(arrays.get(PRICE), instance):
        return ()
    cuts = [
        _cut({name: array[k] for name, array in arrays.items()}, kept, rows, instance)
        for k, kept in enumerate(values)
    ]
    return tuple(cut for cut in cuts if cut is not None)


def _sound(price: FloatArray | None, instance: Instance) -> bool:
    """Whether prices are prices of the instance's targets."""
    if price is None or price.shape[1:] != (2, instance.targets.weight.size):
        return False
    return bool(np.isfinite(price).all() and (price >= 0).all())


def _cut(
    arrays: Mapping[str, FloatArray],
    values: Mapping[str, Any],
    rows: Sequence[Sequence[Sequence[int]]],
    instance: Instance,
) -> Cut | None:
    """One cut, or None if these are not its fields."""
    fields: dict[str, Any] = {name: _tuples(value) for name, value in values.items()}
    fields |= {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    if set(fields) != set(field_names(Cut)):
        return None
    try:
        fields[WORTH] = tuple(
            tuple(min(worth[row] for row in shorter) for shorter in chosen)
            for worth, chosen in zip(fields[WORTH], rows, strict=True)
        )
        # What budgets are charged for goes with the first of those rows, as it stands.
        fields[CHARGED] = tuple(
            tuple(charged[shorter[0]] for shorter in chosen)
            for charged, chosen in zip(fields[CHARGED], rows, strict=True)
        )
        cut = Cut(**fields)
        return cut if np.isfinite(cut.bound(instance)) else None
    except (TypeError, ValueError, IndexError):
        return None


def _rows(
    pauses: Sequence[Sequence[tuple[int, int]]], instance: Instance
) -> list[list[list[int]]] | None:
    """Earlier rows, by unit, whose worth bounds that of each row; None if one has none."""
    found = [
        [
            [
                k
                for k, (gap, least) in enumerate(earlier)
                if gap <= row.gap_steps and least <= row.least_steps
            ]
            for row in rows
        ]
        for rows, earlier in zip(instance.rows, pauses, strict=True)
    ]
    return found if all(shorter for rows in found for shorter in rows) else None


def _tuples(value: Any) -> Any:
    """Lists of JSON as the tuples they were."""
    return tuple(_tuples(part) for part in value) if isinstance(value, list) else value
