"""The file: the same bytes for the same contents, read back whole, refused when not sound."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import PlanError
from planner.reuse import LEARNED_FILE, check_folder, read_learned, write_learned
from planner.reuse.model import Learned
from tests.reuse.known import learned


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that a run's file was written to."""
    folder = tmp_path_factory.mktemp("written")
    write_learned(learned(), folder)
    return folder


def rewritten(written: Path, folder: Path, **members: Any) -> Path:
    """Write a copy of the file with members in place of its own; None leaves one out."""
    with (
        zipfile.ZipFile(written / LEARNED_FILE) as source,
        zipfile.ZipFile(folder / LEARNED_FILE, "w") as target,
    ):
        for name in source.namelist():
            member = name.removesuffix(".npy")
            if member not in members:
                target.writestr(name, source.read(name))
            elif members[member] is not None:
                with target.open(name, "w") as file:
                    np.lib.format.write_array(file, members[member], allow_pickle=True)
    return folder


def header(written: Path, **values: Any) -> np.ndarray:
    """The file's header with other values."""
    with np.load(written / LEARNED_FILE) as held:
        told = json.loads(held["header"].tobytes())
    return np.frombuffer(json.dumps(told | values).encode(), np.uint8)


def test_what_is_written_is_read(written: Path) -> None:
    """Parts, sorties, targets and bounds come back as they were, to the last bit."""
    known, found = learned(), read_learned(written)
    assert (found.planner_version, found.parts) == (known.planner_version, known.parts)
    for table in ("columns", "aims"):
        for field in fields(getattr(known, table)):
            array = getattr(getattr(known, table), field.name)
            again = getattr(getattr(found, table), field.name)
            assert array.dtype == again.dtype
            np.testing.assert_array_equal(array, again)
    assert found.cut_arrays.keys() == known.cut_arrays.keys()
    for name, array in known.cut_arrays.items():
        np.testing.assert_array_equal(array, found.cut_arrays[name])
    assert json.dumps(found.cut_values, sort_keys=True) == json.dumps(
        known.cut_values, sort_keys=True
    )


def test_equal_contents_are_equal_bytes(written: Path, tmp_path: Path) -> None:
    """Written again, even from what was read, the file is the same byte by byte."""
    write_learned(read_learned(written), tmp_path)
    assert (tmp_path / LEARNED_FILE).read_bytes() == (written / LEARNED_FILE).read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == [LEARNED_FILE]


def test_no_object_is_pickled(written: Path) -> None:
    """Every member is a plain array, and none tells the time."""
    with zipfile.ZipFile(written / LEARNED_FILE) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with np.load(written / LEARNED_FILE, allow_pickle=False) as held:
        assert all(held[name].dtype.kind in "biuf" for name in held.files)


def test_a_folder_without_a_plan_is_refused(tmp_path: Path) -> None:
    """No folder, a file, and a folder without a plan are bad input, each told in a line."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for name, words in (("no", "does not exist"), ("file", "not a folder"), ("empty", "no plan")):
        with pytest.raises(PlanError, match=words) as raised:
            check_folder(tmp_path / name)
        assert "\n" not in str(raised.value)
    (tmp_path / "empty" / "plan.json").touch()
    check_folder(tmp_path / "empty")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A plan without the file is told as that."""
    with pytest.raises(PlanError, match="is missing"):
        read_learned(tmp_path)


def test_a_newer_format_is_told(written: Path, tmp_path: Path) -> None:
    """A file of a later format is told by both formats, whatever else it holds."""
    later = header(written, format="patrol-learned/2", more=1)
    with pytest.raises(PlanError, match=r"format patrol-learned/2, this planner reads") as raised:
        read_learned(rewritten(written, tmp_path, header=later))
    assert str(tmp_path / LEARNED_FILE) in str(raised.value)


DAMAGE: list[tuple[str, Callable[[Path], dict[str, Any]]]] = [
    ("format", lambda at: {"header": header(at, format="minutes/1")}),
    ("extra key", lambda at: {"header": header(at, extra=1)}),
    ("no header", lambda at: {"header": None}),
    ("header no JSON", lambda at: {"header": np.zeros(4, np.uint8)}),
    ("header a list", lambda at: {"header": np.frombuffer(b"[]", np.uint8)}),
    ("array gone", lambda at: {"depart": None}),
    ("pickle", lambda at: {"depart": np.array([{}], object)}),
    ("other type", lambda at: {"depart": np.zeros(3)}),
    ("too short", lambda at: {"depart": np.zeros(3, np.int32)}),
    ("no such cell", lambda at: {"cell": np.zeros(1, np.uint64)}),
    ("rows backwards", lambda at: {"visit_ptr": learned().columns.visit_ptr[::-1].copy()}),
    ("no such unit", lambda at: {"unit": learned().columns.unit + 9}),
    ("other targets", lambda at: {"weight": np.ones(3)}),
    ("negative weight", lambda at: {"weight": -learned().aims.weight}),
    ("other windows", lambda at: {"window": np.zeros((1, 1), np.int32)}),
    ("cuts", lambda at: {"cut_price": np.zeros((0, 3))}),
    ("no axis", lambda at: {"cut_price": np.array(1.0)}),
]


@pytest.mark.parametrize(("name", "members"), DAMAGE, ids=[name for name, _ in DAMAGE])
def test_what_is_not_sound_is_refused(
    written: Path, tmp_path: Path, name: str, members: Callable[[Path], dict[str, Any]]
) -> None:
    """A file of another origin, or with parts that do not belong together, is told in one line."""
    with pytest.raises(PlanError, match=LEARNED_FILE) as raised:
        read_learned(rewritten(written, tmp_path, **members(written)))
    assert "\n" not in str(raised.value)


@given(st.data())
def test_no_damage_escapes(
    written: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Bytes changed or cut off give the contents, or an error of the plan, and nothing else."""
    whole = bytearray((written / LEARNED_FILE).read_bytes())
    for _ in range(data.draw(st.integers(0, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    whole = whole[: data.draw(st.integers(0, len(whole)))]
    folder = tmp_path_factory.mktemp("damaged")
    (folder / LEARNED_FILE).write_bytes(whole)
    try:
        found = read_learned(folder)
    except PlanError as error:
        assert "\n" not in str(error)
    else:
        assert isinstance(found, Learned)


def test_more_than_memory_is_refused(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that would unpack to more than is allowed is not unpacked."""
    monkeypatch.setattr("planner.reuse.file.MOST_BYTES", 100)
    with pytest.raises(PlanError, match="unpacks to more"):
        read_learned(written)


def test_a_run_without_sorties_or_bounds_is_kept(tmp_path: Path) -> None:
    """Nothing found is nothing kept, and no error."""
    columns = learned().columns
    empty = replace(
        learned(),
        columns=replace(
            columns,
            unit=columns.unit[:0], depart=columns.depart[:0], worth=columns.worth[:0],
            visit_ptr=columns.visit_ptr[:1], visit_step=columns.visit_step[:0],
            visit_cell=columns.visit_cell[:0],
        ),
        cut_arrays={},
        cut_values=(),
    )  # fmt: skip
    write_learned(empty, tmp_path)
    assert len(read_learned(tmp_path).columns) == 0
