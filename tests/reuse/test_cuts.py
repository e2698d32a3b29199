"""Bounds in the file: the same cuts again, and none where they do not belong."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.problem.arrays import CapacityRow, Instance
from planner.reuse.cuts import PRICE, WORTH, pack, unpack
from planner.solve import solve
from tests.instances import ROUGH, random_instance, tied
from tests.problem.off_aktau import problem
from tests.reuse.known import result
from tests.solve.reference import best_plan


def with_rows(instance: Instance, *rows: tuple[Any, ...]) -> Instance:
    """The first unit with other capacity rows."""
    changed = tuple(CapacityRow(*row) for row in rows)
    fleets = (replace(f, rows=changed) if f.unit == 0 else f for f in instance.fleets)
    return replace(instance, fleets=tuple(fleets))


def pauses_of(instance: Instance) -> list[tuple[tuple[int, int], ...]]:
    """Gaps and least steps of all capacity rows, by unit."""
    return [tuple((row.gap_steps, row.least_steps) for row in rows) for rows in instance.rows]


def test_cuts_come_back() -> None:
    """Through JSON and arrays every cut proves what it proved."""
    instance, cuts = problem().instance, result().cuts
    arrays, values = pack(cuts)
    again = unpack(arrays, json.loads(json.dumps(values)), pauses_of(instance), instance)
    assert len(again) == len(cuts)
    for cut, other in zip(cuts, again, strict=True):
        assert other.bound(instance) == cut.bound(instance)
        np.testing.assert_array_equal(other.price, cut.price)


def test_no_cuts_are_no_cuts() -> None:
    """A run that proved nothing leaves nothing."""
    assert pack(()) == ({}, ())
    assert unpack({}, (), pauses_of(problem().instance), problem().instance) == ()


SPOILT: list[dict[str, Any]] = [
    {PRICE: np.full((1, 3), 0.1)},
    {PRICE: np.full((1, problem().instance.targets.weight.size), -0.1)},
    {PRICE: np.full((1, problem().instance.targets.weight.size), np.nan)},
    {WORTH: None},
    {WORTH: [[1.0]]},
    {WORTH: "words"},
    {WORTH: [[float("inf")], [float("inf"), float("inf")]]},
    {"unknown": 1.0},
]


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_is_no_cut_is_left_out(spoilt: dict[str, Any]) -> None:
    """Prices of other targets and values of another shape give no cut and no error."""
    instance = problem().instance
    arrays, (kept,) = pack(result().cuts[:1])
    for name, value in spoilt.items():
        (arrays if isinstance(value, np.ndarray) else kept)[name] = value
    assert unpack(arrays, [kept], pauses_of(instance), instance) == ()


def test_a_row_takes_the_worth_of_one_that_rests_no_longer() -> None:
    """Hulls and crews merged or split find a row that bounds theirs; a shorter rest finds none."""
    instance = with_rows(random_instance(3, rows=(((2, 1),),)), (2, 1), (3, 4))
    arrays, values = pack(solve(instance, time_limit_s=0.5, seed=0).cuts)
    ((quick, slow),) = values[0][WORTH]
    pauses = pauses_of(instance)
    for rows, worth in (
        (((4, 4),), ((slow,),)),
        (((4, 9),), ((slow,),)),
        (((2, 2), (5, 4)), ((quick, slow),)),
    ):
        now = with_rows(instance, *rows)
        (cut, *_) = unpack(arrays, values, pauses, now)
        assert getattr(cut, WORTH) == worth
    assert unpack(arrays, values, pauses, with_rows(instance, (4, 0))) == ()


def test_a_row_takes_no_worth_of_one_that_pauses_longer() -> None:
    """Neither gap nor least time may be longer than a row's own; of those that are not the
    least worth counts.
    """
    instance = with_rows(random_instance(3, rows=(((2, 1),),)), (2, 5), (3, 2, 14))
    arrays, values = pack(solve(instance, work_limit=20).cuts)
    ((hulls, crews),) = values[0][WORTH]
    pauses = pauses_of(instance)
    for rows, worth in (
        (((2, 5), (3, 2, 14)), ((hulls, crews),)),
        (((2, 6), (3, 4, 16)), ((hulls, crews),)),
        (((2, 5), (3, 6)), ((hulls, hulls),)),
        (((2, 5), (3, 6, 15)), ((hulls, min(hulls, crews)),)),
    ):
        (cut, *_) = unpack(arrays, values, pauses, with_rows(instance, *rows))
        assert getattr(cut, WORTH) == worth
    for short in ((2, 4), (2, 4, 13), (2, 1, 20)):
        assert unpack(arrays, values, pauses, with_rows(instance, short)) == ()


@given(
    st.integers(0, 200),
    st.integers(1, 2),
    st.tuples(st.integers(1, 5), st.integers(0, 9)),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
    st.sampled_from(({}, ROUGH)),
)
def test_cuts_of_other_fleets_stay_above_the_optimum(
    seed: int,
    hulls: int,
    pauses: tuple[int, int],
    taken: tuple[int, int],
    weather: dict[str, Any],
) -> None:
    """On problems small enough to list all plans no cut taken over is below the best plan.

    Whatever is taken of the hulls, then and now.
    """
    shape: dict[str, Any] = {"n_cells": 4, "n_steps": 15, **weather}
    instance = random_instance(seed, rows=(((1, 2, 4),),), taken=taken[0], **shape)
    instance = with_rows(instance, (1, 2, 4, instance.rows[0][0].taken))
    arrays, values = pack(solve(instance, work_limit=10).cuts)
    now = tied(with_rows(instance, (hulls, *pauses)), seed, taken=taken[1])
    now = with_rows(now, (hulls, *pauses, now.rows[0][0].taken))
    optimum, _ = best_plan(now)
    cuts = unpack(arrays, values, pauses_of(instance), now)
    assert bool(cuts) == (pauses[0] >= 2 and pauses[1] >= 4)
    for cut in cuts:
        assert cut.bound(now) >= optimum - 1e-9
