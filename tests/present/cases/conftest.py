"""A study of two services, really planned: cases, a grid, two seeds, one run that fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.study.cases import Outcomes, here, run_cases
from tests.study.cases.tiny import write_study, write_tiny

NAVY = '"unit.Response boat.agency" = "Navy"'

STUDY = f"""
title = "TITLE"
seeds = [0, 1]
levels = [0.2, 0.9]
[[case]]
name = "NAME"
factor = "FACTOR"
set = {{ "threat.Illegal fishing.weight" = 4 }}
[[case]]
name = "out of reach"
set = {{ "vessel.harbour-launch.endurance_h" = 0.5 }}
[[case]]
name = "more launches"
set = {{ "unit.Launches.count" = 3, {NAVY} }}
[[case]]
name = "apart"
agencies = "apart"
set = {{ "unit.Launches.count" = 3, {NAVY} }}
"""

PAID = f"""
title = "Was it worth it?"
targets = 200
[[case]]
name = "one"
set = {{ "unit.Launches.count" = 1, {NAVY} }}
[[case]]
name = "one, apart"
agencies = "apart"
set = {{ "unit.Launches.count" = 1, {NAVY} }}
[[case]]
name = "three"
set = {{ "unit.Launches.count" = 3, {NAVY} }}
[[case]]
name = "three, apart"
agencies = "apart"
set = {{ "unit.Launches.count" = 3, {NAVY} }}
[[case]]
name = "apart, often down"
agencies = "apart"
reference = "three, apart"
set = {{ "unit.Launches.count" = 3, "unit.Launches.availability" = 0.5, {NAVY} }}
[[purchase]]
name = "two launches"
cost_usd = 600_000
source = "assumption: made up for this test"
life_years = 10
discount_rate = 0.04
[[purchase.view]]
name = "by themselves"
having = "three"
without = "one"
[[purchase.view]]
name = "often down"
having = "apart, often down"
without = "one, apart"
[[purchase.view]]
name = "services apart"
having = "three, apart"
without = "one, apart"
"""

LAUNCHES = """
title = "How many"
levels = [0.2, 0.9]
[grid]
[[grid.axis]]
name = "Launches"
path = ["unit.Launches.count", "unit.Launches.crews"]
values = [1, 2, 3, 5]
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tiny scenario."""
    return write_tiny(tmp_path_factory.mktemp("cases"))


@pytest.fixture(scope="session")
def cases(folder: Path) -> Outcomes:
    """Return a study of named cases."""
    return run_cases(write_study(folder, STUDY), folder / "cases", runner=here())


@pytest.fixture(scope="session")
def fleets(folder: Path) -> Outcomes:
    """Return a study of a grid."""
    return run_cases(write_study(folder, LAUNCHES), folder / "fleets", runner=here())


@pytest.fixture(scope="session")
def paid(folder: Path) -> Outcomes:
    """Return a study of what was bought."""
    return run_cases(write_study(folder, PAID), folder / "paid", runner=here())
