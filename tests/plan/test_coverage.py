"""The plan's targets as rows, against what its legs say."""

from __future__ import annotations

import datetime as dt
import math
from itertools import pairwise

import pytest

from planner.plan.coverage import coverage_rows
from planner.plan.model import CoverageRow, Leg, MovingRow
from planner.plan.realise import realise
from planner.solve.coverage import Coverage
from tests.plan_factory import one_pass, relative_kn
from tests.problem.off_aktau import columns, problem, scenario, sea
from tests.solve.reference import detection

Rows = tuple[tuple[CoverageRow, ...], tuple[MovingRow, ...]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Rows of the plan built first."""
    return coverage_rows(columns(), scenario(), sea(), problem())


@pytest.fixture(scope="module")
def searches() -> list[Leg]:
    """Search legs of the plan built first."""
    sorties = realise(columns(), scenario(), sea(), problem())
    return [leg for sortie in sorties for leg in sortie.legs if leg.mode == "search"]


def hours(length: dt.timedelta) -> float:
    """Hours, nothing if negative."""
    return max(0.0, length.total_seconds() / 3600)


def test_weights_sum_to_1(rows: Rows) -> None:
    """Stationary rows and tracks together weigh 1."""
    stationary, moving = rows
    assert math.fsum(row.weight for row in (*stationary, *moving)) == pytest.approx(1, abs=1e-9)
    assert all(row.weight > 0 for row in stationary)


def test_detection_is_the_optimiser_s(rows: Rows) -> None:
    """Σ weight · detection is the detection of the columns, from either side."""
    total = math.fsum(row.weight * row.detection for part in rows for row in part)
    targets = problem().instance.targets
    assert total == pytest.approx(Coverage(targets, columns()).detection(), abs=1e-12)
    assert total == pytest.approx(detection(problem().instance, columns()), abs=1e-12)


def test_detection_follows_from_exposure(rows: Rows) -> None:
    """Each row's detection is ``1 − exp(−exposure)``, and some rows have some."""
    for part in rows:
        assert any(row.exposure > 0 for row in part)
        for row in part:
            assert row.detection == pytest.approx(1 - math.exp(-row.exposure), abs=1e-12)


def test_a_stationary_target_sees_the_legs_of_its_cell_and_time(
    rows: Rows, searches: list[Leg]
) -> None:
    """A row's exposure sums what the passes in its cell give that lie within its time."""
    for row in rows[0]:
        seen = 0.0
        for leg in searches:
            (given,) = leg.exposures
            if given.cell == row.cell and row.from_ <= leg.start < row.to:
                assert leg.end <= row.to, "no visit straddles the end of a window"
                seen += one_pass(given.exposure)
        assert row.exposure == pytest.approx(seen, abs=1e-9)


def test_a_track_sees_legs_while_it_is_in_their_cell(rows: Rows, searches: list[Leg]) -> None:
    """A track's exposure is that of the passes it meets, by time together and relative speed."""
    for row in rows[1]:
        seen = 0.0
        for passage in row.passages:
            for leg in searches:
                (given,) = leg.exposures
                if given.cell == passage.cell:
                    together = min(leg.end, passage.leave) - max(leg.start, passage.enter)
                    share = hours(together) / hours(leg.end - leg.start)
                    faster = relative_kn(leg.speed_kn, row.speed_kn) / leg.speed_kn
                    seen += one_pass(given.exposure * share * faster)
        assert row.exposure == pytest.approx(seen, abs=1e-6)


def test_rows_of_a_threat_tile_the_plan(rows: Rows) -> None:
    """For each threat and cell the rows follow each other from start to end."""
    by_cell: dict[tuple[str, str], list[CoverageRow]] = {}
    for row in rows[0]:
        by_cell.setdefault((row.threat, row.cell), []).append(row)
    assert {threat for threat, _ in by_cell} == {"nets", "runs"}
    assert {cell for _, cell in by_cell} == set(sea().cells.ids)
    for found in by_cell.values():
        times = sorted((row.from_, row.to) for row in found)
        assert times[0][0] == scenario().start
        assert times[-1][1] == scenario().end
        assert all(a[1] == b[0] for a, b in pairwise(times))


def test_every_track_has_a_row(rows: Rows) -> None:
    """Every sampled track is a row with its passages in order and within the plan."""
    assert len(rows[1]) == 30
    for row in rows[1]:
        assert row.threat == "ferry"
        assert row.weight == pytest.approx(1 / 6 / 30)
        times = [time for p in row.passages for time in (p.enter, p.leave)]
        assert times == sorted(times)
        assert all(scenario().start <= time <= scenario().end for time in times)


def test_nothing_sailed_nothing_detected() -> None:
    """Without sorties all rows are there with no exposure."""
    stationary, moving = coverage_rows((), scenario(), sea(), problem())
    assert len(stationary) == sea().cells.n * 4
    assert {row.exposure for row in (*stationary, *moving)} == {0.0}
    assert {row.detection for row in (*stationary, *moving)} == {0.0}
