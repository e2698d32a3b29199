"""From what an earlier run learned to a run's start on another problem."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from planner import __version__
from planner.problem.arrays import FloatArray, Instance
from planner.problem.build import PlanningProblem
from planner.reuse.cuts import PRICE, unpack
from planner.reuse.model import Learned
from planner.reuse.parts import Parts, parts_of
from planner.reuse.prices import carried, counterparts
from planner.reuse.refit import Fits, refit
from planner.reuse.start import start_plan
from planner.scenario import Scenario
from planner.solve import PROVEN, Cut, Pool, Progress, Result, Sortie, solve
from planner.solve.coverage import Coverage

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Recalled:
    """What an earlier run lends to one problem.

    Attributes
    ----------
    pool
        Sorties of this problem, the best last.
    start
        A feasible plan of some of them.
    detection
        Its detection, 0 to 1.
    cuts
        Bounds that hold for this problem.
    prices
        Prices of this problem's targets, shape (…, n_targets) each, to try
        first; they prove nothing.
    stored, kept
        Sorties in the file, and those that fit this problem.
    dropped
        How many did not, by reason.
    changes
        Parts of the problem that changed, in words; none if only the numbers
        of hulls and crews did.
    """

    pool: Pool
    start: tuple[Sortie, ...]
    detection: float
    cuts: tuple[Cut, ...]
    prices: tuple[FloatArray, ...]
    stored: int
    kept: int
    dropped: Mapping[str, int]
    changes: tuple[str, ...]

    def words(self) -> str:
        """One line on what was kept."""
        text = f"{self.kept:,} of {self.stored:,} sorties kept"
        if self.dropped:
            reasons = sorted(self.dropped.items(), key=lambda pair: -pair[1])
            text += f" ({', '.join(f'{count:,} {reason}' for reason, count in reasons)})"
        if self.kept:
            text += f", a plan of {self.detection:.1%} to begin with"
        if self.cuts:
            return f"{text}, bounds kept"
        return f"{text}; changed: {', '.join(self.changes)}" if self.changes else text


def recall(
    learned: Learned, scenario: Scenario, problem: PlanningProblem, fits: Fits | None = None
) -> Recalled:
    """Bring what an earlier run learned to a scenario's problem.

    Sorties are laid and priced anew, so a file that does not fit, or lies,
    only costs its help. Bounds are the exception: they are taken as they
    are, and only if the same planner proved them for the very arrays of this
    problem, the numbers of hulls and crews apart, and none of them is below
    a plan in hand. ``fits`` are what was laid before, for problems that differ
    from this one in nothing but these numbers.
    """
    instance = problem.instance
    parts = parts_of(scenario, problem)
    found = refit(learned, parts, instance, fits)
    pool = Pool(found.sorties)
    start = start_plan(instance, found.planned, found.worth, learned.parts.length / parts.length)
    coverage = Coverage(instance.targets, start)
    source = counterparts(learned, parts, problem)
    left = coverage.residual()
    otherwise = np.stack([np.zeros_like(left), left])
    # Of the best bound alone: the others' are much alike, and each would cost a round.
    prices = tuple(
        carried(price, learned.aims.weight, source, instance.targets.weight, otherwise)
        for price in learned.cut_arrays.get(PRICE, ())[:1]
        if price.shape == (2, learned.aims.weight.size)
    )
    recalled = Recalled(
        pool=pool,
        start=start,
        detection=coverage.detection(),
        cuts=_cuts(learned, parts, instance, coverage.value()),
        prices=prices,
        stored=len(learned.columns),
        kept=found.kept,
        dropped=dict(found.dropped),
        changes=tuple(learned.parts.changes(parts)),
    )
    log.info("%s", recalled.words())
    return recalled


def resume(
    instance: Instance,
    recalled: Recalled | None,
    *,
    time_limit_s: float = 60.0,
    work_limit: int | None = None,
    gap: float = PROVEN,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Plan an instance from what was recalled for it, or from nothing.

    Limits are those of :func:`planner.solve.solve`.

    Raises
    ------
    SolveError
        If the optimiser failed.
    """
    return solve(
        instance,
        time_limit_s=time_limit_s,
        work_limit=work_limit,
        gap=gap,
        seed=seed,
        pool=recalled.pool if recalled else (),
        start=recalled.start if recalled else (),
        cuts=recalled.cuts if recalled else (),
        # Cuts come with their prices; guesses are for when there are none.
        prices=recalled.prices if recalled and not recalled.cuts else (),
        progress=progress,
    )


def _cuts(learned: Learned, parts: Parts, instance: Instance, value: float) -> tuple[Cut, ...]:
    """Bounds of the earlier run, if they hold for this problem, where a plan has a value."""
    if learned.planner_version != __version__ or learned.parts.changes(parts):
        return ()
    pauses = [unit.pauses for unit in learned.parts.units]
    cuts = unpack(learned.cut_arrays, learned.cut_values, pauses, instance)
    if any(cut.bound(instance) < value for cut in cuts):
        return ()
    return cuts
