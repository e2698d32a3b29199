"""Shipped layers of the Caspian with their provenance.

Everything is read from the open files in ``geodata/``, once; what is returned
is shared and must not be changed. Positions are (lon, lat) WGS84, belts and
areas geodesic.
"""

from __future__ import annotations

from planner.geodata.files import root
from planner.geodata.geodesy import area_nm2, buffer_nm
from planner.geodata.grids import Climatology, DepthGrid, climatology, depth
from planner.geodata.places import Port, Zone, ports, road_distances_km, zones
from planner.geodata.provenance import LayerInfo, layers
from planner.geodata.sweep import SweepTable, SweepTableKey, SweepTarget, sweep_table, sweep_tables
from planner.geodata.vessels import vessel_sources, vessels
from planner.geodata.waters import (
    LIMIT_PRESETS,
    SECTORS,
    SHORELINES,
    Limits,
    belt,
    limit_area,
    sector,
    sectors,
    shoreline,
)

__all__ = [
    "LIMIT_PRESETS",
    "SECTORS",
    "SHORELINES",
    "Climatology",
    "DepthGrid",
    "LayerInfo",
    "Limits",
    "Port",
    "SweepTable",
    "SweepTableKey",
    "SweepTarget",
    "Zone",
    "area_nm2",
    "belt",
    "buffer_nm",
    "climatology",
    "depth",
    "layers",
    "limit_area",
    "ports",
    "road_distances_km",
    "root",
    "sector",
    "sectors",
    "shoreline",
    "sweep_table",
    "sweep_tables",
    "vessel_sources",
    "vessels",
    "zones",
]
