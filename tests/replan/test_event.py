"""What happened: times, hulls and files that make sense, and messages for those that do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import ScenarioError
from planner.replan import Event, parse_time
from planner.replan.event import changed
from planner.scenario import Outage
from tests.replan import anew


def refused(event: Event) -> str:
    """The message that an event is refused with."""
    with pytest.raises(ScenarioError) as caught:
        changed(anew.plan(), anew.scenario(), event)
    return str(caught.value)


def test_a_time_is_in_the_offset_of_the_plan_unless_it_says_its_own() -> None:
    """The same moment in two ways."""
    assert parse_time("2006-05-22T12:00", anew.scenario()) == parse_time(
        "2006-05-22T07:00+00:00", anew.scenario()
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("noon", "is not a date and time; write 2006-05-23T00:00+05:00"),
        ("2006-05-21T23:59", "is not within the plan"),
        ("2006-05-24T00:00", "until 2006-05-24T00:00+05:00"),
        ("2006-05-22T12:00:30", "is not a whole minute"),
    ],
)
def test_a_time_outside_the_plan_is_refused(text: str, words: str) -> None:
    """No time, or none of the plan's: the message shows one."""
    with pytest.raises(ScenarioError, match="--at") as caught:
        parse_time(text, anew.scenario())
    assert words in str(caught.value)


def test_nothing_happened() -> None:
    """Without an event there is nothing to plan anew."""
    assert "nothing has happened" in refused(anew.event())


def test_an_unknown_hull_is_refused_with_the_nearest() -> None:
    """A hull misspelt is answered with the one that was meant."""
    assert "there is no hull 'Boat 2'; did you mean 'Boats 2'?" in refused(
        anew.event(lost=("Boat 2",))
    )


def test_files_that_are_not_there(tmp_path: Path) -> None:
    """A storm or a threat without a file is named."""
    assert "--storm: there is no file" in refused(anew.event(storm=tmp_path / "no.nc"))
    assert "no.toml: there is no such file" in refused(anew.event(threats=(tmp_path / "no.toml",)))


def test_a_file_that_is_no_weather_is_refused(tmp_path: Path) -> None:
    """The weather's own reader says what is wrong with the file."""
    path = tmp_path / "storm.nc"
    path.write_text("not at all")
    with pytest.raises(ScenarioError, match="neither NetCDF nor GRIB"):
        anew.again(anew.event(storm=path))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("days = 3", "holds no threat"),
        ('[[threat]]\nname = "a"\n[area]\n', "holds more than threats"),
        (
            '[[threat]]\nname = "runs"\nkind = "area"\nweight = 1.0\npersistence_h = 6.0\n',
            "new.toml: threat[1].name: 'runs' is also the name of another threat",
        ),
        (
            '[[threat]]\nname = "x"\nkind = "area"\nweight = -1.0\npersistence_h = 6.0\n',
            "new.toml: threat[1].weight",
        ),
        (
            '[[threat]]\nname = "x"\nkind = "area"\nweight = 1.0\npersistence_h = 6.0\n'
            'file = "zone.geojson"\n',
            "new.toml: threat[1].file",
        ),
    ],
)
def test_faults_of_a_new_threat_name_its_file(tmp_path: Path, text: str, words: str) -> None:
    """Problems are told in the words of the file they are in."""
    path = tmp_path / "new.toml"
    path.write_text(text)
    assert words in refused(anew.event(threats=(path,)))


def test_an_outage_that_is_there_is_cut_short() -> None:
    """A hull in upkeep when it is lost has one outage after the other."""
    scenario = anew.scenario()
    at = anew.event().at
    upkeep = Outage(hull="Navy 1", start=scenario.start, end=scenario.end)
    found = changed(
        anew.plan().model_copy(update={"sorties": ()}),
        scenario.model_copy(update={"outage": (upkeep,)}).at(scenario.directory, "x.toml"),
        anew.event(lost=("Navy 1", "Navy 1")),
    )
    assert [(each.start, each.end) for each in found.scenario.outage] == [
        (scenario.start, at),
        (at, scenario.end),
    ]
