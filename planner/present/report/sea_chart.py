"""The sea that a map which stands still is drawn on: coast, area, degrees, bases, a legend."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
import shapely
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.plan.model import Plan
from planner.present.backdrop import AREA_COLOUR, Backdrop
from planner.present.chart import INK, QUIET
from planner.present.geometry import polygons
from planner.present.palette import Scale
from planner.present.text import clean
from planner.scenario import Scenario
from planner.sea import Sea
from planner.sea.cells import Cells
from planner.sea.overlay import near_longitude

LAND, WATER = "#f2efe8", "#eef4f7"
WIDTH_IN, HIGHEST_IN, LOWEST_IN = 4.3, 6.2, 2.4
LEFT_IN, EDGE_IN = 0.55, 0.06
"""Room for the degrees on the left, and beside the frame elsewhere."""

DETAIL = 1 / 900
"""Lines are drawn to this share of the map's width."""

HALO = "halo"
"""Name of the words that get a pale edge."""

Frame: TypeAlias = tuple[float, float, float, float]
"""West, south, east and north of a map, degrees."""


class Scene(Protocol):
    """What a map needs to know of a plan."""

    @property
    def plan(self) -> Plan:
        """The plan."""

    @property
    def scenario(self) -> Scenario:
        """What was asked."""

    @property
    def sea(self) -> Sea:
        """Its sea."""

    @property
    def around(self) -> Backdrop:
        """Coast and zones around the area."""


def sea_axes(scene: Scene, beside: Sequence[Scene] = ()) -> tuple[Figure, Any, float]:
    """Figure and axes with coast and area, and the detail lines are drawn to, degrees.

    Below there is room for the longest of the legends, so that all maps of a
    scene, and of those it is to stand ``beside``, are of one size and frame.
    """
    lines = max(2, *(-(-len(one.plan.hulls) // 2) for one in (scene, *beside)))
    west, south, east, north = frame_of(scene, *beside)
    stretch = 1.0 / math.cos(math.radians((south + north) / 2))
    wide = WIDTH_IN - LEFT_IN - EDGE_IN
    high = min(max((north - south) * stretch / (east - west) * wide, LOWEST_IN), HIGHEST_IN)
    below = 0.5 + 0.15 * lines
    whole = high + below + EDGE_IN
    figure = Figure(figsize=(WIDTH_IN, whole))
    axes = figure.add_axes((LEFT_IN / WIDTH_IN, below / whole, wide / WIDTH_IN, high / whole))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(stretch)
    axes.set_facecolor(LAND)
    detail = DETAIL * (east - west)
    coast = clipped(axes, scene, scene.around.coast)
    add_area(axes, coast, detail, facecolor=WATER, edgecolor="none")
    outline = {"facecolor": "none", "edgecolor": AREA_COLOUR, "linewidth": 0.9, "zorder": 4}
    add_area(axes, scene.sea.aor, detail, **outline)
    _frame_lines(axes)
    return figure, axes, detail


def add_legend(figure: Figure, handles: list[Any], title: str, columns: int) -> None:
    """Put a legend below the axes of :func:`sea_axes`."""
    (axes,) = figure.axes
    top = axes.get_position().y0 - 0.28 / figure.get_figheight()
    figure.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(0.5, top),
        ncols=columns,
        frameon=False,
        fontsize=7.5,
        title=title,
        title_fontsize=7.5,
        handlelength=1.2,
        columnspacing=1.4,
        labelspacing=0.3,
    )


def frame_of(*scenes: Scene) -> Frame:
    """Bounds of a map of scenes: areas and bases with a margin."""
    boxes = [_bounds(scene) for scene in scenes]
    west, south = (min(box[k] for box in boxes) for k in (0, 1))
    east, north = (max(box[k] for box in boxes) for k in (2, 3))
    margin = 0.03 * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _bounds(scene: Scene) -> Frame:
    west, south, east, north = scene.sea.aor.bounds
    lons = [lon for base in scene.scenario.base for lon in near(scene, [base.position[0]])]
    lats = [base.position[1] for base in scene.scenario.base]
    return min(west, *lons), min(south, *lats), max(east, *lons), max(north, *lats)


def near(scene: Scene, lons: Any) -> Any:
    """Longitudes on the sea's side of the date line."""
    values = np.asarray(lons, dtype=float)
    return values - 360.0 * np.round((values - scene.sea.plane.lon) / 360.0)


def clipped(axes: Any, scene: Scene, geometry: BaseGeometry) -> BaseGeometry:
    """What of a geometry lies within the axes, on the sea's side of the date line."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    return shapely.clip_by_rect(
        near_longitude(geometry, scene.sea.plane.lon), west, south, east, north
    )


def add_area(axes: Any, geometry: BaseGeometry, detail: float, **look: Any) -> None:
    """Draw the polygons of a geometry as one shape, holes and all."""
    simple = geometry.simplify(detail)
    rings = [
        ring.coords
        for polygon in polygons(simple)
        if polygon.area > detail**2
        for ring in (polygon.exterior, *polygon.interiors)
    ]
    if rings:
        shape = Path.make_compound_path(*[Path(np.asarray(r)[:, :2], closed=True) for r in rings])
        axes.add_patch(PathPatch(shape, **look))


def add_cells(
    axes: Any, cells: Cells, classes: NDArray[np.int64], scale: Scale, detail: float
) -> list[Patch]:
    """Draw cells by class, one shape a class; returns the legend's samples.

    Parameters
    ----------
    axes, detail
        As :func:`sea_axes` gives them.
    cells
        The cells of a sea.
    classes
        (n,) class of each cell in ``scale``; cells of class −1 are left out.
    scale
        Classes with their colours and labels.
    """
    for number, colour in enumerate(scale.colours):
        chosen = np.flatnonzero(classes == number)
        if chosen.size:
            shape = shapely.geometrycollections(
                [part for k in chosen for part in polygons(cells.water[k].simplify(detail))]
            )
            look = {"facecolor": colour, "edgecolor": "#d5dde2", "linewidth": 0.3, "zorder": 2}
            add_area(axes, shape, 0.0, **look)
    return [
        Patch(facecolor=colour, edgecolor="#b9c6ce", linewidth=0.4, label=label)
        for colour, label in zip(scale.colours, scale.labels, strict=True)
    ]


def add_bases(axes: Any, scene: Scene) -> None:
    """Mark the bases with their names."""
    for base in scene.scenario.base:
        (lon,), lat = near(scene, [base.position[0]]), base.position[1]
        axes.plot(lon, lat, "o", markersize=5.5, mfc="#fff", mec=INK, mew=1.6, zorder=9)
        add_words(axes, clean(base.name), (lon, lat), colour=INK, shift=(6, 3), weight="bold")


def add_words(
    axes: Any,
    words: str,
    at: tuple[float, float],
    *,
    colour: str,
    shift: tuple[int, int] | None = None,
    **look: Any,
) -> None:
    """A label, ``shift`` points beside its place or centred on it."""
    axes.annotate(
        words, at, xytext=shift or (0, 0), textcoords="offset points", color=colour, fontsize=7.5,
        ha="left" if shift else "center", va="center", zorder=10, annotation_clip=True, gid=HALO,
        **look,
    )  # fmt: skip


def finished(svg: str) -> str:
    """Give the labels a pale edge under their letters, so that lines below do not spoil them."""
    edge = "paint-order: stroke; stroke: #ffffff; stroke-width: 2px; "
    return re.sub(rf'<g id="{HALO}">\s*<text style="', rf'<g>\n<text style="{edge}', svg)


def _frame_lines(axes: Any) -> None:
    """Degrees along the frame."""
    axes.tick_params(length=2.5, labelsize=7.5, color="#9fb0ba")
    axes.xaxis.set_major_formatter(lambda value, _: _degrees(value, "E", "W"))
    axes.yaxis.set_major_formatter(lambda value, _: _degrees(value, "N", "S"))
    axes.locator_params(nbins=6)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(True)
        axes.spines[side].set_color(QUIET)
        axes.spines[side].set_linewidth(0.6)


def _degrees(value: float, east: str, west: str) -> str:
    return f"{abs(value):.4g}° {east if value >= 0 else west}"
