"""The optimiser's rules once more in plain Python, the slow way: lists, dictionaries, recursion.

Written from the definitions in ``planner.problem.arrays`` and the docstring
of ``planner.solve``; nothing of the optimiser's own code is used but its
``Sortie`` record, to hand what was found to the parts under test.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from planner.problem.arrays import Budget, CapacityRow, Fleet, Instance
from planner.solve import Sortie

Visits = tuple[tuple[int, int], ...]

MOST_SETS = 60_000
"""More sets of sorties than this are too many to list."""


def asked(times: int) -> Callable[[], bool]:
    """A stopping rule that says stop after it was asked so many times."""
    left = [times]

    def stop() -> bool:
        left[0] -= 1
        return left[0] < 0

    return stop


def pairs(visits: np.ndarray) -> Visits:
    """Visits as plain tuples."""
    return tuple((int(step), int(cell)) for step, cell in visits)


def seen_by_visit(instance: Instance, fleet: Fleet, step: int, cell: int) -> dict[int, float]:
    """Exposure that one visit gives to each target that moves or has weight."""
    return {j: sum(looks) for j, looks in looks_by_visit(instance, fleet, step, cell).items()}


def looks_by_visit(
    instance: Instance, fleet: Fleet, step: int, cell: int
) -> dict[int, list[float]]:
    """The exposures of which one visit's is made up: a track may cross its cell twice."""
    targets, n = instance.targets, instance.n_cells
    seen: dict[int, list[float]] = {}
    sight = int(fleet.epoch[step + int(fleet.network.visit_steps[cell]) // 2])
    for layer in range(len(targets.window)):
        j = int(targets.offset[layer]) + int(targets.window[layer][step]) * n + cell
        seen[j] = [float(fleet.exposure[layer][sight][cell])]
    row = step * n + cell
    for k in range(int(fleet.track_ptr[row]), int(fleet.track_ptr[row + 1])):
        j = int(targets.offset[-1]) + int(fleet.track_target[k])
        seen.setdefault(j, []).append(float(fleet.track_exposure[k]))
    still = int(targets.offset[-1])
    return {j: u for j, u in seen.items() if sum(u) > 0 and (j >= still or targets.weight[j] > 0)}


def is_open(fleet: Fleet, what: str, step: int, number: int) -> bool:
    """Whether a cell or way of a kind (a field of ``Open``) is open at a step of the plan."""
    if fleet.open is None or step >= len(fleet.epoch):
        return True
    return bool(getattr(fleet.open, what)[int(fleet.epoch[step])][number])


def may_visit(instance: Instance, fleet: Fleet, step: int, cell: int) -> bool:
    """Whether a visit may start: searchable, over by the plan's end, within windows, all open.

    Windows of requirements do not matter: a visit counts for the one it starts in.
    """
    targets, n = instance.targets, instance.n_cells
    lasts = int(fleet.network.visit_steps[cell])
    if lasts == 0 or step + lasts > instance.n_steps:
        return False
    if not all(is_open(fleet, "cell", t, cell) for t in range(step, step + lasts)):
        return False
    for layer, window in enumerate(targets.window):
        met = {int(window[t]) for t in range(step, step + lasts)}
        weights = [targets.credit[int(targets.offset[layer]) + p * n + cell] for p in met]
        if len(met) > 1 and any(weight > 0 for weight in weights):
            return False
    return True


def ways_on(fleet: Fleet, cell: int, step: int | None = None) -> list[tuple[int, int]]:
    """Cells that a visit after one of ``cell`` can be of, with the steps in transit.

    With a step only the ways that are open when a hull leaves the cell then.
    """
    net = fleet.network
    found = []
    for other in range(net.n_cells):
        if cell in net.adjacent[other]:
            found.append((other, 0))
        for k in range(int(net.hop_ptr[other]), int(net.hop_ptr[other + 1])):
            if net.hop_from[k] == cell and (step is None or is_open(fleet, "hop", step, k)):
                found.append((other, int(net.hop_steps[k])))
    return found


def starts(fleet: Fleet, cell: int, free: int, before: int, depart: int) -> list[int]:
    """Steps at which a hull that arrives at ``free`` can be in a cell, waiting while it is open.

    With breaks to have, it waits step by step within a stretch, and goes on to the next by one.
    """
    found, own = {free} if free < before else set[int](), fleet.breaks
    for step in range(free, before):
        if step not in found:
            continue
        if is_open(fleet, "cell", step, cell) and unbroken(fleet, depart, step, step + 1):
            found.add(step + 1)
        if own is not None and may_rest(fleet, step, cell):
            done = step + own.lasts
            if 0 <= stretch_at(fleet, depart, step) == stretch_at(fleet, depart, done) - 1:
                found.add(done)
    return sorted(step for step in found if step < before)


def stretch_at(fleet: Fleet, depart: int, step: int) -> int:
    """Number of breaks behind a sortie's hull at a step; -9 where it is in one, or long back."""
    own = fleet.breaks
    if own is None:
        return 0
    since = step - depart
    inside = 0 <= since < len(own.phase) and own.phase[since] >= 0
    return int(own.phase[since]) if inside else -9


def unbroken(fleet: Fleet, depart: int, first: int, last: int) -> bool:
    """Whether no break must begin, go on or end between two steps."""
    if fleet.breaks is None:
        return True
    return 0 <= stretch_at(fleet, depart, first) == stretch_at(fleet, depart, last)


def may_rest(fleet: Fleet, step: int, cell: int) -> bool:
    """Whether a break may begin at a step in a cell."""
    own = fleet.breaks
    return own is None or own.rest is None or step >= len(own.rest) or bool(own.rest[step][cell])


def home_at(fleet: Fleet, depart: int, done: int, cell: int) -> int | None:
    """When a hull is back that leaves a cell for its base; None where it has no way then."""
    lasts, own = int(fleet.network.return_steps[cell]), fleet.breaks
    if own is None:
        return done + lasts if lasts >= 0 else None
    if not 0 <= done - depart < len(own.home):
        return None
    way = int(own.home[done - depart][cell])
    if way < 0 or (own.anchored and way > lasts and not may_rest(fleet, done, cell)):
        return None
    return done + way


def sorties_of(instance: Instance, fleet: Fleet, departure: int) -> Iterator[tuple[int, Visits]]:
    """Return step and visits of every sortie that departs at a step, waiting only where needed.

    Every order of visits is there, each visit at every step at which it may
    start: a sortie that waits is another one.
    """
    net = fleet.network
    latest = min(departure + net.max_steps, instance.n_steps)

    def onwards(cell: int, free: int, visits: Visits) -> Iterator[tuple[int, Visits]]:
        for step in starts(fleet, cell, free, latest, departure):
            done = step + int(net.visit_steps[cell])
            if done + net.return_steps[cell] > latest:
                break
            whole = unbroken(fleet, departure, step, done)
            if not whole or not may_visit(instance, fleet, step, cell):
                continue
            made = (*visits, (step, cell))
            back = home_at(fleet, departure, done, cell)
            if back is not None and back <= latest and is_open(fleet, "back", done, cell):
                yield back, made
            for other, transit in ways_on(fleet, cell, done):
                if net.return_steps[other] >= 0 and unbroken(
                    fleet, departure, done, done + transit
                ):
                    yield from onwards(other, done + transit, made)

    for cell in range(net.n_cells):
        reached = net.deploy_steps[cell] >= 0 and net.return_steps[cell] >= 0
        if net.visit_steps[cell] and reached and is_open(fleet, "deploy", departure, cell):
            yield from onwards(cell, departure + int(net.deploy_steps[cell]), ())


def best_values(
    instance: Instance, fleet: Fleet, worth: Sequence[Sequence[float]]
) -> dict[tuple[int, int], float]:
    """Value of the best sortie by departure and duration: the longest path, backwards.

    ``worth[step][cell]`` is what a visit starting there earns.
    """
    net = fleet.network
    found: dict[tuple[int, int], float] = {}
    reach = [
        i for i in range(net.n_cells)
        if net.visit_steps[i] and net.deploy_steps[i] >= 0 and net.return_steps[i] >= 0
    ]  # fmt: skip

    @cache
    def on(cell: int, step: int) -> list[tuple[int, int]]:
        """Ways on from a visit over at a step."""
        return [way for way in ways_on(fleet, cell, step) if net.return_steps[way[0]] >= 0]

    for departure in net.departures.tolist():
        for back in range(departure + 1, min(departure + net.max_steps, instance.n_steps) + 1):

            @cache
            def rest(step: int, cell: int, back: int = back, departure: int = departure) -> float:
                """Best value from starting a visit here until the return at ``back``."""
                done = step + int(net.visit_steps[cell])
                whole = unbroken(fleet, departure, step, done)
                if done > back or not whole or not may_visit(instance, fleet, step, cell):
                    return -math.inf
                home = home_at(fleet, departure, done, cell)
                after = [0.0] if home == back and is_open(fleet, "back", done, cell) else []
                for other, transit in on(cell, done):
                    if unbroken(fleet, departure, done, done + transit):
                        there = starts(fleet, other, done + transit, back, departure)
                        after += [rest(t, other) for t in there]
                return worth[step][cell] + max(after, default=-math.inf)

            best = max(
                (
                    rest(step, cell)
                    for cell in reach
                    if is_open(fleet, "deploy", departure, cell)
                    for step in starts(
                        fleet, cell, departure + int(net.deploy_steps[cell]), back, departure
                    )
                ),
                default=-math.inf,
            )
            if best > -math.inf:
                found[departure, back - departure] = best
    return found


def obeys(instance: Instance, fleet: Fleet, depart: int, return_: int, visits: Visits) -> bool:
    """Whether visits make a sortie of the network that leaves and returns at these steps."""
    net = fleet.network
    if depart not in net.departures or not 0 < return_ - depart <= net.max_steps:
        return False
    if return_ > instance.n_steps or not all(may_visit(instance, fleet, *v) for v in visits):
        return False
    (first_step, first), (last_step, last) = visits[0], visits[-1]
    begins = starts(fleet, first, depart + int(net.deploy_steps[first]), return_, depart)
    reached = net.deploy_steps[first] >= 0 and is_open(fleet, "deploy", depart, first)
    if not reached or first_step not in begins:
        return False
    for (step, cell), (later, other) in pairwise(visits):
        done = step + int(net.visit_steps[cell])
        transits = [
            transit
            for then, transit in ways_on(fleet, cell, done)
            if then == other and unbroken(fleet, depart, done, done + transit)
        ]
        if not any(
            later in starts(fleet, other, done + each, return_, depart) for each in transits
        ):
            return False
    whole = all(unbroken(fleet, depart, s, s + int(net.visit_steps[cell])) for s, cell in visits)
    done = last_step + int(net.visit_steps[last])
    if not whole or net.return_steps[last] < 0 or not is_open(fleet, "back", done, last):
        return False
    return return_ == home_at(fleet, depart, done, last)


def fuel_of(fleet: Fleet, depart: int, return_: int, visits: Visits) -> float:
    """Litres of a sortie, counted leg by leg."""
    net, rule = fleet.network, fleet.fuel
    clock, litres = depart, 0.0
    ways = [int(net.deploy_steps[visits[0][1]])]
    if fleet.breaks is not None:
        ways[0] -= int(fleet.breaks.on_way[visits[0][1]])
    for (_, cell), (_, other) in pairwise(visits):
        ways.append(min(transit for then, transit in ways_on(fleet, cell) if then == other))
    for (step, cell), way in zip(visits, ways, strict=True):
        litres += way * rule.transit_l + (step - clock - way) * rule.loiter_l
        litres += int(net.visit_steps[cell]) * rule.search_l
        clock = step + int(net.visit_steps[cell])
    way = int(net.return_steps[visits[-1][1]])
    return litres + way * rule.transit_l + (return_ - clock - way) * rule.loiter_l


def sortie_of(instance: Instance, number: int, depart: int, return_: int, visits: Visits) -> Sortie:
    """The optimiser's record of a sortie, its exposures summed here."""
    total: dict[int, float] = {}
    for step, cell in visits:
        for j, u in seen_by_visit(instance, instance.fleets[number], step, cell).items():
            total[j] = total.get(j, 0.0) + u
    order = sorted(total)
    return Sortie(
        number, depart, return_, np.array(visits, np.int32).reshape(-1, 2),
        np.array(order, np.int64), np.array([total[j] for j in order], np.float64),
    )  # fmt: skip


def dense(instance: Instance, sortie: Sortie) -> np.ndarray:
    """Exposures of a sortie over all targets."""
    row = np.zeros(instance.targets.weight.size)
    row[sortie.target] = sortie.exposure
    return row


def exposures(instance: Instance, sorties: Iterable[Sortie]) -> list[float]:
    """Exposure of every target, summed visit by visit."""
    total = [0.0] * instance.targets.weight.size
    for sortie in sorties:
        for step, cell in sortie.visits.tolist():
            seen = seen_by_visit(instance, instance.fleets[sortie.fleet], step, cell)
            for j, u in seen.items():
                total[j] += u
    return total


def detection(instance: Instance, sorties: Iterable[Sortie]) -> float:
    """``F = Σ w (1 − exp(−u))``, term by term."""
    total = exposures(instance, sorties)
    return instance.targets.detected + math.fsum(
        float(w) * -math.expm1(-u) for w, u in zip(instance.targets.weight, total, strict=True)
    )


def objective(instance: Instance, sorties: Iterable[Sortie]) -> float:
    """Detection and what is served: ``Σ w (1 − exp(−u))``, and what every group counts."""
    targets = instance.targets
    seen = [-math.expm1(-u) for u in exposures(instance, sorties)]
    total = targets.detected + targets.met
    total += math.fsum(float(w) * f for w, f in zip(targets.weight, seen, strict=True))
    for group in targets.groups:
        pairs_ = zip(group.share.tolist(), group.target.tolist(), strict=True)
        reached = group.done + math.fsum(share * seen[j] for share, j in pairs_)
        total += group.worth * min(1.0, reached / group.level)
    return total


def binds(row: CapacityRow, sortie: Sortie) -> tuple[int, int]:
    """Steps ``[begin, end)`` in which a sortie binds a hull, or a crew, of a row."""
    rested, pause = sortie.return_ + row.gap_steps, sortie.depart + row.least_steps
    return sortie.depart, (rested if rested > pause else pause)


def at_once(step: int, intervals: Iterable[tuple[int, int]]) -> int:
    """How many intervals ``[begin, end)`` hold a step."""
    return sum(begin <= step < end for begin, end in intervals)


def keeps_rows(rows: Iterable[CapacityRow], sorties: Iterable[Sortie]) -> bool:
    """Whether the sorties of one unit keep its capacity rows: in every step that one binds."""
    listed = list(sorties)
    for row in rows:
        bound = [binds(row, s) for s in listed]
        for step in {begin for begin, _ in (*bound, *row.taken)}:
            own = at_once(step, bound)
            if own and own + at_once(step, row.taken) > row.capacity:
                return False
    return True


def feasible(instance: Instance, sorties: Iterable[Sortie]) -> bool:
    """Whether a plan keeps network, weather and fuel of every fleet and the rows of every unit."""
    listed = list(sorties)
    if not keeps_budgets(instance, listed):
        return False
    for unit, rows in rows_of(instance).items():
        if not keeps_rows(rows, [s for s in listed if instance.fleets[s.fleet].unit == unit]):
            return False
    for s in listed:
        fleet, visits = instance.fleets[s.fleet], pairs(s.visits)
        if not obeys(instance, fleet, s.depart, s.return_, visits):
            return False
        if fuel_of(fleet, s.depart, s.return_, visits) > fleet.fuel.limit_l + 1e-9:
            return False
    return True


def use_of(budget: Budget, fleet: Fleet, sortie: Sortie) -> float:
    """What a sortie takes of a budget, step by step or leg by leg."""
    if not budget.fuel:
        steps = range(sortie.depart, sortie.return_)
        taken = float(sum(budget.begin <= step < budget.end for step in steps))
        return max(0.0, taken - budget.spared)
    litres = fuel_of(fleet, sortie.depart, sortie.return_, pairs(sortie.visits))
    counts = budget.begin <= sortie.depart < budget.end
    return max(0.0, litres - budget.spared) if counts else 0.0


def keeps_budgets(instance: Instance, sorties: Iterable[Sortie]) -> bool:
    """Whether sorties take no more than budgets hold; those of one owner and time are one."""
    taken: dict[tuple[object, ...], float] = {}
    limit: dict[tuple[object, ...], float] = {}
    for sortie in sorties:
        fleet = instance.fleets[sortie.fleet]
        for budget in fleet.budgets:
            owner = ("unit", fleet.unit) if budget.owner is None else ("owner", budget.owner)
            key = (*owner, budget.begin, budget.end, budget.fuel)
            taken[key] = taken.get(key, 0.0) + use_of(budget, fleet, sortie)
            limit[key] = budget.limit
    return all(taken[key] <= limit[key] + 1e-6 for key in taken)


def rows_of(instance: Instance) -> dict[int, tuple[CapacityRow, ...]]:
    """Capacity rows by unit; those of a unit's fleets are the same."""
    return {fleet.unit: fleet.rows for fleet in instance.fleets}


def useful_sorties(instance: Instance, unit: int) -> list[Sortie]:
    """Sorties of a unit, in whatever sea state, that no other beats.

    A sortie is dropped for one that departs no earlier, binds hulls and crews
    no longer, takes no more of any budget and gives every target as much exposure: some
    best plan does without it.
    """
    seen: dict[tuple[int, int, bytes], Sortie] = {}
    for number, fleet in enumerate(instance.fleets):
        for departure in fleet.network.departures.tolist() if fleet.unit == unit else []:
            for return_, visits in sorties_of(instance, fleet, departure):
                sortie = sortie_of(instance, number, departure, return_, visits)
                uses = [use_of(budget, fleet, sortie) for budget in fleet.budgets]
                key = np.round([*uses, *dense(instance, sortie)], 12).tobytes()
                seen.setdefault((departure, return_, key), sortie)
    found = [s for s in seen.values() if s.exposure.sum() > 0]
    if not found:
        return []
    begin = np.array([s.depart for s in found])
    end = np.array(
        [
            [
                s.return_,
                *(binds(row, s)[1] for row in rows_of(instance)[unit]),
                *(use_of(each, instance.fleets[s.fleet], s) for each in instance.budgets[unit]),
            ]
            for s in found
        ]
    )
    table = np.array([dense(instance, s) for s in found])
    kept = []
    for k, sortie in enumerate(found):
        beats = (begin >= begin[k]) & (end <= end[k]).all(axis=1)
        beats &= (table >= table[k] - 1e-12).all(axis=1)
        same = beats & (begin == begin[k]) & (end == end[k]).all(axis=1)
        same &= (table <= table[k] + 1e-12).all(axis=1)
        strictly = beats & ~same
        if not strictly.any() and k == int(np.flatnonzero(same)[0]):
            kept.append(sortie)
    return kept


def sets_of(instance: Instance, unit: int, columns: list[Sortie]) -> list[tuple[Sortie, ...]]:
    """Every set of sorties, with repetition, that one unit can sail with what it has."""
    rows = rows_of(instance)[unit]
    ordered = sorted(columns, key=lambda s: s.depart)
    found: list[tuple[Sortie, ...]] = [()]

    def extend(chosen: tuple[Sortie, ...], first: int) -> None:
        for k in range(first, len(ordered)):
            sortie = ordered[k]
            within = keeps_budgets(instance, (*chosen, sortie))
            if within and all(fits(row, chosen, sortie) for row in rows):
                if len(found) > MOST_SETS:
                    raise ValueError("too many sets of sorties to list")
                found.append((*chosen, sortie))
                extend(found[-1], k)

    extend((), 0)
    return found


def fits(row: CapacityRow, chosen: Sequence[Sortie], sortie: Sortie) -> bool:
    """Whether a row has a hull, or a crew, for one sortie more that departs last."""
    begin, end = binds(row, sortie)
    bound = [(s.depart, until) for s in chosen if (until := binds(row, s)[1]) > begin]
    if not row.taken:
        return len(bound) < row.capacity
    steps = {begin, *(first for first, _ in row.taken if begin < first < end)}
    return all(at_once(t, bound) + at_once(t, row.taken) < row.capacity for t in steps)


def best_plan(instance: Instance) -> tuple[float, tuple[Sortie, ...]]:
    """The optimum over all plans, by listing them all; one or two units."""
    weight = instance.targets.weight
    tables, plans = [], []
    for unit in rows_of(instance):
        sets = sets_of(instance, unit, useful_sorties(instance, unit))
        total = np.zeros((len(sets), weight.size))
        for k, chosen in enumerate(sets):
            for sortie in chosen:
                total[k, sortie.target] += sortie.exposure
        tables.append(np.exp(-total))
        plans.append(sets)
    if len(tables) == 1:
        tables.append(np.ones((1, weight.size)))
        plans.append([()])
    left = np.concatenate(
        [(part * weight) @ tables[1].T for part in np.array_split(tables[0], 8) if part.size]
    )
    if any(budget.owner is not None for own in instance.budgets for budget in own):
        for a, b in np.ndindex(left.shape):
            if not keeps_budgets(instance, (*plans[0][a], *plans[1][b])):
                left[a, b] = np.inf
    a, b = np.unravel_index(int(left.argmin()), left.shape)
    detected = instance.targets.detected + float(weight.sum() - left[a, b])
    return detected, (*plans[0][a], *plans[1][b])
