"""Exact evaluation of plans for a Markov target."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import SolveError
from planner.solve.markov import MarkovSearch, grid
from tests.solve.markov.enumeration import non_detection, random_effort, random_problem

SEEDS = st.integers(0, 10_000)


def test_grid_matches_enumeration() -> None:
    """The recursion gives the same non-detection as summing over the target's ways."""
    problem = grid(3, 2, 5)
    effort = random_effort(np.random.default_rng(1), problem)
    assert problem.value(effort) == pytest.approx(non_detection(problem, effort), rel=1e-12)


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_random_networks_match_enumeration(seed: int) -> None:
    """On random networks too, with fractional effort."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, 4, 2, 4)
    effort = rng.random((4, 4)) * 2
    assert problem.value(effort) == pytest.approx(non_detection(problem, effort), rel=1e-12)


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_gradient_is_the_slope(seed: int) -> None:
    """The gradient agrees with central differences of the value."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, 4, 2, 4)
    effort = rng.random((4, 4)) * 2
    gradient = problem.gradient(effort)
    for t, c in np.ndindex(4, 4):
        ahead, back = effort.copy(), effort.copy()
        ahead[t, c] += 1e-5
        back[t, c] -= 1e-5
        slope = (problem.value(ahead) - problem.value(back)) / 2e-5
        assert gradient[t, c] == pytest.approx(slope, abs=1e-8)


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS, share=st.floats(0, 1))
def test_value_is_convex(seed: int, share: float) -> None:
    """Non-detection of a mixture of efforts is at most the mixture of non-detections."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, 4, 2, 4)
    one, two = rng.random((2, 4, 4)) * 3
    mixed = problem.value(share * one + (1 - share) * two)
    assert mixed <= share * problem.value(one) + (1 - share) * problem.value(two) + 1e-12


def test_a_known_plan_of_the_benchmark() -> None:
    """Searchers that never meet the target leave it undetected; one look takes its share."""
    problem = grid(3, 3, 2)
    away = np.zeros((3, 2), np.int64)
    assert problem.value(problem.effort(away)) == 1.0
    at_centre = np.array([[1, 4]] * 3)
    assert problem.value(problem.effort(at_centre)) == pytest.approx(0.4 + 0.6 * 0.4**3, rel=1e-12)


def test_impossible_moves_are_refused() -> None:
    """A path that the network does not have is an error that names the move."""
    problem = grid(3, 1, 2)
    with pytest.raises(SolveError, match="from cell 0 to 8"):
        problem.effort(np.array([[8, 8]]))
    with pytest.raises(SolveError, match="paths must be"):
        problem.effort(np.array([0, 1]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"searchers": 0}, "positive"),
        ({"start": 9}, "start must be"),
        ({"origin": np.ones(9)}, "sum to 1"),
        ({"origin": np.ones(4)}, "one row a cell"),
        ({"moves": ((),) * 9}, "at least one move"),
        ({"mirror": (1, 0, 2, 3, 4, 5, 6, 7, 8)}, "mirror"),
    ],
)
def test_faulty_problems_are_refused(change: dict[str, object], message: str) -> None:
    """What cannot be a problem is refused in words."""
    good = grid(3, 1, 2)
    fields = {name: getattr(good, name) for name in good.__dataclass_fields__} | change
    with pytest.raises(SolveError, match=message):
        MarkovSearch(**fields)


def test_even_grids_are_refused() -> None:
    """The benchmark's target starts in the centre, so the side is odd."""
    with pytest.raises(SolveError, match="odd"):
        grid(4, 1, 2)
