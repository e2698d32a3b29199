"""Exporting as a whole: files, names, choices, and the command."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import gpxpy
import pyogrio
import pytest
from typer.testing import CliRunner, Result

from planner.cli import app
from planner.cli import export as command
from planner.errors import PlanError
from planner.export import FORMATS, WITH_CELLS, Format, export_plan
from planner.export.rtz import VERSIONS
from planner.plan.model import Plan
from planner.sea import Sea
from tests.export.rtz_rules import faults


def patrol(*arguments: str | Path) -> Result:
    """Run ``patrol`` in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def contents(folder: Path) -> dict[str, bytes]:
    """Bytes of every file of a folder by its name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_plan_gives_the_same_bytes(
    plan: Plan, sea: Sea, tmp_path: Path, form: Format
) -> None:
    """In every format, and nothing else is left in the folder."""
    for name in ("one", "two"):
        written = export_plan(plan, tmp_path / name, form, sea=sea)
        assert set(written.files) == set((tmp_path / name).iterdir())
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_names_make_safe_files(
    hostile: Plan, sea: Sea, tmp_path: Path, form: Format
) -> None:
    """File names are plain, and all files lie in the folder."""
    written = export_plan(hostile, tmp_path / "out", form, sea=sea)
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]
    for path in written.files:
        assert path.parent == tmp_path / "out"
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}\.[a-z]+", path.name)


def test_gpx_is_a_file_of_all_and_one_a_sortie(plan: Plan, tmp_path: Path) -> None:
    """The first file holds every route, the others one each, named after sortie and hull."""
    first, *others = export_plan(plan, tmp_path, "gpx").files
    assert first.name == "sorties.gpx"
    together = [route.name for route in gpxpy.parse(first.read_text(encoding="utf-8")).routes]
    apart = [gpxpy.parse(path.read_text(encoding="utf-8")).routes[0].name for path in others]
    assert apart == together
    assert others[0].name == "Boats-1-a_Boats-1.gpx"


def test_file_names_do_not_depend_on_the_choice(hostile: Plan, tmp_path: Path) -> None:
    """A sortie's file is called the same alone and among all."""
    every = export_plan(hostile, tmp_path / "all", "rtz").files
    for sortie in hostile.sorties:
        (alone,) = export_plan(hostile, tmp_path / "one", "rtz", sorties=[sortie.id]).files
        assert (tmp_path / "all" / alone.name) in every
        assert alone.read_bytes() == (tmp_path / "all" / alone.name).read_bytes()


def test_choices_are_by_sortie_and_hull(plan: Plan, tmp_path: Path) -> None:
    """Several names add up, the two kinds together narrow."""
    two = export_plan(plan, tmp_path, "csv", sorties=["Boats 1 a", "Navy 1 b"])
    assert two.sorties == 2
    assert export_plan(plan, tmp_path, "csv", hulls=["Navy 1"]).sorties == 2
    both = export_plan(plan, tmp_path, "csv", hulls=["Navy 1"], sorties=["Boats 1 a", "Navy 1 b"])
    assert both.sorties == 1
    with pytest.raises(PlanError, match="no sortie is left"):
        export_plan(plan, tmp_path, "csv", hulls=["Navy 1"], sorties=["Boats 1 a"])


def test_unknown_names_are_told_with_the_known_ones(plan: Plan, tmp_path: Path) -> None:
    """One line: what is wrong, what there is, what to do; nothing is written."""
    with pytest.raises(PlanError) as caught:
        export_plan(plan, tmp_path / "out", "gpx", hulls=["Boat 1"])
    assert str(caught.value) == (
        "the plan has no hull 'Boat 1'; it has Boats 1, Boats 2, Navy 1; did you mean 'Boats 1'?"
    )
    with pytest.raises(PlanError, match=r"no sortie 'x'.* name one of them with --sortie"):
        export_plan(plan, tmp_path / "out", "gpx", sorties=["x"])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", FORMATS)
def test_a_plan_without_sorties(plan: Plan, sea: Sea, tmp_path: Path, form: Format) -> None:
    """Routes and calendars of nothing are refused; tables and maps of nothing are fine."""
    empty = plan.model_copy(update={"sorties": ()})
    if form in ("gpx", "rtz", "ics"):
        with pytest.raises(PlanError, match="no sorties to export"):
            export_plan(empty, tmp_path, form, sea=sea)
        return
    export_plan(empty, tmp_path, form, sea=sea)
    if form == "gpkg":
        info = pyogrio.read_info(tmp_path / "patrol.gpkg", layer="sorties")
        assert (info["features"], info["geometry_type"]) == (0, "LineString")


def test_what_an_earlier_plan_left_is_told(plan: Plan, tmp_path: Path) -> None:
    """Other files of the format are named, never removed."""
    stale = tmp_path / "S099_Boats-9.gpx"
    stale.write_text("old")
    (tmp_path / "notes.txt").write_text("mine")
    assert export_plan(plan, tmp_path, "gpx").strangers == (stale,)
    assert stale.exists()


def test_the_command_knows_the_formats() -> None:
    """Choices of the command line are those of the package."""
    assert tuple(command.Format) == FORMATS == get_args(Format)
    assert tuple(command.Rtz) == VERSIONS
    assert set(FORMATS) > WITH_CELLS


@pytest.mark.parametrize("form", FORMATS)
def test_the_command_says_what_it_wrote(written_plan: Path, form: Format) -> None:
    """Count, folder and names; DIR/export is the folder if none is given."""
    result = patrol("export", written_plan, "--format", form)
    assert result.exit_code == 0, result.output
    first, *names = result.stdout.splitlines()
    assert first.startswith("Wrote ")
    assert first.endswith(f"with 6 sorties to {written_plan / 'export'}")
    listed = {name.strip() for name in names}
    assert listed == {path.name for path in (written_plan / "export").glob(f"*.{form}")}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_command_writes_either_rtz(written_plan: Path, tmp_path: Path, version: str) -> None:
    """Files under the names that the command gives them hold every rule."""
    result = patrol(
        "export",
        written_plan,
        "--format",
        "rtz",
        "--rtz",
        version,
        "-o",
        tmp_path,
        "--hull",
        "Navy 1",
    )
    assert result.exit_code == 0, result.output
    files = sorted(tmp_path.glob("*.rtz"))
    assert len(files) == 2
    for path in files:
        assert faults(path) == []
        assert f'version="{version}"' in path.read_text(encoding="utf-8")


def test_the_command_warns_of_strangers(written_plan: Path, tmp_path: Path) -> None:
    """A file of an earlier plan is told on standard error; the status is still 0."""
    (tmp_path / "S099.ics").write_text("old")
    result = patrol("export", written_plan, "--format", "ics", "-o", tmp_path)
    assert result.exit_code == 0
    assert "also holds 1 ics file not of this export: S099.ics" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "gpx", "--hull", "Tug"], "the plan has no hull 'Tug'"),
        (["--format", "doc"], "is not one of"),
        (["--format", "rtz", "--rtz", "1.1"], "is not one of"),
        ([], "Missing option '--format'"),
    ],
)
def test_bad_input_ends_with_status_2(
    written_plan: Path, arguments: list[Any], message: str
) -> None:
    """Unknown names, formats and versions are told, without a traceback."""
    result = patrol("export", written_plan, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_a_folder_without_a_plan(tmp_path: Path) -> None:
    """The message names the file that is missing."""
    result = patrol("export", tmp_path, "--format", "gpx")
    assert result.exit_code == 2
    assert "plan.json: cannot be read" in result.stderr
