"""The sea: cells of an area, navigable water, sea distances, gates and lanes."""

from __future__ import annotations

from planner.sea.build import assemble, build_sea
from planner.sea.cells import Cells
from planner.sea.hops import Hops
from planner.sea.model import Sea
from planner.sea.routes import Field
from planner.sea.waters import Waters

__all__ = ["Cells", "Field", "Hops", "Sea", "Waters", "assemble", "build_sea"]
