"""Agencies: whose units are whose, and the part of a problem that one of them plans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from planner.errors import Problem, ScenarioError
from planner.problem.arrays import Instance
from planner.problem.build import PlanningProblem
from planner.scenario import Scenario
from planner.scenario.posted import refuse_postings
from planner.scenario.required import refuse_requirements
from planner.solve import Sortie


@dataclass(frozen=True)
class Agency:
    """One service: ``units`` and ``fleets`` are numbers in the whole problem, ascending."""

    name: str
    units: tuple[int, ...]
    fleets: tuple[int, ...]
    hulls: int


def agencies_of(scenario: Scenario, instance: Instance) -> tuple[Agency, ...]:
    """Agencies of a scenario in the order of its units.

    Raises
    ------
    ScenarioError
        If all units belong to one: there is nobody to plan with; or hulls are posted.
    """
    refuse_postings(scenario, "planning services apart and together", "remove them for this")
    refuse_requirements(scenario, "planning services apart and together")
    units: dict[str, list[int]] = {}
    for number, unit in enumerate(scenario.unit):
        units.setdefault(unit.agency, []).append(number)
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
            tuple(fleet for unit in own for fleet in instance.units[unit]),
            sum(scenario.unit[number].count for number in own),
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


def own_problem(problem: PlanningProblem, agency: Agency) -> PlanningProblem:
    """As :func:`own_part`, with the geometry that its plans are drawn with."""
    part = own_part(problem.instance, agency)
    made = tuple(
        replace(problem.made[number], fleet=fleet)
        for number, fleet in zip(agency.fleets, part.fleets, strict=True)
    )
    stations = tuple(problem.stations[number] for number in agency.units)
    return replace(problem, instance=part, made=made, stations=stations)


def own_scenario(scenario: Scenario, agency: Agency) -> Scenario:
    """The scenario of an agency that knows of no other: its units, all threats, all bases."""
    units = tuple(scenario.unit[number] for number in agency.units)
    hulls = {hull for unit in units for hull in unit.hulls}
    return scenario.model_copy(
        update={
            "title": f"{scenario.title}: {agency.name} alone",
            "unit": units,
            "outage": tuple(outage for outage in scenario.outage if outage.hull in hulls),
        }
    )


def to_whole(agency: Agency, sorties: Iterable[Sortie]) -> tuple[Sortie, ...]:
    """Sorties of an agency's part as sorties of the whole problem."""
    return tuple(replace(sortie, fleet=agency.fleets[sortie.fleet]) for sortie in sorties)


def to_own(agency: Agency, sorties: Iterable[Sortie]) -> tuple[Sortie, ...]:
    """Of sorties of the whole problem an agency's own, as sorties of its part."""
    place = {fleet: k for k, fleet in enumerate(agency.fleets)}
    return tuple(
        replace(sortie, fleet=place[sortie.fleet]) for sortie in sorties if sortie.fleet in place
    )
