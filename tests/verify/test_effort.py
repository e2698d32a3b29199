"""Rules on searching that only rare times bring out."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import pytest
import shapely

from planner.verify.effort import lanes_apart
from planner.verify.facts import Facts
from planner.verify.report import Tally

LOOP = [(50.81, 41.96), (50.86, 41.91), (50.80, 41.91), (50.81, 41.96)]
STAY_H = 24.0
START = dt.datetime(2006, 5, 22, tzinfo=dt.UTC)


def passing(begin_h: float, end_h: float) -> Any:
    """A pass along the loop in cell 0."""
    leg = SimpleNamespace(path=LOOP, start=START + dt.timedelta(hours=begin_h))
    voyage = SimpleNamespace(sortie=SimpleNamespace(id="S001"))
    stretch = SimpleNamespace(
        start_h=begin_h, end_h=end_h, leg=leg, length_nm=10.0, name="search leg",
        line=shapely.LineString(LOOP), voyage=voyage,
    )  # fmt: skip
    return SimpleNamespace(cell=0, found=0.5, stretch=stretch)


def breaks(since_min: int, apart_min: int) -> bool:
    """Whether a loop sailed again, so long after a pass of 40 minutes ended, breaks the rule."""
    end_h, again_h = (since_min + 40) / 60, (since_min + 40 + apart_min) / 60
    claims = [passing(since_min / 60, end_h), passing(again_h, again_h + 40 / 60)]
    facts = SimpleNamespace(
        scenario=SimpleNamespace(threat=[SimpleNamespace(persistence_h=STAY_H)]),
        sea=SimpleNamespace(cells=SimpleNamespace(ids=["852c501bfffffff"])),
        claims=claims,
    )
    tally = Tally()
    lanes_apart(cast("Facts", facts), tally)
    return bool(tally.violations)


@pytest.mark.parametrize("begin_min", range(0, 1440, 10))
def test_a_lane_may_be_followed_once_no_target_is_left_of_then(begin_min: int) -> None:
    """At any time of day a line may be sailed again when targets have stayed, not a minute before.

    Hours of times that are as far apart as targets stay may differ by a rounding.
    """
    assert not breaks(begin_min, int(STAY_H * 60))
    assert breaks(begin_min, int(STAY_H * 60) - 1)
