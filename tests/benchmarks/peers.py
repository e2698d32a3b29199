"""Compare this planner with what a user could pick instead, at equal time.

    python tests/benchmarks/peers.py [--time-limit S] [--scenario NAME ...] [--peer NAME ...]

All plan the same cells over the same network; every plan is drawn as tracks
and goes through the verifier, and its detection is the one the verifier
recomputes from them. The time limit is wall-clock time from the arrays of
the scenario to sorties, on the same machine, one peer after the other.

Routing software gets the task as orienteering (``encoding``), and its routes
are made to obey every rule (``repair``). By trial, all three do best when
hulls' departures are routed one by one in order of time, each against what
those before leave undetected: whole weeks at once hold thousands of optional
visits, whose prizes cannot fall with one another. The time limit is shared
among the departures. No peer improves its plan afterwards: that would be a
planner of our own making around it.

The last columns: this planner's detection over the best peer's; the most that
ratio could be for any planner, its proven bound over the best peer's
detection; and its proven gap.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from planner import __version__
from planner.plan.coverage import coverage_rows
from planner.plan.metrics import metrics
from planner.plan.model import Plan, SolverReport
from planner.plan.realise import hulls_of, realise
from planner.solve import Sortie, solve
from planner.solve.coverage import Coverage
from planner.solve.sorties import Roster
from planner.solve.warmup import compile_loops
from planner.verify import check
from tests.benchmarks import rules, with_ortools, with_pyvrp, with_vroom
from tests.benchmarks.encoding import Orienteering, Tuning, encode, parts, slots
from tests.benchmarks.repair import Stop, sortie_of
from tests.benchmarks.scenarios import SCENARIOS
from tests.benchmarks.tasks import Deadline, Task, read_task

OURS = "planner"

Route = Callable[[Orienteering, float, int], list[list[Stop]]]


@dataclass(frozen=True)
class Answer:
    """Sorties of a peer, and a bound where it proves one."""

    sorties: tuple[Sortie, ...]
    bound: float = 1.0


@dataclass(frozen=True)
class Peer:
    """Something that plans a task; ``package`` is what has to be installed for it."""

    title: str
    package: str
    plan: Callable[[Task, Deadline, int], Answer]

    @property
    def installed(self) -> bool:
        """Whether its package can be imported."""
        return importlib.util.find_spec(self.package) is not None


def ours(task: Task, deadline: Deadline, seed: int) -> Answer:
    """Plan with this planner."""
    result = solve(task.instance, time_limit_s=deadline.limit_s, seed=seed)
    return Answer(result.sorties, result.bound)


def by_rule(
    rule: Callable[[Task, Deadline, int], list[Sortie]],
) -> Callable[[Task, Deadline, int], Answer]:
    """Plan by a rule of :mod:`tests.benchmarks.rules`."""
    return lambda task, deadline, seed: Answer(tuple(rule(task, deadline, seed)))


def by_routing(route: Route, tunings: Sequence[Tuning]) -> Callable[[Task, Deadline, int], Answer]:
    """Plan with routing software, once more in another way while time is left; keep the best."""

    def plan(task: Task, deadline: Deadline, seed: int) -> Answer:
        plans: list[list[Sortie]] = []
        for tuning in tunings:
            if not plans or deadline.left_s() > WORTH_STARTING * deadline.limit_s:
                plans.append(_routed(task, route, tuning, Deadline(deadline.left_s()), seed))
        return Answer(tuple(max(plans, key=lambda sorties: rules.detection(task, sorties))))

    return plan


def _routed(
    task: Task, route: Route, tuning: Tuning, deadline: Deadline, seed: int
) -> list[Sortie]:
    """Route one part of the slots after the other."""
    planned: list[Sortie] = []
    waiting = parts(slots(task, staggered=tuning.staggered), tuning.parts)
    for k, part in enumerate(waiting):
        problem = encode(task, part, planned, tuning)
        routes = route(problem, deadline.left_s() / (len(waiting) - k), seed)
        found = [sortie_of(task, slot, stops) for slot, stops in zip(part, routes, strict=True)]
        planned += [sortie for sortie in found if sortie is not None]
    return planned


WORTH_STARTING = 0.2
"""Share of the time limit that is worth another way."""

EACH = 100_000
"""So many parts that every slot is routed on its own."""

PEERS: dict[str, Peer] = {
    OURS: Peer("this planner", "planner", ours),
    "ortools": Peer(
        "OR-Tools routing",
        "ortools",
        by_routing(with_ortools.route, [Tuning(parts=EACH, copies=2)]),
    ),
    "pyvrp": Peer("PyVRP", "pyvrp", by_routing(with_pyvrp.route, [Tuning(parts=EACH, copies=2)])),
    "vroom": Peer(
        "VROOM",
        "vroom",
        by_routing(
            with_vroom.route,
            [
                Tuning(parts=EACH, offered=3, copies=2),
                Tuning(parts=EACH, offered=6),
                Tuning(parts=1, offered=2, staggered=True),
            ],
        ),
    ),
    "greedy": Peer("greedy sorties", "planner", by_rule(rules.greedy)),
    "nearest": Peer("greedy visits", "planner", by_rule(rules.nearest)),
    "lawnmower": Peer("lawnmower", "planner", by_rule(rules.lawnmower)),
}
"""By name. ``greedy`` uses this planner's own pricing of sorties; the other peers do not."""


@dataclass(frozen=True)
class Row:
    """One peer on one scenario; ``bound`` only where it proves one."""

    scenario: str
    peer: str
    detection: float
    bound: float | None
    sorties: int
    violations: tuple[str, ...]
    time_s: float

    @property
    def gap(self) -> float | None:
        """``bound / detection − 1``."""
        return None if self.bound is None or not self.detection else self.bound / self.detection - 1


def as_plan(task: Task, answer: Answer, time_s: float, seed: int) -> Plan:
    """Draw an answer as a plan, like any that this planner writes."""
    sorties, scenario = list(answer.sorties), task.scenario
    if not Roster(task.instance, sorties).fits():
        raise AssertionError(f"{task.name}: more hulls or crews used than there are")
    detection = Coverage(task.instance.targets, sorties).detection()
    bound = max(answer.bound, detection)
    coverage, moving = coverage_rows(sorties, scenario, task.sea, task.problem)
    plan = Plan(
        planner_version=__version__,
        scenario=scenario.model_dump(mode="json"),
        solver=SolverReport(
            status="feasible",
            termination="time",
            detection=detection,
            bound=bound,
            gap=bound / detection - 1,
            seed=seed,
            time_s=time_s,
        ),
        hulls=hulls_of(scenario),
        sorties=realise(sorties, scenario, task.sea, task.problem),
        coverage=coverage,
        moving=moving,
    )
    return plan.model_copy(update={"metrics": metrics(plan, scenario, task.sea)}).at(scenario)


def measure(task: Task, name: str, time_limit_s: float, seed: int) -> Row:
    """Let a peer plan a task, and verify its plan."""
    deadline = Deadline(time_limit_s)
    answer = PEERS[name].plan(task, deadline, seed)
    time_s = round(time.monotonic() - deadline.began, 2)
    report = check(as_plan(task, answer, time_s, seed), task.scenario, task.sea)
    return Row(
        task.name,
        name,
        report.detection,
        answer.bound if name == OURS else None,
        len(answer.sorties),
        tuple(str(violation) for violation in report.violations),
        time_s,
    )


def ratios(rows: Iterable[Row]) -> tuple[float, float] | None:
    """Detection and bound of this planner over the best peer's detection, on one scenario."""
    found = {row.peer: row for row in rows}
    mine = found.pop(OURS, None)
    best = max((row.detection for row in found.values()), default=0.0)
    if mine is None or mine.bound is None or best <= 0:
        return None
    return mine.detection / best, mine.bound / best


def table(rows: Sequence[Row], peers: Sequence[str]) -> str:
    """Markdown: a scenario a line, a peer a column, then ratio, its limit, and gap."""
    titles = [PEERS[name].title for name in peers]
    head = ["scenario", *titles, "ratio to best peer", "ratio at most", "proven gap"]
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)]
    for scenario in dict.fromkeys(row.scenario for row in rows):
        here = {row.peer: row for row in rows if row.scenario == scenario}
        cells = [f"{here[name].detection:.4f}" if name in here else "–" for name in peers]
        found = ratios(here.values())
        gap = here[OURS].gap if OURS in here else None
        cells += ["–", "–"] if found is None else [f"{figure:.3f}" for figure in found]
        cells.append("–" if gap is None else f"{100 * gap:.1f}%")
        lines.append([scenario, *cells])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison; 1 if a plan broke a rule."""
    parser = argparse.ArgumentParser(description="Compare planners at equal time.")
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="S")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scenario", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--peer", nargs="+", choices=PEERS, default=list(PEERS))
    parser.add_argument("--json", action="store_true", help="rows as JSON instead of a table")
    chosen = parser.parse_args(arguments)
    compile_loops()
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        for scenario in chosen.scenario:
            task = read_task(scenario, Path(directory))
            for name in chosen.peer:
                if not PEERS[name].installed:
                    print(f"{name}: {PEERS[name].package} is not installed", file=sys.stderr)
                    continue
                rows.append(measure(task, name, chosen.time_limit, chosen.seed))
                print(_line(rows[-1]), file=sys.stderr, flush=True)
    peers = [name for name in chosen.peer if PEERS[name].installed]
    if chosen.json:
        print(json.dumps([asdict(row) | {"gap": row.gap} for row in rows], indent=1))
    else:
        print(table(rows, peers))
    return int(any(row.violations for row in rows))


def _line(row: Row) -> str:
    gap = "" if row.gap is None else f" (gap {100 * row.gap:.1f}%)"
    bad = f", {len(row.violations)} VIOLATIONS: {row.violations[0]}" if row.violations else ""
    return (
        f"{row.scenario}, {row.peer}: detection {row.detection:.4f}{gap}, "
        f"{row.sorties} sorties, {row.time_s:.1f} s{bad}"
    )


if __name__ == "__main__":
    sys.exit(main())
