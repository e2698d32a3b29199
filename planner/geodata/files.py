"""Where the shipped files lie, and how they are read."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from planner.errors import GeodataError

Area: TypeAlias = Polygon | MultiPolygon

PROVENANCE = "provenance.toml"


@cache
def root() -> Path:
    """Return the folder of the shipped layers.

    In an installed wheel that is ``planner/_geodata``, in a checkout ``geodata``
    beside the package.

    Raises
    ------
    GeodataError
        When neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_geodata", package.parent / "geodata"):
        if (folder / PROVENANCE).is_file():
            return folder
    raise GeodataError(
        f"{package}: no shipped geodata beside the package; install the planner again"
    )


def read_text(file: str) -> str:
    """Return the text of a shipped file.

    Raises
    ------
    GeodataError
        When it is missing.
    """
    path = root() / file
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise GeodataError(
            f"{path}: cannot be read ({error.strerror}); install the planner again"
        ) from error


def read_table(file: str) -> dict[str, Any]:
    """Return a shipped TOML table."""
    try:
        return tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as error:
        raise GeodataError(f"{root() / file}: not TOML ({error}); restore the file") from error


def read_features(file: str) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """Return the features of a shipped GeoJSON file: properties and geometry."""
    try:
        features = json.loads(read_text(file))["features"]
        return [(feature["properties"], shape(feature["geometry"])) for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError, ShapelyError) as error:
        raise GeodataError(f"{root() / file}: not GeoJSON ({error}); restore the file") from error


def read_areas(file: str) -> dict[str, Area]:
    """Return the polygons of a shipped GeoJSON file by their ``key``."""
    areas: dict[str, Area] = {}
    for properties, geometry in read_features(file):
        if not isinstance(geometry, (Polygon, MultiPolygon)):
            raise GeodataError(f"{root() / file}: {properties}: not a polygon; restore the file")
        areas[str(properties["key"])] = geometry
    return areas


def choose(kind: str, key: str, keys: tuple[str, ...]) -> str:
    """Return ``key`` when it is one of ``keys``.

    Raises
    ------
    GeodataError
        Otherwise, naming the keys there are.
    """
    if key not in keys:
        raise GeodataError(f"no {kind} {key!r}; take one of: {', '.join(keys)}")
    return key
