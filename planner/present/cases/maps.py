"""Small maps of a study, side by side: where the plans of its cases detect how much."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from planner.plan.model import Plan
from planner.present.backdrop import Backdrop, backdrop
from planner.present.report.map_chart import detection_map
from planner.present.text import clean, percent
from planner.scenario import Scenario
from planner.sea import Sea, build_sea
from planner.study.cases.points import Standing
from planner.study.cases.run import Outcomes
from planner.study.cases.seas import sea_key

MOST_MAPS = 6


@dataclass(frozen=True, eq=False)
class Scene:
    """A plan of the study on its sea."""

    plan: Plan
    scenario: Scenario
    sea: Sea

    @cached_property
    def around(self) -> Backdrop:
        """Coast and zones around the area."""
        return backdrop(self.sea)


def detection_maps(outcomes: Outcomes) -> list[dict[str, Any]]:
    """Maps of the reference and of the points that differ most from it, at most six."""
    chosen = _chosen(outcomes)
    seas: dict[str, Sea] = {}
    scenes: list[tuple[Standing, Scene]] = []
    for standing in chosen:
        plan = outcomes.plan(standing.number)
        scenario = outcomes.layout.plot.scenario(outcomes.layout.plot.points[standing.plan_of])
        key = sea_key(scenario)
        if key not in seas:
            seas[key] = build_sea(scenario)
        scenes.append((standing, Scene(plan, scenario, seas[key])))
    every = [scene for _, scene in scenes]
    return [
        {
            "name": clean(standing.point.name),
            "words": f"detects {percent(standing.detection)}",
            "svg": Markup(detection_map(scene, every)),
        }
        for standing, scene in scenes
    ]


def _chosen(outcomes: Outcomes) -> list[Standing]:
    """The first reference that is known, then the largest differences, in the study's order."""
    known = outcomes.known
    references = [n for n in dict.fromkeys(outcomes.layout.plot.reference) if n in known]
    size = {n: abs(gain.found) for n in known if (gain := outcomes.gain(n)) is not None}
    order = [*references[:1], *sorted(size, key=lambda n: -size[n])]
    return [known[n] for n in sorted(dict.fromkeys(order[:MOST_MAPS]))]
