"""The command ``patrol map`` and its ways to deliver a map."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.app import write_plan
from planner.cli import app
from planner.sea import build_sea
from tests.plan_factory import Maker, write_scenario


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a plan made by hand and return its folder."""
    scenario = write_scenario(tmp_path_factory.mktemp("scenario"))
    plan = Maker(scenario, build_sea(scenario)).plan().at(scenario)
    return write_plan(plan, tmp_path_factory.mktemp("plan"))


def test_a_map_is_one_file_unless_asked_otherwise(folder: Path) -> None:
    """Inline by default; --assets directory puts a folder beside it, cdn names a server."""
    assert CliRunner().invoke(app, ["map", str(folder)]).exit_code == 0
    assert not (folder / "map-assets").exists()
    inline = (folder / "map.html").read_text("utf-8")
    assert "https://" not in inline
    assert CliRunner().invoke(app, ["map", str(folder), "--assets", "directory"]).exit_code == 0
    assert (folder / "map-assets" / "LICENSE-leaflet.txt").is_file()
    asked = ["map", str(folder), "--assets", "cdn", "--tiles", "osm"]
    assert CliRunner().invoke(app, asked).exit_code == 0
    page = (folder / "map.html").read_text("utf-8")
    assert "https://unpkg.com/leaflet@1.9.4/dist/leaflet.js" in page
    assert "img-src https://unpkg.com/leaflet@1.9.4/dist/ https://tile.openstreetmap.org" in page


def test_a_map_opens_in_the_language_asked_for(folder: Path) -> None:
    """English by default; a language that there is none of is bad input."""
    for asked, lang in (([], "en"), (["--language", "kk"], "kk"), (["--language", "ru"], "ru")):
        assert CliRunner().invoke(app, ["map", str(folder), *asked]).exit_code == 0
        assert f'<html lang="{lang}">' in (folder / "map.html").read_text("utf-8")
    assert "Условные обозначения" in (folder / "map.html").read_text("utf-8")
    assert CliRunner().invoke(app, ["map", str(folder), "--language", "xx"]).exit_code == 2


def test_tiles_that_are_none_are_bad_input(folder: Path) -> None:
    """One line that names the option and the remedy, and exit status 2."""
    result = CliRunner().invoke(app, ["map", str(folder), "--tiles", "maps.example"])
    assert result.exit_code == 2
    assert "--tiles" in result.stderr
    assert "osm" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
