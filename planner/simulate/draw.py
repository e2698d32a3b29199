"""Draw the standing targets of a scenario's threats."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.plan.model import Plan
from planner.problem.targets import Layer
from planner.scenario import Scenario, Threat
from planner.sea import Sea
from planner.sea.overlay import cut_many, near_longitude, polygonal
from planner.simulate.plane import Floats, LocalPlane
from planner.simulate.searches import Geometries
from planner.simulate.strata import Ints, Strata
from planner.simulate.targets import Standing


def draw_standing(
    layer: Layer,
    threat: Threat,
    plan: Plan,
    scenario: Scenario,
    sea: Sea,
    plane: LocalPlane,
    strata: Strata,
    rng: np.random.Generator,
) -> Standing:
    """Targets of a stationary threat: a cell and window by weight, a point of that cell's water.

    Strata follow the plan's own exposures, best searched first: like lies by
    like, which only sharpens the estimate. The chance of a cell and window is
    its weight whatever the plan says.
    """
    weight = layer.weight / layer.weight.sum()
    window, cell = np.nonzero(weight > 0.0)
    exposure = _exposures(layer, plan, scenario, sea)[window, cell]
    order = np.lexsort((cell, window, -exposure))
    window, cell = window[order], cell[order]
    edges = np.cumsum(weight[window, cell])
    which = np.minimum(np.searchsorted(edges, strata.place * edges[-1], "right"), len(edges) - 1)
    return Standing(
        strata=strata,
        point=points_in(_water(threat, scenario, sea), cell[which], plane, rng),
        appear_h=layer.window_h[window[which]],
        gone_h=layer.window_h[window[which] + 1],
    )


def _water(threat: Threat, scenario: Scenario, sea: Sea) -> Geometries:
    """Water (n,) of each cell within the area of a threat."""
    geometry = scenario.geometry_of(threat)
    if geometry is None:
        return sea.cells.water
    return cut_many(sea.cells.water, polygonal(near_longitude(geometry, sea.cells.lon)))


def _exposures(layer: Layer, plan: Plan, scenario: Scenario, sea: Sea) -> Floats:
    """Exposures (m, n) that the plan states for windows and cells; 0 where it is mute."""
    index = {name: number for number, name in enumerate(sea.cells.ids)}
    found = np.zeros(layer.weight.shape)
    for row in plan.coverage:
        if row.threat == layer.threat and row.cell in index:
            from_h = (row.from_ - scenario.start).total_seconds() / 3600.0
            window = int(np.searchsorted(layer.window_h, from_h + 1e-3, "right")) - 1
            if 0 <= window < len(found):
                found[window, index[row.cell]] = row.exposure
    return found


def points_in(water: Geometries, cell: Ints, plane: LocalPlane, rng: np.random.Generator) -> Floats:
    """A point (n, 2) of the plane, even over the water of each of ``cell`` (n,).

    The water is cut into triangles, one is chosen by its area, and a point in it
    by folding a parallelogram over (L. Devroye, *Non-Uniform Random Variate
    Generation*, 1986, chapter XI).
    """
    chance, fold = rng.random(len(cell)), rng.random((len(cell), 2))
    over = fold.sum(axis=1) > 1.0
    fold[over] = 1.0 - fold[over]
    points = np.empty((len(cell), 2))
    for number in np.unique(cell):
        own = np.flatnonzero(cell == number)
        corners = triangles(plane.project(water[number]))
        sides = corners[:, 1:] - corners[:, :1]
        area = np.abs(sides[:, 0, 0] * sides[:, 1, 1] - sides[:, 0, 1] * sides[:, 1, 0])
        edges = np.cumsum(area)
        which = np.searchsorted(edges, chance[own] * edges[-1], "right")
        which = np.minimum(which, len(edges) - 1)
        points[own] = corners[which, 0] + np.einsum("ni,nij->nj", fold[own], sides[which])
    return points


def triangles(polygon: BaseGeometry) -> Floats:
    """Corners (t, 3, 2) of triangles that make up a polygon, islands left out."""
    parts = shapely.get_parts(shapely.constrained_delaunay_triangles(polygon))
    corners: Floats = shapely.get_coordinates(parts).reshape(-1, 4, 2)[:, :3]
    return corners
