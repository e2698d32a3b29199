"""The siting benchmark: its instances build, and one runs through."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.siting import CASES, MOST_SITES, POINTS, Size, main, measure


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_builds(case: Size) -> None:
    """Points cover themselves and each other; the next radius covers more; weights are whole."""
    covers, weight = case.build()
    assert covers.shape == (case.points, case.points)
    assert covers.diagonal().all()
    assert (covers == covers.T).all()
    assert 0.005 < covers.mean() < 0.9
    assert (weight == np.round(weight)).all()
    assert weight.min() >= 1


def test_the_smallest_is_proven_for_all_numbers_of_sites() -> None:
    """1 to 10 sites are proven optimal, and each covers no less than the one before."""
    row = measure(Size(POINTS[0], 800.0))
    assert row.proven == MOST_SITES
    assert row.covered == tuple(sorted(row.covered))


def test_the_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Asked for no size it prints the heading alone."""
    main(["--points"])
    assert capsys.readouterr().out.startswith("| instance |")
