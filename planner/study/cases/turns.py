"""Turns at searching: of a study's processes no more search at a time than there are cores for.

A search has two threads, what comes before and after it one. So there are more
processes than may search at a time; those that share a slot, a file that one of them
can lock, search in turn. A process that dies lets go of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: all may search at any time
    fcntl = None  # type: ignore[assignment]

_slot: ContextVar[Path | None] = ContextVar("slot", default=None)


def take_turns(slot: Path | None) -> None:
    """Let this process search only when nobody else does that has this slot; None: at any time."""
    _slot.set(slot)


@contextmanager
def turn() -> Iterator[None]:
    """Wait until this process may search; others wait until it is left."""
    slot = _slot.get()
    if slot is None or fcntl is None:
        yield
        return
    with slot.open("wb") as held:  # closed, it is free again
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
