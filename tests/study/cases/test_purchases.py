"""What purchases cost for each point of detection, and what of that is known."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import ScenarioError
from planner.study.cases import Difference, Layout, run_cases
from planner.study.cases.prices import price_of, price_over, price_sources
from planner.study.cases.purchases import over_reference, per_point
from planner.study.cases.runners import here
from planner.study.cases.tables import point_columns, purchase_columns, run_columns
from tests.study.cases.tiny import GRID, StandIn

Laid = Callable[[str], Layout]

BOUGHT = """
[[case]]
name = "one launch"
set = { "unit.Launches.count" = 1, "unit.Launches.crews" = 1 }
[[case]]
name = "three launches"
set = { "unit.Launches.count" = 3, "unit.Launches.crews" = 3 }
[[purchase]]
name = "two launches"
life_years = 10
discount_rate = 0
yearly_usd = 1000
MONEY
[[purchase.view]]
name = "by themselves"
having = "three launches"
without = "one launch"
"""

FREE = 'set = { "vessel.harbour-launch.purchase_usd" = 0, "unit'

STATED = 'cost_usd = 300_000\nsource = "assumption"'


@given(
    cost=st.floats(1.0, 1e9),
    low=st.floats(-1.0, 1.0),
    wide=st.floats(1e-3, 1.0),
    share=st.floats(0.0, 1.0),
)
def test_whatever_the_gain_is_a_point_costs_within_the_limits(
    cost: float, low: float, wide: float, share: float
) -> None:
    """And of what is saved for what is lost the same, from the other side."""
    high = low + wide
    gain = low + share * wide
    a_point = per_point(cost, Difference(gain, low, high))
    if gain > 1e-6:
        paid = cost / (100 * gain)
        assert a_point.least <= paid * (1 + 1e-9)
        assert paid <= a_point.most * (1 + 1e-9)
        assert a_point.found == pytest.approx(paid)
    assert math.isinf(a_point.most) == (low <= 1e-9)
    assert per_point(-cost, Difference(-gain, -high, -low)) == a_point


def test_a_price_that_is_not_known_is_none(laid: Laid) -> None:
    """It counts only where fleets differ in its hulls."""
    few, many = {("a", 0.0): 1, ("b", 5.0): 1}, {("a", 0.0): 1, ("b", 5.0): 3}
    assert price_of(many) is None
    assert price_over(many, few) == 10.0
    assert price_over(few, {("b", 5.0): 1}) is None
    layout = laid(GRID)
    assert [over_reference(layout, number) for number in range(3)] == [0.0, 300_000.0, 600_000.0]
    sources = {key: source for (key, _), source in price_sources(layout.hulls).items()}
    assert sources["harbour-launch"] == "as the scenario has it"
    assert "Coast Guard" in sources["response-boat-medium"]


def test_a_purchase_without_any_price_is_bad_input(laid: Laid) -> None:
    """No price of the class, none of the purchase: one line with the remedy."""
    with pytest.raises(ScenarioError, match="price is not known; give the purchase its cost_usd"):
        laid(BOUGHT.replace("MONEY", "").replace('set = { "unit', FREE))


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        (BOUGHT.replace("MONEY", STATED), 300_000.0),
        (BOUGHT.replace("MONEY", ""), 600_000.0),
    ],
)
def test_a_purchase_is_set_against_what_it_detects(
    laid: Laid, stand_in: StandIn, tmp_path: Path, text: str, cost: float
) -> None:
    """Its own price, or that of the hulls; once, and a year with all that adds up then."""
    layout = laid(text)
    found = {0: (0.2, 0.25), 1: (0.1, 0.12), 2: (0.3, 0.35)}
    for point, (detection, bound) in found.items():
        key = layout.runs[layout.run_of[point, 0]].key
        sailing = {"cost_usd": 100.0 * (1 + point)}
        stand_in.figures[key] = {"detection": detection, "bound": bound, **sailing}
    outcomes = run_cases(layout, tmp_path, runner=here(stand_in))
    (bought,) = outcomes.purchases
    assert bought.cost_usd == cost
    assert (bought.gain.low, bought.gain.high) == pytest.approx((0.18, 0.25))
    once = bought.a_point
    assert (once.least, once.found, once.most) == pytest.approx((cost / 25, cost / 20, cost / 18))
    a_year = bought.a_year
    assert a_year is not None
    assert a_year.purchase_usd == pytest.approx(cost / 10)
    assert a_year.sailing_usd == pytest.approx(100 * 365.25 / bought.days)
    assert a_year.total_usd == pytest.approx(cost / 10 + 1000 + 100 * 365.25)
    columns = purchase_columns(outcomes)
    assert columns["usd_per_point_most"] == [pytest.approx(once.most)]
    assert columns["source"] == [bought.purchase.source or "prices of the hulls"]
    for table in (run_columns(outcomes), point_columns(outcomes)):
        assert len(table["usd_per_point"]) == 3
        assert table["usd_per_point"][0] is None


def test_a_fleet_that_is_no_dearer_was_not_bought(laid: Laid) -> None:
    """A purchase the wrong way round is bad input."""
    text = BOUGHT.replace("MONEY", "").replace('having = "three', 'having = "one launch" #')
    text = text.replace('without = "one', 'without = "three launches" #')
    with pytest.raises(ScenarioError, match="cost no more than those of"):
        laid(text)
