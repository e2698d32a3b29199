"""Studies: one scenario, several fleets, and what each more boat buys."""

from __future__ import annotations

from planner.study.model import Study, load_study
from planner.study.run import run_study
from planner.study.table import FleetRow, StudyTable
from planner.study.workers import FleetSolver

__all__ = [
    "FleetRow",
    "FleetSolver",
    "Study",
    "StudyTable",
    "load_study",
    "run_study",
]
