"""What compiled loops are kept by: their source, and what they use of other modules."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

HELPER = """
from planner.solve.compiled import inlined
FACTOR = {factor}

@inlined
def times(x):
    return {source}
"""

LOOP = """
from planner.solve.compiled import compiled
from helper_of_a_test import FACTOR, times

@compiled
def loop(x):
    return times(x) + FACTOR
"""


@pytest.fixture
def loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """A loop that takes in a helper and a constant of another module, imported afresh."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "loop_of_a_test.py").write_text(LOOP)

    def load(factor: int, source: str) -> ModuleType:
        (tmp_path / "helper_of_a_test.py").write_text(HELPER.format(factor=factor, source=source))
        for name in ("helper_of_a_test", "loop_of_a_test"):
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        return importlib.import_module("loop_of_a_test")

    yield load
    for name in ("helper_of_a_test", "loop_of_a_test"):
        sys.modules.pop(name, None)


def test_a_kept_loop_is_compiled_anew_if_what_it_uses_changes(loop) -> None:  # type: ignore[no-untyped-def]
    """A changed helper or constant counts at once, though the loop's own file is as it was."""
    assert loop(1, "2 * x").loop(10) == 21
    assert loop(1, "3 * x").loop(10) == 31
    assert loop(7, "3 * x").loop(10) == 37
    again = loop(1, "2 * x").loop
    assert again(10) == 21
    assert sum(again.stats.cache_hits.values()) == 1
