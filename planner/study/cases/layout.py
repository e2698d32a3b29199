"""The runs of a study: every point with every seed, known by hash, and who lends to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.errors import ScenarioError
from planner.scenario import Scenario
from planner.study.cases.address import Options, address, digest
from planner.study.cases.expand import Plot
from planner.study.cases.lending import lenders
from planner.study.cases.prices import Hulls, hulls_of, unpriced
from planner.study.cases.seas import planned_key, sea_key, unitless_key, unmanned_units
from planner.study.cases.store import RUNS, Store


@dataclass(frozen=True)
class Run:
    """One plan to be made. ``lenders`` are the numbers of the runs that it learns from.

    ``point`` is the first of the points that it answers: points that come to the same
    scenario share a run. ``level`` is 0 for a run that learns from none, and otherwise
    one more than that of those it learns from. ``same_plan`` is the run whose plan this
    one takes as it is, and only tries anew: they differ in what plans do not know of.
    ``lends`` is the number of runs that learn from it.
    """

    key: str
    point: int
    options: Options
    lenders: tuple[int, ...] = ()
    level: int = 0
    same_plan: int | None = None
    lends: int = 0


@dataclass(frozen=True)
class Manning:
    """Units of a point by a hash, with their hulls and crews, and a hash of all else planned.

    ``tried`` is what plans do not know of, unit by unit, only their trial does. Where
    something is required bounds hold only for plans that serve as much, so those of two
    points are not ``comparable``.
    """

    rest: str
    units: Mapping[str, tuple[int, int]]
    comparable: bool
    tried: Mapping[str, tuple[float, float]]

    def holds(self, other: Manning) -> bool:
        """Whether a plan of ``other`` is a plan of this one: all its units, and no fewer hulls."""
        same = self.rest == other.rest and self.comparable and other.comparable
        return same and all(
            mine >= theirs
            for unit, numbers in other.units.items()
            for mine, theirs in zip(self.units.get(unit, (0, 0)), numbers, strict=True)
        )


@dataclass(frozen=True)
class Layout:
    """All runs of a study; ``run_of`` has the number of each by point and seed.

    ``manning`` and ``hulls`` have an entry a point.
    """

    plot: Plot
    runs: tuple[Run, ...]
    run_of: dict[tuple[int, int], int]
    manning: tuple[Manning, ...]
    hulls: tuple[Hulls, ...]

    def done_in(self, out_dir: str | Path) -> int:
        """Runs whose file lies in a study's folder already, sound or not."""
        store = Store(Path(out_dir) / RUNS)
        return sum(store.path(run.key).is_file() for run in self.runs)

    def expected_s(self, seats: int) -> float | None:
        """Seconds that all runs take at most, their seas and trials apart; None if unlimited."""
        study = self.plot.study
        if study.work_limit is not None:
            return None
        sizes: dict[int, int] = {}
        for run in self.runs:
            if run.same_plan is None:
                sizes[run.level] = sizes.get(run.level, 0) + 1
        return study.time_limit_s * sum(-(-size // seats) for size in sizes.values())


def lay_out(plot: Plot) -> Layout:
    """All runs of a study, in the order of its points.

    Raises
    ------
    ScenarioError
        If a point's scenario cannot be planned as written, or a purchase has no price.
    """
    study = plot.study
    known: dict[str, int] = {}
    runs: list[Run] = []
    run_of: dict[tuple[int, int], int] = {}
    groups: list[str | None] = []
    manning: list[Manning] = []
    hulls: list[Hulls] = []
    same: list[int | None] = []
    first: dict[tuple[str, Options], int] = {}
    for number, point in enumerate(plot.points):
        scenario = plot.scenario(point)
        manning.append(_manning(scenario))
        hulls.append(hulls_of(scenario))
        group = _group(scenario) if study.share and point.agencies == "joint" else None
        planned = planned_key(scenario)
        for seed in study.seeds:
            options = Options(
                point.agencies, seed, study.time_limit_s, study.work_limit, study.gap, study.targets
            )
            key = address(scenario, options)
            if key not in known:
                known[key] = len(runs)
                runs.append(Run(key, number, options))
                planner = first.setdefault((planned, options), known[key])
                same.append(planner if planner != known[key] else None)
                groups.append(None if group is None or same[-1] is not None else f"{group} {seed}")
            run_of[number, seed] = known[key]
    if problems := unpriced(plot, hulls):
        raise ScenarioError(problems)
    lent = lenders(groups, _settings(plot, runs))
    lent = [own if planner is None else (planner,) for own, planner in zip(lent, same, strict=True)]
    levels = _levels(lent)
    lends = Counter(lender for own in lent for lender in own)
    made = tuple(
        Run(run.key, run.point, run.options, own, level, planner, lends[number])
        for number, (run, own, level, planner) in enumerate(
            zip(runs, lent, levels, same, strict=True)
        )
    )
    return Layout(plot, made, run_of, tuple(manning), tuple(hulls))


def _group(scenario: Scenario) -> str:
    """Hash of the sea, the weather and the time that runs must have in common to learn."""
    weather = scenario.environment.model_dump(mode="json")
    return digest([sea_key(scenario), weather, str(scenario.start), scenario.days])


def _manning(scenario: Scenario) -> Manning:
    keys = unmanned_units(scenario)
    return Manning(
        unitless_key(scenario),
        {key: (unit.count, unit.crews) for key, unit in zip(keys, scenario.unit, strict=True)},
        not scenario.requirement,
        {
            k: (unit.availability, unit.repair_h)
            for k, unit in zip(keys, scenario.unit, strict=True)
        },
    )


def _settings(plot: Plot, runs: list[Run]) -> list[dict[str, Any]]:
    """Values of each run at every path that the study sets, and what else it changes."""
    paths = {path for point in plot.points for path in point.settings}
    base: dict[str, Any] = {path: plot.default(path) for path in sorted(paths)}
    base |= dict.fromkeys((other for point in plot.points for other in point.other), False)
    found = []
    for run in runs:
        point = plot.points[run.point]
        found.append({**base, **point.settings, **dict.fromkeys(point.other, True)})
    return found


def _levels(lent: list[tuple[int, ...]]) -> list[int]:
    """Level of each run."""
    found: dict[int, int] = {}

    def level(run: int) -> int:
        if run not in found:
            found[run] = 1 + max((level(other) for other in lent[run]), default=-1)
        return found[run]

    return [level(run) for run in range(len(lent))]
