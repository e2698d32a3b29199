"""The way in: what ``make`` says where Python or its venv module is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

OLD = """#!/bin/sh
case "$*" in *%d.%d*) echo 3.9 ;; *) exit 1 ;; esac
"""

WITHOUT_VENV = f"""#!/bin/sh
case "$*" in *ensurepip*) exit 1 ;; *) exec {sys.executable} "$@" ;; esac
"""


def stand_in(path: Path, script: str) -> Path:
    """Write an executable that stands in for a Python."""
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (None, "there is no Python; install 3.11 or newer"),
        (OLD, "is 3.9, but 3.11 or newer is needed; install it"),
        (WITHOUT_VENV, "has no venv module; install it: apt-get install python3."),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    repository: Path, tmp_path: Path, script: str | None, message: str
) -> None:
    """No Python, an old one, or one without venv: one line with the remedy, and a failure."""
    python = tmp_path / "python"
    if script is not None:
        stand_in(python, script)
    done = subprocess.run(
        ["sh", str(repository / ".ci" / "venv"), str(tmp_path / "env")],
        env=os.environ | {"PYTHON": str(python)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert message in done.stderr
    assert not (tmp_path / "env").exists()


def test_the_first_usable_python_is_taken(repository: Path, tmp_path: Path) -> None:
    """An old Python before a good one does no harm."""
    old = stand_in(tmp_path / "old", OLD)
    subprocess.run(
        ["sh", str(repository / ".ci" / "venv"), str(tmp_path / "env")],
        env=os.environ | {"PYTHON": f"{old} {sys.executable}"},
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert (tmp_path / "env" / "bin" / "python").exists()


@pytest.mark.parametrize("target", ["demo", "test", "lint", "study"])
def test_targets_stand(repository: Path, target: str) -> None:
    """Each target that the README and CI name is there, with all it depends on."""
    subprocess.run(
        ["make", "-n", target], cwd=repository, capture_output=True, check=True, timeout=60
    )
