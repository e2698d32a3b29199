"""GeoPackage of a plan: layers styled for QGIS, EPSG:4326, times as UTC datetimes.

Spatial layers ``cells`` (the water of each cell with its figures), ``legs``,
``sorties`` and ``bases``; tables ``targets`` (stationary) and ``moving``.
Cells, targets and moving are figures of the whole plan and are left out where
sorties are.

The same plan gives the same bytes with the same versions of GDAL, SQLite and
pyogrio: GDAL takes the one time it writes from ``OGR_CURRENT_DATE``. Another
version of SQLite stamps its own number into the file's header, and another
GDAL may lay out its tables differently; the rows are the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, GeometryError

from planner.export import qgis
from planner.export.choose import Choice
from planner.export.passage import utc, waypoints
from planner.files import unwritten
from planner.plan.model import Leg
from planner.present import palette
from planner.present.figures import SeaView, cell_figures, horizon
from planner.present.text import clean

CRS = "EPSG:4326"
STYLE_NAME = "patrol"

LAYER_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT(4096), owner TEXT(30), ui TEXT(30),
    update_time DATETIME)
"""
"""As QGIS makes it; it looks here for the style of a layer that is opened."""


def write_geopackage(path: Path, choice: Choice, sea: SeaView | None) -> None:
    """Write a GeoPackage to a path where there is none yet.

    Parameters
    ----------
    path
        Where; the name ends with ``.gpkg``.
    choice
        Sorties to write.
    sea
        The sea with its cells; without one there is no layer ``cells``.

    Raises
    ------
    OSError
        It cannot be written: the disk is full, say.
    """
    try:
        _write(path, choice, sea)
    except (DataSourceError, DataLayerError, GeometryError, sqlite3.Error) as error:
        raise unwritten(path, error) from error


def _write(path: Path, choice: Choice, sea: SeaView | None) -> None:
    moment = f"{utc(horizon(choice.plan)[0]):%Y-%m-%dT%H:%M:%S.000Z}"
    with _current_date(moment):
        for name, frame in _layers(choice, sea).items():
            options: dict[str, Any] = {}
            if isinstance(frame, geopandas.GeoDataFrame):
                options["geometry_type"] = frame.attrs["geometry"]
            pyogrio.write_dataframe(
                frame, path, layer=name, driver="GPKG", append=path.exists(), **options
            )
    _add_styles(path, _styles(choice, cells=sea is not None and choice.whole), moment)


@contextmanager
def _current_date(moment: str) -> Iterator[None]:
    """Let GDAL write this time instead of the present one."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _layers(choice: Choice, sea: SeaView | None) -> dict[str, pd.DataFrame]:
    """Layers in the order in which QGIS lists them."""
    layers = {"bases": _bases(choice), "sorties": _sorties(choice), "legs": _legs(choice)}
    if choice.whole:
        if sea is not None:
            layers["cells"] = _cells(choice, sea)
        layers["targets"] = _targets(choice)
        layers["moving"] = _moving(choice)
    return layers


def _bases(choice: Choice) -> geopandas.GeoDataFrame:
    bases = list(choice.plan.scenario.get("base", ()))
    columns = {
        "name": [clean(base["name"]) for base in bases],
        "berths": np.array([int(base.get("berths", 0)) for base in bases], dtype=np.int32),
    }
    return _frame(columns, [shapely.Point(base["position"]) for base in bases], "Point")


def _sorties(choice: Choice) -> geopandas.GeoDataFrame:
    trips = choice.trips
    columns = {
        "sortie": [clean(trip.sortie.id) for trip in trips],
        "hull": [clean(trip.hull.id) for trip in trips],
        "unit": [clean(trip.hull.unit) for trip in trips],
        "vessel": [clean(trip.hull.vessel) for trip in trips],
        "agency": [clean(trip.hull.agency) for trip in trips],
        "depart_base": [clean(trip.sortie.depart_base) for trip in trips],
        "return_base": [clean(trip.sortie.return_base) for trip in trips],
        "depart": _times([trip.sortie.depart for trip in trips]),
        "return": _times([trip.sortie.return_ for trip in trips]),
        "ready": _times([trip.sortie.ready for trip in trips]),
        "distance_nm": _figures([trip.sortie.distance_nm for trip in trips]),
        "search_nm": _figures([trip.search_nm for trip in trips]),
        "fuel_l": _figures([trip.sortie.fuel_l for trip in trips]),
        "detection": _figures([trip.detection for trip in trips]),
        "watches": [clean(trip.watches) for trip in trips],
    }
    tracks = [_line([(p.lon, p.lat) for p in waypoints(trip.sortie)]) for trip in trips]
    return _frame(columns, tracks, "LineString")


def _legs(choice: Choice) -> geopandas.GeoDataFrame:
    rows = [
        (trip, number, leg)
        for trip in choice.trips
        for number, leg in enumerate(trip.sortie.legs, start=1)
        if leg.path
    ]
    columns = {
        "sortie": [clean(trip.sortie.id) for trip, _, _ in rows],
        "leg": np.array([number for _, number, _ in rows], dtype=np.int32),
        "hull": [clean(trip.hull.id) for trip, _, _ in rows],
        "mode": [leg.mode for _, _, leg in rows],
        "reason": [leg.reason or "" for _, _, leg in rows],
        "start": _times([leg.start for _, _, leg in rows]),
        "end": _times([leg.end for _, _, leg in rows]),
        "speed_kn": _figures([leg.speed_kn for _, _, leg in rows]),
        "sweep_width_nm": _figures([leg.sweep_width_nm for _, _, leg in rows]),
        "cells": [_cells_of(leg) for _, _, leg in rows],
        "exposure": _figures([sum(e.exposure for e in leg.exposures) for _, _, leg in rows]),
    }
    return _frame(columns, [_line(list(leg.path)) for _, _, leg in rows], "LineString")


def _cells_of(leg: Leg) -> str:
    return " ".join(clean(item.cell) for item in leg.exposures)


def _cells(choice: Choice, sea: SeaView) -> geopandas.GeoDataFrame:
    """Every cell of the sea; ``exposure`` is the sum of all coverage factors given to it."""
    figures = cell_figures(choice.plan, sea.cells)
    columns = {
        "cell": [clean(cell) for cell in sea.cells.ids],
        "water_nm2": _figures(list(sea.cells.area_nm2)),
        "weight": _figures(list(figures.weight)),
        "exposure": _figures(list(figures.coverage)),
        "detection": _figures(list(figures.detection)),
        "visits": np.asarray(figures.visits, dtype=np.int32),
        "longest_gap_h": _figures(list(figures.gap_h)),
    }
    return _frame(columns, [_multi(water) for water in sea.cells.water], "MultiPolygon")


def _targets(choice: Choice) -> pd.DataFrame:
    rows = choice.plan.coverage
    return pd.DataFrame(
        {
            "cell": _texts([clean(row.cell) for row in rows]),
            "threat": _texts([clean(row.threat) for row in rows]),
            "from": _times([row.from_ for row in rows]),
            "to": _times([row.to for row in rows]),
            "weight": _figures([row.weight for row in rows]),
            "exposure": _figures([row.exposure for row in rows]),
            "detection": _figures([row.detection for row in rows]),
        }
    )


def _moving(choice: Choice) -> pd.DataFrame:
    rows = choice.plan.moving
    return pd.DataFrame(
        {
            "track": np.arange(1, len(rows) + 1, dtype=np.int32),
            "threat": _texts([clean(row.threat) for row in rows]),
            "weight": _figures([row.weight for row in rows]),
            "speed_kn": _figures([row.speed_kn for row in rows]),
            "exposure": _figures([row.exposure for row in rows]),
            "detection": _figures([row.detection for row in rows]),
        }
    )


def _frame(columns: dict[str, Any], shapes: list[Any], kind: str) -> geopandas.GeoDataFrame:
    """A layer; its kind of geometry is stated, so that an empty one has it too."""
    typed = {k: _texts(v) if isinstance(v, list) else v for k, v in columns.items()}
    frame = geopandas.GeoDataFrame(typed, geometry=shapes, crs=CRS)
    frame.attrs["geometry"] = kind
    return frame


def _texts(values: list[str]) -> Any:
    return np.array(values, dtype=object)


def _figures(values: list[float]) -> Any:
    return np.array(values, dtype=np.float64)


def _times(values: list[Any]) -> Any:
    """Times in UTC, which is what a GeoPackage holds, to the millisecond."""
    return pd.DatetimeIndex([pd.Timestamp(utc(value)) for value in values], tz="UTC").as_unit("ms")


def _line(path: list[tuple[float, float]]) -> shapely.LineString:
    """A line, also of a single position."""
    return shapely.LineString(path if len(path) > 1 else path * 2)


def _multi(water: Any) -> shapely.MultiPolygon:
    parts = [part for part in shapely.get_parts(water) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


def _styles(choice: Choice, *, cells: bool) -> dict[str, str]:
    """QML by layer."""
    hulls = [
        qgis.Category(clean(hull.id), clean(hull.id), qgis.line(palette.hull_colour(number), 0.7))
        for number, hull in choice.hulls()
    ]
    modes = [
        qgis.Category("search", "search", qgis.line("#222222", 0.5)),
        qgis.Category("transit", "transit", qgis.line("#777777", 0.3, "dash")),
        qgis.Category("loiter", "loiter", qgis.line("#777777", 0.8, "dot")),
    ]
    styles = {
        "bases": qgis.single(qgis.marker("#222222")),
        "sorties": qgis.categorized("hull", hulls, ("depart", "return")),
        "legs": qgis.categorized("mode", modes, ("start", "end")),
    }
    if cells:
        styles["cells"] = qgis.graduated("detection", palette.detection_scale(), 1.0)
    return styles


def _add_styles(path: Path, styles: dict[str, str], moment: str) -> None:
    """Add the table in which QGIS finds the default style of each layer."""
    with closing(sqlite3.connect(path)) as base, base:
        columns = dict(base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
        base.execute(LAYER_STYLES)
        base.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, "
            "owner, update_time) VALUES ('', '', ?, ?, ?, ?, '', 1, '', '', ?)",
            [(name, columns[name], STYLE_NAME, qml, moment) for name, qml in styles.items()],
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
            [moment],
        )
