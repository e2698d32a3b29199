"""The haze: none half of the time, else random factors around one that change no order for good."""

from __future__ import annotations

import numpy as np
import pytest

from planner.solve.haze import HAZY, SPREADS, Haze


def test_worth_is_what_it_is_without_a_haze() -> None:
    """Before one blows, and after it is cleared, worth is handed through untouched."""
    haze, worth = Haze(np.random.default_rng(0), 5), np.arange(5.0)
    assert haze.over(worth) is worth
    for _ in range(20):
        haze.blow()
        haze.clear()
        assert haze.over(worth) is worth


def test_a_haze_blows_as_often_and_as_thick_as_it_says() -> None:
    """In its share of the moves, with logarithms of each of the spreads, around nothing."""
    size, moves = 4000, 600
    haze, ones = Haze(np.random.default_rng(1), size), np.ones(4000)
    seen: list[float] = []
    for _ in range(moves):
        haze.blow()
        factor = np.log(haze.over(ones))
        haze.clear()
        if factor.any():
            assert abs(factor.mean()) < 5 * factor.std() / np.sqrt(size)
            seen.append(float(factor.std()))
    assert len(seen) / moves == pytest.approx(HAZY, abs=0.08)
    nearest = [min(SPREADS, key=lambda spread: abs(np.log(spread / each))) for each in seen]
    assert set(nearest) == set(SPREADS)
    assert np.array(seen) == pytest.approx(np.array(nearest), rel=0.1)


def test_the_same_seed_blows_the_same_haze() -> None:
    """Two with one seed agree at every move."""
    one, other = (Haze(np.random.default_rng(2), 50) for _ in range(2))
    worth = np.linspace(0.0, 1.0, 50)
    for _ in range(30):
        one.blow()
        other.blow()
        assert one.over(worth).tolist() == other.over(worth).tolist()
