"""Choosing fleets under budgets, with a proof of how good the choice is."""

from __future__ import annotations

from planner.study.choice.frontier import Frontier, FrontierRow, Step, frontier_csv
from planner.study.choice.model import Choice, Option, load_choice
from planner.study.choice.run import choose, choose_file

__all__ = [
    "Choice",
    "Frontier",
    "FrontierRow",
    "Option",
    "Step",
    "choose",
    "choose_file",
    "frontier_csv",
    "load_choice",
]
