"""Files written whole or not at all, and read up to a size."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from planner.errors import PlannerError

MIB = 1 << 20

UNFINISHED = r"\..*\.[0-9a-f]{8}\.part(\..*)?"
"""Names of files that are being written; a journal that SQLite keeps beside one has it, too."""

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says when a file finds no more room."""


class TooLarge(PlannerError):
    """A file of more bytes than are read."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"it has more than {_size(most)}, the most that is read")


def is_file(path: Path) -> bool:
    """Whether there is such a file; none has a name that the file system does not take."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def read_within(path: Path, most: int) -> bytes:
    """Read a file of at most so many bytes; no more are taken of one that never ends.

    Raises
    ------
    TooLarge
        It has more.
    OSError
        It cannot be read.
    """
    with path.open("rb") as file:
        # A file says how long it is before a byte is read; what is no file (a pipe) does not.
        if path.stat().st_size > most:
            raise TooLarge(most)
        found = file.read(most + 1)
    if len(found) > most:
        raise TooLarge(most)
    return found


def _size(count: int) -> str:
    return f"{count // MIB:,} MiB" if count >= MIB else f"{count // 1024:,} KiB"


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """Give a temporary name beside ``path``; rename it once all is written, and on the disk.

    If writing fails nothing is left behind, and a file that was there before stays, even if
    the power fails. No other run writes to that name.

    Raises
    ------
    OSError
        The folder cannot be written, or is full; its ``filename`` is ``path``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.part{path.suffix}")
    try:
        yield temporary
        with temporary.open("r+b") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    except OSError as error:
        # A write that fails knows no name, one of a copy that of what was read.
        if error.filename in (None, str(temporary)) or error.errno in NO_ROOM:
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
    finally:
        for left in (temporary, temporary.with_name(f"{temporary.name}-journal")):
            left.unlink(missing_ok=True)


def unwritten(path: Path, error: Exception) -> OSError:
    """What a library says that could not write a file, as the system would have told it."""
    words = " ".join(str(error).split()) or type(error).__name__
    return OSError(errno.EIO, f"cannot be written ({words})", str(path))


def write_file(path: Path, content: str | bytes) -> Path:
    """Write a file under a temporary name and rename it; text as UTF-8, line ends as they are."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    with unfinished(path) as temporary:
        temporary.write_bytes(data)
    return path


def write_files(contents: Mapping[Path, str | bytes]) -> list[Path]:
    """Write files that belong together: all, or none if one cannot be written.

    Earlier files of these names go before the first new one comes, so that old and new ones
    are never mixed, whenever the run ends.

    Returns
    -------
    list of Path
        The files, in order.

    Raises
    ------
    OSError
        As of :func:`unfinished`.
    """
    with ExitStack() as stack:
        for path, content in contents.items():
            data = content.encode("utf-8") if isinstance(content, str) else content
            stack.enter_context(unfinished(path)).write_bytes(data)
        for path in contents if len(contents) > 1 else ():
            path.unlink(missing_ok=True)
    return list(contents)
