"""Search theory's own benchmark: searchers on a grid against one Markov target.

``python tests/benchmarks/searchers.py --grid 9 --searchers 3 --looks 12 --time-limit 900 --json``
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from planner.errors import PlannerError
from planner.solve import solve
from planner.solve.markov import grid
from planner.solve.markov.solver import compile_loops

PROVEN = 1e-4
"""Gap at which the literature calls an instance solved."""


def run(
    side: int,
    searchers: int,
    looks: int,
    time_limit_s: float,
    seed: int,
    threads: int,
    node_limit: int | None = None,
) -> dict[str, Any]:
    """Solve one instance; paths are lists of ``[row, column]`` from 1, one a look."""
    problem = grid(side, searchers, looks)
    compile_loops()
    result = solve(problem, time_limit_s=time_limit_s, work_limit=node_limit, gap=PROVEN, seed=seed)
    return {
        "grid": side,
        "searchers": searchers,
        "looks": looks,
        "value": result.value,
        "bound": result.bound,
        "gap": result.gap,
        "proven": result.proven,
        "time_s": round(result.time_s, 2),
        "nodes": result.nodes,
        "cuts": result.cuts,
        "seed": seed,
        "threads": threads,
        "paths": [[[c // side + 1, c % side + 1] for c in path.tolist()] for path in result.paths],
    }


def main(arguments: list[str] | None = None) -> int:
    """Print the result of one instance; 0 done, 2 bad input."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--grid", type=int, default=9, help="cells a side, odd")
    parser.add_argument("--searchers", type=int, default=3)
    parser.add_argument("--looks", type=int, default=10)
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds, without compiling")
    parser.add_argument(
        "--node-limit",
        type=int,
        help="most nodes of the tree search, in one thread, instead of the time",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    try:
        found = run(
            given.grid,
            given.searchers,
            given.looks,
            given.time_limit,
            given.seed,
            given.threads,
            given.node_limit,
        )
    except PlannerError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if given.json:
        sys.stdout.write(json.dumps(found) + "\n")
        return 0
    for key, value in found.items():
        if key != "paths":
            sys.stdout.write(f"{key:10} {value}\n")
    for number, path in enumerate(found["paths"], 1):
        way = " ".join(f"{row},{column}" for row, column in path)
        sys.stdout.write(f"searcher {number}: {way}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
