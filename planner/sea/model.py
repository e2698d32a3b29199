"""The sea of a scenario: cells, shore, and navigable waters by depth."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import shapely
from shapely.geometry.base import BaseGeometry

from planner.sea.cells import Cells
from planner.sea.clearance import HARBOUR, Clearance, free_water
from planner.sea.depth import DepthField
from planner.sea.geodesy import FloatArray, Plane, area_nm2
from planner.sea.harbours import Harbour
from planner.sea.overlay import polygonal
from planner.sea.waters import Waters

SHORE_ONLY = -math.inf
"""Required depth of waters in which only land and closures count."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Summary:
    """Figures of a sea.

    ``cells`` their number; ``aor_nm2`` water of the area by the shoreline,
    ``water_nm2`` of it in cells, ``left_out_nm2`` in none (slivers, pieces that
    land cuts off); ``clearance`` of routes from the shore.
    """

    cells: int
    aor_nm2: float
    water_nm2: float
    left_out_nm2: float
    clearance: Clearance


@dataclass(frozen=True, eq=False)
class Sea:
    """Water of a scenario in lon/lat, longitudes continuous about ``plane.lon``.

    Attributes
    ----------
    cells : Cells
        Cells of the area.
    aor : polygon
        Area of responsibility.
    shore : polygon
        Water of the shoreline at full resolution, in and around the area.
    zones : mapping
        Named zones that touch the area, by key.
    plane : Plane
        Plane in which routes are found.
    region_xy : polygon
        Region that routes stay in, in the plane.
    clearance : Clearance
        How far routes stay off the shore in the open sea.
    harbours : sequence of Harbour
        Approaches of the bases, in their order.
    """

    cells: Cells
    aor: BaseGeometry
    shore: BaseGeometry
    zones: Mapping[str, BaseGeometry]
    plane: Plane
    region_xy: BaseGeometry
    clearance: Clearance
    depth: DepthField | None
    closures: Sequence[BaseGeometry]
    harbours: Sequence[Harbour]
    _waters: dict[float, Waters] = field(default_factory=dict, repr=False)

    @cached_property
    def shore_xy(self) -> BaseGeometry:
        """Water of the shoreline in the plane."""
        return self.plane.project(self.shore)

    @cached_property
    def zone_shares(self) -> dict[str, FloatArray]:
        """Share (n,) of each cell's water in each zone, by key."""
        return {key: self.cells.share_in(zone) for key, zone in self.zones.items()}

    @cached_property
    def summary(self) -> Summary:
        """Number of cells, areas, and the clearance of the open sea's routes."""
        return Summary(
            self.cells.n,
            float(area_nm2(polygonal(shapely.intersection(self.aor, self.shore)))[0]),
            float(self.cells.area_nm2.sum()),
            self.cells.left_out_nm2,
            self.clearance,
        )

    def navigable(self, required_depth_m: float) -> BaseGeometry:
        """Shoreline water at least so deep, with harbour approaches, without closures."""
        water = self.shore
        if self.depth is not None and required_depth_m > SHORE_ONLY:
            deep = self.depth.deep_water(required_depth_m)
            water = polygonal(shapely.intersection(water, deep))
            water = shapely.union_all([water, *(harbour.water for harbour in self.harbours)])
        if self.closures:
            water = shapely.difference(water, shapely.union_all(list(self.closures)))
        return polygonal(water)

    def waters(self, required_depth_m: float) -> Waters:
        """Navigable water for a required depth at the datum, in metres; cached.

        ``required_depth_m`` is draft + under-keel clearance − water-level
        anomaly, see the scenario's vessel classes; :data:`SHORE_ONLY` asks for
        all water of the shoreline.
        """
        key = round(float(required_depth_m), 3)
        if key not in self._waters:
            self._waters[key] = self._build(key)
        return self._waters[key]

    def _build(self, required_depth_m: float) -> Waters:
        navigable = self.navigable(required_depth_m)
        free = free_water(self.plane.project(navigable), self.region_xy)[0]
        near = [harbour.free for harbour in self.harbours]
        if self.closures:
            shut = self.plane.project(shapely.union_all(list(self.closures)))
            shut = shapely.buffer(shut, HARBOUR[0].offset_m, quad_segs=2)
            near = [shapely.difference(water, shut) for water in near]
        free = polygonal(shapely.union_all([free, *near]))
        waters = Waters(self.cells, self.plane, required_depth_m, navigable, free, self.shore_xy)
        log.info(
            "%.2f m: %d of %d cells searchable, %d gates, %d corners",
            required_depth_m, waters.searchable.sum(), self.cells.n,
            len(waters.gate_pair), len(waters.router.sight.corner),
        )  # fmt: skip
        return waters
