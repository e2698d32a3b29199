"""Choosing a fleet on a small sea, from the file to the page."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.errors import ScenarioError, SolveError
from planner.present.frontier import frontier_lines, frontier_page
from planner.present.offline import outside_urls
from planner.scenario import write_template
from planner.study.choice import Frontier, FrontierRow, choose, frontier_csv, load_choice
from planner.study.choice.money import yearly
from planner.study.choice.offer import Offered, offer_of

CHOICE = """
title = "Launches, for how much?"
scenario = "scenario.toml"
discount_rate = 0.05
budgets_usd = [0, 100_000, 400_000]
time_limit_s = 5
seed = 2

[[option]]
unit = "Launches"
counts = [0, 1, 2]
crews_per_hull = [1, 2]
purchase_usd = 300_000
yearly_running_usd = 40_000
yearly_crew_usd = 30_000
life_years = 10
"""


@pytest.fixture
def choice_file(tmp_path: Path) -> Path:
    """A choice beside its scenario."""
    write_template(tmp_path, "own-sea")
    path = tmp_path / "choice.toml"
    path.write_text(CHOICE, encoding="utf-8")
    return path


def changed(path: Path, old: str, new: str) -> Path:
    """The file with some words replaced."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(("life", "rate"), [(1, 0.04), (15, 0.04), (10.5, 0.1), (3, 0.0)])
def test_yearly_payments_are_worth_the_price(life: float, rate: float) -> None:
    """Discounted to today, payments at the end of each year sum to the purchase."""
    paid = yearly(1000.0, life, rate)
    if life == int(life):
        worth = math.fsum(paid / (1 + rate) ** year for year in range(1, int(life) + 1))
        assert worth == pytest.approx(1000.0)
    assert paid >= 1000.0 / life


def test_levels_are_counts_with_crews(choice_file: Path) -> None:
    """No hulls once, then each number with each number of crews; costs and berths add up."""
    choice, scenario = load_choice(choice_file)
    offer = offer_of(choice, scenario)
    (words,) = offer.offered
    assert [(each.hulls, each.crews) for each in words] == [(0, 0), (1, 1), (1, 2), (2, 2), (2, 4)]
    a_hull = yearly(300_000, 10, 0.05) + 40_000
    assert [each.yearly_usd for each in words] == pytest.approx(
        [0, a_hull + 30_000, a_hull + 60_000, 2 * a_hull + 60_000, 2 * a_hull + 120_000]
    )
    (levels,) = offer.menu.options
    assert [level.uses[0] for level in levels] == [math.ceil(e.yearly_usd) for e in words]
    assert [sum(level.uses[1:]) for level in levels] == [0, 1, 1, 2, 2]
    names = {unit.name for unit in offer.scenario.unit}
    assert all(name in names for level in levels for name, _ in level.hulls)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('unit = "Launches"', 'unit = "Lunches"', "option[1].unit"),
        ("counts = [0, 1, 2]", 'counts = [0, 1]\nbases = ["Nowhere"]', "option[1].bases"),
        ("counts = [0, 1, 2]", "counts = [2, 1]", "must ascend"),
        ("budgets_usd = [0, 100_000, 400_000]", "budgets_usd = []", "list is empty"),
        ("discount_rate = 0.05", "", "discount_rate"),
        ("life_years = 10", "life_years = 0", "life_years"),
        ("life_years = 10", "lives_years = 10", "lives_years"),
    ],
)
def test_what_cannot_be_chosen_is_said(choice_file: Path, old: str, new: str, says: str) -> None:
    """A line names the key that is wrong."""
    with pytest.raises(ScenarioError) as caught:
        load_choice(changed(choice_file, old, new))
    assert says in str(caught.value)


def test_too_small_a_budget_is_said(choice_file: Path) -> None:
    """Where not even the least can be paid, the budget is named."""
    choice, scenario = load_choice(changed(choice_file, "counts = [0, 1, 2]", "counts = [1, 2]"))
    with pytest.raises(SolveError, match=r"\$0 a year"):
        choose(choice, scenario)


def test_the_command_writes_the_frontier(choice_file: Path, tmp_path: Path) -> None:
    """More money buys more; every figure stands in the CSV; the page loads nothing."""
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["choose", str(choice_file), "-o", str(out)])
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(io.StringIO((out / "frontier.csv").read_text(encoding="utf-8"))))
    assert [float(row["budget_usd"]) for row in rows] == [0, 100_000, 400_000]
    assert all(float(row["yearly_usd"]) <= float(row["budget_usd"]) for row in rows)
    assert all(float(row["detection"]) <= float(row["bound"]) for row in rows)
    found = [float(row["detection"]) for row in rows]
    assert found == sorted(found)
    assert found[0] < found[-1]
    assert rows[0]["hulls: Launches"] == "0"
    page = (out / "choice.html").read_text(encoding="utf-8")
    assert "Launches, for how much?" in page
    assert not outside_urls(page)
    assert "Page:" in done.stdout


def row(budget: float, detection: float, bound: float) -> FrontierRow:
    """A row with made-up figures, and a name that would be a formula."""
    fleet = Offered("=1+1<b>", 1, "Base", 2, 10.0, budget)
    return FrontierRow(budget, detection, bound, budget, 10.0, (fleet,))


def test_money_has_a_worth_only_where_intervals_part() -> None:
    """Points per million are given for a step that surely gains, and for no other."""
    rows = row(1e6, 0.30, 0.31), row(2e6, 0.35, 0.36), row(3e6, 0.355, 0.37)
    made = Frontier("A <i>title</i>", "Scenario", 7.0, 0.04, 0.01, 0, 9.0, 5, 20, rows)
    first, sure, unsure = made.steps
    assert first is None
    assert sure is not None
    assert unsure is not None
    assert sure.proven
    assert not unsure.proven
    assert sure.per_million(sure.low) == pytest.approx(4.0)
    assert [line.per_million for line in frontier_lines(made)] == ["–", "4.0 to 6.0", "–"]
    table = list(csv.DictReader(io.StringIO(frontier_csv(made))))
    assert [bool(line["points_per_million_low"]) for line in table] == [False, True, False]
    assert "hulls: =1+1<b>" in table[0]
    page = frontier_page(made)
    assert "<i>title" not in page
    assert "=1+1<b>" not in page
