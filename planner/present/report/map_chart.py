"""The plan on a map that stands still: coast, cells by detection, zones, tracks, bases."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np
import shapely
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

from planner.plan.model import Sortie
from planner.present import palette
from planner.present.backdrop import AREA_COLOUR, ZONE_COLOUR
from planner.present.chart import INK, QUIET
from planner.present.figures import cell_figures, hulls_in_order
from planner.present.geometry import label_position, polygons
from planner.present.report.case import Case
from planner.present.report.drawing import drawing, joined, small_svg
from planner.present.report.gantt import short_name
from planner.present.text import clean
from planner.sea.overlay import near_longitude

LAND, WATER = "#f2efe8", "#eef4f7"
WIDTH_IN, HIGHEST_IN, LOWEST_IN = 4.3, 6.2, 2.4
LEFT_IN, EDGE_IN = 0.55, 0.06
"""Room for the degrees on the left, and beside the frame elsewhere."""

DETAIL = 1 / 900
"""Lines are drawn to this share of the map's width."""

HALO = "halo"
"""Name of the words that get a pale edge."""


def track_map(case: Case) -> str:
    """SVG of the hulls' tracks over the sea, with the zones that the scenario names."""
    with drawing():
        figure, axes, detail = _sea(case)
        _zones(axes, case, detail)
        for number, hull in enumerate(hulls_in_order(case.plan)):
            own = [one for one in case.plan.sorties if one.hull == hull.id]
            _tracks(axes, case, own, palette.hull_colour(number), detail)
        _bases(axes, case)
        hulls = hulls_in_order(case.plan)
        handles = [
            Line2D([], [], color=palette.hull_colour(k), linewidth=2, label=short_name(hull.id))
            for k, hull in enumerate(hulls)
        ]
        _legend(figure, handles, "Hulls: searching in full lines, in transit in pale ones", 2)
        return _with_halos(small_svg(figure))


def detection_map(case: Case) -> str:
    """SVG of the cells, coloured by the chance that a target there is detected."""
    with drawing():
        figure, axes, detail = _sea(case)
        handles = _cells(axes, case, detail)
        _bases(axes, case)
        _legend(figure, handles, "Chance that a target in the cell is detected, %", 4)
        return _with_halos(small_svg(figure))


def named_zones(case: Case) -> list[str]:
    """Keys of the shipped zones that the scenario names: of threats and of closures."""
    named = [threat.zone for threat in case.scenario.threat] + [*case.scenario.area.closures]
    return [key for key in case.around.zones if key in named]


def _sea(case: Case) -> tuple[Figure, Any, float]:
    """Figure and axes with coast and area, and the detail lines are drawn to, degrees.

    Below there is room for the longer of the legends, so that both maps are of one size.
    """
    lines = max(2, -(-len(case.plan.hulls) // 2))
    west, south, east, north = _frame(case)
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
    _area(axes, _clipped(case, case.around.coast), detail, facecolor=WATER, edgecolor="none")
    _area(
        axes, case.sea.aor, detail, facecolor="none", edgecolor=AREA_COLOUR, linewidth=0.9, zorder=4
    )
    _frame_lines(axes)
    return figure, axes, detail


def _legend(figure: Figure, handles: list[Any], title: str, columns: int) -> None:
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


def _frame(case: Case) -> tuple[float, float, float, float]:
    """Bounds of the map: area, bases and tracks with a margin."""
    west, south, east, north = case.sea.aor.bounds
    lons = [lon for base in case.scenario.base for lon in _near(case, [base.position[0]])]
    lats = [base.position[1] for base in case.scenario.base]
    west, east = min(west, *lons), max(east, *lons)
    south, north = min(south, *lats), max(north, *lats)
    margin = 0.03 * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _near(case: Case, lons: Any) -> Any:
    """Longitudes on the sea's side of the date line."""
    values = np.asarray(lons, dtype=float)
    return values - 360.0 * np.round((values - case.sea.plane.lon) / 360.0)


def _clipped(case: Case, geometry: BaseGeometry) -> BaseGeometry:
    west, south, east, north = _frame(case)
    return shapely.clip_by_rect(
        near_longitude(geometry, case.sea.plane.lon), west, south, east, north
    )


def _area(axes: Any, geometry: BaseGeometry, detail: float, **look: Any) -> None:
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


def _cells(axes: Any, case: Case, detail: float) -> list[Patch]:
    """Cells by class of detection, one shape a class; returns the legend's samples."""
    scale = palette.detection_scale()
    figures = cell_figures(case.plan, case.sea.cells)
    classes = np.array([scale.index(value) for value in figures.detection])
    for number, colour in enumerate(scale.colours):
        chosen = np.flatnonzero(classes == number)
        if chosen.size:
            shape = shapely.geometrycollections(
                [
                    part
                    for k in chosen
                    for part in polygons(case.sea.cells.water[k].simplify(detail))
                ]
            )
            look = {"facecolor": colour, "edgecolor": "#d5dde2", "linewidth": 0.3, "zorder": 2}
            _area(axes, shape, 0.0, **look)
    return [
        Patch(facecolor=colour, edgecolor="#b9c6ce", linewidth=0.4, label=label)
        for colour, label in zip(scale.colours, scale.labels, strict=True)
    ]


def _zones(axes: Any, case: Case, detail: float) -> None:
    for zone in (case.around.zones[key] for key in named_zones(case)):
        _area(
            axes, _clipped(case, zone.geometry), detail, facecolor="none", edgecolor=ZONE_COLOUR,
            linewidth=0.8, linestyle=(0, (4, 3)), zorder=5,
        )  # fmt: skip
        inside = shapely.intersection(zone.geometry, case.sea.aor)
        _words(axes, clean(zone.name), label_position(inside), colour=ZONE_COLOUR, style="italic")


def _tracks(axes: Any, case: Case, sorties: list[Sortie], colour: str, detail: float) -> None:
    """Tracks of one hull: searching in full lines, the way there and back in pale ones."""
    for searching in (False, True):
        path = joined([line for one in sorties for line in _lines(case, one, searching, detail)])
        if path is not None:
            look = (
                {"linewidth": 0.9, "alpha": 0.9} if searching else {"linewidth": 0.6, "alpha": 0.4}
            )
            axes.add_patch(
                PathPatch(path, facecolor="none", edgecolor=colour, zorder=6 + searching, **look)
            )


def _lines(case: Case, sortie: Sortie, searching: bool, detail: float) -> Iterator[Any]:
    """Lines of a sortie in one mode, legs that follow each other as one."""
    for same, legs in groupby(sortie.legs, key=lambda leg: leg.mode == "search"):
        if same != searching:
            continue
        points = np.array([point for leg in legs for point in leg.path], dtype=float)
        points[:, 0] = _near(case, points[:, 0])
        if len(points) > 1:
            yield np.asarray(shapely.LineString(points).simplify(detail).coords)


def _bases(axes: Any, case: Case) -> None:
    for base in case.scenario.base:
        (lon,), lat = _near(case, [base.position[0]]), base.position[1]
        axes.plot(lon, lat, "o", markersize=5.5, mfc="#fff", mec=INK, mew=1.6, zorder=9)
        _words(axes, clean(base.name), (lon, lat), colour=INK, shift=(6, 3), weight="bold")


def _words(
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


def _with_halos(svg: str) -> str:
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
