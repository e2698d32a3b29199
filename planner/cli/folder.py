"""The folder that a command writes to is its own until the command ends."""

from __future__ import annotations

import errno
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from planner.errors import PlannerError
from planner.files import UNFINISHED

LEFT_IN = ("", "inputs", "inputs/*", "runs", "map-assets", "*", "*/inputs", "*/inputs/*")
"""Where below its folder a command that was killed may have left a half-written file."""

_UNLOCKED = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})
"""What a file system says that knows no locks."""


_HELD: ContextVar[ExitStack] = ContextVar("folders of the running command")


@contextmanager
def command() -> Iterator[None]:
    """Run a command: what it claims is given back at its end."""
    with ExitStack() as stack:
        before = _HELD.set(stack)
        try:
            yield
        finally:
            _HELD.reset(before)


def claim(directory: Path, *, make: bool = True) -> None:
    """Take the folder that the running command writes to: made, writable, and no one else's.

    Done before the work, so that none is lost for a place that cannot be written. What a
    killed run left half written there goes. The folder is free again when the command ends,
    however it ends; one that was made for it and stayed empty is removed. Without ``make``
    a folder that is not there is left to whoever reads it.

    Raises
    ------
    PlannerError
        Another command writes to the folder.
    OSError
        The folder cannot be made, or written to.
    """
    if make or directory.is_dir():
        _HELD.get().enter_context(claimed(directory))


@contextmanager
def claimed(directory: Path) -> Iterator[None]:
    """Hold a folder as :func:`claim` takes it.

    Runs of this machine, and of others where the file system locks across machines, keep
    out of each other's way; where it knows no locks (or on Windows) nothing is held.
    """
    made = _make(directory)
    held = None
    try:
        held = _lock(directory)
        _try_to_write(directory)
        _tidy(directory)
        yield
    finally:
        if held is not None:
            os.close(held)  # and with it the lock
        for folder in made:
            with suppress(OSError):  # it holds something by now
                folder.rmdir()


def _make(directory: Path) -> list[Path]:
    """Make a folder; those that were not there, the innermost first."""
    missing = [folder for folder in (directory, *directory.parents) if not folder.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    return missing


def _lock(directory: Path) -> int | None:
    """Lock a folder itself, so that no file is left of it; None where that cannot be done."""
    if sys.platform == "win32":
        return None
    import fcntl

    held = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise PlannerError(
            f"{directory}: another patrol command is writing to this folder; "
            "wait until it is done, or choose another folder"
        ) from None
    except OSError as error:
        os.close(held)
        if error.errno in _UNLOCKED:
            return None
        raise
    return held


def _try_to_write(directory: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        error.filename = str(directory)
        raise


def _tidy(directory: Path) -> None:
    """Remove what a killed run left half written."""
    for below in LEFT_IN:
        for half in directory.glob(f"{below}/.*.part*" if below else ".*.part*"):
            if re.fullmatch(UNFINISHED, half.name):
                half.unlink(missing_ok=True)
