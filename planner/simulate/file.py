"""Write a simulation beside its plan, and read it again."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from planner.errors import PlanError
from planner.simulate.model import SCHEMA, Simulation

SIMULATION_FILE = "simulation.json"


def write_simulation(simulation: Simulation, directory: str | Path) -> Path:
    """Write ``simulation.json`` into a folder that is there, to a temporary name first.

    Returns
    -------
    Path
        The file.
    """
    path = Path(directory) / SIMULATION_FILE
    unfinished = path.with_name(f".{SIMULATION_FILE}.part")
    unfinished.write_text(simulation.model_dump_json(by_alias=True, indent=1), encoding="utf-8")
    return unfinished.replace(path)


def read_simulation(directory: str | Path) -> Simulation:
    """Read the simulation of a folder.

    Raises
    ------
    PlanError
        If there is none, or it is not of schema ``patrol-simulation/1``.
    """
    path = Path(directory) / SIMULATION_FILE
    try:
        return Simulation.model_validate_json(path.read_bytes())
    except OSError as error:
        raise PlanError(
            f"{path}: cannot be read ({error.strerror}); make it with 'patrol simulate'"
        ) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PlanError(
            f"{path}: not a simulation of schema {SCHEMA} ({where or 'file'}: {first['msg']}); "
            "make it again with 'patrol simulate'"
        ) from error
