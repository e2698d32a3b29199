"""The outcome of a simulation as written to ``simulation.json`` (``patrol-simulation/1``).

Frozen pydantic models, one per table of the file; times are timezone-aware.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

SCHEMA: Literal["patrol-simulation/1"] = "patrol-simulation/1"

Law = Literal["definite", "inverse-cube"]
LAWS: tuple[Law, ...] = ("definite", "inverse-cube")

NonNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Table(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True
    )


class Finds(_Table):
    """What was promised of some targets, and what was found of them.

    ``low`` and ``high`` bound the chance of detection with 95 % confidence.
    """

    weight: NonNegative
    """Share of the weight of all targets that these hold."""

    runs: Annotated[int, Field(ge=0)]
    """Targets drawn."""

    planned: Share | None
    """Detection by the plan, a mean over these targets; null where the plan tells none."""

    simulated: Share
    """Share of these targets found."""

    low: Share
    high: Share

    median_h: NonNegative | None
    """Hours from appearance to detection, half of those found sooner; null if none was."""

    intercepted: Share
    """Share of these targets that the hull which found them could reach in time."""


class ThreatFinds(Finds):
    """Finds of one threat."""

    threat: str


class ZoneFinds(Finds):
    """Finds of what lies in one zone; targets in transit are not counted."""

    zone: str


class WatchFinds(_Table):
    """The weight of all targets first found during one watch ``[from, to)``."""

    from_: Annotated[AwareDatetime, Field(alias="from")]
    to: AwareDatetime
    found: NonNegative


class WithBreakdowns(_Table):
    """What is found by hulls that break down, see :mod:`planner.simulate.breakdowns`."""

    least: Share
    """Lowest availability of a hull."""

    most: Share
    """Highest availability of a hull."""

    simulated: Share
    """Share of all targets found, a mean over targets and breakdowns."""

    low: Share
    high: Share


class Simulation(_Table):
    """What a plan finds of targets drawn at random in continuous space and time."""

    schema_: Annotated[Literal["patrol-simulation/1"], Field(alias="schema")] = SCHEMA
    planner_version: str
    law: Law
    seed: Annotated[int, Field(ge=0)]
    scale_error: NonNegative
    """Largest relative error of a length in the plane that the hulls are followed in."""

    standard_error: NonNegative
    """Of the total's ``simulated``, from the scatter within strata."""

    total: Finds
    with_breakdowns: WithBreakdowns | None = None
    """The same where hulls are not always available; null where all are."""

    threats: tuple[ThreatFinds, ...]
    zones: tuple[ZoneFinds, ...]
    watches: tuple[WatchFinds, ...]
