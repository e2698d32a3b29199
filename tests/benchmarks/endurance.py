"""Many plans in a row in one process, and a study of many cases: nothing grows, nothing changes.

::

    python tests/benchmarks/endurance.py --plans 100 --cases 1000

The same small scenario is planned, written, tried and mapped again and again by rounds of
work, so that every ``plan.json`` must be the same, byte by byte. After every plan the
process's memory, threads, open files, child processes and temporary files are counted; so
they are around the study, whose cases differ in the weight of a threat and which is worked
in this process. Prints a table and ends with status 1 if a plan differs from the first,
anything but memory has grown, or memory still grows after the warm-up. Linux only: figures
are those of ``/proc``.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from planner.app import PLAN_FILE, plan_and_learn, write_plan
from planner.present.map import write_map
from planner.scenario import Scenario, load
from planner.sea import build_sea
from planner.simulate import simulate, write_simulation
from planner.study.cases import run_cases
from planner.study.cases.runners import here

WARM_UP = 10
"""Plans until caches are full: compiled code, layers, fonts, translations."""

GROWTH_MB = 0.2
"""Memory that may be added for each plan after the warm-up, by a straight line through all.

Pages that the allocator keeps come and go in steps of some megabytes; a plan or a sea kept
for each one made would add several times as much."""

SHOWN = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class Held:
    """What a process holds: resident memory (MB), threads, open files, children, left files."""

    memory_mb: float
    threads: int
    files: int
    children: int
    left: int

    def counts(self) -> tuple[int, ...]:
        """All but the memory."""
        return self.threads, self.files, self.children, self.left


@dataclass(frozen=True)
class Run:
    """Plans made: a hash of each ``plan.json``, and what was held after each."""

    hashes: tuple[str, ...]
    held: tuple[Held, ...]

    @property
    def same(self) -> bool:
        """Whether all plans are the same."""
        return len(set(self.hashes)) == 1

    @property
    def slope_mb(self) -> float:
        """Megabytes added for each plan after the warm-up."""
        memory = np.array([each.memory_mb for each in self.held[WARM_UP:]])
        return float(np.polyfit(np.arange(memory.size), memory, 1)[0]) if memory.size > 2 else 0.0

    @property
    def kept(self) -> bool:
        """Whether no threads, files, children or left files came after the first plan."""
        return all(
            now <= then
            for now, then in zip(self.held[-1].counts(), self.held[0].counts(), strict=True)
        )


def held_now(temporary: Path) -> Held:
    """What this process holds now; ``temporary`` is where its temporary files would lie."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return Held(
        pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        len(os.listdir("/proc/self/task")),
        len(os.listdir("/proc/self/fd")),
        len(multiprocessing.active_children()) + _children(),
        sum(1 for _ in temporary.rglob("*")),
    )


def _children() -> int:
    """Processes that this one has started and that are there still, ended or not."""
    tasks = Path("/proc/self/task").glob("*/children")
    return sum(len(path.read_text("ascii").split()) for path in tasks)


def plan_again(scenario: Path, out: Path, number: int, temporary: Path, work: int = 1) -> Run:
    """Plan a scenario so many times, each with all that the command ``plan`` writes."""
    hashes, held = [], []
    for _ in range(number):
        hashes.append(_plan(load(scenario), out, work))
        held.append(held_now(temporary))
    return Run(tuple(hashes), tuple(held))


def _plan(scenario: Scenario, out: Path, work: int) -> str:
    made = plan_and_learn(scenario, work_limit=work)
    write_plan(made.plan, out, made.learned)
    trial = simulate(made.plan, out, runs=500)
    write_simulation(trial, out)
    write_map(made.plan, build_sea(scenario), out / "map.html", trial)
    return hashlib.sha256((out / PLAN_FILE).read_bytes()).hexdigest()


def study_of(scenario: Path, cases: int) -> Path:
    """A study beside a scenario: so many cases of one threat's weight."""
    text = [
        'title = "Many cases"',
        f'scenario = "{scenario.name}"',
        "work_limit = 1\ntargets = 20\nshare = false\n[grid]",
        '[[grid.axis]]\nname = "Weight"\npath = "threat.Illegal fishing.weight"',
        "values = [",
        *(f"  {1 + number / 1000:.3f}," for number in range(cases)),  # a line each: lines are short
        "]",
    ]
    path = scenario.parent / "many.toml"
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def work_study(study: Path, out: Path, temporary: Path) -> tuple[int, list[Held]]:
    """Work all cases in this process; how many are done, and what was held after each."""
    held: list[Held] = []
    told: Callable[[object], None] = lambda _: held.append(held_now(temporary))  # noqa: E731
    outcomes = run_cases(study, out, runner=here(), progress=told)
    return len(outcomes.worked.records), held


def report(name: str, held: Sequence[Held], took_s: float) -> None:
    """Print what was held after some of the plans."""
    print(f"{name}: {len(held)} in {took_s:.0f} s")
    print("  after    memory  threads  files  children  left")
    for number in sorted({*SHOWN, len(held)}):
        if number <= len(held):
            now = held[number - 1]
            print(
                f"  {number:5d}  {now.memory_mb:5.0f} MB  {now.threads:7d}  {now.files:5d}"
                f"  {now.children:8d}  {now.left:4d}",
                flush=True,
            )


def main() -> int:
    """Plan and study as often as asked; 1 if anything leaks or changes."""
    from tests.study.cases.tiny import write_tiny

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=100)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--work", type=int, default=1, help="rounds of work of each plan")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder) / "temporary"
        temporary.mkdir()
        tempfile.tempdir = str(temporary)
        scenario = write_tiny(Path(folder) / "sea") / "scenario.toml"
        began = time.monotonic()
        run = plan_again(scenario, Path(folder) / "out", asked.plans, temporary, asked.work)
        report("plans", run.held, time.monotonic() - began)
        print(f"  all the same: {run.same}; {run.slope_mb:+.3f} MB a plan after {WARM_UP}")
        good = run.same and run.kept and run.slope_mb <= GROWTH_MB
        if asked.cases:
            began = time.monotonic()
            done, held = work_study(
                study_of(scenario, asked.cases), Path(folder) / "study", temporary
            )
            report("cases", held, time.monotonic() - began)
            last = _plan(load(scenario), Path(folder) / "last", asked.work)
            print(f"  done: {done}; the same plan at the end: {last == run.hashes[0]}")
            cases = Run((), tuple(held))
            print(f"  {cases.slope_mb:+.3f} MB a case after {WARM_UP}")
            good &= done == asked.cases and last == run.hashes[0] and cases.kept
            good &= cases.slope_mb <= GROWTH_MB
        tempfile.tempdir = None
    return 0 if good else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(main())
