"""Everything a report speaks of, gathered once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from planner.plan.model import Plan
from planner.present.backdrop import Backdrop, backdrop
from planner.present.figures import SortieFigures, horizon, sortie_figures
from planner.scenario import Scenario, from_dict
from planner.sea import Sea, build_sea
from planner.simulate import SIMULATION_FILE, Simulation, read_simulation, simulate
from planner.study.price_file import PRICES_FILE, PriceList, read_prices
from planner.verify import Report, check

SAME_DETECTION = 1e-6
"""A simulation that names another detection than the plan is of another plan."""


@dataclass(frozen=True, eq=False)
class Case:
    """A plan with what it was made from and how it stood its tests.

    Attributes
    ----------
    trial : Simulation
        The plan tried on targets drawn at random.
    check : Report
        The independent verification.
    fingerprint : str
        SHA-256 of the plan's file, or nothing.
    worth : PriceList or None
        What one more of each thing is worth, if that was asked of this plan.
    """

    plan: Plan
    scenario: Scenario
    sea: Sea
    trial: Simulation
    check: Report
    fingerprint: str = ""
    worth: PriceList | None = None

    @cached_property
    def around(self) -> Backdrop:
        """Coast and zones around the area."""
        return backdrop(self.sea)

    @cached_property
    def trips(self) -> tuple[SortieFigures, ...]:
        """Figures of every sortie, hull by hull."""
        return sortie_figures(self.plan, self.around.zones)

    @property
    def period(self) -> tuple[datetime, datetime]:
        """Start and end of the plan."""
        return horizon(self.plan)


def gather(plan: Plan, directory: str | Path, *, fingerprint: str = "") -> Case:
    """Build the plan's sea, verify the plan, and read or make its simulation.

    Parameters
    ----------
    plan
        A finished plan, as :func:`planner.app.read_plan` gives it.
    directory
        Its folder: the scenario's relative paths start from it, and a
        simulation of this plan is read from it; without one the plan is tried here.
    fingerprint
        SHA-256 of the plan's file, to be printed; prices of the folder count
        only if they are of that file.

    Raises
    ------
    PlanError
        If the folder's simulation or its prices are damaged.
    ScenarioError, GeodataError, SeaError
        If the scenario or one of its files does not hold.
    """
    folder = Path(directory)
    scenario = plan.source or from_dict(plan.scenario, folder)
    sea = build_sea(scenario)
    trial = known_trial(plan, folder) or simulate(plan, folder)
    checked, worth = check(plan, scenario, sea), _known_worth(folder, fingerprint)
    return Case(plan, scenario, sea, trial, checked, fingerprint, worth)


def known_trial(plan: Plan, folder: Path) -> Simulation | None:
    """The folder's simulation, if there is one and it is of this plan."""
    if not (folder / SIMULATION_FILE).is_file():
        return None
    trial = read_simulation(folder)
    planned = trial.total.planned or 0.0
    return trial if abs(planned - plan.solver.detection) < SAME_DETECTION else None


def _known_worth(folder: Path, fingerprint: str) -> PriceList | None:
    """The folder's prices, if there are any and they are of this plan."""
    if not fingerprint or not (folder / PRICES_FILE).is_file():
        return None
    prices = read_prices(folder)
    return prices if prices.plan_sha256 == fingerprint else None
