"""Write a simulation beside its plan, and read it again."""

from __future__ import annotations

from pathlib import Path

from planner.files import write_file
from planner.scenario.records import read_model
from planner.simulate.model import SCHEMA, Simulation

SIMULATION_FILE = "simulation.json"


def write_simulation(simulation: Simulation, directory: str | Path) -> Path:
    """Write ``simulation.json`` into a folder.

    Returns
    -------
    Path
        The file.
    """
    path = Path(directory) / SIMULATION_FILE
    return write_file(path, simulation.model_dump_json(by_alias=True, indent=1))


def read_simulation(directory: str | Path) -> Simulation:
    """Read the simulation of a folder.

    Raises
    ------
    PlanError
        If there is none, or it is not of schema ``patrol-simulation/1``.
    """
    return read_model(
        Path(directory) / SIMULATION_FILE,
        Simulation,
        f"a simulation of schema {SCHEMA}",
        "make it with 'patrol simulate'",
        "make it again with 'patrol simulate'",
    )
