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
from planner.sea.channels import channels
from planner.sea.clearance import HARBOUR, Clearance, free_water
from planner.sea.depth import DepthField
from planner.sea.geodesy import FloatArray, Plane, area_nm2
from planner.sea.harbours import Harbour
from planner.sea.overlay import polygonal
from planner.sea.routes import Router
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
        approaches = self._approaches(required_depth_m)
        navigable = self._navigable(required_depth_m, approaches)
        free = self._free(navigable)
        waters = Waters(
            self.cells, self.plane, required_depth_m, navigable, approaches, free, self.shore_xy
        )
        log.info(
            "%.2f m: %d of %d cells searchable, %d gates, %d corners",
            required_depth_m, waters.searchable.sum(), self.cells.n,
            len(waters.gate_pair), len(waters.router.sight.corner),
        )  # fmt: skip
        return waters

    def _approaches(self, required_depth_m: float) -> BaseGeometry:
        """Water near berths where only land counts, with the channels they need."""
        near = shapely.union_all([harbour.water for harbour in self.harbours])
        if self.depth is None or required_depth_m == SHORE_ONLY:
            return near
        deep = self._free(self._navigable(required_depth_m, near))
        strips = channels(self.harbours, deep, self._shore_router)
        return polygonal(shapely.intersection(shapely.union_all([near, *strips]), self.shore))

    @cached_property
    def _shore_router(self) -> Router:
        free = self._free(self._navigable(SHORE_ONLY, shapely.Polygon()))
        return Router(self.plane, free, self.shore_xy)

    @cached_property
    def _closed(self) -> BaseGeometry:
        return shapely.union_all(list(self.closures))

    def _navigable(self, required_depth_m: float, approaches: BaseGeometry) -> BaseGeometry:
        """Shoreline water at least so deep, with approaches, without closures."""
        water = self.shore
        if self.depth is not None and required_depth_m > SHORE_ONLY:
            deep = self.depth.deep_water(required_depth_m)
            water = shapely.union(polygonal(shapely.intersection(water, deep)), approaches)
        return polygonal(shapely.difference(water, self._closed))

    def _free(self, navigable: BaseGeometry) -> BaseGeometry:
        """Free water (plane): off the edge of navigable water, finer in harbours."""
        water = self.plane.project(navigable)
        free = free_water(water, self.region_xy, self.clearance)[0]
        near = [harbour.free for harbour in self.harbours]
        if self.closures:
            shut = self.plane.project(self._closed)
            shut = shapely.buffer(shut, HARBOUR[0].offset_m, quad_segs=2)
            near = [shapely.difference(water, shut) for water in near]
        return polygonal(shapely.union_all([free, *near]))
