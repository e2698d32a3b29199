"""Checks of the environment table: what its source and its ice need, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from planner.errors import Problem
from planner.scenario.environment import Environment
from planner.scenario.explain import meaning_of
from planner.scenario.parts import Parts

ICE_KEYS = ("none", "freezing-days")
"""What ``environment.ice`` may say beside the name of a file."""


def environments(parts: Parts) -> Iterator[tuple[str, Environment]]:
    """The environment and all that held before it, each with its key."""
    key, environment = "environment", parts.environment
    while environment is not None:
        yield key, environment
        key, environment = f"{key}.before", environment.before


def weather_fits_its_source(parts: Parts) -> Iterator[Problem]:
    """The environment gives what its source needs and nothing of another source."""
    for key, environment in environments(parts):
        yield from _fits_its_source(parts, key, environment)


def changes_of_weather_are_whole(parts: Parts) -> Iterator[Problem]:
    """Weather known since a time says what held before, on the same water, and the other way."""
    for key, environment in environments(parts):
        since, before = environment.since, environment.before
        if (since is None) != (before is None):
            missing = "since" if since is None else "before"
            yield parts.problem(
                f"{key}.{missing}",
                "is missing: 'since' and 'before' go together",
                f"add it ({meaning_of(Environment.model_fields[missing])}), or remove the other",
            )
        if before is None or since is None:
            continue
        if before.since is not None and before.since > since:
            yield parts.problem(
                f"{key}.before.since", "is later than the weather after it", "put them in order"
            )
        if before.water_level_anomaly_m != environment.water_level_anomaly_m:
            yield parts.problem(
                f"{key}.before.water_level_anomaly_m",
                "is another water level than that after it; a plan has one",
                f"write {environment.water_level_anomaly_m:g}",
            )


def _fits_its_source(parts: Parts, key: str, environment: Environment) -> Iterator[Problem]:
    source = environment.source
    if source == "file" and environment.file is None:
        yield parts.problem(
            f"{key}.file",
            "is missing: the source is 'file'",
            f"add 'file = …' ({meaning_of(Environment.model_fields['file'])})",
        )
    for field, owner in (("file", "file"), ("seed", "climatology")):
        if source != owner and getattr(environment, field) is not None:
            yield parts.problem(
                f"{key}.{field}",
                f"has no meaning for the source '{source}'",
                f"remove it, or write source = '{owner}'",
            )


def weather_files(environment: Environment) -> dict[str, str]:
    """Files that the table names, by the field that names them."""
    named = {"file": environment.file, "ice": environment.ice}
    return {
        field: name for field, name in named.items() if name is not None and name not in ICE_KEYS
    }
