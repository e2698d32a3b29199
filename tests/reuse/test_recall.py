"""Re-planning: what an earlier run lends to a changed scenario, and what it cannot spoil."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.reuse import recall, resume
from planner.solve import solve
from tests.problem.off_aktau import problem, scenario, tables
from tests.reuse.known import changed, learned, recalled, result
from tests.solve.reference import detection, feasible


def test_the_same_problem_goes_on_where_it_ended() -> None:
    """Plan, bound and every sortie of the earlier run are there at once."""
    found = recall(learned(), scenario(), problem())
    assert found.kept == found.stored == len(found.pool)
    assert found.detection == pytest.approx(result().detection)
    assert min(cut.bound(problem().instance) for cut in found.cuts) == result().bound
    assert found.changes == ()
    assert found.words() == (
        f"{found.kept:,} of {found.stored:,} sorties kept, "
        f"a plan of {found.detection:.1%} to begin with, bounds kept"
    )


def test_one_hull_more_keeps_plan_and_bounds() -> None:
    """With more hulls the plan fits as it is and the bounds are those of the larger fleet."""
    more = tables()
    more["unit"][0]["count"] = 3
    arrays, found = recalled(more)
    assert found.kept == found.stored
    assert {s.key for s in found.start} == {s.key for s in result().sorties}
    assert found.cuts
    bound = min(cut.bound(arrays.instance) for cut in found.cuts)
    assert bound >= solve(arrays.instance, time_limit_s=1.0).detection


def test_one_hull_less_keeps_what_fits() -> None:
    """With fewer hulls the plan to begin with holds fewer sorties at a time."""
    less = tables()
    less["unit"][0]["count"] = 1
    arrays, found = recalled(less)
    assert feasible(arrays.instance, found.start)
    assert 0 < len(found.start) < len(result().sorties)


def test_another_threat_takes_the_bounds_away() -> None:
    """Other risk keeps sorties, priced anew, but no bound; the change is named."""
    risk = tables()
    risk["threat"][0]["persistence_h"] = 12.0
    arrays, found = recalled(risk)
    assert found.kept > found.stored / 2
    assert found.cuts == ()
    assert found.words().endswith("; changed: threat 'nets'")
    assert found.detection == pytest.approx(detection(arrays.instance, found.start))
    assert feasible(arrays.instance, found.start)


def test_prices_are_of_the_new_targets() -> None:
    """Prices fit the new problem's targets and none is negative or above the weight by much."""
    risk = tables()
    risk["threat"][1]["weight"] = 1.0
    arrays, found = recalled(risk)
    weight = arrays.instance.targets.weight
    assert len(found.prices) == 1 <= len(learned().cut_values)
    for price in found.prices:
        assert price.shape[-1] == weight.size
        assert (price >= 0).all()
        assert (price <= weight * (1 + 1e-9)).all()


def test_a_lost_day_keeps_a_feasible_plan() -> None:
    """After the first hours are lost the rest of the plan is a plan."""
    arrays, found = recalled(tables() | {"start": "2006-05-22T06:00:00+05:00", "days": 0.75})
    assert 0 < found.kept < found.stored
    assert feasible(arrays.instance, found.start)
    assert "outside the plan's time" in found.words()


def test_bounds_of_another_planner_are_left() -> None:
    """A bound is taken only from the version that proved it."""
    other = replace(learned(), planner_version="0.0.0")
    assert recall(other, scenario(), problem()).cuts == ()


def test_a_bound_below_a_plan_in_hand_is_left() -> None:
    """A file that promises less than its own plan detects is not believed."""
    low = tuple(dict(kept) | {"base": -1.0} for kept in learned().cut_values)
    found = recall(replace(learned(), cut_values=low), scenario(), problem())
    assert found.cuts == ()
    assert found.kept == found.stored


def test_a_run_goes_on_from_what_was_recalled() -> None:
    """A resumed run is never worse than its start, and its bound holds."""
    more = tables()
    more["unit"][1]["count"] = 2
    arrays, found = recalled(more)
    again = resume(arrays.instance, found, time_limit_s=1.0, seed=0)
    alone = resume(arrays.instance, None, time_limit_s=1.0, seed=0)
    assert found.detection <= again.detection + 1e-12
    assert again.detection <= alone.bound + 1e-9
    assert alone.detection <= again.bound + 1e-9


def test_nothing_in_common_is_nothing_lent() -> None:
    """Another sea keeps no sortie, and the run begins from nothing."""
    coarse = tables()
    coarse["area"]["cell_resolution"] = 4
    now, arrays = changed(coarse)
    found = recall(learned(), now, arrays)
    assert found.kept == 0
    assert found.start == found.cuts == ()
    assert found.words().startswith(f"0 of {found.stored:,} sorties kept (")
    assert all(np.isfinite(price).all() for price in found.prices)


def test_what_suffices_already_is_taken_at_once() -> None:
    """With a plan and bounds within the gap there is no search: plan and bound are those known."""
    known = recall(learned(), scenario(), problem())
    bound = min(cut.bound(problem().instance) for cut in known.cuts)
    gap = bound / known.detection - 1 + 1e-12  # their quotient is rounded
    found = resume(problem().instance, known, time_limit_s=60.0, gap=gap)
    assert found.termination == "gap"
    assert {s.key for s in found.sorties} == {s.key for s in known.start}
    assert found.bound == bound
    assert {s.key for s in found.pool} == {s.key for s in known.pool}
