"""A scenario's files beside its plan, so that the folder can be handed on."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from planner.files import unfinished
from planner.scenario.model import SHIPPED_SHORELINES, Area, Environment, Scenario, Threat
from planner.scenario.vectors import other_parts
from planner.scenario.weather import weather_files

INPUTS = "inputs"


def bundle(
    scenario: Scenario, out_dir: Path, before_change: Callable[[], None] | None = None
) -> Scenario:
    """Copy the files that a scenario names to ``out_dir/inputs``.

    Parameters
    ----------
    scenario
        A loaded scenario.
    out_dir
        Folder of the plan; made if need be.
    before_change
        Called before a file that lies there is replaced or removed: what was written for the
        earlier one does not go with the new one. It may find that its own work is done
        (``FileNotFoundError``).

    Returns
    -------
    Scenario
        The same scenario with paths that start from ``out_dir``.
    """
    from planner import geodata

    def copied(name: str, role: str) -> str:
        return _copy(scenario.path_of(name), out_dir, role, before_change or (lambda: None))

    def zones(names: tuple[str, ...], role: str) -> tuple[str, ...]:
        return tuple(
            name if name in geodata.zones() else copied(name, f"{role}-{number}")
            for number, name in enumerate(names, start=1)
        )

    area = scenario.area
    changes: dict[str, object] = {}
    if area.file is not None:
        changes["file"] = copied(area.file, "area")
    if area.shoreline not in SHIPPED_SHORELINES:
        changes["shoreline"] = copied(area.shoreline, "shoreline")
    changes["closures"] = zones(area.closures, "closure")
    new_area: Area = area.model_copy(update=changes)
    threats: tuple[Threat, ...] = tuple(
        threat.model_copy(
            update={
                field: copied(name, f"threat-{number}")
                for field, name in (("file", threat.file), ("raster", threat.raster))
                if name is not None
            }
        )
        for number, threat in enumerate(scenario.threat, start=1)
    )
    required = tuple(
        asked.model_copy(update={"file": copied(asked.file, f"requirement-{number}")})
        if asked.file is not None
        else asked
        for number, asked in enumerate(scenario.requirement, start=1)
    )
    units = tuple(
        unit.model_copy(
            update={
                field: zones(getattr(unit, field), f"unit-{number}-{field.replace('_', '-')}")
                for field in ("only_zones", "not_zones")
            }
        )
        for number, unit in enumerate(scenario.unit, start=1)
    )
    environment = _with_files(scenario.environment, copied)
    bundled = scenario.model_copy(
        update={
            "area": new_area,
            "environment": environment,
            "threat": threats,
            "unit": units,
            "requirement": required,
        }
    )
    return bundled.at(out_dir, scenario.file_name)


def _with_files(
    environment: Environment, copied: Callable[[str, str], str], role: str = "weather"
) -> Environment:
    """An environment with its files, and those of what held before it, copied."""
    changes: dict[str, object] = {}
    # First what held before: in the same folder the later file may take the place of its file.
    if environment.before is not None:
        changes["before"] = _with_files(environment.before, copied, f"{role}-before")
    for field, name in weather_files(environment).items():
        changes[field] = copied(name, f"{role}-{field}")
    changed: Environment = environment.model_copy(update=changes)
    return changed


def _copy(source: Path, out_dir: Path, role: str, before_change: Callable[[], None]) -> str:
    """Copy a file, and the other parts of a shapefile; return its new path.

    Parts that a shapefile of that name left there and this one has not are removed.
    """
    target = out_dir / INPUTS / role
    target.mkdir(parents=True, exist_ok=True)
    parts = (source, *other_parts(source))
    for part in parts:
        goal = target / part.name
        there = goal.exists()
        if there and (goal.samefile(part) or filecmp.cmp(goal, part, shallow=False)):
            continue
        with unfinished(goal) as temporary:
            shutil.copyfile(part, temporary)
            if there:
                _announce(before_change)
    for old in other_parts(target / source.name):
        if old.name not in {part.name for part in parts}:
            _announce(before_change)
            old.unlink()
    return (Path(INPUTS) / role / source.name).as_posix()


def _announce(before_change: Callable[[], None]) -> None:
    with suppress(FileNotFoundError):
        before_change()
