"""Visual sweep width: the tables at their nodes, the rules between and beyond them."""

from __future__ import annotations

import doctest
import importlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner import geodata, sensing
from planner.errors import GeodataError
from planner.geodata.sweep import SweepTableKey
from planner.sensing import visual_sweep_width_nm, weather_factor

EYE_8FT_M = 8 * 0.3048
EYE_14FT_M = 14 * 0.3048

ROWS: list[tuple[SweepTableKey, str]] = [
    (table.key, target) for table in geodata.sweep_tables().values() for target in table.targets
]
rows = st.sampled_from(ROWS)
eyes_m = st.floats(0.0, 30.0)
visibilities_nm = st.floats(0.0, 40.0)
winds_kn = st.floats(0.0, 60.0)
waves_m = st.floats(0.0, 8.0)


@pytest.mark.parametrize(
    ("target", "eye_m", "visibility_nm", "width_nm"),
    [
        ("person-in-water", EYE_8FT_M, 1.0, 0.2),
        ("power-boat-15ft", EYE_8FT_M, 10.0, 1.5),
        ("power-boat-20ft", EYE_8FT_M, 10.0, 3.3),
        ("power-boat-20ft", EYE_14FT_M, 10.0, 4.3),
        ("power-boat-33ft", EYE_8FT_M, 10.0, 4.7),
        ("power-boat-53ft", EYE_8FT_M, 10.0, 7.0),
        ("sail-boat-83ft", EYE_14FT_M, 15.0, 15.0),
        ("ship-225ft", EYE_14FT_M, 20.0, 26.0),
    ],
)
def test_the_table_at_its_nodes(
    target: str, eye_m: float, visibility_nm: float, width_nm: float
) -> None:
    """In calm weather the width at a node is the figure printed there, exactly."""
    assert visual_sweep_width_nm(target, eye_m, visibility_nm, 5.0, 0.2) == width_nm


@pytest.mark.parametrize(
    ("target", "eye_m", "visibility_km", "width_nm"),
    [
        ("raft-4-person", EYE_8FT_M, 5.0, 1.5),
        ("power-boat-8-12m", EYE_14FT_M, 20.0, 6.4),
        ("power-boat-below-5m", EYE_8FT_M, 25.0, 1.4),
    ],
)
def test_the_australian_table_at_its_nodes(
    target: str, eye_m: float, visibility_km: float, width_nm: float
) -> None:
    """The Australian table is read at kilometres of visibility."""
    width = visual_sweep_width_nm(target, eye_m, visibility_km / 1.852, 0.0, 0.0, table="natsar")
    assert width == pytest.approx(width_nm, abs=1e-12)


def test_between_the_nodes() -> None:
    """Half way in visibility and eye height the width is the mean of the four corners."""
    width = visual_sweep_width_nm("power-boat-20ft", 11 * 0.3048, 7.5, 0.0, 0.0)
    assert width == pytest.approx((2.2 + 3.3 + 2.9 + 4.3) / 4)


def test_beyond_the_table() -> None:
    """Nothing is seen in no visibility, half of the first figure at half of it, no more beyond."""
    seen = visual_sweep_width_nm("power-boat-33ft", EYE_8FT_M, [0.0, 0.5, 1.0, 20.0, 90.0], 0, 0)
    assert seen == pytest.approx([0.0, 0.4, 0.8, 6.8, 6.8])
    high = visual_sweep_width_nm("power-boat-33ft", [1.0, EYE_8FT_M, EYE_14FT_M, 12.0], 10.0, 0, 0)
    assert high == pytest.approx([4.7, 4.7, 6.1, 6.1])


@pytest.mark.parametrize(
    ("table", "wind_kn", "wave_m", "small", "large"),
    [
        ("uscg", 15.0, 0.6, 1.0, 1.0),
        ("uscg", 15.1, 0.0, 0.5, 0.9),
        ("uscg", 0.0, 2 * 0.3048, 0.5, 0.9),
        ("uscg", 25.0, 4 * 0.3048, 0.5, 0.9),
        ("uscg", 25.1, 0.0, 0.25, 0.9),
        ("uscg", 0.0, 1.23, 0.25, 0.9),
        ("natsar", 14.9, 0.99, 1.0, 1.0),
        ("natsar", 15.0, 0.0, 0.5, 0.8),
        ("natsar", 0.0, 1.0, 0.5, 0.8),
        ("natsar", 25.0, 1.5, 0.5, 0.8),
        ("natsar", 25.1, 0.0, 0.25, 0.5),
        ("natsar", 0.0, 1.6, 0.25, 0.5),
    ],
)
def test_weather_steps(
    table: SweepTableKey, wind_kn: float, wave_m: float, small: float, large: float
) -> None:
    """Either wind or waves bring a step about, at the figure or above it as printed."""
    big = {"uscg": "power-boat-33ft", "natsar": "power-boat-12-20m"}[table]
    assert weather_factor("raft-4-person", wind_kn, wave_m, table) == small
    assert weather_factor(big, wind_kn, wave_m, table) == large


def test_fatigue_and_weather_multiply() -> None:
    """A tired crew in 20 kn of wind sees 0.9 x 0.5 of the width against a small boat."""
    width = visual_sweep_width_nm("power-boat-20ft", EYE_8FT_M, 10.0, 20.0, 0.3, fatigue=True)
    assert width == pytest.approx(3.3 * 0.5 * 0.9)


def test_shapes_broadcast() -> None:
    """Watches by places in, the same out; numbers give an array of no dimension."""
    visibility = np.full((28, 1), 10.0)
    wind = np.linspace(0.0, 30.0, 5)
    widths = visual_sweep_width_nm("power-boat-20ft", 3.0, visibility, wind, 0.2)
    assert widths.shape == (28, 5)
    one = visual_sweep_width_nm("power-boat-20ft", 3.0, 10.0, float(wind[3]), 0.2)
    assert one.shape == ()
    assert float(one) == widths[7, 3]


@given(row=rows, eye_m=eyes_m, two=st.tuples(visibilities_nm, visibilities_nm), wind_kn=winds_kn)
def test_wider_with_visibility(
    row: tuple[SweepTableKey, str], eye_m: float, two: tuple[float, float], wind_kn: float
) -> None:
    """Better visibility never narrows the width, and the width is never negative."""
    table, target = row
    near, far = visual_sweep_width_nm(target, eye_m, sorted(two), wind_kn, 0.5, table=table)
    assert 0.0 <= near <= far + 1e-12


@given(row=rows, eye_m=eyes_m, higher_m=eyes_m, visibility_nm=visibilities_nm)
def test_wider_with_a_higher_eye(
    row: tuple[SweepTableKey, str], eye_m: float, higher_m: float, visibility_nm: float
) -> None:
    """A higher eye never narrows the width."""
    table, target = row
    pair = sorted([eye_m, higher_m])
    low, high = visual_sweep_width_nm(target, pair, visibility_nm, 0.0, 0.0, table=table)
    assert low <= high + 1e-12


@given(
    row=rows,
    two=st.tuples(winds_kn, winds_kn),
    waves=st.tuples(waves_m, waves_m),
    tired=st.booleans(),
)
def test_never_wider_in_worse_weather(
    row: tuple[SweepTableKey, str],
    two: tuple[float, float],
    waves: tuple[float, float],
    tired: bool,
) -> None:
    """More wind or higher waves never widen the width, nor does a tired crew."""
    table, target = row
    wind, wave = sorted(two), sorted(waves)
    calm, rough = visual_sweep_width_nm(target, 3.0, 8.0, wind, wave, tired, table)
    assert rough <= calm
    assert calm <= visual_sweep_width_nm(target, 3.0, 8.0, wind[0], wave[0], table=table)


def test_unknown_names_are_refused() -> None:
    """A target of the other table is refused with what this one has."""
    with pytest.raises(GeodataError, match=r"no target 'power-boat-5-8m' .* did you mean"):
        visual_sweep_width_nm("power-boat-5-8m", 3.0, 10.0, 0.0, 0.0)


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), [2.0, -0.5]])
@pytest.mark.parametrize("place", range(4))
def test_negative_figures_are_refused(place: int, wrong: float | list[float]) -> None:
    """A negative or missing eye height, visibility, wind or wave is named."""
    figures: list[float | list[float]] = [3.0, 10.0, 5.0, 0.5]
    figures[place] = wrong
    name = ["eye height in m", "visibility in nm", "wind in kn", "wave height in m"][place]
    with pytest.raises(GeodataError, match=name):
        visual_sweep_width_nm("ship-120ft", figures[0], figures[1], figures[2], figures[3])


@pytest.mark.parametrize("name", ["combine", "night", "radar", "visual"])
def test_examples_in_docstrings_hold(name: str) -> None:
    """What the docstrings print is what the functions return."""
    result = doctest.testmod(importlib.import_module(f"planner.sensing.{name}"))
    assert result.attempted > 0
    assert result.failed == 0


def test_exported_names_are_sorted_and_real() -> None:
    """The package's __all__ is sorted and every name is there."""
    names = [*sensing.__all__]
    assert names == sorted(names, key=lambda n: (not n.isupper(), n))
    assert all(hasattr(sensing, name) for name in names)
