"""What passes give: one pass of a lane, relative speeds, tracks met in cells."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from planner.problem.passing import MOST, mean_relative_kn, pass_exposure, track_rows
from planner.problem.tracks import Track

SPEEDS = st.floats(0.5, 40.0)


@given(st.floats(0.0, MOST))
def test_a_pass_finds_no_more_than_definite_range_without_overlap(coverage: float) -> None:
    """Found by one pass is at most ``min(1, C)``, the most that any search of ``C`` can find."""
    found = -math.expm1(-float(pass_exposure(coverage)))
    assert 0.0 <= found <= min(1.0, coverage) + 1e-12
    assert found == pytest.approx(coverage / (1 + coverage**5) ** 0.2, abs=1e-9)


@given(st.floats(0.0, 30.0), st.floats(0.0, 30.0))
def test_more_coverage_never_gives_less(one: float, other: float) -> None:
    """Exposure grows with coverage, and a narrow pass gives its coverage and little more."""
    low, high = sorted((one, other))
    assert pass_exposure(low) <= pass_exposure(high)
    assert float(pass_exposure(1e-3 * low)) == pytest.approx(1e-3 * low, rel=0.02)


@given(SPEEDS, st.floats(0.0, 40.0))
def test_relative_speed_is_the_mean_over_all_courses(search_kn: float, target_kn: float) -> None:
    """The closed form agrees with the integral over the angle between the courses."""

    def relative(angle: float) -> float:
        square = search_kn**2 + target_kn**2 - 2 * search_kn * target_kn * math.cos(angle)
        return math.sqrt(max(square, 0.0))

    expected = quad(relative, 0.0, math.pi)[0] / math.pi
    assert float(mean_relative_kn(search_kn, target_kn)) == pytest.approx(expected, rel=1e-6)


def test_a_boat_at_rest_is_passed_at_the_targets_speed() -> None:
    """Where one of the two stands still the relative speed is the other's, and 0 of both."""
    assert mean_relative_kn(0.0, 7.0) == pytest.approx(7.0)
    assert mean_relative_kn([12.0, 0.0], 0.0).tolist() == pytest.approx([12.0, 0.0])


N, STEPS, STEP_H = 4, 30, 0.5


@st.composite
def runs(draw: st.DrawFn) -> list[Track]:
    """Tracks of two threats through up to three of four cells, in order of time."""
    found = []
    for number in range(draw(st.integers(0, 5))):
        stays = draw(st.integers(0, 3))
        times = sorted(draw(st.lists(st.floats(0, 15), min_size=2 * stays, max_size=2 * stays)))
        found.append(
            Track(
                "ab"[number % 2],
                0.1,
                draw(SPEEDS),
                np.array(draw(st.lists(st.integers(0, 3), min_size=stays, max_size=stays)), int),
                np.array(times[::2]),
                np.array(times[1::2]),
            )
        )
    return found


@settings(max_examples=60)
@given(runs(), st.lists(st.integers(0, 4), min_size=N, max_size=N), st.integers(1, 3))
def test_rows_are_what_a_plain_loop_finds(
    moving: list[Track], visits: list[int], epochs: int
) -> None:
    """Every visit, track and stay looked at one by one give the same exposures."""
    rng = np.random.default_rng(len(moving))
    width = {"a": rng.uniform(1, 4, (epochs, N)), "b": rng.uniform(1, 4, (1, 1))}
    epoch = np.sort(rng.integers(0, epochs, STEPS)).astype(np.int32)
    area = rng.uniform(50, 70, N)
    lasts = np.array(visits)
    ptr, target, value = track_rows(moving, width, epoch, 15.0, lasts, area, STEP_H, STEPS)

    expected: dict[tuple[int, int], list[float]] = {}
    for number, track in enumerate(moving):
        for cell, enter, leave in zip(track.cell, track.enter_h, track.leave_h, strict=True):
            for start in range(STEPS - visits[cell] + 1 if visits[cell] else 0):
                hours = min(leave, (start + visits[cell]) * STEP_H) - max(enter, start * STEP_H)
                if hours > 1e-9:
                    row = epoch[start + visits[cell] // 2] if track.threat == "a" else 0
                    wide = np.broadcast_to(width[track.threat], (epochs, N))[row, cell]
                    swept = wide * hours * float(mean_relative_kn(15.0, track.speed_kn))
                    at = (start * N + int(cell), number)
                    expected.setdefault(at, []).append(float(pass_exposure(swept / area[cell])))
    found: dict[tuple[int, int], list[float]] = {}
    for row in range(STEPS * N):
        for k in range(ptr[row], ptr[row + 1]):
            found.setdefault((row, int(target[k])), []).append(float(value[k]))
    assert found.keys() == expected.keys()
    for at, given_ in expected.items():
        assert sorted(found[at]) == pytest.approx(sorted(given_))
    assert len(ptr) == STEPS * N + 1
    assert ptr[-1] == len(target) == len(value)
