"""Several solves in turn within one limit of time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from planner.problem.arrays import FloatArray, Instance
from planner.solve import Cut, Progress, Result, Sortie, solve

HURRY_S = 1.0
"""Seconds of every solve that is left after Ctrl-C."""


class Turns:
    """Solves one problem after another, each with its part of the time.

    After an interruption those left are only hurried through, so that
    what was found still comes to a result.
    """

    def __init__(
        self,
        time_limit_s: float,
        parts: float,
        *,
        work_limit: int | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self.part_s, self.work_limit = time_limit_s / parts, work_limit
        self.interrupted = False
        self._progress = progress
        self._began = time.monotonic()

    def tell(self, phase: str, detection: float | None = None, bound: float | None = None) -> None:
        """Tell how far the whole has come."""
        if self._progress is not None:
            self._progress(Progress(time.monotonic() - self._began, phase, detection, bound))

    def solve(
        self,
        instance: Instance,
        phase: str,
        *,
        parts: float = 1.0,
        seed: int = 0,
        pool: Iterable[Sortie] = (),
        cuts: Sequence[Cut] = (),
        prices: Sequence[FloatArray] = (),
        start: Iterable[Sortie] = (),
    ) -> Result:
        """Plan one problem in so many parts of the time.

        Raises
        ------
        SolveError
            If the optimiser failed.
        """
        self.tell(phase)
        limit_s = HURRY_S if self.interrupted else parts * self.part_s
        result = solve(
            instance,
            time_limit_s=limit_s,
            work_limit=None if self.interrupted else self.work_limit,
            seed=seed,
            pool=pool,
            cuts=cuts,
            prices=prices,
            start=start,
            progress=lambda now: self.tell(phase, now.detection, now.bound),
        )
        self.interrupted |= result.termination == "interrupted"
        return result
