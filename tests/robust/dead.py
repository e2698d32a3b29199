"""A process that dies after so many changes to the disk, played in this one.

A killed process does nothing more: no clean-up, no message. So every change that Python
would make to the disk is counted, and from a given one on all of them fail with an
exception that nothing catches; those of clean-up fail, too. What then lies in the folder
is what a ``kill -9`` at that moment leaves.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

CHANGES = (
    (Path, "replace"), (Path, "unlink"), (Path, "write_bytes"), (Path, "write_text"),
    (Path, "mkdir"), (Path, "rmdir"), (shutil, "copyfile"),
)  # fmt: skip
"""All that this project changes a disk by; a write stops half way through its bytes."""


class Dead(BaseException):
    """The process is no more."""


class Life:
    """Counts changes to the disk; dies at the one of that number."""

    def __init__(self, dies_at: int) -> None:
        self.dies_at, self.changes = dies_at, 0

    def spend(self) -> bool:
        """Count a change; whether it is the one in which the process dies."""
        self.changes += 1
        if self.changes > self.dies_at:
            raise Dead
        return self.changes == self.dies_at


@contextmanager
def dying(dies_at: int) -> Iterator[Life]:
    """Let this process die, as far as its files go, at a change to the disk.

    The exception ends here; ``changes`` of what is given tells whether it came to that.
    """
    life = Life(dies_at)
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in CHANGES:
            patch.setattr(owner, name, _mortal(getattr(owner, name), name, life))
        with suppress(Dead):
            yield life


def _mortal(change: Callable[..., Any], name: str, life: Life) -> Callable[..., Any]:
    def changed(*arguments: Any, **options: Any) -> Any:
        if not life.spend():
            return change(*arguments, **options)
        if name in ("write_bytes", "write_text"):
            path, content = arguments[0], arguments[1]
            change(path, content[: len(content) // 2], *arguments[2:], **options)
        raise Dead

    return changed
