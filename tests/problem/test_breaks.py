"""Breaks of crews: their rhythm against a sortie sailed step by step, anchorages, reach."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import ScenarioError
from planner.problem.breaks import Rhythm, anchorages, breaks_on, rests_in, rests_on, rhythm_of
from planner.problem.build import PlanningProblem, build, waters_of
from planner.problem.promise import doubts
from planner.problem.steps import Steps
from planner.scenario import Scenario
from planner.sea import build_sea
from planner.sea.geodesy import FloatArray
from planner.verify.waters import depth_at
from tests.problem.off_aktau import in_weather, scenario_of, sea, tables

RHYTHMS = st.tuples(st.integers(2, 9), st.integers(1, 5), st.integers(0, 4)).map(
    lambda r: Rhythm(r[0], r[1], min(r[2], r[1] - 1, r[0] - 1))
)
LONGEST = 40


def with_breaks(**unit: Any) -> dict[str, Any]:
    """Tables off Aktau in which the boats' crews have breaks."""
    found = tables()
    found["unit"][0] |= {"break_every_h": 3.0, "break_min": 30.0} | unit
    return found


@cache
def rested(**unit: Any) -> tuple[Scenario, PlanningProblem]:
    """The scenario of :func:`with_breaks` and its arrays."""
    asked = scenario_of(with_breaks(**unit))
    return asked, build(asked, sea())


@given(RHYTHMS, st.lists(st.integers(0, 9), min_size=8, max_size=8))
def test_no_choice_of_breaks_makes_a_stretch_too_long(rhythm: Rhythm, sooner: list[int]) -> None:
    """However much earlier each break begins, no stretch is longer than it may be.

    And every break that begins within its time ends where the next stretch has begun.
    """
    phase, since = rhythm.phase(LONGEST), 0
    for k, latest in enumerate(rhythm.latest(LONGEST)):
        begin = latest - sooner[k % len(sooner)] % (rhythm.early + 1)
        assert begin - since <= rhythm.every
        assert phase[begin] == k
        since = begin + rhythm.lasts
        if since <= LONGEST:
            assert phase[since] == k + 1
    assert LONGEST - since <= rhythm.every or since > LONGEST


@given(RHYTHMS, st.integers(0, LONGEST), st.integers(1, 30), st.booleans())
def test_ways_home_stop_when_breaks_are_due(
    rhythm: Rhythm, leave: int, way: int, anchored: bool
) -> None:
    """A way home takes its own steps and a break wherever one is due, as when sailed by step."""
    steps = np.array([way], np.int32)
    made = breaks_on(rhythm, steps, steps, LONGEST, None, anchored=anchored)
    home = int(made.home[leave, 0])
    if made.phase[leave] < 0:
        assert home == -1
        return
    clock, left, stops = leave, way, []
    due = [latest for latest in rhythm.latest(2000) if latest >= leave][0:]
    due = [latest for latest in due if rhythm.latest(2000).index(latest) >= made.phase[leave]]
    while left:
        if due and clock == due[0]:
            stops.append(clock)
            clock += rhythm.lasts
            due.pop(0)
        else:
            clock, left = clock + 1, left - 1
    if not anchored or not stops:
        assert home == clock - leave
        return
    before = next(latest for latest in rhythm.latest(2000) if latest >= stops[0])
    early = before - leave
    fits = early <= rhythm.early and way <= rhythm.every - rhythm.early + early
    assert home == (way + rhythm.lasts if fits else -1)


@given(RHYTHMS, st.integers(1, 60))
def test_ways_out_stop_when_breaks_are_due(rhythm: Rhythm, way: int) -> None:
    """A way out, or a passage, is longer by the breaks that begin on it, and ends with none."""
    steps = np.array([way], np.int32)
    made = breaks_on(rhythm, steps, steps, 400, None, anchored=False)
    begins = rests_on(rhythm, way)
    assert int(made.on_way[0]) == len(begins) * rhythm.lasts
    assert begins == tuple(b for b in made.latest if b < way + int(made.on_way[0]))
    assert made.phase[way + int(made.on_way[0])] == len(begins)


def test_a_break_is_open_from_its_begin_to_its_end() -> None:
    """Whether a break can begin is told step by step, and nothing is closed after the plan."""
    rng = np.random.default_rng(2)
    where, epoch = rng.random((5, 4)) < 0.7, np.repeat(np.arange(5), 6).astype(np.int32)
    found = rests_in(where, epoch, 4)
    for step in range(epoch.size):
        during = epoch[step : step + 4]
        assert (found[step] == where[during].all(axis=0)).all()


@pytest.mark.parametrize(
    ("unit", "steps"),
    [
        ({"break_every_h": 3.0, "break_min": 30.0}, (18, 3, 0)),
        ({"break_every_h": 3.1, "break_min": 31.0, "break_early_min": 29.0}, (18, 4, 2)),
        ({"break_every_h": 0.5, "break_min": 30.0, "break_early_min": 29.0}, (3, 3, 2)),
    ],
)
def test_whole_steps_are_on_the_safe_side(unit: dict[str, float], steps: tuple[int, ...]) -> None:
    """Stretches are rounded down to steps of ten minutes, breaks up, the play down."""
    asked = scenario_of(with_breaks(**unit))
    assert rhythm_of(asked.unit[0], Steps(asked)) == Rhythm(*steps)
    assert rhythm_of(asked.unit[1], Steps(asked)) is None


def test_an_anchorage_is_shallow_wherever_a_boat_waits() -> None:
    """In its cells every place where a boat enters or leaves is shallow, by the verifier's grid."""
    asked = scenario_of(with_breaks(break_at="anchor", anchor_depth_m=14.0))
    waters = waters_of(asked.unit[0], asked, sea())
    found = anchorages(asked.unit[0], asked, sea(), waters)
    assert 0 < found.sum() < waters.searchable.sum()
    for cell in np.flatnonzero(waters.searchable).tolist():
        deepest = depth_at(waters.points[waters.access(cell)]).max()
        assert found[cell] == (deepest <= 14.0)


def test_where_nothing_is_shallow_the_plan_says_so() -> None:
    """Without an anchorage no sortie outlasts a stretch, and a note names what to change."""
    asked, problem = rested(break_at="anchor", anchor_depth_m=1.0)
    (note,) = (each for each in doubts(asked, problem) if each.key.startswith("unit"))
    assert note.key == "unit[1].break_at"
    assert "no cell in which it may lie at anchor" in note.message
    other, made = rested(break_at="anchor", anchor_depth_m=200.0)
    assert not [each for each in doubts(other, made) if each.key.startswith("unit")]


def test_what_outlasts_a_stretch_is_out_of_reach() -> None:
    """Searches longer than a stretch cannot be made; ways can, with breaks on them, at sea only."""
    plain = build(scenario_of(tables()), sea()).instance.fleets[0].network
    short = rested(break_every_h=0.5, break_min=30.0)[1].instance.fleets[0].network
    slow = plain.visit_steps > 3
    assert slow.any()
    np.testing.assert_array_equal(short.visit_steps, np.where(slow, 0, plain.visit_steps))
    _, free = rested(break_every_h=1.0, break_min=30.0)
    _, bound = rested(break_every_h=1.0, break_min=30.0, break_at="anchor")
    out, held = (each.instance.fleets[0].network.deploy_steps for each in (free, bound))
    far = plain.deploy_steps > 6
    assert far.any()
    assert (out[far] > plain.deploy_steps[far]).all()
    assert (held[far] == -1).all()
    np.testing.assert_array_equal(out[~far], plain.deploy_steps[~far])


def test_a_unit_that_can_search_nothing_in_a_stretch_is_a_problem() -> None:
    """Where no search fits between two breaks the remedy names them."""
    asked = with_breaks(break_every_h=0.4, break_min=20.0)
    asked["area"]["cell_resolution"] = 4
    with pytest.raises(ScenarioError) as caught:
        build(scenario_of(asked), build_sea(scenario_of(asked)))
    assert "break_every_h" in caught.value.problems[0].remedy


def test_a_break_at_anchor_takes_shelter(tmp_path: Path) -> None:
    """Where and while the seas are above the limit, or the wind, no break can begin."""

    def waves_m(hour: FloatArray, lon: FloatArray, lat: FloatArray) -> FloatArray:
        return np.where((hour >= 6) & (lon < 50.9), 1.1, 0.3)

    asked = in_weather(
        tmp_path, waves_m, with_breaks(break_at="anchor", anchor_depth_m=200.0, anchor_wave_m=1.0)
    )
    rest = build(asked, sea()).instance.fleets[0].breaks
    assert rest is not None
    assert rest.rest is not None
    west = sea().cells.centre[:, 0] < 50.85
    searchable = waters_of(asked.unit[0], asked, sea()).searchable
    assert rest.rest[0, searchable].all()
    assert not rest.rest[48:, west].any()
