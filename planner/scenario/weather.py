"""Checks of the environment table: what its source and its ice need, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from planner.errors import Problem
from planner.scenario.environment import Environment
from planner.scenario.explain import meaning_of
from planner.scenario.parts import Parts

ICE_KEYS = ("none", "freezing-days")
"""What ``environment.ice`` may say beside the name of a file."""


def weather_fits_its_source(parts: Parts) -> Iterator[Problem]:
    """The environment gives what its source needs and nothing of another source."""
    environment = parts.environment
    if environment is None:
        return
    source = environment.source
    if source == "file" and environment.file is None:
        yield parts.problem(
            "environment.file",
            "is missing: the source is 'file'",
            f"add 'file = …' ({meaning_of(Environment.model_fields['file'])})",
        )
    for field, owner in (("file", "file"), ("seed", "climatology")):
        if source != owner and getattr(environment, field) is not None:
            yield parts.problem(
                f"environment.{field}",
                f"has no meaning for the source '{source}'",
                f"remove it, or write source = '{owner}'",
            )


def weather_files(environment: Environment) -> dict[str, str]:
    """Files that the table names, by the field that names them."""
    named = {"file": environment.file, "ice": environment.ice}
    return {
        field: name for field, name in named.items() if name is not None and name not in ICE_KEYS
    }
