"""The plan as it is written to ``plan.json`` (schema ``patrol-plan/1``).

Frozen pydantic models, one per table of the file. Positions are
``(lon, lat)`` WGS84, times are timezone-aware.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PrivateAttr

from planner.scenario import Scenario

SCHEMA: Literal["patrol-plan/1"] = "patrol-plan/1"

Position = tuple[Annotated[float, Field(ge=-540, le=540)], Annotated[float, Field(ge=-90, le=90)]]
"""``(lon, lat)`` in degrees; over the date line longitudes go on, up to a turn and a half."""
NonNegative = Annotated[float, Field(ge=0)]


class _Table(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, ser_json_inf_nan="strings"
    )


class CellExposure(_Table):
    """Coverage factor that a leg gives to one cell."""

    cell: str
    exposure: NonNegative


class ThreatWidth(_Table):
    """Sweep width of a leg against the targets of one threat."""

    threat: str
    sweep_width_nm: NonNegative


class Leg(_Table):
    """A part of a sortie in one mode along one line at one speed.

    ``exposures`` are coverage factors at ``sweep_width_nm``, the widest of the
    leg's widths; a target receives
    :func:`~planner.problem.passing.pass_exposure` of them. Against a threat
    named in ``widths`` they count in proportion to the width there; against
    any other in full. A boat that waits says why in ``reason`` where it has one: the
    crew's break, lying stopped or at anchor.
    """

    mode: Literal["transit", "search", "loiter"]
    start: AwareDatetime
    end: AwareDatetime
    speed_kn: NonNegative
    sweep_width_nm: NonNegative
    path: tuple[Position, ...]
    exposures: tuple[CellExposure, ...] = ()
    widths: tuple[ThreatWidth, ...] = ()
    reason: Literal["break", "break at anchor"] | None = None

    def factor(self, threat: str) -> float:
        """Share of ``exposures`` that the leg gives to targets of a threat."""
        for width in self.widths:
            if width.threat == threat:
                return width.sweep_width_nm / self.sweep_width_nm if self.sweep_width_nm else 0.0
        return 1.0


class Sortie(_Table):
    """One trip: depart, legs, return; the hull can sail again at ``ready``.

    ``crew`` is the name of the crew; empty in plans older than crews had names.
    """

    id: str
    hull: str
    crew: str = ""
    depart_base: str
    return_base: str
    depart: AwareDatetime
    return_: Annotated[AwareDatetime, Field(alias="return")]
    ready: AwareDatetime
    distance_nm: NonNegative
    fuel_l: NonNegative
    legs: tuple[Leg, ...]


class Drive(_Table):
    """A day's driving of a move by road."""

    start: AwareDatetime
    end: AwareDatetime
    distance_km: NonNegative


class Move(_Table):
    """A hull of a posting on its way from base to base, with the crews that go along.

    By road from the ramp, where it is taken out at ``depart``, to the other, where it is
    launched by ``arrive``: ``drives`` are the days on the road. By sea the move is the
    sortie that ``sortie`` names.
    """

    posting: Annotated[int, Field(ge=1)]
    hull: str
    crews: tuple[str, ...]
    by: Literal["road", "sea"]
    depart_base: str
    arrive_base: str
    depart: AwareDatetime
    arrive: AwareDatetime
    distance_km: NonNegative = 0.0
    drives: tuple[Drive, ...] = ()
    sortie: str | None = None


class Upkeep(_Table):
    """A time in which a hull is in for upkeep after so many hours under way."""

    hull: str
    start: AwareDatetime
    end: AwareDatetime


class Hull(_Table):
    """One boat."""

    id: str
    unit: str
    vessel: str
    agency: str
    base: str


class CoverageRow(_Table):
    """One stationary target: a cell during ``[from, to)`` under one threat."""

    cell: str
    threat: str
    from_: Annotated[AwareDatetime, Field(alias="from")]
    to: AwareDatetime
    weight: NonNegative
    exposure: NonNegative
    detection: NonNegative


class TrackPassage(_Table):
    """The time a moving target spends in one cell."""

    cell: str
    enter: AwareDatetime
    leave: AwareDatetime


class MovingRow(_Table):
    """One sampled track of a moving threat; ``speed_kn`` is its own, over the ground."""

    threat: str
    weight: NonNegative
    speed_kn: NonNegative = 0.0
    exposure: NonNegative
    detection: NonNegative
    passages: tuple[TrackPassage, ...] = ()


class SolverReport(_Table):
    """What the optimiser says of its own work.

    ``gap`` is ``bound / detection − 1``, the string ``Infinity`` in the file
    while nothing is detected. ``served`` is what requirements that the plan
    meets count beside its detection; the bound is that of all plans that serve
    no less.
    """

    status: Literal["optimal", "feasible"]
    termination: Literal["gap", "time", "work", "interrupted", "converged"]
    detection: NonNegative
    bound: NonNegative
    gap: NonNegative
    served: NonNegative = 0.0
    seed: int
    time_s: NonNegative


class Plan(_Table):
    """A whole plan: what was asked, what is sailed, what it detects."""

    schema_: Annotated[Literal["patrol-plan/1"], Field(alias="schema")] = SCHEMA
    planner_version: str
    scenario: dict[str, Any]
    solver: SolverReport
    hulls: tuple[Hull, ...]
    sorties: tuple[Sortie, ...]
    moves: tuple[Move, ...] = ()
    upkeep: tuple[Upkeep, ...] = ()
    coverage: tuple[CoverageRow, ...]
    moving: tuple[MovingRow, ...] = ()
    metrics: dict[str, Any] = Field(default_factory=dict)

    _source: Scenario | None = PrivateAttr(default=None)
    _shown: ClassVar[Callable[[Plan], str | None] | None] = None

    @classmethod
    def show_with(cls, drawer: Callable[[Plan], str | None]) -> None:
        """Let ``drawer`` make the HTML that a notebook shows of a plan: plans draw nothing."""
        cls._shown = drawer

    def _repr_html_(self) -> str | None:
        drawer = type(self)._shown
        return None if drawer is None else drawer(self)

    def __repr__(self) -> str:
        title, start = self.scenario.get("title", ""), self.scenario.get("start", "")
        return (
            f"<Plan {title!r} from {start}: {len(self.hulls)} hulls, {len(self.sorties)} sorties, "
            f"detection {self.solver.detection:.1%}, bound {self.solver.bound:.1%}>"
        )

    __str__ = __repr__

    @property
    def source(self) -> Scenario | None:
        """The scenario planned, with the folder its files are in."""
        return self._source

    def at(self, source: Scenario) -> Plan:
        """Return the same plan, knowing the scenario it came from."""
        known = self.model_copy()
        known._source = source
        return known
