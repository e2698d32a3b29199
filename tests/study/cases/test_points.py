"""What is known of a point, and what of a difference is proven."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from planner.study.cases import Layout, Outcomes, run_cases
from planner.study.cases.runners import here
from planner.study.cases.tables import cube, point_columns, run_columns
from tests.study.cases.tiny import GRID, StandIn

Laid = Callable[[str], Layout]

SEEDS = "seeds = [0, 1]\nlevels = [0.28]\n" + GRID


def found(
    layout: Layout,
    stand_in: StandIn,
    out: Path,
    figures: dict[tuple[int, int], tuple[float, float]],
) -> Outcomes:
    """Return a study whose runs found and proved these figures, by point and seed."""
    for place, (detection, bound) in figures.items():
        key = layout.runs[layout.run_of[place]].key
        stand_in.figures[key] = {"detection": detection, "bound": bound}
    return run_cases(layout, out, runner=here(stand_in))


FIGURES = {
    (0, 0): (0.20, 0.26), (0, 1): (0.22, 0.27),
    (1, 0): (0.30, 0.32), (1, 1): (0.29, 0.31),
    (2, 0): (0.28, 0.33), (2, 1): (0.25, 0.34),
}  # fmt: skip


def test_points_lend_each_other_what_holds_for_both(
    laid: Laid, stand_in: StandIn, tmp_path: Path
) -> None:
    """More boats have the plan of fewer, fewer the bound of more; over seeds the best counts."""
    known = found(laid(SEEDS), stand_in, tmp_path, FIGURES).known
    assert [(p.detection, p.bound) for p in known.values()] == [
        (0.22, 0.26), (0.30, 0.31), (0.30, 0.33),
    ]  # fmt: skip
    assert [p.plan_of for p in known.values()] == [0, 1, 1]
    assert known[0].spread == pytest.approx(0.02)
    assert all(p.detection <= p.bound for p in known.values())


def test_differences_are_proven_only_where_intervals_part(
    laid: Laid, stand_in: StandIn, tmp_path: Path
) -> None:
    """And never reach beyond nothing where one point's plans are the other's."""
    outcomes = found(laid(SEEDS), stand_in, tmp_path, FIGURES)
    assert outcomes.gain(0) is None
    more = outcomes.gain(1)
    assert more is not None
    assert (more.found, more.low, more.high) == pytest.approx((0.08, 0.04, 0.09))
    assert more.verdict == "more"
    (curve,) = outcomes.curves
    assert [step.verdict for step in curve.steps] == ["more", "found only"]
    assert curve.steps[1].low == 0.0
    assert curve.knee is None
    (least,) = curve.least
    assert (least.value, least.proven) == (2.0, True)


def test_fewer_units_are_bounded_by_more(laid: Laid, stand_in: StandIn, tmp_path: Path) -> None:
    """A unit that is taken away counts as one of no hulls: no plan then detects more."""
    layout = laid('[[case]]\nname = "alone"\nremove = ["unit.Response boat"]')
    figures = {(0, 0): (0.20, 0.25), (1, 0): (0.22, 0.28)}
    outcomes = found(layout, stand_in, tmp_path, figures)
    assert [(p.detection, p.bound) for p in outcomes.known.values()] == [(0.22, 0.25)] * 2
    gain = outcomes.gain(1)
    assert gain is not None
    assert (gain.low, gain.high) == pytest.approx((-0.03, 0.0))


def test_real_plans_of_fewer_units_keep_to_the_bound_of_more(laid: Laid, tmp_path: Path) -> None:
    """Without a unit, planned for itself, no more is detected than is proven with it."""
    layout = laid('share = false\n[[case]]\nname = "alone"\nremove = ["unit.Response boat"]')
    records = run_cases(layout, tmp_path, runner=here()).worked.records
    assert records[1].detection <= records[0].bound
    assert records[1].cells == records[0].cells


def test_breakdowns_are_of_the_hulls_that_sail(
    laid: Laid, stand_in: StandIn, tmp_path: Path
) -> None:
    """A better plan of fewer hulls counts only where these are up as much of the time."""
    layout = laid(
        """
[[case]]
name = "few, often down"
set = { "unit.Launches.count" = 1, "unit.Launches.availability" = 0.3 }
[[case]]
name = "many"
set = { "unit.Launches.count" = 3 }
"""
    )
    figures = {(0, 0): (0.2, 0.5), (1, 0): (0.3, 0.6), (2, 0): (0.25, 0.7)}
    known = found(layout, stand_in, tmp_path, figures).known
    assert known[2].plan_of == 2
    assert known[0].plan_of == 0
    assert known[1].bound == 0.5


def test_unlike_points_lend_nothing(laid: Laid, stand_in: StandIn, tmp_path: Path) -> None:
    """A faster boat is another matter: what it detects less, it detects less."""
    layout = laid('[[case]]\nname = "slow"\nset = { "vessel.harbour-launch.cruise_kn" = 15 }')
    figures = {(0, 0): (0.30, 0.33), (1, 0): (0.20, 0.25)}
    outcomes = found(layout, stand_in, tmp_path, figures)
    gain = outcomes.gain(1)
    assert gain is not None
    assert (gain.low, gain.high) == pytest.approx((-0.13, -0.05))
    assert gain.verdict == "less"


def test_requirements_keep_bounds_apart(laid: Laid) -> None:
    """Bounds then hold for plans that serve as much, so points lend none."""
    layout = laid(
        GRID + '[[case]]\nname = "asked"\n[[case.add.requirement]]\nname = "there"\n'
        'kind = "presence"\nfile = "area.geojson"\nshare = 0.1\n'
    )
    plain, asked = layout.manning[:3], layout.manning[3:]
    assert plain[2].holds(plain[0])
    assert not plain[0].holds(plain[2])
    assert not asked[2].holds(asked[0])


def test_what_services_find_apart_is_found_jointly_too(
    laid: Laid, stand_in: StandIn, tmp_path: Path
) -> None:
    """A joint plan may be that of services apart; the bound of all holds for both."""
    layout = laid(
        """
[[case]]
name = "apart"
agencies = "apart"
set = { "unit.Response boat.agency" = "Navy" }
[[case]]
name = "joint"
set = { "unit.Response boat.agency" = "Navy" }
"""
    )
    figures = {(0, 0): (0.3, 0.9), (1, 0): (0.24, 0.8), (2, 0): (0.22, 0.3)}
    known = found(layout, stand_in, tmp_path, figures).known
    assert (known[1].detection, known[1].bound) == (0.24, 0.3)
    assert (known[2].detection, known[2].bound, known[2].plan_of) == (0.24, 0.3, 1)


def test_tables_are_tidy_and_the_cube_has_every_run(
    laid: Laid, stand_in: StandIn, tmp_path: Path
) -> None:
    """A row a run, a row a point; axes are numbers; runs that failed say why."""
    layout = laid(SEEDS)
    stand_in.fails = frozenset({len(layout.runs) - 1})
    outcomes = found(layout, stand_in, tmp_path, FIGURES)
    runs, points = run_columns(outcomes), point_columns(outcomes)
    assert {len(column) for column in runs.values()} == {6}
    assert runs["Launches"] == [1.0, 1.0, 2.0, 2.0, 3.0, 3.0]
    assert runs["reason"].count(None) == 5
    assert runs["detection"].count(None) == 1
    assert points["verdict"][0] is None
    assert points["plan_of"][1] == "Launches: 2"
    made = cube(outcomes)
    assert dict(made.sizes) == {"case": 1, "Launches": 3, "month": 1, "seed": 2}
    assert int(made["detection"].isnull().sum()) == 1
    there = made["detection"].sel(Launches=2, seed=0).item()
    assert there in (0.30, 0.29)
    assert made["at_most"].sel(Launches=1).item() == pytest.approx(0.26)
