"""Prices carried over: exact on the same problem, a share of the weight on another."""

from __future__ import annotations

import numpy as np

from planner.reuse.parts import parts_of
from planner.reuse.prices import carried, counterparts
from tests.problem.off_aktau import problem, scenario, tables
from tests.reuse.known import changed, learned


def itself() -> np.ndarray:
    """Every target's own number, −1 for a track that enters no cell."""
    first = int(problem().instance.targets.offset[-1])
    unseen = [first + k for k, track in enumerate(problem().tracks) if not track.cell.size]
    own = np.arange(problem().instance.targets.weight.size)
    own[unseen] = -1
    return own


def sources(**changes: object) -> tuple[np.ndarray, np.ndarray]:
    """Counterparts on the changed sea, of stationary and of moving targets."""
    now, arrays = changed(tables() | changes)
    found = counterparts(learned(), parts_of(now, arrays), arrays)
    first = int(arrays.instance.targets.offset[-1])
    return found[:first], found[first:]


def test_on_the_same_problem_every_target_is_its_own() -> None:
    """Each target that can be seen stands for itself, in whatever window, cell or track."""
    found = counterparts(learned(), parts_of(scenario(), problem()), problem())
    np.testing.assert_array_equal(found, itself())


def test_threats_are_found_by_name() -> None:
    """In another order targets keep their threat; a new threat has no counterparts."""
    threats = tables()["threat"]
    new = threats[0] | {"name": "unknown"}
    stationary, moving = sources(threat=[threats[1], threats[0], threats[2], new])
    n = problem().instance.n_cells
    np.testing.assert_array_equal(stationary[: 3 * n], np.arange(n, 4 * n))
    np.testing.assert_array_equal(stationary[3 * n : 4 * n], np.arange(n))
    assert (stationary[4 * n :] == -1).all()
    np.testing.assert_array_equal(moving, itself()[4 * n :])


def test_windows_are_found_by_time() -> None:
    """With half a day gone a window is that of the same hours; a longer plan has new ones."""
    n = problem().instance.n_cells
    stationary, _ = sources(start="2006-05-22T09:00:00+05:00", days=0.625)
    np.testing.assert_array_equal(stationary[n:], np.arange(2 * n, 4 * n))
    stationary, _ = sources(days=2.0)
    nets = stationary[: 2 * n].reshape(2, n)
    np.testing.assert_array_equal(nets[0], np.arange(n))
    assert (nets[1] == -1).all()


def test_tracks_are_found_by_time() -> None:
    """A moving target's counterpart is one of its threat, in about the same order."""
    _, moving = sources(start="2006-05-22T06:00:00+05:00", days=0.75)
    seen = moving[moving >= 0]
    assert seen.size > 20
    assert (seen >= problem().instance.targets.offset[-1]).all()
    assert (np.diff(seen) >= 0).mean() > 0.8


def test_prices_keep_their_share_of_the_weight() -> None:
    """A price scales with the weight; without a counterpart of weight it is the one given."""
    price = np.array([[0.2, 0.0, 0.3], [0.1, 0.0, 0.0]])
    weight = np.array([0.4, 0.0, 0.6])
    source = np.array([2, 1, -1, 0])
    found = carried(price, weight, source, np.array([0.3, 0.3, 0.2, 0.2]), np.full(4, 0.05))
    np.testing.assert_allclose(found, [[0.15, 0.05, 0.05, 0.1], [0.0, 0.05, 0.05, 0.05]])
