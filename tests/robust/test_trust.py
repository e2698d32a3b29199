"""Files from others are read and nothing else: nothing runs, nothing is fetched, nothing grows."""

from __future__ import annotations

import ast
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import geopandas
import numpy as np
import pytest
from shapely.geometry import box

from planner.app import read_learned
from planner.cli.services import _folder
from planner.errors import PlanError
from planner.present.prices import prices_csv
from planner.reuse import LEARNED_FILE
from planner.scenario import load, read_polygons
from planner.scenario.drift import read_particles
from planner.scenario.incidents import read_events
from planner.scenario.raster import read_raster
from planner.scenario.vectors import read_features
from planner.study.price_file import PriceList
from tests.robust.sound import KML
from tests.robust.trials import told
from tests.threat_files import write_grid

BOX = json.dumps(
    {"type": "Feature", "properties": {}, "geometry": box(50, 43, 51, 44).__geo_interface__}
)


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that hands out polygons, and what it was asked for."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(BOX)))
            self.end_headers()
            self.wfile.write(BOX.encode())

        do_HEAD = do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


FETCHING = {
    "virtual layer": '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/URL/x.geojson'
    "</SrcDataSource><SrcLayer>x</SrcLayer></OGRVRTLayer></OGRVRTDataSource>",
    "virtual layer in a comment": "<!-- <OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>"
    "/vsicurl/URL/x.geojson</SrcDataSource></OGRVRTLayer></OGRVRTDataSource> -->" + KML[39:],
    "web feature service": "<OGRWFSDataSource><URL>URL/wfs</URL></OGRWFSDataSource>",
    "tiles": "<GDAL_WMS><Service name='TMS'><ServerUrl>URL/${z}</ServerUrl></Service></GDAL_WMS>",
    "command line": '{"type":"gdal_streamed_alg","command_line":'
    '"gdal vector pipeline ! read /vsicurl/URL/x.geojson ! write --of stream streamed_dataset"}',
    "command line in a property": '{"type":"FeatureCollection","features":[{"type":"Feature",'
    '"geometry":null,"properties":{"type":"gdal_streamed_alg","command_line":'
    '"gdal vector pipeline ! read /vsicurl/URL/x.geojson ! write --of stream streamed_dataset"}}]}',
    "two kinds": '{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read '
    '/vsicurl/URL/x.geojson ! write --of stream s","type":"FeatureCollection","features":[]}',
    "collections of a service": '{"links":[{"rel":"data","href":"URL/collections"}],'
    '"collections":[]}',
    "pages of features": '{"type":"FeatureCollection","features":[],"links":[{"rel":"next",'
    '"href":"URL/next"}],"exceededTransferLimit":true}',
    "schema elsewhere": "<wfs:FeatureCollection xmlns:wfs='http://www.opengis.net/wfs' "
    "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
    "xsi:schemaLocation='http://x URL/x.xsd'><gml:featureMember xmlns:gml='http://x'/>"
    "</wfs:FeatureCollection>",
    "link of KML": KML.replace("<Placemark><Point>", "<NetworkLink><Link><href>URL/x.kml</href>"
    "</Link></NetworkLink><Placemark><Point>"),
    "entity elsewhere": '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "URL/x">]>'
    "<kml><Document>&x;</Document></kml>",
    "CRS elsewhere": BOX[:-1] + ', "crs": {"type":"name","properties":{"name":"URL/crs"}}}',
    "grid of a CRS elsewhere": BOX[:-1] + ', "crs": {"type":"name","properties":{"name":'
    '"+proj=longlat +nadgrids=URL/grid.gsb"}}}',
    "address alone": "URL/x.geojson",
    "file of another": "/vsicurl/URL/x.geojson",
}  # fmt: skip


@pytest.mark.parametrize("what", FETCHING)
@pytest.mark.parametrize("name", ["zone.geojson", "zone.shp"])
def test_no_file_makes_the_planner_fetch(
    what: str, name: str, asked: tuple[str, list[str]], tmp_path: Path
) -> None:
    """Whatever a file says it is, and whatever its name, no server is asked for anything."""
    address, seen = asked
    path = tmp_path / name
    path.write_text(FETCHING[what].replace("URL", address), encoding="utf-8")
    for reads in (read_polygons, lambda given: read_events(given, None)):
        told(lambda reads=reads: reads(path))
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "zone.shp" if name == "zone.shp" else "zone.kml")
    told(lambda: read_polygons(packed))
    assert seen == []


@pytest.mark.parametrize(
    "name", ["http://URL/x.geojson", "/vsicurl/http://URL/x.geojson", "WFS:http://URL/wfs",
             "GPKG:x", "zip+http://URL/x.zip", "x.geojson|layername=y", "-"],
)  # fmt: skip
def test_no_name_makes_the_planner_fetch(
    name: str, asked: tuple[str, list[str]], examples: Path, tmp_path: Path
) -> None:
    """An address in the place of a file is a file that is not there."""
    address, seen = asked
    text = (examples / "aktau-2006.toml").read_text("utf-8")
    given = name.replace("http://URL", address)
    path = tmp_path / "scenario.toml"
    path.write_text(text.replace('sector = "kazakhstan"', f'file = "{given}"'), encoding="utf-8")
    lines = told(lambda: load(path))
    assert any("is no file beside the scenario" in line for line in lines)
    assert seen == []


@pytest.mark.parametrize("name", ["a!b", "a;b", "a?b", "a#b", "a%20b", "[a]", "{a,b}", "a b", "*",
                                  "zip:a", "file:a", "Каспий", "-a", "~", "$HOME"])  # fmt: skip
def test_a_name_is_a_name(name: str, tmp_path: Path) -> None:
    """Marks that mean something in addresses and patterns mean nothing in names of files."""
    (tmp_path / "elsewhere").mkdir()
    path = tmp_path / f"{name}.geojson"
    path.write_text(BOX, encoding="utf-8")
    assert read_polygons(path).area == pytest.approx(1.0)
    shapefile = tmp_path / f"{name}.shp"
    geopandas.GeoDataFrame(geometry=[box(0, 0, 2, 1)], crs="EPSG:4326").to_file(tmp_path / "z.shp")
    for ending in (".shp", ".shx", ".dbf", ".prj"):
        (tmp_path / f"z{ending}").rename(shapefile.with_suffix(ending))
    assert read_polygons(shapefile).area == pytest.approx(2.0)


def test_entities_do_not_grow(tmp_path: Path) -> None:
    """A few hundred bytes of XML that stand for gigabytes are refused."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(12))
    path = tmp_path / "laughs.kml"
    path.write_text(f"<!DOCTYPE kml [{laughs}]><kml><name>&l11;</name></kml>", encoding="utf-8")
    (line,) = told(lambda: read_polygons(path))
    assert "document type" in line
    path.write_bytes(path.read_text("utf-8").encode("utf-16"))
    assert told(lambda: read_polygons(path))


def _bomb(name: str, size: int) -> bytes:
    """An archive of one member of zeros, a thousandth of its size."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive, \
            archive.open(name, "w", force_zip64=True) as member:  # fmt: skip
        for _ in range(size >> 20):
            member.write(bytes(1 << 20))
    return held.getvalue()


def test_archives_do_not_grow(tmp_path: Path) -> None:
    """An archive that unpacks to more than is read is refused before it is unpacked."""
    path = tmp_path / "zone.zip"
    path.write_bytes(_bomb("zone.shp", 300 << 20))
    (line,) = told(lambda: read_polygons(path))
    assert "256 MiB" in line
    content = bytearray(_bomb("cell.npy", 1 << 20))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = (2**31).to_bytes(4, "little")  # what it says it unpacks to
    (tmp_path / LEARNED_FILE).write_bytes(bytes(content))
    with pytest.raises(PlanError, match="unpacks to more than it may"):
        read_learned(tmp_path)


def test_members_of_archives_stay_in_memory(tmp_path: Path) -> None:
    """A shapefile whose members are named to land elsewhere is read, and nothing is written."""
    geopandas.GeoDataFrame(geometry=[box(0, 0, 2, 1)], crs="EPSG:4326").to_file(tmp_path / "z.shp")
    inside = tmp_path / "inside"
    inside.mkdir()
    with zipfile.ZipFile(inside / "zone.zip", "w") as archive:
        for ending in ("shp", "shx", "dbf", "prj"):
            archive.write(tmp_path / f"z.{ending}", f"../../../zone.{ending}")
    before = sorted(tmp_path.rglob("*"))
    assert read_polygons(inside / "zone.zip").area == pytest.approx(2.0)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_member_without_a_name_is_no_layer(tmp_path: Path) -> None:
    """An archive whose member is called nothing at all is told, like any that is damaged."""
    path = tmp_path / "zone.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", b"")
    path.write_bytes(path.read_bytes().replace(b"x", b"").replace(b"\x01\x00\x00\x00\x00", b""))
    assert told(lambda: read_polygons(path))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(""), b"")
    (line,) = told(lambda: read_polygons(path))
    assert "archive" in line


def test_tables_drawn_from_elsewhere_are_refused(tmp_path: Path) -> None:
    """A GeoPackage whose tables a module of SQLite would have to fetch is not opened."""
    import sqlite3

    path = tmp_path / "zone.gpkg"
    geopandas.GeoDataFrame(geometry=[box(0, 0, 2, 1)], crs="EPSG:4326").to_file(path)
    assert len(read_features(path)) == 1
    base = sqlite3.connect(path)
    base.execute("PRAGMA writable_schema = ON")
    sql = "CREATE VIRTUAL TABLE x USING VirtualOGR('/vsicurl/http://127.0.0.1:9/x')"
    base.execute("INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0, ?)", (sql,))
    base.commit()
    base.close()
    (line,) = told(lambda: read_polygons(path))
    assert "'x' is drawn from elsewhere" in line


@pytest.mark.parametrize("how", ["link", "raw", "virtual"])
def test_arrays_drawn_from_other_files_are_refused(how: str, tmp_path: Path) -> None:
    """HDF5 can name other files three ways; NetCDF that does so is not read."""
    import h5py

    path = write_grid(tmp_path / "risk.nc")
    (tmp_path / "secret").write_bytes(bytes(8 * 1000))
    with h5py.File(path, "a") as file:
        if how == "link":
            file["stolen"] = h5py.ExternalLink("/etc/other.h5", "/x")
        elif how == "raw":
            where = [(str(tmp_path / "secret"), 0, 8 * 1000)]
            file.create_dataset("stolen", (1000,), np.float64, external=where)
        else:
            layout = h5py.VirtualLayout((1000,), np.float64)
            layout[:] = h5py.VirtualSource("other.h5", "x", (1000,))
            file.create_virtual_dataset("stolen", layout)
    for reads in (read_raster, read_particles):
        (line,) = told(lambda reads=reads: reads(path))
        assert "'stolen' is drawn from another file" in line


def test_endless_axes_are_refused(tmp_path: Path) -> None:
    """A file of a few kilobytes whose axis would fill the memory is refused."""
    import h5py

    path = write_grid(tmp_path / "risk.nc")
    with h5py.File(path, "a") as file:
        file.create_dataset("endless", (10**12,), np.float64, chunks=(1024,))
    (line,) = told(lambda: read_raster(path))
    assert "'endless' has 1,000,000,000,000 entries; at most 5,000,000 are read" in line


APART = {"build_assets.py", "apart.py"}
"""Modules that begin a process: one that no user runs, and one that begins its own script."""


def test_the_package_unpickles_and_evaluates_nothing(repository: Path) -> None:
    """No module imports a pickler or a shell, or evaluates text; arrays are loaded plain."""
    wrong = []
    modules = (repository / "planner").rglob("*.py")
    for path in sorted(path for path in modules if path.name not in APART):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""] if node.module != "urllib.parse" else []
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                names = [f"{node.func.id}()"]
            elif isinstance(node, ast.keyword):
                plain = isinstance(node.value, ast.Constant) and node.value.value is False
                names = ["allow_pickle"] if node.arg == "allow_pickle" and not plain else []
            elif isinstance(node, ast.Attribute):
                names = ["system"] if ast.unparse(node) in {"os.system", "os.popen"} else []
            held = {"pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "subprocess",
                    "urllib", "requests", "socket", "eval()", "exec()", "compile()",
                    "allow_pickle", "system"}  # fmt: skip
            wrong += [f"{path.name}: {name}" for name in names if name.split(".")[0] in held]
    assert wrong == []


def test_prices_are_no_formulas() -> None:
    """Names of units in ``worth.csv`` are text to a spreadsheet."""
    row = {"where": "=cmd|' /c calc'!A1", "what": "+1", "per": "@hull", "estimate": 0.1,
           "proven": True}  # fmt: skip
    held = {"plan_sha256": "", "title": "x", "detection": 0.1, "bound": 0.2, "by_search": 0.0}
    table = prices_csv(PriceList.model_validate(held | {"rows": [row]}))
    cells = [cell.strip('"') for cell in table.splitlines()[1].split(",")]
    assert all(cell.startswith("'") for cell in cells[:3])


@pytest.mark.parametrize(
    "agency", ["../..", "船" * 120, "𐌰" * 120, "/etc", "CON:", "\u202e", "a\nb"]
)
def test_folders_of_agencies_are_names(agency: str) -> None:
    """Whatever an agency is called, its plan's folder is one name that a file system takes."""
    name = f"informed-{_folder(agency)}-first"
    assert len(name.encode()) < 250
    assert all(c.isalnum() or c == "-" for c in name)


def test_what_is_told_cannot_steer_a_terminal(tmp_path: Path) -> None:
    """Names that clear the screen or turn the line about come out as question marks."""
    from typer.testing import CliRunner

    from planner.cli import app

    path = tmp_path / "scenario.toml"
    path.write_text('"\\u001b[2J\\u202e\\u0007" = 1\n', encoding="utf-8")
    result = CliRunner().invoke(app, ["plan", str(path), "-o", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "?[2J??" in result.output
    assert all(c.isprintable() for line in result.output.splitlines() for c in line)
    assert not (tmp_path / "out").exists()
