"""Weather that is known since a time: what held before, and what makes no sense."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from planner.scenario import Environment, Scenario, check, from_dict
from planner.weather import weather_of
from tests.problem.off_aktau import in_weather, scenario, sea

CHANGE = scenario().start + dt.timedelta(hours=12, minutes=20)


def known_since(directory: Path, **changes: Any) -> Scenario:
    """Waves of 2 m that are known of since the plan's middle; a calm before."""
    found = in_weather(directory, lambda hour, lon, lat: 2.0)
    update = {"since": CHANGE, "before": Environment()} | changes
    environment = found.environment.model_copy(update=update)
    return found.model_copy(update={"environment": environment}).at(directory, "x.toml")


def test_each_weather_holds_in_its_time(tmp_path: Path) -> None:
    """The hour in which the weather changes is the first of the new one."""
    wave_m = weather_of(known_since(tmp_path), sea().cells.centre).wave_m
    assert not wave_m[:12].any()
    assert (wave_m[12:] > 1.9).all()


def test_sorties_sail_in_the_weather_known_when_they_departed(tmp_path: Path) -> None:
    """Before the change a scenario is the one before; from then on itself."""
    found = known_since(tmp_path)
    assert found.known_at(CHANGE) is found
    earlier = found.known_at(CHANGE - dt.timedelta(minutes=1))
    assert earlier.environment == Environment()
    assert earlier.directory == found.directory
    assert weather_of(earlier, sea().cells.centre).calm


def test_a_change_after_the_plan_changes_nothing(tmp_path: Path) -> None:
    """All hours are those of the weather before."""
    late = known_since(tmp_path, since=scenario().end + dt.timedelta(hours=1))
    assert weather_of(late, sea().cells.centre).calm


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"before": None}, "environment.before"),
        ({"since": None}, "environment.since"),
        ({"before": Environment(source="file")}, "environment.before.file"),
        ({"before": Environment(source="file", file="no.nc")}, "environment.before.file"),
        (
            {"before": Environment(since=CHANGE + dt.timedelta(hours=1), before=Environment())},
            "environment.before.since",
        ),
        (
            {"before": Environment(water_level_anomaly_m=1.0)},
            "environment.before.water_level_anomaly_m",
        ),
    ],
)
def test_faults_are_named(tmp_path: Path, changes: dict[str, Any], key: str) -> None:
    """Each has one line with its key."""
    assert [problem.key for problem in check(known_since(tmp_path, **changes))] == [key]


def test_a_scenario_file_can_say_it(tmp_path: Path) -> None:
    """What a plan holds is read again as it was."""
    found = known_since(tmp_path)
    again = from_dict(found.model_dump(mode="json"), tmp_path, "x.toml")
    assert again.environment == found.environment
