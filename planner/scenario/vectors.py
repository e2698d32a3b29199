"""Polygons and points of a user's file, read so that it can do nothing but be read.

GDAL takes a file for what its content says, whatever its name: a text that calls itself a
virtual layer, a web service or a command line of GDAL would be opened, fetched or run. So the
format is found out here, and GDAL only ever sees the bytes of a GeoPackage or of a shapefile,
in memory, never a path: it has no file beside them to go to. GeoJSON and KML, which are text,
do not come near it.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import shapely
from shapely.geometry import LinearRing, Point, Polygon, shape
from shapely.geometry.base import BaseGeometry

from planner.errors import GeodataError
from planner.files import MIB, TooLarge, is_file, read_within

if TYPE_CHECKING:
    import geopandas
    from pyproj import CRS

MOST_BYTES = 256 * MIB
"""A larger file is not read; nor is an archive that unpacks to more."""

MOST_VERTICES = 1_000_000
"""More vertices are not worked with (assumption: the shoreline of the Caspian in OpenStreetMap
has about a quarter of it)."""

MOST_FEATURES = 200_000
"""More points or polygons are not worked with."""

SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""Endings of the files that make a shapefile."""

SAVE_AS = "save it as GeoJSON, GeoPackage, shapefile (also zipped) or KML"

_SQLITE, _SHP, _ZIP = b"SQLite format 3\x00", b"\x00\x00\x27\x0a", b"PK\x03\x04"

_GEOMETRIES = {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
               "GeometryCollection"}  # fmt: skip


class UnusableFile(GeodataError):
    """A file that cannot be used: what is wrong with it, and the remedy."""

    def __init__(self, path: Path, message: str, remedy: str) -> None:
        self.message, self.remedy = " ".join(message.split()), remedy
        super().__init__(f"{path}: {self.message}; {remedy}")


class _Unreadable(Exception):
    """What is wrong with the content of a file."""


def read_features(path: Path) -> geopandas.GeoDataFrame:
    """Read the features of a GeoJSON, GeoPackage, shapefile or KML file.

    Parameters
    ----------
    path
        A shapefile is the path of its ``.shp``, or of a zip archive of one; KML may be KMZ.

    Returns
    -------
    GeoDataFrame
        Geometries without z, in the file's CRS (None where it names none), and the fields.

    Raises
    ------
    GeodataError
        If the file cannot be read, is something else, or is larger than :data:`MOST_BYTES`,
        :data:`MOST_FEATURES` or :data:`MOST_VERTICES` allow.
    """
    try:
        content = read_within(path, MOST_BYTES)
        table = _table(path, content)
    except TooLarge as error:
        raise UnusableFile(path, str(error), "simplify it, or keep only what is needed") from error
    except OSError as error:
        raise UnusableFile(
            path, f"it cannot be read ({error.strerror or error})", "check who may read it"
        ) from error
    except _Unreadable as error:
        raise UnusableFile(path, str(error), SAVE_AS) from error
    shapes = shapely.force_2d(table.geometry.to_numpy())
    _within(path, len(shapes), MOST_FEATURES, "features")
    _within(path, int(shapely.get_num_coordinates(shapes).sum()), MOST_VERTICES, "vertices")
    found: geopandas.GeoDataFrame = table.set_geometry(shapes, crs=table.crs)
    return found


def _within(path: Path, count: int, most: int, what: str) -> None:
    if count > most:
        raise UnusableFile(
            path,
            f"it has {count:,} {what}; at most {most:,} are read",
            "simplify it, or keep only what is needed",
        )


def _table(path: Path, content: bytes) -> geopandas.GeoDataFrame:
    """Features by what the content is."""
    if content.startswith(_SQLITE):
        _check_geopackage(path)
        return _by_gdal(content)
    if content.startswith(_SHP):
        others = {each.suffix.lower(): read_within(each, MOST_BYTES) for each in other_parts(path)}
        return _by_gdal(_packed({".shp": content} | others))
    if content.startswith(_ZIP):
        return _from_archive(content)
    text = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return _from_geojson(text)
    if text.startswith(b"<"):
        return _from_kml(text)
    raise _Unreadable("it cannot be read as points or polygons")


def other_parts(path: Path) -> list[Path]:
    """The files beside a shapefile that belong to it; none of any other file."""
    if path.suffix.lower() != ".shp":
        return []
    endings = [name for ending in SHAPEFILE[1:] for name in (ending, ending.upper())]
    found = [each for ending in endings if is_file(each := path.with_suffix(ending))]
    return [each for k, each in enumerate(found) if not any(map(each.samefile, found[:k]))]


def _by_gdal(content: bytes) -> geopandas.GeoDataFrame:
    import geopandas

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # names without an ending, rings wound the other way
            table = geopandas.read_file(content, engine="pyogrio")
    except Exception as error:  # GDAL's, pyogrio's, pyproj's and shapely's own
        raise _Unreadable(f"it cannot be read as points or polygons ({_line(error)})") from error
    if not isinstance(table, geopandas.GeoDataFrame):
        raise _Unreadable("it holds no geometry")
    return table


def _check_geopackage(path: Path) -> None:
    """Refuse tables that are drawn from elsewhere: SQLite asks a module for their rows."""
    try:
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as base:
            virtual = [
                name
                for name, sql in base.execute("SELECT name, sql FROM sqlite_master")
                if re.match(r"\s*create\s+virtual\s+table", str(sql), re.IGNORECASE)
                and not re.search(r"\busing\s+rtree\b", str(sql), re.IGNORECASE)
            ]
    except (sqlite3.Error, ValueError) as error:
        raise _Unreadable(f"it cannot be read as GeoPackage ({_line(error)})") from error
    if virtual:
        raise _Unreadable(f"its table '{virtual[0]}' is drawn from elsewhere")


def _packed(parts: dict[str, bytes]) -> bytes:
    """A shapefile's parts as an archive, the only form in which they are one run of bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for ending, content in parts.items():
            archive.writestr(f"layer{ending}", content)
    return held.getvalue()


def _from_archive(content: bytes) -> geopandas.GeoDataFrame:
    """The one shapefile or KML of an archive; nothing is unpacked to the disk."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            named = {each.filename: each for each in archive.infolist() if not each.is_dir()}
            layers = [name for name in named if name.lower().endswith((".shp", ".kml"))]
            if len(layers) != 1:
                raise _Unreadable(
                    f"it is an archive of {len(layers)} shapefiles and KML files, not one"
                )
            stem, kind = layers[0][:-4].lower(), layers[0][-4:].lower()
            wanted = (kind,) if kind == ".kml" else SHAPEFILE
            held = {
                each.filename[-4:].lower(): each
                for each in named.values()
                if each.filename[:-4].lower() == stem and each.filename[-4:].lower() in wanted
            }
            if sum(each.file_size for each in held.values()) > MOST_BYTES:
                raise TooLarge(MOST_BYTES)
            parts = {ending: archive.read(each) for ending, each in held.items()}
    except (TooLarge, _Unreadable):
        raise
    except Exception as error:  # whatever zipfile and zlib make of a damaged archive
        raise _Unreadable(f"its archive cannot be read ({_line(error)})") from error
    if kind == ".kml":
        return _from_kml(parts[kind])
    if not parts[kind].startswith(_SHP):
        raise _Unreadable(f"'{layers[0]}' in its archive is no shapefile")
    return _by_gdal(_packed(parts))


def _from_geojson(text: bytes) -> geopandas.GeoDataFrame:
    """Features of GeoJSON: by its standard in degrees WGS84, unless it names another CRS."""
    import geopandas

    try:
        held = json.loads(text, parse_constant=_no_number)
    except RecursionError as error:
        raise _Unreadable("its brackets are nested too deeply") from error
    except ValueError as error:
        raise _Unreadable(f"it is cut off, or no JSON ({_line(error)})") from error
    kind = held.get("type")
    if kind == "FeatureCollection":
        features = held.get("features")
    elif kind == "Feature":
        features = [held]
    elif isinstance(kind, str) and kind in _GEOMETRIES:
        features = [{"type": "Feature", "properties": {}, "geometry": held}]
    else:
        raise _Unreadable("it is JSON, but no GeoJSON")
    if not isinstance(features, list) or not all(isinstance(each, dict) for each in features):
        raise _Unreadable("its 'features' are no list of features")
    crs = _named_crs(held.get("crs"))
    rows = [each.get("properties") for each in features]
    rows = [row if isinstance(row, dict) else {} for row in rows]
    shapes = [_shape(number, each.get("geometry")) for number, each in enumerate(features, 1)]
    fields = sorted({str(name) for row in rows for name in row} - {"geometry"})
    columns = {name: [row.get(name) for row in rows] for name in fields}
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=crs)


def _named_crs(named: Any) -> CRS:
    """CRS that a GeoJSON file names, as it did before its standard left that out."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if named is None:
        return CRS.from_epsg(4326)
    try:
        return CRS.from_user_input(named["properties"]["name"])
    except (CRSError, LookupError, TypeError, ValueError) as error:
        raise _Unreadable("its 'crs' is none that is known") from error


def _shape(number: int, geometry: Any) -> BaseGeometry | None:
    """A geometry of GeoJSON; None where a feature has none. Rings left open are closed."""
    if geometry is None:
        return None
    try:
        try:
            found: BaseGeometry = shapely.from_geojson(json.dumps(geometry))
        except shapely.errors.GEOSException:
            found = shape(geometry)
    except Exception as error:  # whatever a text that is nearly a geometry leads to
        raise _Unreadable(f"the geometry of its feature {number} is none of GeoJSON") from error
    return found


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def _from_kml(text: bytes) -> geopandas.GeoDataFrame:
    """Polygons and points of KML, in degrees WGS84 by its standard."""
    import geopandas

    # A document type is where entities are made that grow without end; KML has none.
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\x00" in text:
        raise _Unreadable("it is XML with a document type, or no UTF-8, which KML is not")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise _Unreadable(f"it is no sound XML ({_line(error)})") from error
    if _tag(root) != "kml":
        raise _Unreadable(f"it is XML, but no KML (it begins with '{_tag(root)}')")
    try:
        shapes = list(_kml_shapes(root))
    except (ValueError, shapely.errors.ShapelyError) as error:
        raise _Unreadable(f"its coordinates cannot be read ({_line(error)})") from error
    return geopandas.GeoDataFrame(geometry=shapes, crs="EPSG:4326")


def _kml_shapes(root: ElementTree.Element) -> Iterator[BaseGeometry]:
    for element in root.iter():
        if _tag(element) == "Point":
            yield Point(_positions([element])[0])
        elif _tag(element) == "Polygon":
            shells = [each for each in element if _tag(each) == "outerBoundaryIs"]
            holes = [each for each in element if _tag(each) == "innerBoundaryIs"]
            yield Polygon(_positions(shells), [LinearRing(_positions([hole])) for hole in holes])


def _positions(elements: Iterable[ElementTree.Element]) -> list[tuple[float, float]]:
    """Positions of the one ``coordinates`` within elements: ``lon,lat[,alt]`` and blanks."""
    texts = [
        each.text or ""
        for element in elements
        for each in element.iter()
        if _tag(each) == "coordinates"
    ]
    if len(texts) != 1:
        raise ValueError(f"{len(texts)} lists of coordinates where one belongs")
    found = [tuple(map(float, word.split(",")[:2])) for word in texts[0].split()]
    if not found or any(len(each) != 2 for each in found):
        raise ValueError("no 'lon,lat'")
    return [(each[0], each[1]) for each in found]


def _tag(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _line(error: BaseException) -> str:
    """The first line of what a library says, no longer than a line."""
    text = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return text if len(text) <= 120 else f"{text[:117]}..."
