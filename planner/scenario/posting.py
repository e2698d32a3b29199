"""Postings: hulls that sail from another base for a part of the plan."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.scenario.figures import Endurance, Moment, Name, RoadDistance, Whole
from planner.scenario.table import Table


class Posting(Table):
    """A time in which hulls of one unit sail from another base, with crews of that unit.

    They leave their base at ``start`` and are back, ready for launching or
    lying at their berths, by ``end``.
    """

    hull: Name | None = None
    """The hull as plans name it, such as ``"Boats 2"``; this or ``hulls``."""

    hulls: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    """Several hulls of one unit that go together; this or ``hull``."""

    base: Name
    """Name of the base they are posted to."""

    start: Moment
    """When they leave their own base, with the offset from UTC."""

    end: Moment | None = None
    """When they are home again; without it they stay until the plan ends."""

    by: Literal["road", "sea"]
    """``road``: on trailers from ramp to ramp; ``sea``: sailing, and patrolling on the way."""

    crews: Whole | None = None
    """Crews that go along, one for each hull or more; one each unless said otherwise."""

    road_km: RoadDistance | None = None
    """Length of the road; known roads between shipped places unless given."""

    passage_h: Endurance | None = None
    """Hours set aside for each way by sea, the most that the patrol on the way takes. As long as
    a sortie of the class lasts unless given."""

    @property
    def boats(self) -> tuple[str, ...]:
        """Names of the hulls."""
        return self.hulls if self.hulls is not None else (self.hull,) if self.hull else ()

    @property
    def crew_count(self) -> int:
        """Number of crews that go along."""
        return self.crews if self.crews is not None else len(self.boats)
