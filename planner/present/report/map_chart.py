"""The plan on a map that stands still: coast, cells by detection, zones, tracks, bases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import shapely
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch

from planner.plan.model import Sortie
from planner.present import palette
from planner.present.backdrop import ZONE_COLOUR
from planner.present.figures import cell_figures, hulls_in_order
from planner.present.geometry import label_position
from planner.present.report.drawing import drawing, joined, small_svg
from planner.present.report.gantt import short_name
from planner.present.report.sea_chart import (
    Scene,
    add_area,
    add_bases,
    add_cells,
    add_legend,
    add_words,
    clipped,
    finished,
    near,
    sea_axes,
)
from planner.present.text import clean


def track_map(scene: Scene, beside: Sequence[Scene] = ()) -> str:
    """SVG of the hulls' tracks over the sea, with the zones that the scenario names.

    Parameters
    ----------
    scene
        A plan, its scenario, sea and surroundings.
    beside
        Others whose maps are to have the same size and frame, and the same
        colours for hulls of the same name.
    """
    with drawing():
        figure, axes, detail = sea_axes(scene, beside)
        _zones(axes, scene, detail)
        hulls = hulls_in_order(scene.plan)
        every = [hull.id for one in (*beside, scene) for hull in hulls_in_order(one.plan)]
        place = {name: number for number, name in enumerate(dict.fromkeys(every))}
        colours = {hull.id: palette.hull_colour(place[hull.id]) for hull in hulls}
        for hull in hulls:
            own = [one for one in scene.plan.sorties if one.hull == hull.id]
            _tracks(axes, scene, own, colours[hull.id], detail)
        add_bases(axes, scene)
        handles = [
            Line2D([], [], color=colours[hull.id], linewidth=2, label=short_name(hull.id))
            for hull in hulls
        ]
        add_legend(figure, handles, "Hulls: searching in full lines, in transit in pale ones", 2)
        return finished(small_svg(figure))


def detection_map(scene: Scene, beside: Sequence[Scene] = ()) -> str:
    """SVG of the cells by the chance that a target there is detected, as :func:`track_map`."""
    with drawing():
        figure, axes, detail = sea_axes(scene, beside)
        scale = palette.detection_scale()
        figures = cell_figures(scene.plan, scene.sea.cells)
        classes = np.array([scale.index(value) for value in figures.detection])
        handles = add_cells(axes, scene.sea.cells, classes, scale, detail)
        add_bases(axes, scene)
        add_legend(figure, handles, "Chance that a target in the cell is detected, %", 4)
        return finished(small_svg(figure))


def named_zones(scene: Scene) -> list[str]:
    """Keys of the shipped zones that the scenario names: of threats and of closures."""
    named = [threat.zone for threat in scene.scenario.threat] + [*scene.scenario.area.closures]
    return [key for key in scene.around.zones if key in named]


def _zones(axes: Any, scene: Scene, detail: float) -> None:
    for zone in (scene.around.zones[key] for key in named_zones(scene)):
        shape = clipped(axes, scene, zone.geometry)
        look = {"linewidth": 0.8, "linestyle": (0, (4, 3)), "zorder": 5}
        add_area(axes, shape, detail, facecolor="none", edgecolor=ZONE_COLOUR, **look)
        inside = shapely.intersection(zone.geometry, scene.sea.aor)
        add_words(
            axes, clean(zone.name), label_position(inside), colour=ZONE_COLOUR, style="italic"
        )


def _tracks(axes: Any, scene: Scene, sorties: list[Sortie], colour: str, detail: float) -> None:
    """Tracks of one hull: searching in full lines, the way there and back in pale ones."""
    for searching in (False, True):
        path = joined([line for one in sorties for line in _lines(scene, one, searching, detail)])
        if path is not None:
            look = (
                {"linewidth": 0.9, "alpha": 0.9} if searching else {"linewidth": 0.6, "alpha": 0.4}
            )
            axes.add_patch(
                PathPatch(path, facecolor="none", edgecolor=colour, zorder=6 + searching, **look)
            )


def _lines(scene: Scene, sortie: Sortie, searching: bool, detail: float) -> Iterator[Any]:
    """Lines of a sortie in one mode, legs that follow each other as one."""
    for same, legs in groupby(sortie.legs, key=lambda leg: leg.mode == "search"):
        if same != searching:
            continue
        points = np.array([point for leg in legs for point in leg.path], dtype=float)
        points[:, 0] = near(scene, points[:, 0])
        if len(points) > 1:
            yield np.asarray(shapely.LineString(points).simplify(detail).coords)
