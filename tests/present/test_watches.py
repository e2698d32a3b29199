"""Risk by watch of the day, from the rows of a plan."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.plan.model import CoverageRow, MovingRow, Plan, TrackPassage
from planner.present.map import render_map
from planner.present.watches import weights_by_watch

START = datetime.fromisoformat("2006-05-22T00:00:00+05:00")
CELLS = SimpleNamespace(ids=("a", "b"), area_nm2=np.array([10.0, 10.0]), water=np.array([]))


def plan(rows: list[tuple[str, float, float, float]], moving: Any = (), days: float = 2.0,
         start: datetime = START, watch_h: int = 6) -> Any:  # fmt: skip
    """What is looked at of a plan: rows of cell, from, to (hours) and weight."""
    return SimpleNamespace(
        scenario={"start": start.isoformat(), "days": days, "area": {"watch_h": watch_h}},
        coverage=[
            CoverageRow(cell=cell, threat="x", from_=start + timedelta(hours=low),
                        to=start + timedelta(hours=high), weight=weight, exposure=0, detection=0)
            for cell, low, high, weight in rows
        ],
        moving=moving,
    )  # fmt: skip


def at(hour: float) -> datetime:
    """A time of the plan."""
    return START + timedelta(hours=hour)


def test_a_threat_of_the_night_is_at_night() -> None:
    """Weight from 21:00 to 03:00 lies in the two watches about midnight, at their rate."""
    rows = [("a", 21.0, 27.0, 0.5), ("b", 0.0, 48.0, 0.5)]
    found = weights_by_watch(plan(rows), CELLS)
    assert found is not None
    assert found.names == ("00:00–06:00", "06:00–12:00", "12:00–18:00", "18:00–00:00")
    # half of the target's weight in a watch that makes up a quarter of the plan
    assert found.weight[:, 0] == pytest.approx([1.0, 0.0, 0.0, 1.0])
    assert found.weight[:, 1] == pytest.approx([0.5] * 4)


def test_moving_targets_count_where_they_are() -> None:
    """A track's weight is divided over its passages by their length."""
    hours = (("a", 1.0, 2.0), ("b", 7.0, 10.0))
    passages = tuple(
        TrackPassage(cell=cell, enter=at(low), leave=at(high)) for cell, low, high in hours
    )
    track = MovingRow(threat="y", weight=1.0, exposure=0, detection=0, passages=passages)
    found = weights_by_watch(plan([], [track]), CELLS)
    assert found is not None
    assert found.weight[:, 0] == pytest.approx([1.0, 0.0, 0.0, 0.0])
    assert found.weight[:, 1] == pytest.approx([0.0, 3.0, 0.0, 0.0])


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 60), st.floats(0.5, 30)),
                min_size=1, max_size=6), st.sampled_from([4, 6, 8, 12]),
       st.integers(0, 23))  # fmt: skip
def test_watches_make_up_the_whole(
    stays: list[tuple[str, float, float]], watch_h: int, clock: int
) -> None:
    """The mean over the watches, by their hours in the plan, is the weight of each cell."""
    rows = [(cell, low, min(low + hours, 72.0), 0.1) for cell, low, hours in stays]
    start = START + timedelta(hours=clock)
    found = weights_by_watch(plan(rows, days=3.0, start=start, watch_h=watch_h), CELLS)
    if found is not None:
        due = [sum(row[3] for row in rows if row[0] == cell) for cell in CELLS.ids]
        assert found.weight.mean(axis=0) == pytest.approx(due)
        assert found.names[0].startswith(f"{clock:02d}:00")


@pytest.mark.parametrize(
    ("rows", "changes"),
    [
        ([("a", 0.0, 48.0, 1.0)], {}),
        ([("a", 21.0, 27.0, 1.0)], {"watch_h": 5}),
        ([("a", 21.0, 27.0, 1.0)], {"watch_h": 2}),
        ([("a", 21.0, 22.0, 1.0)], {"days": 0.5}),
    ],
)
def test_watches_that_say_nothing_are_left_out(rows: Any, changes: dict[str, Any]) -> None:
    """Even risk, watches that do not divide the day, too many of them, less than a day."""
    assert weights_by_watch(plan(rows, **changes), CELLS) is None


def test_the_map_offers_the_risk_of_each_watch(
    raw_plan: Callable[[], dict[str, Any]], sea: Any
) -> None:
    """Every cell has a colour in each watch, the choice its hours, the legend one scale."""
    data = raw_plan()
    data["coverage"] = [row for row in data["coverage"] if row["from"].hour == 0]
    page = render_map(Plan.model_validate(data), sea)
    drawn = re.search(r"patrol\.load\((.*)\);", page)
    assert drawn
    known = json.loads(drawn[1].replace("\\u003c", "<"))
    assert known["watches"] == ["00:00–06:00", "06:00–12:00", "12:00–18:00", "18:00–00:00"]
    classes = len(known["scales"]["watch"]["colours"])
    assert all(len(cell["watch"]) == 4 for cell in known["cells"])
    assert all(-1 <= k < classes for cell in known["cells"] for k in cell["watch"])
    assert any(cell["watch"][0] > cell["watch"][2] for cell in known["cells"])
    assert 'data-colouring="watch"' in page
    assert [f'<option value="{key}">' in page for key in ("watch", "watch0", "watch3")] == [
        True
    ] * 3
    assert "Risk 18:00–00:00" in page


def test_the_map_of_an_even_threat_offers_none(
    raw_plan: Callable[[], dict[str, Any]], sea: Any
) -> None:
    """Where watches say nothing new they do not crowd the choice."""
    page = render_map(Plan.model_validate(raw_plan() | {"moving": []}), sea)
    assert 'data-colouring="watch"' not in page
    assert "Risk 00:00" not in page
