"""The benchmark of re-planning: every change is one, and a comparison runs from end to end."""

from __future__ import annotations

import json
import math

import pytest

from planner.solve import Progress
from tests.benchmarks import reuse
from tests.benchmarks.reuse import CHANGES, NOTHING, REFERENCE, Change, Comparison, Trace


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_builds(name: str) -> None:
    """Each change makes another scenario of the reference, sound by its checks."""
    changed, before = CHANGES[name].of(REFERENCE), NOTHING.of(REFERENCE)
    assert changed.model_dump() != before.model_dump()
    assert changed.area == before.area
    assert [unit.name for unit in changed.unit] == [unit.name for unit in before.unit]


def test_a_change_of_what_is_not_there_is_an_error() -> None:
    """A change that names no unit of the scenario cannot pass for one."""
    with pytest.raises(KeyError):
        Change("none", units={"Frigates": {"count": 2}}).of(REFERENCE)


def test_a_trace_ends_a_run_at_its_mark() -> None:
    """The first time that a gap was proven is kept; meeting the mark interrupts."""
    trace = Trace(mark=0.1)
    trace(Progress(1.0, "building", 0.0, 1.0))
    trace(Progress(2.0, "improving", 0.2, 0.3))
    assert not trace.met()
    with pytest.raises(KeyboardInterrupt):
        trace(Progress(3.0, "improving", 0.2, 0.21))
    assert trace.first(0.51) == 2.0
    assert trace.first(0.1) == 3.0
    assert trace.first(0.01) == math.inf


def test_a_comparison_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One change of a day of the reference, a second a run: figures as JSON and as a table."""
    day = {"days": 1}
    monkeypatch.setattr(reuse, "NOTHING", Change("unchanged", keys=day))
    hull = Change("one hull more", keys=day, units=CHANGES["hull"].units)
    monkeypatch.setitem(CHANGES, "hull", hull)
    assert reuse.main(["hull", "--time-limit", "1", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["change"] == "hull"
    # A sortie priced for the bound may burn more fuel than there is: that one is left out.
    assert 0.9 * row["stored"] <= row["kept"] <= row["stored"]
    assert row["bounds_kept"]
    assert row["from_nothing_s"] > 0
    assert row["quarter_gap"] > 0
    assert row["file_bytes"] > 0
    del row["ratio"]
    lines = reuse.table([Comparison(**row)]).splitlines()
    assert len({line.count("|") for line in lines}) == 1


def test_bad_input_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """A change that does not exist is one line and status 2."""
    assert reuse.main(["moon"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
