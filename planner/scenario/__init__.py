"""Scenarios: their models, reading, checking, and templates to start from."""

from __future__ import annotations

from planner.scenario.bundling import bundle
from planner.scenario.geometry import area_of, nearest_water, read_polygons, shoreline_of
from planner.scenario.model import (
    Area,
    Base,
    Environment,
    Outage,
    Posting,
    Rates,
    Requirement,
    Scenario,
    SeaState,
    Threat,
    Unit,
    VesselClass,
)
from planner.scenario.reading import check, from_dict, load, read_toml
from planner.scenario.template import TEMPLATES, write_template

__all__ = [
    "TEMPLATES",
    "Area",
    "Base",
    "Environment",
    "Outage",
    "Posting",
    "Rates",
    "Requirement",
    "Scenario",
    "SeaState",
    "Threat",
    "Unit",
    "VesselClass",
    "area_of",
    "bundle",
    "check",
    "from_dict",
    "load",
    "nearest_water",
    "read_polygons",
    "read_toml",
    "shoreline_of",
    "write_template",
]
