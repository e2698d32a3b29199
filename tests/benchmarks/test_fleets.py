"""The benchmark of a study of many fleets runs from end to end."""

from __future__ import annotations

import json

import pytest

from tests.benchmarks import fleets


@pytest.mark.parametrize("how", [[], ["--commands"]])
def test_a_study_of_two_fleets_is_compared(
    how: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Figures as JSON: all runs done, search no longer than all of it; and as a table."""
    given = ["--fleets", "2", "--first", "1", "--days", "1", "--resolution", "4", "--alone", "1"]
    more = ["--gap", "1", "--targets", "20", "--time-limit", "20"]
    assert fleets.main([*given, *more, *how, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["study"]["runs"], found["anew"]["runs"]) == (2, 1)
    for part in ("study", "anew"):
        assert 0 <= found[part]["search_s"] <= found[part]["whole_s"]
        assert found[part]["worst_gap"] <= 1
    costs = {part: fleets.Cost(**found[part]) for part in ("study", "anew")}
    lines = fleets.table(fleets.Comparison(2, 1.0, **costs)).splitlines()
    assert len({line.count("|") for line in lines}) == 1
    assert f"{found['ratio']:.1f}" in lines[-2]


def test_more_alone_than_there_are_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    """One line, status 2."""
    assert fleets.main(["--fleets", "2", "--alone", "3"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
