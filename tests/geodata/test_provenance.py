"""The provenance table names every shipped file, its source and licence; files stay small."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from planner import geodata
from planner.errors import GeodataError
from planner.geodata import files

KEPT_BY_HAND = {"README.md", "provenance.toml"}
NO_DATA = {"build", "licences"}


def build_module(name: str) -> ModuleType:
    """Load one script of geodata/build by its path."""
    path = Path(__file__).resolve().parents[2] / "geodata" / "build" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"geodata_build_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_file_has_provenance() -> None:
    """Each shipped data file is the file of exactly one layer."""
    root = geodata.root()
    paths = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
    shipped = {path.as_posix() for path in paths if path.parts[0] not in NO_DATA} - KEPT_BY_HAND
    named = [layer.file for layer in geodata.layers()]
    assert sorted(named) == sorted(shipped)


def test_every_layer_says_all() -> None:
    """Each layer names source, version, date, licence, derivation and what to mind."""
    for layer in geodata.layers():
        for field in ("title", "source", "version", "date", "licence", "derived", "notes"):
            assert getattr(layer, field), (layer.key, field)


def test_openstreetmap_layers_carry_notice_and_licence() -> None:
    """Layers from OpenStreetMap are ODbL with its notice, and the licence text is shipped."""
    licences = geodata.root() / "licences"
    for layer in geodata.layers():
        if "OpenStreetMap" in layer.source or layer.key in ("sectors", "zones"):
            assert "ODbL 1.0" in layer.licence
            assert "© OpenStreetMap contributors" in layer.licence
    assert "Open Database License" in (licences / "ODbL-1.0.txt").read_text(encoding="utf-8")
    assert "© OpenStreetMap contributors" in (licences / "NOTICE.md").read_text(encoding="utf-8")


def test_depth_says_how_little_it_knows_near_shore() -> None:
    """The depth layer warns of the coarse grid near the shore."""
    depth = next(layer for layer in geodata.layers() if layer.key == "depth")
    assert "Near shore" in depth.notes


def test_derived_layers_say_so() -> None:
    """Sectors are labelled derived, and their notes say they are not treaty lines."""
    sectors = next(layer for layer in geodata.layers() if layer.key == "sectors")
    assert "derived" in sectors.title.lower()
    assert "not treaty lines" in sectors.notes


def test_all_layers_stay_below_two_megabytes() -> None:
    """The shipped folder is small enough for any wheel."""
    shipped = [path for path in geodata.root().rglob("*") if "build" not in path.parts]
    assert sum(path.stat().st_size for path in shipped if path.is_file()) < 1_000_000


def test_coordinates_are_rounded() -> None:
    """Positions in the GeoJSON layers carry at most five decimals."""

    def decimals(value: object) -> int:
        if isinstance(value, list):
            return max(decimals(item) for item in value)
        return len(repr(value).partition(".")[2])

    for path in geodata.root().glob("*.geojson"):
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            assert decimals(feature["geometry"]["coordinates"]) <= 5, path.name


def test_the_packages_rebuilt_from_are_the_ones_named() -> None:
    """Every package the build fetches is named with its version in the provenance table."""
    build = Path(__file__).resolve().parents[2] / "geodata" / "build"
    assert (build / "build.py").is_file()
    rows = [" ".join([layer.source, layer.version]) for layer in geodata.layers()]
    for package in build_module("packages").PACKAGES:
        assert any(package.name in row and package.version in row for row in rows), package.name


def test_written_features_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the build writes as GeoJSON is what the planner reads, rounded."""
    square = geodata.buffer_nm(geodata.shoreline("legal-28m").centroid, 3.0)
    build_module("write").write_geojson(tmp_path / "x.geojson", [({"key": "a"}, square)])
    monkeypatch.setattr(files, "root", lambda: tmp_path)
    read = files.read_areas("x.geojson")["a"]
    assert read.symmetric_difference(square).area < 1e-4 * square.area


def test_a_spoiled_package_is_refused(tmp_path: Path) -> None:
    """A package file that is not the recorded one stops the build."""
    packages = build_module("packages")
    (tmp_path / packages.SEAROUTE.filename).write_bytes(b"something else")
    with pytest.raises(SystemExit, match="SHA-256"):
        packages.fetch(packages.SEAROUTE, tmp_path)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("x.geojson", '{"features": [{"geometry": 1, "properties": {}}]}'),
        ("x.geojson", "not json"),
        (
            "x.geojson",
            '{"features": [{"properties": {"key": "a"},'
            ' "geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
        ),
        ("y.geojson", ""),
    ],
)
def test_a_damaged_layer_is_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str
) -> None:
    """A missing or damaged file raises one line that names it and the remedy."""
    (tmp_path / file).write_text(text, encoding="utf-8")
    if not text:
        (tmp_path / file).unlink()
    monkeypatch.setattr(files, "root", lambda: tmp_path)
    with pytest.raises(GeodataError) as caught:
        files.read_areas(file)
    assert file in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_incomplete_table_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provenance row whose file is gone is reported with the file's name."""
    shutil.copy(geodata.root() / "provenance.toml", tmp_path)
    monkeypatch.setattr("planner.geodata.provenance.root", lambda: tmp_path)
    with pytest.raises(GeodataError, match=r"shoreline-present\.geojson: missing"):
        geodata.layers.__wrapped__()


def test_exported_names_are_sorted_and_real() -> None:
    """The package's __all__ is sorted and every name is there."""
    names = [*geodata.__all__]
    assert names == sorted(names, key=lambda n: (not n.isupper(), not n[0].isupper(), n))
    assert all(hasattr(geodata, name) for name in names)
