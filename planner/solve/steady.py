"""Linear programmes solved although somebody sets the clock."""

from __future__ import annotations

import logging
from typing import Any

from ortools.math_opt.python import mathopt

log = logging.getLogger(__name__)


def solved(model: mathopt.Model, kind: mathopt.SolverType, **given: Any) -> mathopt.SolveResult:
    """Solve a model; what fails once is begun again.

    OR-Tools times a solve by the wall clock and fails where that is set back meanwhile
    ("solve_time must be non-negative"). A fault of another kind comes again.
    """
    try:
        return mathopt.solve(model, kind, **given)
    except Exception as error:  # its own errors; some versions fail in telling them
        log.warning("a solve failed and is begun again: %s", error)
        return mathopt.solve(model, kind, **given)
