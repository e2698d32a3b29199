"""What the sorties of the optimiser cost to run."""

from __future__ import annotations

from collections.abc import Iterable

from planner.problem.build import PlanningProblem
from planner.scenario import Scenario
from planner.solve import Sortie
from planner.solve.sorties import fuel_l


def running_usd(sorties: Iterable[Sortie], scenario: Scenario, problem: PlanningProblem) -> float:
    """Cost of all hours under way, and of fuel where it has a price.

    Miles are known only of tracks that are laid, and are not counted.

    Parameters
    ----------
    sorties, problem
        Of ``scenario``; hulls that are posted cost what their unit's do. How many hulls and
        crews there are does not matter.
    """
    step_h, total = scenario.area.time_step_min / 60.0, 0.0
    for sortie in sorties:
        fleet = problem.instance.fleets[sortie.fleet]
        rates = scenario.rates_of(problem.station(sortie.fleet).unit)
        total += (sortie.return_ - sortie.depart) * step_h * rates.h_usd
        if rates.l_usd:
            total += rates.l_usd * fuel_l(fleet, sortie.depart, sortie.return_, sortie.visits)
    return total
