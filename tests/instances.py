"""Small optimisation problems on a plain hexagon grid, without any geography."""

from __future__ import annotations

import numpy as np

from planner.problem.arrays import (
    CapacityRow,
    Fleet,
    FuelRule,
    Instance,
    Network,
    Targets,
)

NEIGHBOURS = {0: ((0, 1), (0, -1), (1, 0), (-1, 0), (1, -1), (-1, -1)),
              1: ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1))}  # fmt: skip


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
        coverage = exposure * (1 + 0.3 * k) * np.ones(n)
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
                FuelRule(1.0, 1.0, 1.0, 1e9),
            )  # fmt: skip
        )
    targets = Targets(n, np.array(window, np.int32), np.array(offset, np.int64), weight)
    return Instance(n_steps, targets, tuple(fleets), tuple(str(i) for i in range(n)))
