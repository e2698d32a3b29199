"""Files written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """Give a temporary name beside ``path``; rename it once all is written.

    If writing fails nothing is left behind, and a file that was there before stays.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.part{path.suffix}")
    temporary.unlink(missing_ok=True)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_file(path: Path, content: str | bytes) -> Path:
    """Write a file under a temporary name and rename it; text as UTF-8, line ends as they are."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    with unfinished(path) as temporary:
        temporary.write_bytes(data)
    return path
