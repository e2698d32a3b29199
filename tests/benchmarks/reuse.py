"""How much sooner a plan made from an earlier one is as good as one made from nothing.

``python tests/benchmarks/reuse.py --time-limit 60 --json``

For each change of the reference scenario the unchanged one is planned first.
The changed one is planned from nothing, for as long; the gap proven at the end
and the time it was first reached are the mark. Then it is planned again from
what the first plan learned, read back from its file: once until the mark is met, and
once with a quarter of the time for its limit, as who has no more would plan it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from planner.errors import PlannerError
from planner.problem.build import PlanningProblem, build
from planner.reuse import Recalled, learn, read_learned, recall, resume, write_learned
from planner.scenario import Scenario, from_dict, read_toml
from planner.sea import build_sea
from planner.solve import Progress, Result

QUARTER = 0.25
"""Share of the time that a plan from another should take."""

REFERENCE = Path(__file__).resolve().parents[2] / "examples" / "aktau-2006.toml"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A change of a scenario: values by key of the file, of its units and of its threats."""

    title: str
    keys: Row = field(default_factory=dict)
    units: Mapping[str, Row] = field(default_factory=dict)
    threats: Mapping[str, Row] = field(default_factory=dict)

    def of(self, path: Path) -> Scenario:
        """The scenario of a file, changed."""
        tables = read_toml(path) | dict(self.keys)
        for table, changes in (("unit", self.units), ("threat", self.threats)):
            rows = {row["name"]: row for row in tables[table]}
            for name, values in changes.items():
                rows[name] |= values
        return from_dict(tables, path.parent, path.name)


NOTHING = Change("unchanged")

CHANGES: dict[str, Change] = {
    "hull": Change("one hull more", units={"PKM, Aktau": {"count": 4, "crews": 4}}),
    "risk": Change(
        "another risk layer", threats={"Ferry contraband": {"zone": "ferry-lane-aktau-makhachkala"}}
    ),
    "day": Change("the first day lost", keys={"start": "2006-05-23T00:00:00+05:00", "days": 6}),
}
"""Changes of the reference by name."""


@dataclass
class Trace:
    """Gaps proven over the seconds of a run; ends it when a mark is met."""

    mark: float = -math.inf
    points: list[tuple[float, float]] = field(default_factory=list)

    def __call__(self, now: Progress) -> None:
        """Take the progress of a run."""
        self.add(now.elapsed_s, now.gap)
        if self.met():
            raise KeyboardInterrupt

    def add(self, time_s: float, gap: float | None) -> None:
        """Note a gap."""
        if gap is not None:
            self.points.append((time_s, gap))

    def met(self) -> bool:
        """Whether the mark has been met."""
        return bool(self.points) and self.points[-1][1] <= self.mark

    def first(self, gap: float) -> float:
        """Seconds until a gap was first proven; infinite if it never was."""
        return min((time_s for time_s, proven in self.points if proven <= gap), default=math.inf)


@dataclass(frozen=True)
class Comparison:
    """One change: the mark, and the seconds until it was met from nothing and from a plan.

    ``from_plan_s`` counts what it takes to read the file and to lay its
    sorties anew. Without a meeting within the time limit it is None. ``quarter_gap`` is
    what a run from the plan proves that has a quarter of the time, reading and laying included.
    """

    change: str
    title: str
    gap: float
    from_nothing_s: float
    from_plan_s: float | None
    quarter_gap: float
    start_gap: float | None
    kept: int
    stored: int
    bounds_kept: bool
    file_bytes: int

    @property
    def ratio(self) -> float | None:
        """``from_plan_s / from_nothing_s``."""
        return self.from_plan_s / self.from_nothing_s if self.from_plan_s is not None else None


def compare(
    names: list[str],
    time_limit_s: float,
    seed: int,
    path: Path = REFERENCE,
    changes: Mapping[str, Change] = CHANGES,
    told: Callable[[str], None] = lambda _: None,
) -> list[Comparison]:
    """Plan a scenario once, then each of its changes from nothing and from that plan."""
    scenario, problem = _problem(NOTHING, path)
    told(f"{NOTHING.title}: {time_limit_s:g} s")
    result = resume(problem.instance, None, time_limit_s=time_limit_s, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        written = write_learned(learn(scenario, problem, result), folder)
        return [
            _compare(name, changes[name], written, path, time_limit_s, seed, told) for name in names
        ]


def _compare(
    name: str,
    change: Change,
    written: Path,
    path: Path,
    time_limit_s: float,
    seed: int,
    told: Callable[[str], None],
) -> Comparison:
    scenario, problem = _problem(change, path)
    told(f"{change.title}: {time_limit_s:g} s from nothing")
    alone = Trace()
    scratch = _run(problem, None, time_limit_s, seed, alone)
    told(f"{change.title}: from the plan, until the gap is {scratch.gap:.2%}")
    began = time.monotonic()
    recalled = recall(read_learned(written.parent), scenario, problem)
    read_s = time.monotonic() - began
    helped = Trace(mark=scratch.gap)
    _run(problem, recalled, time_limit_s, seed, helped)
    met_s = helped.first(scratch.gap)
    short_s = QUARTER * time_limit_s
    told(f"{change.title}: from the plan, {short_s:g} s")
    short = _run(problem, recalled, max(0.0, short_s - read_s), seed, Trace())
    return Comparison(
        name,
        change.title,
        scratch.gap,
        alone.first(scratch.gap),
        read_s + met_s if math.isfinite(met_s) else None,
        short.gap,
        helped.points[0][1] if helped.points else None,
        recalled.kept,
        recalled.stored,
        bool(recalled.cuts),
        written.stat().st_size,
    )


def _run(
    problem: PlanningProblem,
    recalled: Recalled | None,
    time_limit_s: float,
    seed: int,
    trace: Trace,
) -> Result:
    result = resume(
        problem.instance, recalled, time_limit_s=time_limit_s, seed=seed, progress=trace
    )
    trace.add(result.time_s, result.gap)
    return result


def _problem(change: Change, path: Path) -> tuple[Scenario, PlanningProblem]:
    scenario = change.of(path)
    return scenario, build(scenario, build_sea(scenario))


def table(found: list[Comparison]) -> str:
    """The comparisons as a table in Markdown."""
    lines = [
        "| change | gap | from nothing | from the plan | ratio | gap in a quarter | first gap "
        "| sorties | bounds |",
        "|---|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for row in found:
        met = "not met" if row.from_plan_s is None else f"{row.from_plan_s:.1f} s"
        ratio = "–" if row.ratio is None else f"{row.ratio:.2f}"
        first = "–" if row.start_gap is None else f"{row.start_gap:.2%}"
        bounds = "kept" if row.bounds_kept else "new"
        lines.append(
            f"| {row.title} | {row.gap:.2%} | {row.from_nothing_s:.1f} s | {met} | {ratio} | "
            f"{row.quarter_gap:.2%} | {first} | {row.kept:,} of {row.stored:,} | {bounds} |"
        )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Print the comparisons; 0 done, 2 bad input."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("changes", nargs="*", metavar="CHANGE", help=", ".join(CHANGES))
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds a run")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.changes) - set(CHANGES))
    if unknown:
        print(f"no change '{unknown[0]}'; there are {', '.join(CHANGES)}", file=sys.stderr)
        return 2
    names = given.changes or list(CHANGES)
    try:
        found = compare(
            names, given.time_limit, given.seed, told=lambda line: print(line, file=sys.stderr)
        )
    except PlannerError as error:
        print(error, file=sys.stderr)
        return 2
    if given.json:
        print(json.dumps([asdict(row) | {"ratio": row.ratio} for row in found], indent=1))
    else:
        print(table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
