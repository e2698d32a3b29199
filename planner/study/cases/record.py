"""What is known of one run when it is done: ``result.json`` in its file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from planner.study.cases.model import Agencies

SCHEMA: Literal["patrol-run/1"] = "patrol-run/1"

Share = Annotated[float, Field(ge=0)]


class Record(BaseModel):
    """Figures of one run. Detection, bound and what is simulated are shares of all weight.

    ``low`` and ``high`` bound the simulated share with 95 % confidence; ``available`` is
    the same with hulls that break down, where some do. ``purchase_usd``
    is the price of all hulls of the scenario, None where one's is not known; ``cost_usd``
    is what the plan's sorties cost.
    ``lent`` counts the known sorties that the search began with.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: Annotated[Literal["patrol-run/1"], Field(alias="schema")] = SCHEMA
    key: str
    planner_version: str
    agencies: Agencies
    seed: int
    detection: Share
    bound: Share
    served: Share = 0.0
    termination: str
    simulated: Share | None = None
    low: Share | None = None
    high: Share | None = None
    available: Share | None = None
    available_low: Share | None = None
    available_high: Share | None = None
    hulls: int
    crews: int
    sorties: int
    at_sea_h: float
    distance_nm: float
    fuel_l: float
    cost_usd: float
    purchase_usd: float | None
    cells: int
    lent: int
    time_s: float
    """Seconds from the run's begin to its end, its sea and simulation included; 0 where
    work is limited instead of time."""

    order: tuple[str, ...] = ()
    """Agencies in the order in which they planned, where it was in turn."""

    @property
    def gap(self) -> float:
        """``bound / detection − 1``; infinite for a plan that detects nothing."""
        return self.bound / self.detection - 1 if self.detection > 0 else float("inf")
