"""Files that cannot be read say why in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import ScenarioError
from planner.scenario import load


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('title = "x"\ndays = = 3\n', "line 2: is not TOML"),
        ('title = "x"\ntitle = "y"\n', "line 2: is not TOML"),
        ('title = "x\n', "line 1: is not TOML"),
        ("[[unit]\n", "line 1: is not TOML"),
    ],
)
def test_broken_toml_names_the_line(tmp_path: Path, text: str, message: str) -> None:
    """A fault of syntax names the file and the line."""
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        load(path)
    assert str(raised.value).startswith(f"{path}: {message}")
    assert "\n" not in str(raised.value)


def test_a_missing_file_a_folder_and_bytes_are_told_apart(tmp_path: Path) -> None:
    """Each of the ways in which there is no text to read has its own remedy."""
    noise = tmp_path / "noise.toml"
    noise.write_bytes(b"title = \xff\xfe")
    for path, remedy in (
        (tmp_path / "none.toml", "patrol new"),
        (tmp_path, "name the TOML file in it"),
        (noise, "save it as UTF-8"),
    ):
        with pytest.raises(ScenarioError, match=remedy):
            load(path)


def test_relative_paths_start_from_the_file(examples: Path) -> None:
    """Paths in a scenario start from its folder and stay as they were written."""
    scenario = load(examples / "aktau-2006.toml")
    assert scenario.directory == examples
    assert scenario.path_of("coast.gpkg") == examples / "coast.gpkg"
    assert scenario.file_name.endswith("aktau-2006.toml")
