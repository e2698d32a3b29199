"""What happened, and the scenario that it leaves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from planner.errors import Problem, ScenarioError
from planner.files import is_file
from planner.plan.model import Plan
from planner.scenario import Environment, Outage, Scenario, from_dict, read_toml
from planner.scenario.explain import listed, nearest
from planner.scenario.posted import refuse_postings

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Event:
    """What happened at a time within a plan.

    Attributes
    ----------
    at
        When: sorties that departed earlier stay as they are.
    lost
        Hulls that sail no more; one at sea completes its sortie.
    storm
        A weather file (NetCDF or GRIB) that holds from then on.
    threats
        Files with one or more ``[[threat]]`` tables, added to the scenario's.
    """

    at: datetime
    lost: tuple[str, ...] = ()
    storm: Path | None = None
    threats: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Changed:
    """A scenario after an event, and what to say about it."""

    scenario: Scenario
    notes: tuple[str, ...]


def parse_time(text: str, scenario: Scenario) -> datetime:
    """A time within a scenario's plan; without an offset it is in that of the start.

    Raises
    ------
    ScenarioError
        If it is no time, not a whole minute, or outside the plan.
    """
    zone, start, end = scenario.start.tzinfo, scenario.start, scenario.end
    example = (start + (end - start) / 2).isoformat(timespec="minutes")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise _refused("--at", f"'{text}' is not a date and time", f"write {example}") from None
    found = found.replace(tzinfo=zone) if found.tzinfo is None else found
    offset = found.utcoffset()
    found = found.replace(tzinfo=timezone(offset if offset else timedelta(0)))
    if found.second or found.microsecond:
        raise _refused("--at", f"{text} is not a whole minute", "drop the seconds")
    if not start <= found < end:
        raise _refused(
            "--at",
            f"{text} is not within the plan",
            f"it lasts from {start.isoformat(timespec='minutes')} until "
            f"{end.isoformat(timespec='minutes')}: write a time such as {example}",
        )
    return found


def changed(plan: Plan, scenario: Scenario, event: Event) -> Changed:
    """Return a plan's scenario after an event.

    Raises
    ------
    ScenarioError
        If nothing happened, a hull is not known or a file not sound, or hulls are posted.
    """
    if not (event.lost or event.storm or event.threats):
        raise _refused(
            "replan",
            "nothing has happened, so there is nothing to plan anew",
            "give --lost HULL, --storm FILE or --new-threat FILE",
        )
    refuse_postings(
        scenario,
        "'patrol replan'",
        "write what happened into the scenario and plan again: 'patrol plan … --from DIR'",
    )
    notes: list[str] = []
    found = scenario.model_copy(
        update={
            "outage": _outages(plan, scenario, event, notes),
            "environment": _environment(scenario, event),
        }
    )
    tables, origin = _threats(event, len(scenario.threat))
    data = found.model_dump(mode="json")
    data["threat"] += tables
    try:
        sound = from_dict(data, scenario.directory, scenario.file_name)
    except ScenarioError as error:
        raise ScenarioError([_at_home(each, origin, event) for each in error.problems]) from None
    return Changed(sound, tuple(notes))


def _outages(plan: Plan, scenario: Scenario, event: Event, notes: list[str]) -> tuple[Outage, ...]:
    """The scenario's outages, and one of each lost hull to the plan's end."""
    known = [hull for unit in scenario.unit for hull in unit.hulls]
    found = list(scenario.outage)
    for hull in dict.fromkeys(event.lost):
        if hull not in known:
            remedy = nearest(hull, known, f"the hulls are {listed(known)}")
            raise _refused("--lost", f"there is no hull '{hull}'", remedy)
        start = _free(plan, scenario, hull, event.at, notes)
        found = [each for each in found if each.hull != hull or each.start < start] + [
            Outage(hull=hull, start=start, end=scenario.end, reason="lost")
        ] * (start < scenario.end)
        found = [
            each.model_copy(update={"end": start})
            if each.hull == hull and each.start < start < each.end
            else each
            for each in found
        ]
    return tuple(found)


def _free(plan: Plan, scenario: Scenario, hull: str, at: datetime, notes: list[str]) -> datetime:
    """When a lost hull has nothing more to do: at once, or after the sortie that it is on."""
    unit = scenario.unit_of(hull)
    assert unit is not None
    step_h = scenario.area.time_step_min / 60.0
    pause_h = math.ceil(scenario.vessel_of(unit).turnaround_h / step_h - 1e-9) * step_h
    last = max(
        (each for each in plan.sorties if each.hull == hull and each.depart < at),
        key=lambda sortie: sortie.return_,
        default=None,
    )
    if last is None:
        return at
    if last.return_ > at:
        local = last.return_.astimezone(scenario.start.tzinfo)
        notes.append(f"'{hull}' is at sea: it completes {last.id}, until {local:%a %d %b %H:%M}")
    # It is back at sea's end, but its turnaround counts as that sortie's.
    return max(at, last.return_ + timedelta(hours=pause_h))


def _environment(scenario: Scenario, event: Event) -> Environment:
    """The environment, from the time of the event on that of a weather file if there is one."""
    environment = scenario.environment
    if event.storm is None:
        if environment.since is not None and event.at < environment.since:
            since = environment.since.isoformat(timespec="minutes")
            raise _refused(
                "--at",
                f"the plan's weather is known since {since} only",
                "give that time or a later one, or the weather known before with --storm",
            )
        return environment
    if not is_file(event.storm):
        raise _refused("--storm", f"there is no file '{event.storm}'", "name a NetCDF or GRIB file")
    new: Environment = environment.model_copy(
        update={
            "source": "file",
            "file": str(event.storm.resolve()),
            "seed": None,
            "since": event.at,
            "before": environment.known_at(event.at - MINUTE),
        }
    )
    return new


def _threats(event: Event, count: int) -> tuple[list[dict[str, Any]], dict[str, tuple[Path, str]]]:
    """Tables of the new threats, and where each is from, by its key in the whole scenario."""
    tables: list[dict[str, Any]] = []
    origin: dict[str, tuple[Path, str]] = {}
    for path in event.threats:
        data = read_toml(path)
        given = data.get("threat")
        if set(data) != {"threat"} or not isinstance(given, list):
            what = "holds no threat" if "threat" not in data else "holds more than threats"
            problem = Problem(
                str(path), "", what, "write one or more [[threat]] tables, nothing else"
            )
            raise ScenarioError([problem])
        for number, table in enumerate(given, start=1):
            origin[f"threat[{count + len(tables) + 1}]"] = path, f"threat[{number}]"
            tables.append(_from_folder(table, path.resolve().parent))
    return tables, origin


def _from_folder(table: Any, folder: Path) -> Any:
    """A threat's table whose files start from a folder."""
    if not isinstance(table, dict):
        return table
    named = {key: table[key] for key in ("file", "raster") if isinstance(table.get(key), str)}
    return table | {key: str(folder / name) for key, name in named.items()}


def _at_home(problem: Problem, origin: dict[str, tuple[Path, str]], event: Event) -> Problem:
    """A problem in the words of the file that it came from."""
    table, dot, field = problem.key.partition(".")
    if table in origin:
        path, key = origin[table]
        return Problem(str(path), f"{key}{dot}{field}", problem.message, problem.remedy)
    return problem


def _refused(option: str, message: str, remedy: str) -> ScenarioError:
    return ScenarioError([Problem(option, "", message, remedy)])
