"""Maximal covering against every choice of sites."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import SolveError
from planner.study.siting.covering import best_cover, best_covers, covered_by, reduced
from planner.study.siting.fixing import improved, prices, settle


@st.composite
def problems(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Up to 7 sites and 12 points; some points weigh nothing, some sites cover none."""
    m, n = draw(st.integers(1, 7)), draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    covers = rng.random((m, n)) < draw(st.sampled_from([0.1, 0.3, 0.6]))
    if draw(st.booleans()):
        return covers, rng.integers(0, 5, n).astype(float)
    return covers, rng.random(n) / n


def all_choices(covers: np.ndarray, weight: np.ndarray, sites: int) -> list[float]:
    """What each choice of exactly so many sites covers, most first."""
    count = min(sites, covers.shape[0])
    own = [covered_by(covers, weight, c) for c in combinations(range(covers.shape[0]), count)]
    return sorted(own, reverse=True)


@given(problems(), st.integers(1, 8))
def test_it_is_the_best_of_all_choices(problem: tuple[np.ndarray, np.ndarray], sites: int) -> None:
    """What is covered is the most that can be; the sites chosen cover it; it is proven."""
    covers, weight = problem
    found = best_cover(covers, weight, sites)
    best = all_choices(covers, weight, sites)[0]
    assert found.covered == pytest.approx(best, abs=1e-6 * weight.sum() + 1e-12)
    assert found.bound >= best - 1e-9
    assert found.proven
    assert len(found.sites) <= sites
    assert found.covered == pytest.approx(covered_by(covers, weight, found.sites))


@given(problems())
def test_the_smaller_problem_covers_as_much(problem: tuple[np.ndarray, np.ndarray]) -> None:
    """Sites that are left cover what they covered; no two points or sites that are left agree."""
    covers, weight = problem
    small = reduced(covers, weight)
    for k, site in enumerate(small.site.tolist()):
        assert small.weight[small.covers[k]].sum() == pytest.approx(weight[covers[site]].sum())
    columns = {column.tobytes() for column in small.covers.T}
    assert len(columns) == small.weight.size
    for a, b in combinations(range(small.site.size), 2):
        assert (small.covers[a] & ~small.covers[b]).any()
        assert (small.covers[b] & ~small.covers[a]).any()


@given(problems(), st.integers(1, 3))
def test_the_next_best_follow(problem: tuple[np.ndarray, np.ndarray], sites: int) -> None:
    """Those after the first are different sets, each as good as the next in the list of all."""
    covers, weight = problem
    found = best_covers(covers, weight, sites, 3)
    sets = [cover.sites for cover in found]
    assert len(set(sets)) == len(sets)
    assert [c.covered for c in found] == pytest.approx(
        sorted((c.covered for c in found), reverse=True), abs=1e-6 * weight.sum() + 1e-12
    )
    if found[0].sites and len(found[0].sites) == min(sites, covers.shape[0]):
        assert [c.covered for c in found] == pytest.approx(
            all_choices(covers, weight, sites)[: len(found)], abs=1e-6 * weight.sum() + 1e-12
        )


def test_all_choices_barred_is_an_error() -> None:
    """Of one site there is no second choice."""
    covers, weight = np.ones((1, 3), bool), np.ones(3)
    with pytest.raises(SolveError, match="no choice of sites"):
        best_cover(covers, weight, 1, barred=[(0,)])


@given(problems(), st.integers(1, 4), st.integers(0, 10_000))
def test_sites_are_settled_only_where_no_choice_is_better(
    problem: tuple[np.ndarray, np.ndarray], sites: int, seed: int
) -> None:
    """At any prices the bound holds, and better choices keep to what is settled."""
    covers, weight = problem
    price = weight * np.random.default_rng(seed).random(weight.size)
    sites = min(sites, covers.shape[0])
    every = [
        own for count in range(1, sites + 1) for own in combinations(range(covers.shape[0]), count)
    ]
    values = [covered_by(covers, weight, own) for own in every]
    known = float(np.random.default_rng(seed).choice(values))
    found = settle(covers, weight, price, sites, known)
    assert found.bound >= max(values) - 1e-9
    for own, value in zip(every, values, strict=True):
        if value > known + 1e-9:
            assert all(found.may[k] for k in own)
            assert all(k in own for k in np.flatnonzero(found.must).tolist())


def test_the_relaxation_prices_prove_a_whole_one() -> None:
    """Where the relaxation is whole its duals prove the best choice, without any branching."""
    covers = np.eye(4, dtype=bool)
    weight = np.array([4.0, 3.0, 2.0, 1.0])
    found = settle(covers, weight, prices(covers, weight, 2), 2, 7.0)
    assert found.bound == pytest.approx(7.0)
    assert improved(covers, weight, [2, 3]) in ([0, 1], [1, 0])
