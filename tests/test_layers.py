"""The layers hold: imports point downwards, and the verifier stands on its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def modules_after(statement: str) -> set[str]:
    """Names of all modules loaded by a statement in a fresh interpreter."""
    code = f"import sys\n{statement}\nprint(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    return set(done.stdout.split())


def test_the_contracts_of_pyproject_are_kept(repository: Path) -> None:
    """Import-linter finds no import that points upwards."""
    linter = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"
    done = subprocess.run(
        [sys.executable, "-c", linter, "--no-cache"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_verifier_runs_without_the_optimiser() -> None:
    """Importing the verifier loads no module of the optimiser, not even by a detour."""
    loaded = modules_after("import planner.verify")
    assert "planner.verify" in loaded
    assert not {name for name in loaded if name.startswith(("planner.solve", "planner.problem"))}
    assert "ortools" not in loaded


def test_the_optimiser_sees_no_maps() -> None:
    """Importing the optimiser loads neither geopandas nor folium nor matplotlib."""
    loaded = modules_after("import planner.solve")
    assert not loaded & {"geopandas", "folium", "matplotlib", "pyogrio"}


@pytest.mark.parametrize("statement", ["import planner", "import planner.cli"])
def test_beginning_is_cheap(statement: str) -> None:
    """Neither the package nor the command line loads anything heavy before it is needed."""
    heavy = {"numpy", "shapely", "pydantic", "numba", "ortools", "geopandas", "rich", "h3"}
    assert not modules_after(statement) & heavy
