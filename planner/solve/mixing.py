"""The steps of conditional gradients over known sorties, compiled (see :mod:`~.mixture`)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import FloatArray
from planner.solve.compiled import compiled

ROUNDED = 0.02
"""Share of a minimum within which both sides of it count."""

TRIALS, HALVINGS = 12, 4
"""How often a step is cut to a quarter until it gains, and then halved between the ends."""

TINY = 1e-12
"""Less exposure, or less seen, is rounding."""


class Columns(NamedTuple):
    """Sorties of all units, those of a unit together; entries are their targets.

    ``ptr`` (n + 1,) over ``spot, exposure, look``: where a target lies among those of its unit,
    and what the sortie gives it. ``order`` (n,) sorts a unit's by departure; ``depart`` (n,) and
    ``ready`` (r, n) are indices of departures, ``ready`` by each row of the unit;
    ``use`` (b, n) is taken of the unit's budgets.
    """

    ptr: NDArray[np.int64]
    spot: NDArray[np.int64]
    exposure: FloatArray
    look: FloatArray
    order: NDArray[np.int64]
    depart: NDArray[np.int64]
    ready: NDArray[np.int64]
    use: FloatArray


class Units(NamedTuple):
    """First column and spot of every unit (u + 1,), its departures, hulls (r, u), budgets (b, u).

    ``hulls`` is infinite where there is no such row, ``limit`` where there is no such budget.
    """

    column: NDArray[np.int64]
    spot: NDArray[np.int64]
    departures: NDArray[np.int64]
    hulls: FloatArray
    limit: FloatArray


class Groups(NamedTuple):
    """Groups by target (``ptr``, over ``number, share``), and what each is worth a share."""

    ptr: NDArray[np.int64]
    number: NDArray[np.int64]
    share: FloatArray
    each: FloatArray
    level: FloatArray


class Mixed(NamedTuple):
    """Exposure and looks (n_targets,), those of each unit's own (n_spots,), what groups have."""

    exposure: FloatArray
    looks: FloatArray
    own_exposure: FloatArray
    own_looks: FloatArray
    reached: FloatArray


@compiled
def _part(first, second):  # type: ignore[no-untyped-def]
    """The share that the first has in the slope of the smaller of two."""
    apart = (first - second) / (ROUNDED * min(first, second) + TINY)
    if apart > 40.0:
        return 0.0
    if apart < -40.0:
        return 1.0
    return 1.0 / (1.0 + np.exp(apart))


@compiled
def _seen_share(exposure, looks):  # type: ignore[no-untyped-def]
    """Of one target: what is seen, and the slopes along its exposure and its looks."""
    unseen = np.exp(-exposure)
    if looks <= TINY:
        return 0.0, 0.0, 1.0
    part = _part(1.0 - unseen, looks)
    return min(1.0 - unseen, looks), part * unseen, 1.0 - part


@compiled
def _aim(j, weight, groups, pressed):  # type: ignore[no-untyped-def]
    """What seeing a target counts where groups press so much."""
    found = weight[j]
    for k in range(groups.ptr[j], groups.ptr[j + 1]):
        g = groups.number[k]
        found += pressed[g] * groups.each[g] * groups.share[k]
    return found


@compiled
def _press(groups, reached, pressed) -> None:  # type: ignore[no-untyped-def]
    for g in range(pressed.size):
        pressed[g] = _part(reached[g] / groups.level[g], 1.0)


@compiled
def _price(first, last, target, weight, groups, mixed, pressed, price) -> None:  # type: ignore[no-untyped-def]
    """Prices (2, n_spots) of the spots from ``first`` to ``last``."""
    for a in range(first, last):
        j = target[a]
        _, exposed, looked = _seen_share(mixed.exposure[j], mixed.looks[j])
        aim = _aim(j, weight, groups, pressed)
        price[0, a] = aim * exposed
        price[1, a] = aim * looked


@compiled
def _chain(first, last, count, columns, row, value, best, pick) -> None:  # type: ignore[no-untyped-def]
    """Best chain of the columns from ``first`` to ``last`` from each departure on."""
    best[count] = 0.0
    k = last - 1
    for d in range(count - 1, -1, -1):
        best[d], pick[d] = best[d + 1], -1
        while k >= first and columns.depart[columns.order[k]] == d:
            c = columns.order[k]
            total = value[c] + best[columns.ready[row, c]]
            if total > best[d]:
                best[d], pick[d] = total, c
            k -= 1


@compiled
def _evaluate(first, last, columns, charge, price, value) -> None:  # type: ignore[no-untyped-def]
    for c in range(first, last):
        total = -charge[c]
        for k in range(columns.ptr[c], columns.ptr[c + 1]):
            a = columns.spot[k]
            total += price[0, a] * columns.exposure[k] + price[1, a] * columns.look[k]
        value[c] = total


@compiled
def _binding(unit, columns, units, value, best, pick):  # type: ignore[no-untyped-def]
    """The row by which a unit earns less; leaves its chain in ``best`` and ``pick``."""
    first, last, count = units.column[unit], units.column[unit + 1], units.departures[unit]
    row, least = -1, np.inf
    for r in range(units.hulls.shape[0]):
        if np.isinf(units.hulls[r, unit]):
            continue
        _chain(first, last, count, columns, r, value, best, pick)
        if units.hulls[r, unit] * best[0] < least:
            row, least = r, units.hulls[r, unit] * best[0]
    if row < units.hulls.shape[0] - 1:
        _chain(first, last, count, columns, row, value, best, pick)
    return row


@compiled
def _toward(unit, row, columns, units, pick, towards) -> None:  # type: ignore[no-untyped-def]
    """Add to ``towards`` (2, n_spots) the chain, by as many hulls as can sail it."""
    hulls = units.hulls[row, unit]
    for b in range(units.limit.shape[0]):
        use, d = 0.0, 0
        while d < units.departures[unit]:
            if pick[d] >= 0:
                use += columns.use[b, pick[d]]
                d = columns.ready[row, pick[d]]
            else:
                d += 1
        if use > 0.0:
            hulls = min(hulls, units.limit[b, unit] / use)
    d = 0
    while d < units.departures[unit]:
        c = pick[d]
        if c < 0:
            d += 1
            continue
        for k in range(columns.ptr[c], columns.ptr[c + 1]):
            towards[0, columns.spot[k]] += hulls * columns.exposure[k]
            towards[1, columns.spot[k]] += hulls * columns.look[k]
        d = columns.ready[row, c]


@compiled
def _climbs(  # type: ignore[no-untyped-def]
    step, moved, target, towards, weight, groups, mixed, reached, rises
):  # fmt: skip
    """Slope of the whole at so much of a step; ``reached, rises`` (g,) are scratch."""
    reached[:] = mixed.reached
    rises[:] = 0.0
    slope = 0.0
    for a in moved:
        j = target[a]
        exposure = max(0.0, mixed.exposure[j] + step * towards[0, a])
        looks = max(0.0, mixed.looks[j] + step * towards[1, a])
        seen, exposed, looked = _seen_share(exposure, looks)
        rise = exposed * towards[0, a] + looked * towards[1, a]
        slope += weight[j] * rise
        if groups.ptr[j] < groups.ptr[j + 1]:
            before, _, _ = _seen_share(mixed.exposure[j], mixed.looks[j])
            for k in range(groups.ptr[j], groups.ptr[j + 1]):
                reached[groups.number[k]] += groups.share[k] * (seen - before)
                rises[groups.number[k]] += groups.share[k] * rise
    for g in range(reached.size):
        slope += _part(reached[g] / groups.level[g], 1.0) * groups.each[g] * rises[g]
    return slope


@compiled
def _stride(moved, target, towards, weight, groups, mixed, reached, rises):  # type: ignore[no-untyped-def]
    """How far to go: where the whole stops to climb, between nothing and all the way."""
    low, high = 0.0, 1.0
    if _climbs(1.0, moved, target, towards, weight, groups, mixed, reached, rises) >= 0.0:
        return 1.0
    for _ in range(TRIALS):
        step = 0.25 * high
        if _climbs(step, moved, target, towards, weight, groups, mixed, reached, rises) >= 0.0:
            low = step
            break
        high = step
    if low == 0.0:
        return 0.0
    for _ in range(HALVINGS):
        step = 0.5 * (low + high)
        if _climbs(step, moved, target, towards, weight, groups, mixed, reached, rises) >= 0.0:
            low = step
        else:
            high = step
    return low


@compiled
def _go(step, moved, target, towards, groups, mixed) -> None:  # type: ignore[no-untyped-def]
    for a in moved:
        j = target[a]
        before, _, _ = _seen_share(mixed.exposure[j], mixed.looks[j])
        mixed.exposure[j] = max(0.0, mixed.exposure[j] + step * towards[0, a])
        mixed.looks[j] = max(0.0, mixed.looks[j] + step * towards[1, a])
        mixed.own_exposure[a] += step * towards[0, a]
        mixed.own_looks[a] += step * towards[1, a]
        seen, _, _ = _seen_share(mixed.exposure[j], mixed.looks[j])
        for k in range(groups.ptr[j], groups.ptr[j + 1]):
            mixed.reached[groups.number[k]] += groups.share[k] * (seen - before)


@compiled
def mix(columns, units, groups, weight, target, charge, mixed, enough, passes):  # type: ignore[no-untyped-def]
    """Pass over all units until no more than ``enough`` can be gained; returns what can."""
    price, towards = np.empty((2, target.size)), np.empty((2, target.size))
    value, moved = np.empty(columns.depart.size), np.empty(target.size, np.int64)
    most = units.departures.max()
    best, pick = np.empty(most + 1), np.empty(most, np.int64)
    pressed, rises = np.empty(groups.level.size), np.empty(groups.level.size)
    slack = np.inf
    for _ in range(passes):
        slack = 0.0
        for unit in range(units.departures.size):
            first, last = units.spot[unit], units.spot[unit + 1]
            if first == last:
                continue
            _press(groups, mixed.reached, pressed)
            _price(first, last, target, weight, groups, mixed, pressed, price)
            _evaluate(units.column[unit], units.column[unit + 1], columns, charge, price, value)
            row = _binding(unit, columns, units, value, best, pick)
            towards[0, first:last] = -mixed.own_exposure[first:last]
            towards[1, first:last] = -mixed.own_looks[first:last]
            _toward(unit, row, columns, units, pick, towards)
            count = 0
            for a in range(first, last):
                if towards[0, a] != 0.0 or towards[1, a] != 0.0:
                    moved[count] = a
                    count += 1
                    slack += price[0, a] * towards[0, a] + price[1, a] * towards[1, a]
            way = moved[:count]
            step = _stride(way, target, towards, weight, groups, mixed, pressed, rises)
            if step > 0.0:
                _go(step, way, target, towards, groups, mixed)
        if slack <= enough:
            break
    return slack


@compiled
def slopes(weight, groups, mixed, price):  # type: ignore[no-untyped-def]
    """Fill the prices (2, n_targets) of a mixture; returns how much each group presses."""
    pressed = np.empty(groups.level.size)
    _press(groups, mixed.reached, pressed)
    for j in range(weight.size):
        _, exposed, looked = _seen_share(mixed.exposure[j], mixed.looks[j])
        aim = _aim(j, weight, groups, pressed)
        price[0, j], price[1, j] = aim * exposed, aim * looked
    return pressed


@compiled
def worths(columns, units, target, charge, price, best):  # type: ignore[no-untyped-def]
    """What a hull is worth from each departure on, (u, d + 1), at prices (2, n_targets).

    Returns the row that binds each unit.
    """
    rows = np.full(units.departures.size, -1, np.int64)
    value, own = np.empty(columns.depart.size), np.empty((2, target.size))
    pick = np.empty(best.shape[1], np.int64)
    for a in range(target.size):
        own[0, a], own[1, a] = price[0, target[a]], price[1, target[a]]
    _evaluate(0, columns.depart.size, columns, charge, own, value)
    for unit in range(units.departures.size):
        rows[unit] = _binding(unit, columns, units, value, best[unit], pick)
    return rows
