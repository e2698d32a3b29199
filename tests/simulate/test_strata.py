"""Stratified draws: unbiased, with an honest variance, and intervals that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.simulate.strata import allocate, median, normal, stratify, wilson


@given(st.integers(2, 200), st.integers(0, 5))
def test_draws_stand_for_all_of_the_weight(n: int, seed: int) -> None:
    """Every draw lies in its stratum, each stratum has two or three, weights sum to one."""
    strata = stratify(n, np.random.default_rng(seed))
    assert strata.n == n
    assert np.array_equal((strata.place * len(strata.sizes)).astype(int), strata.stratum)
    assert set(strata.sizes) <= {2, 3}
    assert strata.weight.sum() == pytest.approx(1.0)


def test_mean_and_variance_are_unbiased() -> None:
    """Over many trials the mean is the integral, and its variance is what was estimated."""

    def found(place: np.ndarray) -> np.ndarray:
        return ((7.0 * place) % 1.0 < place).astype(float)

    fine = float(found((np.arange(1_000_000) + 0.5) / 1_000_000).mean())
    moments = [
        strata.mean(found(strata.place))
        for strata in (stratify(41, np.random.default_rng(seed)) for seed in range(3000))
    ]
    means, variances = np.array(moments).T
    assert means.mean() == pytest.approx(fine, abs=4 * means.std() / np.sqrt(3000))
    assert variances.mean() == pytest.approx(means.var(), rel=0.1)
    assert variances.mean() < fine * (1 - fine) / 41  # better than without strata


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=8), st.integers(1, 5000))
def test_runs_are_shared_by_weight(weights: list[float], runs: int) -> None:
    """Each threat gets its share to within one run, and two at least."""
    shares = np.array(weights) / sum(weights)
    given_runs = allocate(shares, runs)
    assert np.all(np.abs(given_runs - shares * runs) <= np.maximum(1.0, 2.0 - shares * runs) + 1e-9)
    assert given_runs.min() >= 2
    assert runs <= given_runs.sum() <= runs + 2 * len(weights)


def test_wilson_is_that_of_the_books() -> None:
    """Ten of ten, none of ten, and three of ten have the intervals that tables give."""
    assert wilson(1.0, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert wilson(0.0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(0.3, 10) == pytest.approx((0.1078, 0.6032), abs=1e-4)
    assert wilson(0.0, 0) == (0.0, 1.0)


def test_a_normal_interval_stays_within_a_probability() -> None:
    """It reaches 1.96 standard errors to either side, cut at 0 and 1."""
    assert normal(0.5, 0.01) == pytest.approx((0.304, 0.696), abs=1e-4)
    assert normal(0.01, 0.01)[0] == 0.0
    assert normal(0.99, 0.01)[1] == 1.0


def test_the_median_heeds_weights() -> None:
    """A heavy value is the median; of nothing there is none."""
    assert median(np.array([3.0, 1.0, 2.0]), np.ones(3)) == 2.0
    assert median(np.array([3.0, 1.0, 2.0]), np.array([5.0, 1.0, 1.0])) == 3.0
    assert median(np.zeros(0), np.zeros(0)) is None
