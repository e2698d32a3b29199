"""Reading a study: what is wrong is said with file, key and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import ScenarioError
from planner.study import load_study


def test_a_study_is_read_with_its_scenario(study_file: Path) -> None:
    """Figures come as stated; the scenario is found beside the study."""
    study, scenario = load_study(study_file)
    assert study.fleet.unit == ("Launches",)
    assert study.fleet.counts == (1, 2, 4)
    assert (study.time_limit_s, study.seed) == (3, 5)
    assert "Launches" in [unit.name for unit in scenario.unit]


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ('unit = "Launches"', 'unit = "Ships"', "fleet.unit", "name one of: 'Launches'"),
        ('unit = "Launches"', 'unit = ["Launches", "Launches"]', "fleet.unit", "twice"),
        ('"Launches"', '["Launches", "Response boat"]', "fleet.unit", "one class"),
        ("[1, 2, 4]", "[2, 1]", "fleet.counts", "ascend"),
        ("[1, 2, 4]", "[0, 1]", "fleet.counts", "1"),
        ("[1, 2, 4]", "[]", "fleet.counts", "empty"),
        ('unit = "Launches"', "unit = []", "fleet.unit", "empty"),
        ('unit = "Launches"', "unit = 3", "fleet.unit", "a list"),
        ("[1, 2, 4]", "[1.5]", "fleet.counts", "whole number"),
        ("time_limit_s = 3", "time_limit_s = -3", "time_limit_s", ""),
        ("seed = 5", "sede = 5", "sede", ""),
        ('title = "How many launches?"', "", "title", ""),
        ('"scenario.toml"', '"other.toml"', "other.toml", "no such file"),
    ],
)
def test_faults_name_file_key_and_remedy(
    study_file: Path, old: str, new: str, key: str, words: str
) -> None:
    """Each fault is one line with where it is and what to do."""
    text = study_file.read_text("utf-8")
    assert old in text
    study_file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_study(study_file)
    lines = str(caught.value).splitlines()
    assert any(str(study_file.parent) in line and key in line and words in line for line in lines)
    assert all("; " in line for line in lines)


def test_faults_of_the_scenario_are_reported_as_its_own(study_file: Path) -> None:
    """A study of a broken scenario names the scenario's file."""
    scenario = study_file.parent / "scenario.toml"
    text = scenario.read_text("utf-8").replace("days = 2", "days = -2")
    scenario.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"scenario\.toml: days"):
        load_study(study_file)
