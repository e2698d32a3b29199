"""Templates are complete, commented, and sound as they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import ScenarioError
from planner.scenario import TEMPLATES, load, write_template


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_loads_as_it_is(tmp_path: Path, template: str) -> None:
    """Every scenario written loads without a change, and each key is commented."""
    written = write_template(tmp_path / "new", template)
    assert written[0].name in {"scenario.toml", "study.toml"}
    scenario = load(tmp_path / "new" / "scenario.toml")
    assert scenario.unit
    text = (tmp_path / "new" / "scenario.toml").read_text(encoding="utf-8")
    assert text.count("#") > 15


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A second template in the same folder is refused, naming every file in the way."""
    write_template(tmp_path, "own-sea")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ScenarioError) as raised:
        write_template(tmp_path, "own-sea")
    assert len(raised.value.problems) == len(before)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_unknown_template_names_those_there_are(tmp_path: Path) -> None:
    """A misspelt name suggests the nearest."""
    with pytest.raises(ScenarioError, match="did you mean 'caspian'"):
        write_template(tmp_path, "caspain")
