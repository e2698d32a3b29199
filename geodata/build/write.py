"""Writers of the shipped formats: compact GeoJSON (RFC 7946) and NetCDF-3 classic."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from scipy.io import netcdf_file
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

DECIMALS = 5


def _rounded(value: Any) -> Any:
    """Coordinates as nested lists with five decimals."""
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return round(float(value), DECIMALS)


def write_geojson(path: Path, features: Iterable[tuple[Mapping[str, Any], BaseGeometry]]) -> None:
    """Write features (properties, geometry), one a line, exterior rings counter-clockwise."""
    lines = []
    for properties, geometry in features:
        shape = mapping(shapely.orient_polygons(geometry, exterior_cw=False))
        feature = {
            "type": "Feature",
            "properties": dict(properties),
            "geometry": {"type": shape["type"], "coordinates": _rounded(shape["coordinates"])},
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8")


def write_netcdf(
    path: Path,
    coordinates: Mapping[str, tuple[np.ndarray[Any, Any], str]],
    variables: Mapping[str, tuple[np.ndarray[Any, Any], str, str]],
    attributes: Mapping[str, str],
) -> None:
    """Write a NetCDF-3 classic file: axes of 64-bit, data of 32-bit floats.

    ``coordinates``: name to (values, units), in the order of the dimensions;
    ``variables``: name to (values, units, long name).
    """
    with netcdf_file(path, "w") as file:
        for name, text in attributes.items():
            setattr(file, name, text)
        for name, (values, units) in coordinates.items():
            file.createDimension(name, len(values))
            axis: Any = file.createVariable(name, "f8", (name,))
            axis[:] = values.astype("f8")
            axis.units = units
        for name, (values, units, long_name) in variables.items():
            data: Any = file.createVariable(name, "f4", tuple(coordinates))
            data[:] = values.astype("f4")
            data.units = units
            data.long_name = long_name
