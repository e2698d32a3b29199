"""The search-theory benchmark's command."""

from __future__ import annotations

import json

import numpy as np
import pytest

from planner.solve.markov import grid
from tests.benchmarks import searchers


def test_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A tiny instance gives one JSON object with a plan that is worth what it says."""
    size = ["--grid=3", "--searchers=2", "--looks=4"]
    assert searchers.main([*size, "--time-limit=5", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    problem = grid(3, 2, 4)
    paths = [[(row - 1) * 3 + column - 1 for row, column in path] for path in found["paths"]]
    assert found["value"] == problem.value(problem.effort(np.array(paths)))
    assert found["bound"] <= found["value"]
    assert found["proven"]


def test_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Without ``--json`` the same in lines."""
    arguments = ["--grid=3", "--searchers=1", "--looks=2", "--time-limit=5"]
    assert searchers.main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("searcher 1: ")
    assert any(line.startswith("bound ") for line in lines)


def test_bad_input_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """An even grid is refused in one line."""
    assert searchers.main(["--grid", "4"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_node_limit_ends_the_search(capsys: pytest.CaptureFixture[str]) -> None:
    """With a node limit the search stops there and the bound is still below the plan."""
    size = ["--grid=9", "--searchers=3", "--looks=9", "--time-limit=60"]
    assert searchers.main([*size, "--node-limit=20", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["nodes"] <= 20
    assert 0 < found["bound"] <= found["value"]
