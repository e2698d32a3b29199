"""Whatever is handed in, a sound reading comes out or lines that help; a seeded selection.

``fuzz.py`` beside this module tries ten thousand of each by hand; what it found once is held
here by name.
"""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, target
from hypothesis import strategies as st

from planner.app import read_plan
from planner.errors import PlanError, ScenarioError
from planner.files import TooLarge, read_within
from planner.scenario import from_dict, load, read_polygons, read_toml, vectors
from planner.scenario.apart import PROBER
from planner.scenario.drift import read_particles
from planner.scenario.explain import MOST_LISTED, key_of, listed
from planner.scenario.figures import shown
from planner.scenario.incidents import read_events
from planner.scenario.raster import read_raster
from planner.study.cases.model import MOST_RUNS, CaseStudy
from tests.problem.off_aktau import DIRECTORY, TABLES
from tests.robust import shapes, spoil
from tests.robust.fuzz import Bench, small, trials
from tests.robust.trials import Tally, template, told
from tests.threat_files import write_drift, write_grid

Tables = dict[str, Any]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A folder of sound inputs to spoil."""
    return Bench(tmp_path_factory.mktemp("bench"), seed=7)


def test_sound_inputs_are_taken(bench: Bench) -> None:
    """What the trials begin with is sound, so that what they refuse is what they spoiled."""
    assert told(lambda: load(bench.folder / "tiny.toml")) == ()
    assert small(load(bench.folder / "tiny.toml"))
    assert told(lambda: load(bench.folder / "rich.toml")) == ()
    for name, reads in bench.readers():
        path = bench.folder / name
        folder = path.parent if path.parent == bench.plan else path
        given = path.with_suffix(".shp") if path.suffix in {".shx", ".dbf", ".prj"} else folder
        assert told(lambda reads=reads, given=given: reads(given)) == (), name


def test_spoiled_inputs_lead_to_lines(bench: Bench) -> None:
    """Scenarios, studies, geometries and files with faults: taken as sound, or told in lines."""
    for _ in trials(bench, scenarios=120, files=150, plans=1):
        pass
    assert bench.tally.tried.total() > 250
    assert bench.tally.sound.total() > 10
    assert len(bench.tally.messages) > 100
    assert bench.tally.broken == {}


def test_a_trial_that_goes_wrong_is_noticed() -> None:
    """A traceback, a line without a remedy and a line told twice are each kept as broken."""
    tally = Tally()

    def refuse(*lines: str) -> None:
        raise PlanError("\n".join(lines))

    assert not tally.add("a", lambda: 1 / 0)
    assert not tally.add("b", lambda: refuse("x: is wrong"))
    assert not tally.add("c", lambda: refuse("x: Input should be a number; see there"))
    assert not tally.add("d", lambda: refuse("x: is wrong; mend it"))
    assert sorted(key[0] for key in tally.broken) == ["a", "b", "c"]
    assert list(tally.messages) == [template("x: is wrong; mend it")]


# geometries


@pytest.mark.parametrize("odd", shapes.GEOMETRIES)
def test_an_odd_geometry_is_water_or_a_line(odd: str, tmp_path: Path) -> None:
    """Every odd shape gives valid polygons on Earth with an area, or one line that says why not."""
    path = tmp_path / "odd.geojson"
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": shapes.GEOMETRIES[odd](random.Random(1)),
    }
    path.write_text(json.dumps(feature), encoding="utf-8")
    lines = told(lambda: read_polygons(path))
    if lines:
        assert len(lines) == 1
        assert str(path) in lines[0]
        return
    found = read_polygons(path)
    assert found.is_valid
    assert found.area > 0
    assert found.bounds[1] >= -90
    assert found.bounds[3] <= 90
    assert not found.has_z


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=12))
@settings(max_examples=40)
def test_any_ring_is_water_or_a_line(ring: list[tuple[float, float]]) -> None:
    """A ring through any positions, however it crosses itself, covers no more than its hull."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ring.geojson"
        path.write_text(json.dumps(shapes.polygon([[*p] for p in (*ring, ring[0])])), "utf-8")
        if told(lambda: read_polygons(path)):
            return
        found = read_polygons(path)
    hull = shapely.MultiPoint(ring).convex_hull
    target(float(len(found.geoms)))
    assert found.is_valid
    assert found.area <= hull.area * (1 + 1e-9) + 1e-9


def test_vertices_are_counted_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One vertex more than is worked with is refused by the number; as many are read."""
    assert vectors.MOST_VERTICES == 1_000_000
    monkeypatch.setattr(vectors, "MOST_VERTICES", 20_001)
    path = tmp_path / "coast.geojson"
    path.write_text(json.dumps(shapes.polygon(shapes.wheel(20_000))), encoding="utf-8")
    assert told(lambda: read_polygons(path)) == ()
    path.write_text(json.dumps(shapes.polygon(shapes.wheel(20_001))), encoding="utf-8")
    (line,) = told(lambda: read_polygons(path))
    assert "20,002 vertices; at most 20,001 are read" in line


@pytest.mark.parametrize("kind", [[], {}, 1, None, ["Polygon"], "Hexagon"])
def test_a_kind_that_is_none_is_told(kind: Any, tmp_path: Path) -> None:
    """JSON whose type is no word of GeoJSON is no GeoJSON."""
    path = tmp_path / "kind.geojson"
    path.write_text(json.dumps({"type": kind, "features": []}), encoding="utf-8")
    (line,) = told(lambda: read_polygons(path))
    assert "it is JSON, but no GeoJSON" in line


def test_lines_that_cross_without_end_are_told(tmp_path: Path) -> None:
    """A star of so many points that mending it would take hours is refused; a small one is not."""
    path = tmp_path / "star.geojson"
    path.write_text(json.dumps(shapes.polygon(shapes.wheel(300, wild=1.5))), encoding="utf-8")
    assert told(lambda: read_polygons(path)) == ()
    path.write_text(json.dumps(shapes.polygon(shapes.wheel(20_000, wild=1.5))), encoding="utf-8")
    (line,) = told(lambda: read_polygons(path))
    assert "cross each other more often than can be mended" in line


def test_positions_in_metres_without_a_crs_are_told(tmp_path: Path) -> None:
    """GeoJSON in metres that names no CRS is no water beyond the Earth."""
    path = tmp_path / "metres.geojson"
    path.write_text(json.dumps(shapes.GEOMETRIES["in metres"](random.Random(0))), "utf-8")
    (line,) = told(lambda: read_polygons(path))
    assert "5 of its 5 positions are nowhere on Earth, the first at [505000," in line


@pytest.mark.parametrize("depth", ["none", "etopo1"])
def test_latitudes_first_are_told(depth: str, tmp_path: Path) -> None:
    """An area whose latitudes come first is told so, not that it lies outside the Caspian."""
    path = tmp_path / "area.geojson"
    path.write_text(json.dumps(shapes.GEOMETRIES["turned about"](random.Random(0))), "utf-8")
    tables = copy.deepcopy(TABLES)
    tables["area"] = {"file": "area.geojson", "depth": depth}
    lines = told(lambda: from_dict(tables, tmp_path))
    assert any("latitudes come first" in line for line in lines)


# sizes


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"unit": {"count": 10**12}}, "1,000,000,000,001 hulls together; at most 200"),
        ({"unit": {"crews": 5000}}, "5,002 crews together; at most 1,000"),
        ({"area": {"time_step_min": 1}, "days": 90}, "129,600 steps"),
        ({"threat": 101}, "threat: there are 101; at most 100"),
        ({"base": 100_000}, "base: there are 100,000; at most 200"),
        ({"area": {"closures": ["kashagan"] * 501}}, "area.closures: has 501 entries"),
        ({"days": 91}, "not between 0 and 90"),
    ],
)
def test_sizes_are_limited_before_work_begins(changes: Tables, words: str) -> None:
    """More than is planned is told at once, with the limit."""
    tables = copy.deepcopy(TABLES)
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(tables[key], dict):
            tables[key] |= value
        elif isinstance(value, dict):
            tables[key][0] |= value
        elif isinstance(tables[key], list):
            tables[key] = tables[key][:1] * value
        else:
            tables[key] = value
    lines = told(lambda: from_dict(tables, DIRECTORY))
    assert any(words in line for line in lines), lines


def test_a_grid_of_runs_is_counted_first() -> None:
    """Axes that multiply to millions of runs are refused before one is laid out."""
    axis = {"path": "days", "values": list(range(1, 80))}
    axes = [axis | {"name": str(number)} for number in range(4)]
    study = {"title": "x", "scenario": "x.toml", "grid": {"axis": axes}}
    with pytest.raises(ValueError, match=f"38,950,081 runs; at most {MOST_RUNS:,}"):
        CaseStudy.model_validate(study)


def test_a_value_of_an_axis_is_no_book() -> None:
    """A value that would fill a table's row by itself is refused by its axis."""
    axis = {"name": "x", "path": "title", "values": ["y" * 5000, "z"]}
    with pytest.raises(ValueError, match="more than 200 letters"):
        CaseStudy.model_validate({"title": "x", "scenario": "x.toml", "grid": {"axis": [axis]}})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = " + "[" * 5000, "nested more than 16 deep"),
        ("a = " + "[" * 20 + "]" * 20, "nested more than 16 deep"),
        ("a" + ".a" * 100_000 + " = 1", "line 1 has more than 400 dots"),
        ("[" + "a" + ".a" * 100 + "]", "nested more than 16 deep"),
        ("a = " + "9" * 5000, "write at most 18 digits"),
        ("a = 0x" + "f" * 5000, "is a whole number of 20000 bits"),
        ("# " + "x" * (1 << 20), "more than 1 MiB"),
        ("a = 1\na = 2\nb = 3\n", "line 2: is not TOML: Cannot overwrite a value"),
        ("[a]\n[a]\n", "Cannot declare 'a' twice"),
        ("title = 'x\x00'", "is not TOML"),
    ],
)
def test_texts_that_would_not_end_are_refused(text: str, words: str, tmp_path: Path) -> None:
    """Depth, length and size of TOML are limited, and the line says where it goes too far."""
    path = tmp_path / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    (line,) = told(lambda: read_toml(path))
    assert words in line


def test_a_mark_of_byte_order_is_no_fault(tmp_path: Path) -> None:
    """TOML as some editors save it, with a mark before the text, is read."""
    path = tmp_path / "scenario.toml"
    path.write_bytes(b"\xef\xbb\xbftitle = 'x'")
    assert read_toml(path) == {"title": "x"}


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device")
def test_what_never_ends_is_read_no_further() -> None:
    """Of a device that gives bytes for ever only those within the limit are taken."""
    with pytest.raises(TooLarge, match="more than 1 KiB"):
        read_within(Path("/dev/zero"), 1024)


@pytest.mark.parametrize("name", ["x" * 300, "a/" * 400, "x\x00y", "x" * 5000])
def test_names_that_no_disk_takes_are_files_that_are_not_there(name: str) -> None:
    """A name too long, or with a zero byte, is told like any other that is not there."""
    tables = copy.deepcopy(TABLES)
    tables["area"]["file"] = name
    lines = told(lambda: from_dict(tables, DIRECTORY))
    assert any("is no file beside the scenario" in line or "at most 1000" in line for line in lines)


def test_long_lists_and_keys_are_cut() -> None:
    """A message lists so many words and counts the rest, names no endless key, and is one line."""
    assert shown("a\n\tb") == "'a b'"
    assert len(shown(["x" * 5000])) <= 60
    assert listed(str(number) for number in range(1000)).endswith(f"and {1000 - MOST_LISTED} more")
    assert len(key_of(("x" * 5000, 3))) < 70


# grids and particles


def test_a_grid_of_any_kind_is_read_or_told(tmp_path: Path) -> None:
    """Grids turned about, without values, of text, of one row, or endless: read, or one line."""
    import xarray

    lon, lat = np.arange(50.0, 51.0, 0.1), np.arange(43.0, 44.0, 0.1)
    plain = np.ones((10, 10))
    odd: dict[str, tuple[Any, Any, Any]] = {
        "sound": (lon, lat, plain),
        "north first": (lon, lat[::-1], plain),
        "turned about": (lat, lon, plain),
        "no values": (lon, lat, plain * np.nan),
        "infinite": (lon, lat, plain * np.inf),
        "in metres": (lon * 1e5, lat * 1e5, plain),
        "no places": (lon * np.nan, lat, plain),
        "one place": (lon * 0, lat, plain),
        "texts": (lon, lat, plain.astype("U4")),
        "times": (lon, lat, plain.astype("datetime64[ns]")),
    }
    told_of = {}
    for number, (name, (x, y, values)) in enumerate(odd.items()):
        path = tmp_path / f"{number}.nc"
        data = xarray.Dataset({"risk": (("lat", "lon"), values)}, {"lon": x, "lat": y})
        data.to_netcdf(path, engine="h5netcdf")
        told_of[name] = told(lambda path=path: read_raster(path))
    assert {name for name, lines in told_of.items() if not lines} >= {"sound", "north first"}
    for name in ("no values", "infinite", "in metres", "no places", "one place", "texts"):
        assert len(told_of[name]) == 1, name


def test_a_file_that_makes_the_library_hang_is_damaged(tmp_path: Path) -> None:
    """What ends or holds up the process that looks through a file does not hold up this one."""
    path = write_drift(tmp_path / "drift.nc")
    assert told(lambda: read_particles(path)) == ()
    child = PROBER._running()
    child.kill()
    child.wait()
    assert PROBER.ask(path)["error"] is None
    child = PROBER._running()
    assert child.stdin is not None
    child.stdin.write("no JSON\n")
    child.stdin.flush()
    assert PROBER.ask(path)["error"] == "it is damaged"
    assert PROBER.ask(path)["error"] is None


@pytest.mark.parametrize("cut", [0, 3, 4, 100, 2000, -1])
def test_a_file_that_is_cut_off_is_told(cut: int, tmp_path: Path) -> None:
    """Wherever a NetCDF ends too early, one line says that it cannot be read."""
    content = write_grid(tmp_path / "risk.nc").read_bytes()
    path = tmp_path / "cut.nc"
    path.write_bytes(content[:cut])
    for reads in (read_raster, read_particles):
        (line,) = told(lambda reads=reads: reads(path))
        assert "cannot be read as NetCDF" in line


ODD_TABLES = (
    "", "\n", "lon,lat,time", "lon,lat,time\n" * 9, "\x00" * 99, "lon;lat;time\n50;43;2005",
    '"lon,lat\n', "lon,lat,time\n,,\n" * 6, "lon,lat,value\n50,43,1e999\n51,44,1\n",
    "lon,lat,time,time\n" + "1e400,nan,2005-01-01T00:00\n" * 9,
)  # fmt: skip


@pytest.mark.parametrize("text", ODD_TABLES)
def test_tables_of_any_kind_are_told(text: str, tmp_path: Path) -> None:
    """Empty, headed twice, of other marks, or full of what is no number: one line each."""
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    for reads in (lambda given: read_events(given, None), read_raster):
        assert len(told(lambda reads=reads: reads(path))) == 1


# plans


@given(seed=st.integers(0, 10**6))
@settings(max_examples=10)
def test_a_plan_of_other_values_is_judged_or_told(seed: int, bench: Bench) -> None:
    """``plan.json`` with other values at its places: violations, or one line, no traceback."""
    path = bench.plan / "plan.json"
    kept = path.read_bytes()
    held = spoil.spoiled(json.loads(kept), random.Random(seed), 1)
    try:
        path.write_text(json.dumps(held, default=str), encoding="utf-8")
        told(lambda: bench.judged(bench.plan))
    finally:
        path.write_bytes(kept)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"null", b'{"schema": 1}',
                                     b"[" * 100_000, b'{"a":' * 100_000])  # fmt: skip
def test_what_is_no_plan_is_told(content: bytes, tmp_path: Path) -> None:
    """Whatever lies where a plan should, one line says what to do."""
    (tmp_path / "plan.json").write_bytes(content)
    (line,) = told(lambda: read_plan(tmp_path))
    assert "make it again with 'patrol plan'" in line


@given(
    place=st.integers(0, 10**6),
    value=st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.datetimes(),
        st.lists(st.floats(), max_size=3), st.dictionaries(st.text(max_size=5), st.integers()),
    ),
)  # fmt: skip
@settings(max_examples=60)
def test_any_value_anywhere_is_sound_or_told(place: int, value: Any) -> None:
    """One value of a sound scenario replaced by any other: sound, or lines, most of them one."""
    tables = copy.deepcopy(TABLES)
    held, key = (found := list(spoil.places(tables)))[place % len(found)]
    held[key] = value
    try:
        from_dict(tables, DIRECTORY, "scenario.toml")
        lines: tuple[str, ...] = ()
    except ScenarioError:
        lines = told(lambda: from_dict(tables, DIRECTORY, "scenario.toml"))
    target(float(len(lines)))
    assert all(line.startswith("scenario.toml: ") for line in lines)
