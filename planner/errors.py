"""Everything the planner raises on purpose.

::

    PlannerError
     ├─ ScenarioError      the scenario (or study) cannot be planned as written
     ├─ GeodataError       a shipped layer or a user's geometry is missing or unusable
     ├─ SeaError           the sea and the scenario do not fit together
     ├─ SolveError         the optimiser could not produce a plan
     └─ PlanError          a plan file is missing, malformed or of another schema

A message says what is wrong, where, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One fault in an input: where it is, what is wrong, how to mend it."""

    file: str
    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        """One line: ``file: key: message; remedy``."""
        where = f"{self.file}: {self.key}" if self.key else self.file
        text = f"{where}: {self.message}; {self.remedy}"
        return " ".join(text.split())


class PlannerError(Exception):
    """Base of every error the planner raises on purpose."""


class ProblemsError(PlannerError):
    """An error that lists one or more :class:`Problem`, a line each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ScenarioError(ProblemsError):
    """The scenario or study cannot be planned as written."""


class GeodataError(PlannerError):
    """A shipped layer or a geometry file is missing or unusable."""


class SeaError(PlannerError):
    """The sea and the request do not fit together (no water, no way)."""


class SolveError(PlannerError):
    """The optimiser could not produce a plan."""


class PlanError(PlannerError):
    """A plan file is missing, malformed or of another schema."""
