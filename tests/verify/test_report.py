"""What a report says, and how its checks compare."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from planner.verify.report import Figure, Report, Tally, Violation


def violations(number: int) -> tuple[Violation, ...]:
    """Some violations of one rule."""
    time = datetime(2006, 5, 22, 6, tzinfo=UTC)
    return tuple(
        Violation("speed", f"S{k}", time, Figure(17.2, 15.0, "kn"), "search leg 3 is too fast")
        for k in range(number)
    )


def test_a_violation_is_one_line() -> None:
    """Rule, sortie, time, message and figure stand in one line."""
    (violation,) = violations(1)
    assert str(violation) == (
        "speed: sortie S0, 2006-05-22T06:00+00:00: search leg 3 is too fast: 17.2 kn, limit 15 kn"
    )


def test_lines_are_cut_by_rule() -> None:
    """Of many violations of a rule ten are shown, the rest counted."""
    lines = list(Report(violations(25), {"speed": 30}, 0.5, 0.6).lines())
    assert sum(line.startswith("speed: sortie") for line in lines) == 10
    assert "speed: and 15 more" in lines
    assert lines[-2:] == [
        "30 checks of 1 rules; 25 violations",
        "detection 0.5000 recomputed, 0.6000 stated",
    ]


def test_a_report_is_good_without_violations() -> None:
    """No violation: good, nothing broken, and said so."""
    report = Report((), {"speed": 2}, 0.5, 0.5, {"sorties": 1, "legs": 1200})
    assert report.ok
    assert report.broken == {}
    assert next(report.lines()) == "1 sorties, 1,200 legs; 2 checks of 1 rules; no violation"


def test_figures_that_differ_look_different() -> None:
    """A value just above its limit is not printed like the limit."""
    assert str(Figure(15.00001, 15.0, "kn")) == "15.00001 kn, limit 15 kn"


@pytest.mark.parametrize(("value", "limit"), [(math.nan, 1.0), (1.0, math.nan)])
def test_nan_passes_no_check(value: float, limit: float) -> None:
    """What is not a number breaks every comparison."""
    tally = Tally()
    assert not tally.at_most("rule", "is NaN", Figure(value, limit))
    assert not tally.agrees("rule", "is NaN", Figure(value, limit), slack=1e9)
    assert len(tally.violations) == tally.checks["rule"] == 2
