"""The template of a small sea, made so coarse that a run takes part of a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from planner.scenario import write_template
from planner.study.cases.work import Done, Failed, Outcome, Task

COARSE = {
    "days = 2": "days = 1",
    "cell_resolution = 5": "cell_resolution = 4",
    "tracks = 400": "tracks = 20",
    "departure_step_min = 60": "departure_step_min = 120",
    "time_step_min = 10": "time_step_min = 20",
    "berths = 4": "berths = 20",
}

HEAD = """
title = "Launches"
scenario = "scenario.toml"
work_limit = 1
targets = 20
"""

GRID = """
[grid]
[[grid.axis]]
name = "Launches"
path = ["unit.Launches.count", "unit.Launches.crews"]
values = [1, 2, 3]
"""


def write_tiny(folder: Path) -> Path:
    """Write the scenario and the files of its sea."""
    write_template(folder, "own-sea")
    path = folder / "scenario.toml"
    text = path.read_text("utf-8")
    for old, new in COARSE.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return folder


def write_study(folder: Path, text: str) -> Path:
    """Write a study beside the scenario; lines of its head may be replaced by its own."""
    own = {line.split(" =")[0] for line in text.splitlines() if " = " in line and line[0] != " "}
    head = [line for line in HEAD.splitlines() if line.split(" =")[0] not in own]
    path = folder / "study.toml"
    path.write_text("\n".join([*head, text]), encoding="utf-8")
    return path


@dataclass
class StandIn:
    """Gives every run the same plan with other figures; notes what it was asked.

    ``fails`` and ``interrupts`` are numbers of tasks, from 0.
    """

    pack: Callable[..., bytes]
    fails: frozenset[int] = frozenset()
    interrupts: frozenset[int] = frozenset()
    figures: dict[str, dict[str, float]] = field(default_factory=dict)
    seen: list[Task] = field(default_factory=list)

    def __call__(self, task: Task) -> Outcome:
        number = len(self.seen)
        self.seen.append(task)
        if number in self.interrupts:
            raise KeyboardInterrupt
        if number in self.fails:
            return Failed(task.key, "it would not")
        return Done(task.key, self.pack(task.key, **self.figures.get(task.key, {})))
