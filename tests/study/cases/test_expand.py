"""From a study's file to its points."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import ScenarioError
from planner.study.cases import load_cases
from planner.study.cases.expand import Plot, in_month
from planner.study.cases.model import AS_IT_IS
from tests.study.cases.tiny import GRID, write_study, write_tiny

CASES = """
months = [2, 6]
[[case]]
name = "fast"
set = { "vessel.harbour-launch.cruise_kn" = 24, "unit.Launches.count" = 3 }
[[case]]
name = "alone"
remove = ["unit.Response boat"]
"""


def load(tmp_path: Path, text: str) -> Plot:
    """Return a study of the tiny sea."""
    folder = tmp_path / "study"
    if not folder.exists():
        write_tiny(folder)
    return load_cases(write_study(folder, text))


def test_cases_grid_and_months_multiply(tmp_path: Path) -> None:
    """The scenario as it is comes first; each point is compared with the same place of it."""
    plot = load(tmp_path, CASES + GRID)
    assert len(plot.points) == 3 * 3 * 2
    assert [p.case for p in plot.points[::6]] == [AS_IT_IS, "fast", "alone"]
    for number, point in enumerate(plot.points):
        reference = plot.points[plot.reference[number]]
        assert (reference.place, reference.month) == (point.place, point.month)
        assert reference.case == AS_IT_IS
    scenario = plot.scenario(plot.points[6])
    assert scenario.vessel["harbour-launch"].cruise_kn == 24
    assert scenario.unit[0].count == 1  # the grid comes after the case
    assert scenario.start.month == 2
    assert len(plot.scenario(plot.points[-1]).unit) == 1


def test_a_grid_is_compared_with_the_scenario_as_it_stands(tmp_path: Path) -> None:
    """Where one of its points is that; otherwise with its first."""
    crews = GRID.replace('["unit.Launches.count", "unit.Launches.crews"]', '"unit.Launches.count"')
    assert load(tmp_path, crews).reference == (1, 1, 1)
    assert load(tmp_path, GRID).reference == (0, 0, 0)


def test_a_case_may_be_the_reference(tmp_path: Path) -> None:
    """Then the scenario as it is need not be planned."""
    plot = load(tmp_path, 'reference = "alone"\n' + CASES)
    assert [point.case for point in plot.points] == ["fast", "fast", "alone", "alone"]
    assert plot.reference == (2, 3, 2, 3)


def test_options_set_anything(tmp_path: Path) -> None:
    """An axis of labelled changes: labels stand alone, and it has no order."""
    plot = load(
        tmp_path,
        """
        [[grid.axis]]
        name = "boats"
        [[grid.axis.option]]
        label = "none beside"
        remove = ["unit.Response boat"]
        [[grid.axis.option]]
        label = "all"
        """.replace("[[grid.axis]]", "[grid]\n[[grid.axis]]", 1),
    )
    assert [point.name for point in plot.points] == ["none beside", "all"]
    assert plot.reference == (1, 1)
    assert not plot.study.axes[0].ordered


def test_months_keep_the_day_and_move_what_is_dated() -> None:
    """The 31st becomes the last day there is; outages move by as much as the start."""
    data = {
        "start": "2007-01-31T06:00:00+05:00",
        "outage": [
            {
                "hull": "A 1",
                "start": "2007-02-01T00:00:00+05:00",
                "end": "2007-02-02T00:00:00+05:00",
            }
        ],
        "requirement": [{"name": "x", "departures": ["2007-01-31T12:00:00+05:00"]}],
    }
    moved = in_month(data, 2)
    assert moved["start"].isoformat() == "2007-02-28T06:00:00+05:00"
    assert moved["outage"][0]["start"].isoformat() == "2007-03-01T00:00:00+05:00"
    assert moved["requirement"][0]["departures"][0].isoformat() == "2007-02-28T12:00:00+05:00"
    assert isinstance(data["start"], str)


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("", "study.toml", "nothing is varied"),
        ("seeds = [0, 0]" + GRID, "study.toml", "stands twice"),
        ("months = [13]" + GRID, "months", "13 is no month"),
        ('reference = "none"' + GRID, "study.toml", "no case 'none'"),
        (GRID.replace("values = [1, 2, 3]", ""), "grid.axis[1]", "needs 'path' and 'values'"),
        (GRID.replace("[1, 2, 3]", "[1, 1]"), "grid.axis[1]", "stands twice"),
        (GRID.replace("[1, 2, 3]", "[0, 1]"), "unit[1].count", "0 is below 1"),
        (GRID.replace("unit.Launches.count", "unit.Lanches.count"), "Lanches", "'Launches'"),
        ('[[case]]\nname = "a"\nsett = {}', "case[1].sett", "did you mean 'set'?"),
        ('[[case]]\nname = "as it is"', "case[1].name", "is the scenario itself"),
        ('[[case]]\nname = "a"\n[[case]]\nname = "a"', "study.toml", "two cases are called 'a'"),
        ('[[case]]\nname = "a"\nagencies = "apart"', 'case "a".agencies', "needs two agencies"),
        (
            '[[case]]\nname = "a"\nagencies = "alone"',
            "case[1].agencies",
            "apart, in turn and joint",
        ),
        ('scenario = "gone.toml"' + GRID, "gone.toml", "no such file"),
    ],
)
def test_faults_name_file_key_and_remedy(tmp_path: Path, text: str, where: str, words: str) -> None:
    """One line each, with the case it is in."""
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path, text)
    lines = str(caught.value).splitlines()
    assert any(where in line and words in line for line in lines), lines
    assert all("; " in line for line in lines)


def test_the_study_of_2006_asks_what_it_says(examples: Path) -> None:
    """The shipped study holds, and its cases have the hulls and services that their names say."""
    plot = load_cases(examples / "aid-2006" / "study.toml")
    hulls = {point.name: sum(u.count for u in plot.scenario(point).unit) for point in plot.points}
    services = {point.name: point.agencies for point in plot.points}
    assert hulls["boats and ships, planned jointly"] == 7
    assert hulls["before: one Zhuk only"] == 1
    assert hulls["border service: one Zhuk and three boats"] == 4
    assert hulls["no boats: Zhuk and ships, services apart"] == 4
    assert services["no boats: Zhuk and ships, services apart"] == "apart"
    assert services["boats and ships, services informed"] == "in turn"
    (bought,) = plot.study.purchase
    assert (bought.cost_usd, len(bought.view)) == (2_000_000, 4)
    for view in bought.view:
        assert hulls[view.having] - hulls[view.without] == 3
        assert services[view.having] == services[view.without]


def test_a_case_may_be_compared_with_one_of_its_own(tmp_path: Path) -> None:
    """The others keep the reference of the study."""
    plot = load(tmp_path, CASES.replace('name = "alone"', 'name = "alone"\nreference = "fast"'))
    compared = {p.case: plot.points[plot.reference[k]].case for k, p in enumerate(plot.points)}
    assert compared == {AS_IT_IS: AS_IT_IS, "fast": AS_IT_IS, "alone": "fast"}


VIEW = '[[purchase.view]]\nname = "a"\nhaving = "fast"\nwithout = "alone"\n'


@pytest.mark.parametrize(
    ("purchase", "words"),
    [
        ("cost_usd = 5\n" + VIEW, "needs cost_usd and its source together"),
        ("life_years = 5\n" + VIEW, "needs life_years and discount_rate together"),
        ("yearly_usd = 5\n" + VIEW, "has yearly_usd, but no life"),
        (VIEW.replace('"alone"', '"allone"'), "did you mean 'alone'?"),
    ],
)
def test_a_purchase_is_told_whole(tmp_path: Path, purchase: str, words: str) -> None:
    """A figure without its source, half of the terms, an unknown case: each is one line."""
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path, f'{CASES}\n[[purchase]]\nname = "a boat"\n{purchase}')
    (line,) = str(caught.value).splitlines()
    assert words in line
