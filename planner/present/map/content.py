"""What a map shows of a plan, worked out once for its data and its legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.plan.model import Plan
from planner.present import palette
from planner.present.figures import CellFigures, FloatArray, SeaView, cell_figures
from planner.present.map.daylight import daylight
from planner.present.map.response import Response, response
from planner.present.map.seas import weather_view
from planner.present.watches import WatchWeights, weights_by_watch

PER_TEN_THOUSAND = 1e4


@dataclass(frozen=True, eq=False)
class Content:
    """Figures of a plan beside its own tables, the same in every language.

    ``figures`` by cell, ``area_nm2`` their water; ``watches`` the risk by watch, ``response``
    the time from the bases, ``weather`` waves and wind, each None where there is nothing to
    tell; ``light`` the changes of light (:func:`~planner.present.map.daylight.daylight`).
    """

    figures: CellFigures
    area_nm2: FloatArray
    watches: WatchWeights | None
    response: Response | None
    weather: dict[str, Any] | None
    light: list[list[int]]

    def scales(self) -> dict[str, palette.Scale]:
        """Colours of the cells by the name of the figure, in the order they are offered in."""
        risk, area = self.figures.weight, self.area_nm2
        found = {
            "detection": palette.detection_scale(),
            "since": palette.since_scale(),
            "risk": palette.risk_scale(risk_density(risk, area)),
            "effort": palette.coverage_scale(self.figures.coverage),
        }
        if self.watches is not None:
            found["watch"] = palette.watch_scale(risk_density(self.watches.weight, area).ravel())
        if self.response is not None:
            found["response"] = palette.response_scale()
        if self.weather is not None:
            found["wave"] = palette.wave_scale(self.weather["ice"])
            found["wind"] = palette.wind_scale()
        return found


def content_of(plan: Plan, sea: SeaView) -> Content:
    """Work out what a map shows of a plan.

    Raises
    ------
    ScenarioError
        The weather cannot be had as the scenario asks for.
    """
    return Content(
        figures=cell_figures(plan, sea.cells),
        area_nm2=np.asarray(sea.cells.area_nm2, dtype=float),
        watches=weights_by_watch(plan, sea.cells),
        response=response(plan, sea),
        weather=weather_view(plan, sea),
        light=daylight(plan, sea.aor),
    )


def risk_density(weight: FloatArray, area_nm2: FloatArray) -> FloatArray:
    """Target weight (…, n) per nm² of each cell, in 1/10,000 of all weight, same shape."""
    density = np.zeros_like(weight)
    np.divide(PER_TEN_THOUSAND * weight, area_nm2, out=density, where=area_nm2 > 0)
    return density
