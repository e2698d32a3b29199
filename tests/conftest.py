"""What all tests share: one hypothesis profile, and scenarios of real water."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every machine, and no example fails for being slow.
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the top of the checkout."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def examples(repository: Path) -> Path:
    """Return the folder of the shipped examples."""
    return repository / "examples"
