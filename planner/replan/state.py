"""A plan at the time of an event: what is settled, what can stay, what is new."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from planner import __version__
from planner.errors import PlanError
from planner.plan.coverage import coverage_rows
from planner.plan.model import Plan, SolverReport, Sortie
from planner.plan.realise import hulls_of, realise
from planner.plan.requirements import requirement_rows
from planner.plan.rota import ready_at, rota_of
from planner.plan.upkeep import upkeeps_of
from planner.problem.arrays import Instance
from planner.problem.build import PlanningProblem, build
from planner.problem.steps import Steps
from planner.replan.columns import Fit, Misfit, columns_of, restated
from planner.replan.difference import GIVES_WAY, Change, Dropped, paired
from planner.replan.event import Event
from planner.scenario import Scenario
from planner.sea import Sea, build_sea
from planner.solve import Result
from planner.solve import Sortie as Column
from planner.solve.coverage import Coverage
from planner.solve.given import beside, departing_from

LOST = "its hull is lost"


@dataclass(frozen=True, eq=False)
class Chosen:
    """What sails from the event on: plan's sorties and the optimiser's, in one order.

    ``kept`` are those of the plan before, each with what it is now; ``new`` the others.
    ``columns`` are those of the kept, then of the new; ``served`` is what the whole
    plan counts beside its detection.
    """

    kept: tuple[tuple[Fit, Sortie], ...]
    new: tuple[Sortie, ...]
    columns: tuple[Column, ...]
    detection: float
    served: float
    left_out: int


class State:
    """A plan at the time of an event: what has sailed, and what of the rest still fits."""

    def __init__(self, plan: Plan, scenario: Scenario, event: Event) -> None:
        self.before, self.scenario, self.event = plan, scenario, event
        self.sea: Sea = build_sea(scenario)
        self.problem: PlanningProblem = build(scenario, self.sea)
        self._problems = [(scenario.environment, self.problem)]
        self.settled = [self._settled(each) for each in plan.sorties if each.depart < event.at]
        self.given = tuple(self._aligned(fit) for fit in self.settled)
        self.sailed = tuple(
            self._ready(restated(fit, self._known_at(fit.sortie), self.sea)) for fit in self.settled
        )
        later = [each for each in plan.sorties if each.depart >= event.at]
        self.later = [
            Misfit(each.sortie, LOST) if each.sortie.hull in event.lost else each
            for each in columns_of(later, scenario, self.problem)
        ]

    def part(self) -> Instance:
        """What is left to plan."""
        hours = (self.event.at - self.scenario.start).total_seconds() / 3600.0
        first = math.ceil(hours / Steps(self.scenario).hours - 1e-9)
        return departing_from(beside(self.problem.instance, self.given), first)

    def left(self, fits: Iterable[Fit]) -> float:
        """Detection if nothing is planned anew."""
        columns = (*self.given, *(fit.column for fit in fits))
        return Coverage(self.problem.instance.targets, columns).detection()

    def choose(self, result: Result, fits: Sequence[Fit]) -> Chosen:
        """Name the hulls of a result, draw its new sorties, and say what came of the others."""
        waiting: dict[object, list[Fit]] = {}
        for fit in fits:
            waiting.setdefault(fit.column.key, []).append(fit)
        again = [
            (column, waiting[column.key].pop() if waiting.get(column.key) else None)
            for column in result.sorties
        ]
        kept = [fit for _, fit in again if fit is not None]
        new = [column for column, fit in again if fit is None]
        chosen = self._named(kept, new)
        if chosen.left_out:
            as_before = self._named(fits, ())
            if chosen.detection + chosen.served < as_before.detection + as_before.served:
                return as_before
        return chosen

    def plan(self, chosen: Chosen, report: SolverReport) -> Plan:
        """The whole plan, without metrics."""
        columns = (*self.given, *chosen.columns)
        coverage, moving = coverage_rows(columns, self.scenario, self.sea, self.problem)
        later = [*(sortie for _, sortie in chosen.kept), *chosen.new]
        return Plan(
            planner_version=__version__,
            scenario=self.scenario.model_dump(mode="json"),
            solver=report,
            hulls=hulls_of(self.scenario),
            sorties=(*self.sailed, *sorted(later, key=lambda each: (each.depart, each.id))),
            coverage=coverage,
            moving=moving,
            upkeep=upkeeps_of((*self.sailed, *later), self.scenario),
        ).at(self.scenario)

    def requirements(self, chosen: Chosen, plan: Plan) -> dict[str, Any]:
        """What the whole plan has of each requirement, as metrics; nothing if none is asked."""
        if not self.problem.duties:
            return {}
        columns = (*self.given, *chosen.columns)
        rows = requirement_rows(columns, plan.sorties, self.scenario, self.sea, self.problem)
        return {"requirements": rows}

    def change(
        self,
        chosen: Chosen,
        report: SolverReport,
        fits: Sequence[Fit],
        keep: float,
        least: int,
        notes: Iterable[str],
    ) -> Change:
        """The difference to the plan before."""
        same = {fit.sortie.id for fit, _ in chosen.kept}
        gone = [
            Dropped(each.sortie, each.why if isinstance(each, Misfit) else GIVES_WAY)
            for each in self.later
            if each.sortie.id not in same
        ]
        moved = paired(gone, chosen.new)
        was, now = {m.before.id for m in moved}, {m.after.id for m in moved}
        return Change(
            at=self.event.at,
            keep=keep,
            event=_words(self.event, self.before, self.scenario),
            sailed=len(self.sailed),
            at_sea=tuple(s.id for s in self.sailed if s.return_ > self.event.at),
            could_stay=len(fits),
            least=least,
            stayed=tuple(sorted(same)),
            moved=tuple(moved),
            dropped=tuple(each for each in gone if each.sortie.id not in was),
            new=tuple(sortie for sortie in chosen.new if sortie.id not in now),
            before=self.before.solver.detection,
            left=self.left(fits),
            after=report.detection,
            bound=report.bound,
            notes=(*notes, *self._notes(chosen, fits)),
        )

    def _notes(self, chosen: Chosen, fits: Iterable[Fit]) -> list[str]:
        notes = []
        at_sea = [fit for fit in self.settled if fit.sortie.return_ > self.event.at]
        if self.event.storm is not None:
            met = columns_of((fit.sortie for fit in at_sea), self.scenario, self.problem)
            notes += [
                f"{each.sortie.id} ('{each.sortie.hull}') is at sea and {each.why}: "
                "it counts as it was planned; call it back if it must"
                for each in met
                if isinstance(each, Misfit)
            ]
        astride = sum(fit.astride for fit, _ in chosen.kept)
        if astride:
            notes.append(
                f"{astride} of the sorties that stay search over the end of a new threat's "
                "window; the bound is over plans whose sorties do not"
            )
        if chosen.left_out:
            notes.append(f"no hull or crew was free for {chosen.left_out} sorties: left out")
        return notes

    def _named(self, kept: Sequence[Fit], new: Sequence[Column]) -> Chosen:
        """Name and draw what is new between those that stay."""
        kept = sorted(kept, key=lambda fit: (fit.sortie.depart, fit.sortie.id))
        stays = tuple(self._stays(fit) for fit in kept)
        settled = (*self.sailed, *stays)
        rota = rota_of(new, self.scenario, self.problem, settled)
        drawn = realise(
            rota.columns,
            self.scenario,
            self.sea,
            self.problem,
            drawn=settled,
            first=self._next_number(),
            rota=rota,
        )
        columns = (*(fit.column for fit in kept), *rota.columns)
        coverage = Coverage(self.problem.instance.targets, (*self.given, *columns))
        detection = coverage.detection()
        served = coverage.value() - detection if coverage.targets.requires else 0.0
        pairs = tuple(zip(kept, stays, strict=True))
        return Chosen(pairs, drawn, columns, detection, served, len(rota.left_out))

    def _stays(self, fit: Fit) -> Sortie:
        return self._ready(restated(fit, self.problem, self.sea))

    def _ready(self, sortie: Sortie) -> Sortie:
        """A sortie whose hull can sail again when the scenario says so: an outage spares a crew."""
        unit = self.scenario.unit_of(sortie.hull)
        assert unit is not None
        ready = ready_at(unit, self.scenario, sortie.depart, sortie.return_)
        return sortie if ready == sortie.ready else sortie.model_copy(update={"ready": ready})

    def _next_number(self) -> int:
        """A number that no sortie of the plan before has, nor of those that it was made from."""
        past = self.before.metrics.get("replan", {})
        names = [sortie.id for sortie in self.before.sorties]
        names += [each["was"]["id"] for key in ("dropped", "changed") for each in past.get(key, ())]
        return 1 + max((int(n) for name in names for n in re.findall(r"^S(\d+)$", name)), default=0)

    def _known_at(self, sortie: Sortie) -> PlanningProblem:
        """The problem in the weather known when a sortie departed."""
        scenario = self.scenario.known_at(sortie.depart)
        for environment, problem in self._problems:
            if environment == scenario.environment:
                return problem
        self._problems.append((scenario.environment, build(scenario, self.sea)))
        return self._problems[-1][1]

    def _settled(self, sortie: Sortie) -> Fit:
        problem = self._known_at(sortie)
        (found,) = columns_of([sortie], self.scenario, problem)
        if isinstance(found, Misfit):
            raise PlanError(
                f"the plan is not one of its scenario: sortie {sortie.id} {found.why}; "
                "plan again with 'patrol plan'"
            )
        return found

    def _aligned(self, fit: Fit) -> Column:
        """A settled column under the number that its unit has in this problem."""
        column, problem = fit.column, self._known_at(fit.sortie)
        unit = problem.instance.unit(column.fleet)
        return replace(column, fleet=self.problem.instance.units[unit][0])


def _words(event: Event, before: Plan, scenario: Scenario) -> tuple[str, ...]:
    """What happened, in words."""
    known = len((before.source or scenario).threat)
    found = [f"'{hull}' is lost" for hull in dict.fromkeys(event.lost)]
    found += [f"the weather of {event.storm.name}"] if event.storm is not None else []
    return (*found, *(f"new threat '{threat.name}'" for threat in scenario.threat[known:]))
