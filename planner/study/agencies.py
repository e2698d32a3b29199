"""Agencies: whose units are whose, and the part of a problem that one of them plans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from planner.errors import Problem, ScenarioError
from planner.problem.arrays import Instance
from planner.problem.build import PlanningProblem
from planner.scenario import Requirement, Scenario
from planner.solve import Sortie


@dataclass(frozen=True)
class Agency:
    """One service: ``units`` and ``fleets`` are numbers in the whole problem, ascending.

    Its hulls that are posted are units of the problem, too, after those at home.
    """

    name: str
    units: tuple[int, ...]
    fleets: tuple[int, ...]
    hulls: int


def agencies_of(scenario: Scenario, problem: PlanningProblem) -> tuple[Agency, ...]:
    """Agencies of a scenario in the order of its units.

    Raises
    ------
    ScenarioError
        If all units belong to one: there is nobody to plan with.
    """
    units: dict[str, list[int]] = {}
    for number, station in enumerate(problem.stations):
        units.setdefault(station.unit.agency, []).append(number)
    if len(units) < 2:
        only = scenario.unit[0].agency
        raise ScenarioError(
            [
                Problem(
                    scenario.file_name,
                    "unit",
                    f"all units belong to '{only}', so there are no two services to compare",
                    "give the units of another service its own name in 'agency'",
                )
            ]
        )
    return tuple(
        Agency(
            name,
            tuple(own),
            tuple(fleet for unit in own for fleet in problem.instance.units[unit]),
            sum(unit.count for unit in scenario.unit if unit.agency == name),
        )
        for name, own in units.items()
    )


def own_part(instance: Instance, agency: Agency) -> Instance:
    """The problem with an agency's units only, numbered from 0; targets stay as they are."""
    place = {unit: k for k, unit in enumerate(agency.units)}
    fleets = [instance.fleets[number] for number in agency.fleets]
    return replace(
        instance, fleets=tuple(replace(fleet, unit=place[fleet.unit]) for fleet in fleets)
    )


def own_problem(problem: PlanningProblem, scenario: Scenario, agency: Agency) -> PlanningProblem:
    """As :func:`own_part`, with the geometry that its plans are drawn with.

    Postings are numbered as in :func:`own_scenario`, and requirements are those that it has.
    """
    part = own_part(problem.instance, agency)
    posting = {number: place for place, number in enumerate(_own_postings(scenario, agency))}
    made = tuple(
        replace(problem.made[number], fleet=fleet)
        for number, fleet in zip(agency.fleets, part.fleets, strict=True)
    )
    own = [problem.stations[number] for number in agency.units]
    return replace(
        problem,
        instance=part,
        made=made,
        stations=tuple(
            each if each.posting is None else replace(each, posting=posting[each.posting])
            for each in own
        ),
        passages=tuple(
            replace(each, posting=posting[each.posting])
            for each in problem.passages
            if each.posting in posting
        ),
        duties=tuple(
            each for each in problem.duties if _is_own(each.duty.requirement, scenario, agency)
        ),
    )


def own_scenario(scenario: Scenario, agency: Agency) -> Scenario:
    """The scenario of an agency that knows of no other: its units, all threats, all bases.

    Of the requirements those that its units count for, without those that other agencies'
    hulls on alert serve at least in part: they are not its own to answer for.
    """
    units = tuple(unit for unit in scenario.unit if unit.agency == agency.name)
    hulls = {hull for unit in units for hull in unit.hulls}
    names = [unit.name for unit in units]
    return scenario.model_copy(
        update={
            "title": f"{scenario.title}: {agency.name} alone",
            "unit": units,
            "outage": tuple(outage for outage in scenario.outage if outage.hull in hulls),
            "posting": tuple(scenario.posting[k] for k in _own_postings(scenario, agency)),
            "requirement": tuple(
                asked
                if asked.units is None
                else asked.model_copy(update={"units": tuple(u for u in asked.units if u in names)})
                for asked in scenario.requirement
                if _is_own(asked, scenario, agency)
            ),
        }
    )


def _own_postings(scenario: Scenario, agency: Agency) -> list[int]:
    """Numbers of the postings of an agency's hulls."""
    hulls = {h for unit in scenario.unit if unit.agency == agency.name for h in unit.hulls}
    return [k for k, asked in enumerate(scenario.posting) if asked.boats[0] in hulls]


def _is_own(asked: Requirement, scenario: Scenario, agency: Agency) -> bool:
    """Whether units of an agency count for a requirement, and no one else's on alert."""
    counts = [unit for unit in scenario.unit if asked.units is None or unit.name in asked.units]
    if asked.kind == "response" and any(u.alert for u in counts if u.agency != agency.name):
        return False
    return any(unit.agency == agency.name for unit in counts)


def to_whole(agency: Agency, sorties: Iterable[Sortie]) -> tuple[Sortie, ...]:
    """Sorties of an agency's part as sorties of the whole problem."""
    return tuple(replace(sortie, fleet=agency.fleets[sortie.fleet]) for sortie in sorties)


def to_own(agency: Agency, sorties: Iterable[Sortie]) -> tuple[Sortie, ...]:
    """Of sorties of the whole problem an agency's own, as sorties of its part."""
    place = {fleet: k for k, fleet in enumerate(agency.fleets)}
    return tuple(
        replace(sortie, fleet=place[sortie.fleet]) for sortie in sorties if sortie.fleet in place
    )
