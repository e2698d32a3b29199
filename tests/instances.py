"""Small optimisation problems without any geography: hexagon grids, irregular networks, weather."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from planner.problem.arrays import (
    SURE,
    Budget,
    CapacityRow,
    Fleet,
    FuelRule,
    Group,
    Instance,
    Open,
    Targets,
)
from planner.problem.breaks import Rhythm, breaks_on, rests_in
from planner.problem.network import Network

NEIGHBOURS = {0: ((0, 1), (0, -1), (1, 0), (-1, 0), (1, -1), (-1, -1)),
              1: ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1))}  # fmt: skip

PLENTY = FuelRule(1.0, 1.0, 1.0, 1e9)

ROUGH: dict[str, Any] = {"epochs": 4, "shut": 0.3, "states": 2}
"""Changing light, closed cells and ways, and a second sea state: options of :func:`rough`."""

TIED: dict[str, Any] = {"least": 8, "taken": 2}
"""Sorties that bind for a least time, and hulls out of service: options of :func:`tied`."""


def hex_network(
    rows: int,
    cols: int,
    base: int,
    *,
    n_steps: int,
    visit: int = 4,
    hop: int = 3,
    max_steps: int = 60,
    every: int = 6,
    deploy: int = 2,
) -> Network:
    """A network on a ``rows × cols`` grid of hexagons (odd rows shifted right)."""
    n = rows * cols
    adjacent = np.full((n, 7), -1, np.int32)
    for r in range(rows):
        for c in range(cols):
            row = [r * cols + c]
            for dr, dc in NEIGHBOURS[r % 2]:
                if 0 <= r + dr < rows and 0 <= c + dc < cols:
                    row.append((r + dr) * cols + c + dc)
            adjacent[r * cols + c, : len(row)] = row
    ring = np.full(n, -1)
    ring[base], frontier, distance = 0, [base], 0
    while frontier:
        distance += 1
        frontier = sorted({j for i in frontier for j in adjacent[i] if j >= 0 and ring[j] < 0})
        ring[frontier] = distance
    origins = [
        [k for j in adjacent[i] if j >= 0 for k in adjacent[j] if k >= 0 and k not in adjacent[i]]
        for i in range(n)
    ]
    origins = [sorted(set(row)) if hop else [] for row in origins]
    ptr = np.concatenate([[0], np.cumsum([len(row) for row in origins])]).astype(np.int32)
    hop_from = np.array([k for row in origins for k in row], np.int32)
    steps = (1 + deploy * ring).astype(np.int32)
    return Network(
        np.full(n, visit, np.int32), adjacent, ptr, hop_from,
        np.full(hop_from.size, hop, np.int32), steps, steps,
        np.arange(0, n_steps, every, dtype=np.int32), min(max_steps, n_steps),
    )  # fmt: skip


def hex_instance(
    rows: int = 5,
    cols: int = 5,
    *,
    n_steps: int = 72,
    counts: tuple[int, ...] = (1,),
    exposure: float = 0.5,
    windows: tuple[int, ...] = (36,),
    gap: int = 12,
    seed: int = 0,
    n_moving: int = 0,
    **network: int,
) -> Instance:
    """One fleet per entry of ``counts``, bases spread over the grid, one layer per window."""
    rng = np.random.default_rng(seed)
    n = rows * cols
    layers, window, offset = [], [], [0]
    for length in windows:
        window.append(np.arange(n_steps) // length)
        risk = rng.gamma(0.6, size=n)
        layer = np.tile(risk, (window[-1][-1] + 1, 1))
        layers.append((layer / layer.sum()).ravel())
        offset.append(offset[-1] + layer.size)
    weight = np.concatenate([*layers, np.full(n_moving, 1.0 / max(1, n_moving))])
    weight /= weight.sum()
    fleets = []
    for k, count in enumerate(counts):
        net = hex_network(rows, cols, (k * 7919) % n, n_steps=n_steps, **network)
        coverage = np.full((len(windows), 1, n), exposure * (1 + 0.3 * k))
        track_rows = rng.integers(0, n_steps * n, 40 * n_moving)
        order = np.sort(track_rows)
        ptr = np.searchsorted(order, np.arange(n_steps * n + 1)).astype(np.int64)
        fleets.append(
            Fleet(
                f"unit {k}",
                net,
                coverage,
                ptr,
                rng.integers(0, max(1, n_moving), order.size).astype(np.int32),
                rng.uniform(0.05, exposure, order.size),
                (CapacityRow(count, gap),),
                PLENTY,
                k,
                np.zeros(n_steps, np.int32),
            )
        )
    targets = Targets(n, np.array(window, np.int32), np.array(offset, np.int64), weight)
    return Instance(n_steps, targets, tuple(fleets), tuple(str(i) for i in range(n)))


def random_network(
    rng: np.random.Generator, n_cells: int, n_steps: int, *, every: int = 5, max_steps: int = 10
) -> Network:
    """An irregular network: visits of 2 to 4 steps, dry cells, cells out of reach, one-way hops.

    As at sea, no way from or to the base is longer than one by another cell, and a cell has
    at most six neighbours (so at most seven cells). A row of ``adjacent`` begins with its cell.
    """
    steps = rng.integers(2, 5, n_cells)
    steps[rng.random(n_cells) < 0.12] = 0
    part = (rng.random(n_cells) < 0.1).astype(int)
    joined = (part[:, None] == part) & (steps > 0)[:, None] & (steps > 0)
    linked = rng.random((n_cells, n_cells)) < 0.45
    linked = joined & (linked | linked.T | np.eye(n_cells, dtype=bool))
    hops = joined & ~linked & (rng.random((n_cells, n_cells)) < 0.6)
    adjacent = np.full((n_cells, 7), -1, np.int32)
    for i in np.flatnonzero(steps):
        near = [i, *(j for j in np.flatnonzero(linked[i]) if j != i)]
        adjacent[i, : len(near)] = near
    target, origin = np.nonzero(hops)
    lasts = rng.integers(1, 4, target.size)
    between = np.where(linked, 0, 10**6)
    between[target, origin] = lasts
    deploy, back = rng.integers(1, 4, n_cells), rng.integers(1, 4, n_cells)
    for _ in range(n_cells):
        deploy = np.minimum(deploy, (deploy + steps + between).min(axis=1))
        back = np.minimum(back, ((back + steps)[:, None] + between).min(axis=0))
    deploy[part == 1], back[part == 1] = -1, -1
    return Network(
        steps.astype(np.int32), adjacent,
        np.searchsorted(target, np.arange(n_cells + 1)).astype(np.int32),
        origin.astype(np.int32), lasts.astype(np.int32),
        deploy.astype(np.int32), back.astype(np.int32),
        np.arange(0, n_steps, every, dtype=np.int32), min(max_steps, n_steps),
    )  # fmt: skip


def random_targets(
    rng: np.random.Generator, n_cells: int, n_steps: int, n_layers: int, n_moving: int
) -> Targets:
    """Layers with windows no shorter than a visit and cells of no weight, and moving targets."""
    window, weight, offset = [], [], [0]
    for _ in range(n_layers):
        length = int(rng.choice([4, 7, 10, n_steps]))
        window.append(np.arange(n_steps) // length)
        layer = rng.gamma(0.7, size=(window[-1][-1] + 1, n_cells))
        layer[rng.random(layer.shape) < 0.2] = 0.0
        weight.append(layer.ravel() + 1e-3 * (layer.sum() == 0))
        offset.append(offset[-1] + layer.size)
    total = np.concatenate([*weight, rng.gamma(0.7, size=n_moving) * n_cells / 2])
    return Targets(
        n_cells,
        np.array(window, np.int32).reshape(n_layers, n_steps),
        np.array(offset, np.int64),
        total / total.sum(),
    )


def random_tracks(
    rng: np.random.Generator, network: Network, n_steps: int, n_moving: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compressed rows of what visits see of targets that wander over the searchable cells."""
    n = network.n_cells
    found = [
        (t * n + i, j, float(rng.uniform(0.05, 0.9)))
        for j in range(n_moving)
        for t, i in zip(rng.integers(0, n_steps, 4 * n), rng.integers(0, n, 4 * n), strict=True)
        if 0 < network.visit_steps[i] <= n_steps - t
    ]
    found.sort()
    row = np.array([row for row, _, _ in found], np.int64)
    return (
        np.searchsorted(row, np.arange(n_steps * n + 1)).astype(np.int64),
        np.array([j for _, j, _ in found], np.int32),
        np.array([u for _, _, u in found], np.float64),
    )


def random_instance(
    seed: int,
    *,
    n_cells: int = 5,
    n_steps: int = 20,
    n_layers: int = 1,
    n_moving: int = 0,
    rows: tuple[tuple[tuple[Any, ...], ...], ...] = (((1, 3),),),
    every: int = 5,
    max_steps: int = 10,
    fuel: FuelRule = PLENTY,
    least: int = 0,
    taken: int = 0,
    breaks: dict[str, Any] | None = None,
    **weather: float,
) -> Instance:
    """An irregular instance, small enough to list all its sorties.

    ``rows`` has an entry per unit: its capacity rows, each the first fields of
    a ``CapacityRow``. ``least`` and ``taken`` are options of :func:`tied`,
    ``breaks`` those of :func:`rested`, ``weather`` are options of :func:`rough`; without any
    the sea is calm.
    """
    rng = np.random.default_rng(seed)
    targets = random_targets(rng, n_cells, n_steps, n_layers, n_moving)
    fleets = []
    for k, capacities in enumerate(rows):
        network = random_network(rng, n_cells, n_steps, every=every, max_steps=max_steps)
        fleets.append(
            Fleet(
                f"unit {k}",
                network,
                np.tile(rng.uniform(0.2, 1.2, n_cells), (n_layers, 1, 1)),
                *random_tracks(rng, network, n_steps, n_moving),
                tuple(CapacityRow(*row) for row in capacities),
                fuel,
                k,
                np.zeros(n_steps, np.int32),
            )
        )
    calm = Instance(n_steps, targets, tuple(fleets), tuple(str(i) for i in range(n_cells)))
    calm = tied(calm, seed, least=least, taken=taken)
    found = rough(calm, seed, **weather) if weather else calm
    return rested(found, seed, **breaks) if breaks else found


def tied(instance: Instance, seed: int, *, least: int = 0, taken: int = 0) -> Instance:
    """The same instance with more to keep in its capacity rows.

    Each row gets at most so many least steps, and as many intervals of up to
    half the plan taken, some of them of hulls that are not there.
    """
    if not least and not taken:
        return instance
    rng = np.random.default_rng([seed, 2])
    last = instance.n_steps

    def tie(row: CapacityRow) -> CapacityRow:
        begin = rng.integers(0, last, taken)
        end = begin + rng.integers(1, max(2, last // 2), taken)
        spans = tuple(zip(begin.tolist(), end.tolist(), strict=True))
        return replace(row, least_steps=int(rng.integers(0, least + 1)), taken=spans)

    rows = [tuple(tie(row) for row in own) for own in instance.rows]
    fleets = tuple(replace(fleet, rows=rows[fleet.unit]) for fleet in instance.fleets)
    return replace(instance, fleets=fleets)


def required(instance: Instance, seed: int, *, slots: int = 4, level: float = 0.6) -> Instance:
    """The same instance with requirements: slots, windows to be seen in, and groups with a level.

    A visit of some cells that is under way at a slot's step serves it. Half the slots count by
    themselves; the others, and the targets of the first layer, count together up to a level.
    """
    rng = np.random.default_rng([seed, 3])
    targets, n = instance.targets, instance.n_cells
    middle = rng.integers(2, instance.n_steps - 2, slots)
    near = rng.random((slots, n)) < 0.5
    length = int(rng.integers(4, 9))
    window = (np.arange(instance.n_steps) // length).astype(np.int32)
    asked_there = 0.02 * (rng.random((int(window[-1]) + 1, n)) < 0.3)
    still, moving = int(targets.offset[-1]), targets.n_moving
    alone = np.where(np.arange(slots) % 2 == 0, 0.1, 0.0)
    weight = np.concatenate(
        [targets.weight[:still], asked_there.ravel(), targets.weight[still:], alone]
    )
    asked = weight.copy()
    asked[:still] = 0.0
    asked[still + asked_there.size : weight.size - slots] = 0.0
    odd = weight.size - slots + np.arange(1, slots, 2)
    groups = [Group(odd, np.full(odd.size, 1.0 / odd.size), level, 0.3)]
    first = targets.layer_weight(0).ravel() if len(targets.window) else np.zeros(0)
    if first.sum() > 0:
        held = np.flatnonzero(first)
        groups.append(Group(held, first[held] / first.sum(), 0.3 * level, 0.2, 0.02))
    made = Targets(
        n,
        np.concatenate([targets.window, window[None, :]]),
        np.append(targets.offset, still + asked_there.size),
        weight,
        asked=asked,
        met=0.05,
        sure=slots,
        groups=tuple(groups),
    )
    fleets = tuple(_serving(fleet, middle, near, moving) for fleet in instance.fleets)
    return replace(instance, targets=made, fleets=fleets)


def _serving(fleet: Fleet, middle: np.ndarray, near: np.ndarray, moving: int) -> Fleet:
    """A fleet whose visits serve slots and windows."""
    n, n_steps = fleet.network.n_cells, fleet.epoch.size
    rows = [
        (t * n + i, moving + slot, SURE)
        for slot, at in enumerate(middle.tolist())
        for i in np.flatnonzero(near[slot]).tolist()
        for t in range(at - int(fleet.network.visit_steps[i]) + 1, at + 1)
        if t >= 0 and t + int(fleet.network.visit_steps[i]) <= n_steps
    ]
    old = np.repeat(np.arange(n_steps * n), np.diff(fleet.track_ptr)).tolist()
    rows += zip(old, fleet.track_target.tolist(), fleet.track_exposure.tolist(), strict=True)
    rows.sort()
    row = np.array([row for row, _, _ in rows], np.int64)
    sure = np.full((1, *fleet.exposure.shape[1:]), SURE)
    return replace(
        fleet,
        exposure=np.concatenate([fleet.exposure, sure]),
        track_ptr=np.searchsorted(row, np.arange(n_steps * n + 1)).astype(np.int64),
        track_target=np.array([j for _, j, _ in rows], np.int32),
        track_exposure=np.array([u for _, _, u in rows], np.float64),
    )


def budgeted(
    instance: Instance, seed: int, *, fuel: bool = False, shared: bool = False
) -> Instance:
    """The same instance where every unit has steps under way in two spans, or litres, to share.

    A mode of sailing burns one to four litres a step. If ``shared``, all units share them, and
    what a sortie of any but the first takes is less what it spares.
    """
    rng = np.random.default_rng([seed, 3])
    last = instance.n_steps
    rates = FuelRule(*rng.integers(1, 5, 3).astype(float).tolist(), 1e9)
    pots = []
    for rows in instance.rows:
        most = rows[0].capacity * instance.fleets[0].network.max_steps
        spans = [(0, last), (int(rng.integers(1, last // 2)), last)]
        pots.append(
            tuple(
                Budget(float(rng.integers(0, 3 * most)) * (2.0 if fuel else 0.7), *span, fuel)
                for span in spans
            )
        )
    if shared:
        spares = rng.integers(0, 6, len(pots)).astype(float)
        spares[0] = 0.0
        pots = [
            tuple(replace(budget, owner=7, spared=float(spare)) for budget in pots[0])
            for spare in spares
        ]
    fleets = tuple(
        replace(fleet, budgets=pots[fleet.unit], fuel=rates if fuel else fleet.fuel)
        for fleet in instance.fleets
    )
    return replace(instance, fleets=fleets)


RESTED: dict[str, Any] = {"every": 5, "lasts": 2, "early": 1}
"""Breaks of two steps after at most five, or one sooner: options of :func:`rested`."""

ANCHORED: dict[str, Any] = {"every": 5, "lasts": 3, "early": 2, "anchored": True, "share": 0.7}
"""Breaks of three steps, only in cells where there is shelter then."""


def rested(
    instance: Instance,
    seed: int,
    *,
    every: int = 5,
    lasts: int = 1,
    early: int = 0,
    anchored: bool = False,
    share: float = 1.0,
) -> Instance:
    """The same instance where crews have breaks; a share of cells lets them at a time."""
    rng = np.random.default_rng([seed, 4])
    rhythm = Rhythm(every, lasts, min(early, lasts - 1, every - 1))
    fleets = []
    for fleet in instance.fleets:
        net = fleet.network
        out, back = net.deploy_steps, net.return_steps
        if anchored:
            out, back = (np.where(way > every, -1, way).astype(np.int32) for way in (out, back))
        rest = None
        if share < 1.0 or fleet.open is not None:
            calm = rng.random((instance.n_steps, instance.n_cells)) < share
            where = np.ones_like(calm) if fleet.open is None else fleet.open.cell[fleet.epoch]
            rest = calm & rests_in(where, np.arange(instance.n_steps, dtype=np.int32), lasts)
        breaks = breaks_on(rhythm, out, back, net.max_steps, rest, anchored=anchored)
        away = np.where(out < 0, -1, out + breaks.on_way).astype(np.int32)
        visit = np.where(net.visit_steps > every, 0, net.visit_steps).astype(np.int32)
        made = replace(net, visit_steps=visit, deploy_steps=away, return_steps=back)
        fleets.append(replace(fleet, network=made, breaks=breaks))
    return replace(instance, fleets=tuple(fleets))


def apart(instance: Instance) -> Instance:
    """The same instance with no cell next to another: all ways between cells are hops."""
    alone = []
    for fleet in instance.fleets:
        adjacent = fleet.network.adjacent.copy()
        adjacent[:, 1:] = -1
        alone.append(replace(fleet, network=replace(fleet.network, adjacent=adjacent)))
    return replace(instance, fleets=tuple(alone))


def rough(
    calm: Instance, seed: int, *, epochs: float = 4, shut: float = 0.0, states: float = 1
) -> Instance:
    """The same instance under changing light and weather.

    Every exposure differs by layer and epoch, a quarter of them nothing; a
    share ``shut`` of cells and ways is not open in an epoch; every unit has
    a fleet for each of so many sea states, each slower than the one before
    and open in more places.
    """
    rng = np.random.default_rng([seed, 1])
    cuts = np.sort(rng.choice(np.arange(1, calm.n_steps), int(epochs) - 1, replace=False))
    epoch = np.searchsorted(cuts, np.arange(calm.n_steps), side="right").astype(np.int32)
    fleets = tuple(
        replace(
            slower,
            exposure=_by_epoch(rng, slower.exposure, int(epochs)),
            epoch=epoch,
            open=_openness(rng, slower.network, int(epochs), shut / (1 + state)) if shut else None,
        )
        for fleet in calm.fleets
        for state, slower in enumerate(_sea_states(rng, fleet, int(states)))
    )
    return replace(calm, fleets=fleets)


def _by_epoch(rng: np.random.Generator, calm: np.ndarray, epochs: int) -> np.ndarray:
    """Exposures of (n_layers, 1, n) changed by epoch, (n_layers, epochs, n); some are nothing."""
    factor = rng.uniform(0.3, 1.3, (calm.shape[0], epochs, calm.shape[2]))
    factor[rng.random(factor.shape) < 0.25] = 0.0
    found: np.ndarray = calm * factor
    return found


def _openness(rng: np.random.Generator, network: Network, epochs: int, shut: float) -> Open:
    """What is open in each epoch, all but a share."""
    cells, hops = network.n_cells, network.hop_from.size
    return Open(*(rng.random((epochs, size)) >= shut for size in (cells, cells, cells, hops)))


def _sea_states(rng: np.random.Generator, fleet: Fleet, states: int) -> Iterator[Fleet]:
    """A fleet in each of so many sea states; in the mildest one a base may lie in its cell."""
    net = fleet.network
    lying = min(net.deploy_steps[net.deploy_steps >= 0].min(initial=1),
                net.return_steps[net.return_steps >= 0].min(initial=1))  # fmt: skip
    begin = -int(lying) if rng.random() < 0.5 else 0
    for state in range(states):
        later = begin + state
        network = replace(
            net,
            visit_steps=np.where(net.visit_steps > 0, net.visit_steps + state, 0).astype(np.int32),
            hop_steps=net.hop_steps + np.int32(state),
            deploy_steps=np.where(net.deploy_steps >= 0, net.deploy_steps + later, -1).astype(
                np.int32
            ),
            return_steps=np.where(net.return_steps >= 0, net.return_steps + later, -1).astype(
                np.int32
            ),
            max_steps=net.max_steps - state,
        )
        yield replace(fleet, network=network, track_exposure=fleet.track_exposure * 0.8**state)
