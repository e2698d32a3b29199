"""Commands killed (``kill -9``) at random moments, and what their folders hold then.

::

    python -m tests.robust.kills --rounds 50 --seed 1

Each round runs a command (plan, study, export, map) in a process of its own, in a folder
that holds the result of another run or nothing, and kills it at a random moment of the
time that it takes. What is there then must be whole, of one run, and nothing of it wrong;
the same command must then give what it gives undisturbed. Prints a line for each command.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from planner.files import UNFINISHED
from tests.study.cases.tiny import GRID, write_study, write_tiny

KILLED = -signal.SIGKILL
COMMANDS = ("plan", "study", "export", "map")
PATIENCE_S = 300.0
"""Seconds after which a command is taken to hang."""

NOTICED_S = 30.0
"""Seconds in which workers see that the process they work for is gone."""


@dataclass(frozen=True)
class Bench:
    """A folder with inputs, and what each command gives undisturbed, by its name."""

    folder: Path
    whole: dict[str, dict[str, str]] = field(default_factory=dict)
    lasts_s: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class End:
    """What came of a command that was killed.

    ``status`` is its exit status, ``wrong`` what was wrong in the folder then, ``again`` the
    status of the same command afterwards, and ``same`` whether it gave what it always gives.
    """

    status: int
    wrong: list[str]
    again: int
    same: bool


def tiny(folder: Path) -> Bench:
    """A bench of the smallest sea."""
    write_study(write_tiny(folder / "sea"), GRID)
    return Bench(folder)


def kill(bench: Bench, name: str, when: float | str) -> End:
    """Kill a command after so many seconds, or (``file``) when it first writes something."""
    if name not in bench.whole:
        began = time.monotonic()
        _prepare(bench, name)
        if (status := _wait(_start(bench, name))) != 0:
            raise RuntimeError(f"patrol {name} ended with {status} before anything was killed")
        bench.lasts_s[name] = time.monotonic() - began
        bench.whole[name] = _held(_goal(bench, name))
    _prepare(bench, name)
    before = _held(_goal(bench, name))
    process = _start(bench, name)
    if isinstance(when, str):
        _until_it_writes(process, _goal(bench, name))
    else:
        _sleep(process, when)
    process.kill()
    status = process.wait()
    wrong = _left_running(process) + _wrong(before, bench.whole[name], _goal(bench, name))
    again = _wait(_start(bench, name))
    return End(status, wrong, again, _held(_goal(bench, name)) == bench.whole[name])


def _prepare(bench: Bench, name: str) -> None:
    """The folder as it is before the command: with a plan to map or export, or empty."""
    goal = _goal(bench, name)
    shutil.rmtree(goal, ignore_errors=True)
    if name in ("export", "map"):
        made = bench.folder / "made"
        if not made.exists() and _wait(_start(bench, "plan", made)) != 0:
            raise RuntimeError("no plan could be made to begin with")
        shutil.rmtree(bench.folder / "copy", ignore_errors=True)
        shutil.copytree(made, bench.folder / "copy")


def _goal(bench: Bench, name: str) -> Path:
    """The folder that a command writes to."""
    return {"export": bench.folder / "copy" / "export", "map": bench.folder / "copy"}.get(
        name, bench.folder / f"out-{name}"
    )


def _start(bench: Bench, name: str, goal: Path | None = None) -> subprocess.Popen[bytes]:
    goal, sea = goal or _goal(bench, name), bench.folder / "sea"
    words = {
        "plan": ["plan", sea / "scenario.toml", "-o", goal, "--work", "1"],
        "study": ["study", sea / "study.toml", "-o", goal, "--workers", "2"],
        "export": ["export", bench.folder / "copy", "--format", "gpx", "-o", goal],
        "map": ["map", bench.folder / "copy"],
    }[name]
    return subprocess.Popen(
        [sys.executable, "-m", "planner.cli", *map(str, words)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(PATIENCE_S)
    finally:
        process.kill()


def _sleep(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _until_it_writes(process: subprocess.Popen[bytes], goal: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < end:
        if goal.is_dir() and any(path.is_file() for path in goal.rglob("*")):
            return
        time.sleep(0.002)


def _left_running(process: subprocess.Popen[bytes]) -> list[str]:
    """Whether workers of a killed command outlive it; they have some seconds to notice."""
    end = time.monotonic() + NOTICED_S
    while time.monotonic() < end:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return []
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    return ["workers outlived it"]


def _held(folder: Path) -> dict[str, str]:
    """Whole files below a folder with a hash of each; those of pages that name times left out."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not re.fullmatch(UNFINISHED, path.name) and not _timed(path)
    }


def _timed(path: Path) -> bool:
    """Whether a file says how long the run took: no two runs write the same."""
    return path.name == "cube.nc" or path.suffix in (".html", ".parquet", ".csv", ".zip")


def _wrong(before: dict[str, str], whole: dict[str, str], folder: Path) -> list[str]:
    """Files that are neither as before nor as the command writes them, or cannot be read."""
    found = [
        f"{name} is of neither run"
        for name, mark in _held(folder).items()
        if mark not in (before.get(name), whole.get(name))
    ]
    for path in folder.rglob("*.json"):
        if not re.fullmatch(UNFINISHED, path.name):
            try:
                json.loads(path.read_text("utf-8"))
            except ValueError:
                found.append(f"{path.name} is cut off")
    found += [
        f"{path.name} is cut off"
        for path in folder.rglob("*.html")
        if not re.fullmatch(UNFINISHED, path.name)
        and not path.read_text("utf-8").rstrip().endswith("</html>")
    ]
    return found


def main() -> int:
    """Kill commands at random moments; exit status 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="kills of each command")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=COMMANDS, nargs="*", default=COMMANDS)
    asked = parser.parse_args()
    rng, failed = random.Random(asked.seed), 0
    with tempfile.TemporaryDirectory() as folder:
        bench = tiny(Path(folder))
        for name in asked.only:
            kill(bench, name, 0.0)
            tally: Counter[str] = Counter()
            for _ in range(asked.rounds):
                end = kill(bench, name, rng.uniform(0.3, 1.05) * bench.lasts_s[name])
                tally["killed" if end.status == KILLED else "done before"] += 1
                bad = [*end.wrong, *([] if end.again == 0 else [f"status {end.again} afterwards"])]
                bad += [] if end.same else ["another result afterwards"]
                for words in bad:
                    tally[words] += 1
                failed += bool(bad)
            print(f"{name}: {dict(tally)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
