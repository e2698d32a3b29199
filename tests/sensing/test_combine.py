"""Eyes and radar together, by day and by night."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import GeodataError
from planner.sensing import VISUAL_AT_NIGHT_NM, combined, mean_sweep_width_nm

widths_nm = st.floats(0.0, 30.0)
shares = st.floats(0.0, 1.0)


def test_the_better_sensor_counts() -> None:
    """By default two sensors do what the better one does."""
    assert combined([3.3, 3.3, 0.0], [6.0, 1.0, 0.0]).tolist() == [6.0, 3.3, 0.0]


@given(visual_nm=widths_nm, radar_nm=widths_nm, effort=st.floats(0.0, 1.0))
def test_independent_misses_multiply(visual_nm: float, radar_nm: float, effort: float) -> None:
    """Under random search the sum of widths misses as often as both sensors do by chance."""
    both = combined(visual_nm, radar_nm, rule="independent")
    missed = math.exp(-visual_nm * effort) * math.exp(-radar_nm * effort)
    assert math.exp(-float(both) * effort) == pytest.approx(missed)
    assert both >= combined(visual_nm, radar_nm)


def test_by_night_only_the_radar_counts() -> None:
    """In the dark an unlit target is found by radar alone, in daylight by the better sensor."""
    assert VISUAL_AT_NIGHT_NM == 0.0
    widths = mean_sweep_width_nm(3.3, [0.0, 2.0, 6.0], [[0.0], [1.0]])
    assert widths.tolist() == [[3.3, 3.3, 6.0], [0.0, 2.0, 6.0]]


def test_a_night_that_falls_is_shared_out() -> None:
    """An interval that is dark for a quarter has three quarters of the day's width."""
    assert mean_sweep_width_nm(4.0, 0.0, 0.25) == pytest.approx(3.0)
    assert mean_sweep_width_nm(4.0, 2.0, 0.25) == pytest.approx(3.5)
    assert mean_sweep_width_nm(4.0, 2.0, 0.25, rule="independent") == pytest.approx(5.0)


@given(visual_nm=widths_nm, radar_nm=widths_nm, two=st.tuples(shares, shares))
def test_never_wider_in_a_longer_night(
    visual_nm: float, radar_nm: float, two: tuple[float, float]
) -> None:
    """More darkness never widens the mean width."""
    short, long = mean_sweep_width_nm(visual_nm, radar_nm, sorted(two))
    assert long <= short + 1e-12


def test_wrong_figures_are_refused() -> None:
    """An unknown rule, a negative width or a share beyond 1 is named."""
    with pytest.raises(GeodataError, match="take one of: better, independent"):
        combined(1.0, 1.0, rule="sum")  # type: ignore[arg-type]
    with pytest.raises(GeodataError, match="visual sweep width in nm of -1"):
        combined(-1.0, 1.0)
    with pytest.raises(GeodataError, match=r"dark share of 1\.5"):
        mean_sweep_width_nm(1.0, 1.0, [0.5, 1.5])
