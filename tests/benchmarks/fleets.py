"""What a study of many fleets costs, against one of its plans made anew at the same gap.

``python tests/benchmarks/fleets.py --fleets 20 --first 12 --days 4 --gap 0.05``

The shipped template of a small sea, with 12, 13, 14 … launches. Some fleets are planned each by
itself, with nothing known: sea, problem, search, legs, trial. Then all are planned as one study,
whose runs share the sea, the problem and what they found. Both in this process, one run after the
other, once its inner loops are compiled; or with ``--commands`` as ``patrol study`` of one fleet
and of all. The ratio is that of the whole study to one plan on average.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from planner.errors import PlannerError
from planner.scenario import write_template
from planner.study.cases import Outcomes, here, lay_out, load_cases, run_cases

HEAD = """
title = "Fleets"
scenario = "scenario.toml"
time_limit_s = {limit}
gap = {gap}
share = {share}
targets = {targets}
[grid]
[[grid.axis]]
name = "Launches"
path = ["unit.Launches.count", "unit.Launches.crews"]
values = {values}
"""

BERTHS = 60
"""Room for the largest fleets."""


@dataclass(frozen=True)
class Sea:
    """The template, made longer: days, and the coarseness of its cells."""

    days: int = 4
    resolution: int = 5

    def write(self, folder: Path) -> None:
        """Write the scenario and the files of its sea."""
        write_template(folder, "own-sea")
        path = folder / "scenario.toml"
        text = path.read_text("utf-8")
        for old, new in (
            ("days = 2", f"days = {self.days}"),
            ("cell_resolution = 5", f"cell_resolution = {self.resolution}"),
            ("berths = 4", f"berths = {BERTHS}"),
        ):
            if old not in text:
                raise ValueError(f"the template has no '{old}' any more")
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Cost:
    """Seconds of runs: all of it, and of that the search."""

    runs: int
    whole_s: float
    search_s: float
    worst_gap: float


@dataclass(frozen=True)
class Comparison:
    """One study, and some of its plans made anew."""

    fleets: int
    gap: float
    study: Cost
    anew: Cost

    @property
    def ratio(self) -> float:
        """The whole study over one plan made anew, on average."""
        return self.study.whole_s / (self.anew.whole_s / self.anew.runs)

    @property
    def search_ratio(self) -> float:
        """The same of the searches alone."""
        return self.study.search_s / (self.anew.search_s / self.anew.runs)


Timed = Callable[[Path, Path], tuple[float, Outcomes]]
"""Seconds of the runs of a study file, worked into a folder, and what came of them."""


def compare(
    counts: Sequence[int], sea: Sea, *, gap: float, limit_s: float, targets: int, alone: int,
    timed: Timed,
) -> Comparison:  # fmt: skip
    """Plan a study of fleets, and ``alone`` of them each anew.

    Raises
    ------
    PlannerError
        If one could not be planned.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sea.write(folder)

        def plan(values: Sequence[int], out: str, *, share: bool) -> tuple[float, Outcomes]:
            text = HEAD.format(
                limit=limit_s, gap=gap, share=str(share).lower(), targets=targets,
                values=list(values),
            )  # fmt: skip
            study = folder / f"{out}.toml"
            study.write_text(text, encoding="utf-8")
            return timed(study, folder / out)

        plan([counts[0], counts[0] + 1], "warm", share=True)  # compiles the inner loops
        step = max(1, math.ceil(len(counts) / alone))
        anew = [plan([n], f"anew-{n}", share=False) for n in counts[step // 2 :: step]]
        return Comparison(len(counts), gap, _cost([plan(counts, "study", share=True)]), _cost(anew))


def commanded(study: Path, out: Path) -> tuple[float, Outcomes]:
    """Run ``patrol study`` as a user does: with its start, all its processes, page and tables."""
    command = [sys.executable, "-m", "planner.cli", "study", str(study), "-o", str(out)]
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    whole_s = time.monotonic() - began
    return whole_s, run_cases(lay_out(load_cases(study)), out, runner=here())


def one_after_the_other(study: Path, out: Path) -> tuple[float, Outcomes]:
    """Work a study's runs in a thread of their own, which begins with no sea in hand."""
    found: list[tuple[float, Outcomes]] = []

    def run() -> None:
        layout = lay_out(load_cases(study))
        began = time.monotonic()
        outcomes = run_cases(layout, out, runner=here())
        found.append((time.monotonic() - began, outcomes))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


def _cost(done: Sequence[tuple[float, Outcomes]]) -> Cost:
    records = [record for _, each in done for record in each.worked.records.values()]
    plans = [each.plan(number) for _, each in done for number in each.known]
    return Cost(
        len(records),
        sum(whole_s for whole_s, _ in done),
        sum(plan.solver.time_s for plan in plans),
        max(record.gap for record in records),
    )


def table(found: Comparison) -> str:
    """The comparison as a table in Markdown."""
    anew, study = found.anew, found.study
    rest = [each.whole_s - each.search_s for each in (anew, study)]
    return "\n".join(
        (
            f"| | one plan anew (mean of {anew.runs}) | study of {found.fleets} fleets | ratio |",
            "|---|--:|--:|--:|",
            f"| search | {anew.search_s / anew.runs:.1f} s | {study.search_s:.1f} s | "
            f"{found.search_ratio:.1f} |",
            f"| all else | {rest[0] / anew.runs:.1f} s | {rest[1]:.1f} s | "
            f"{rest[1] / (rest[0] / anew.runs):.1f} |",
            f"| all | {anew.whole_s / anew.runs:.1f} s | {study.whole_s:.1f} s | "
            f"{found.ratio:.1f} |",
            f"| largest gap | {anew.worst_gap:.1%} | {study.worst_gap:.1%} | |",
        )
    )


def main(arguments: list[str] | None = None) -> int:
    """Print the comparison; 0 done, 2 bad input."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--fleets", type=int, default=20, help="fleets of the study")
    parser.add_argument("--first", type=int, default=12, help="launches of the smallest")
    parser.add_argument("--days", type=int, default=4)
    parser.add_argument("--resolution", type=int, default=5, help="of the cells (H3)")
    parser.add_argument("--gap", type=float, default=0.05)
    parser.add_argument("--time-limit", type=float, default=120.0, help="seconds a run, at most")
    parser.add_argument("--targets", type=int, default=4000, help="of each trial")
    parser.add_argument("--alone", type=int, default=5, help="fleets that are planned anew too")
    parser.add_argument(
        "--commands", action="store_true", help="time 'patrol study', with all it starts and writes"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    given = parser.parse_args(arguments)
    counts = range(given.first, given.first + given.fleets)
    if not 1 <= given.alone <= given.fleets or counts[-1] > BERTHS - 2:
        print(f"1 to --fleets of them alone, at most {BERTHS - 2} launches", file=sys.stderr)
        return 2
    try:
        found = compare(
            counts,
            Sea(given.days, given.resolution),
            gap=given.gap,
            limit_s=given.time_limit,
            targets=given.targets,
            alone=given.alone,
            timed=commanded if given.commands else one_after_the_other,
        )
    except PlannerError as error:
        print(error, file=sys.stderr)
        return 2
    if given.json:
        ratios = {"ratio": found.ratio, "search_ratio": found.search_ratio}
        print(json.dumps(asdict(found) | ratios, indent=1))
    else:
        print(table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
