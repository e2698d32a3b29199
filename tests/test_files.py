"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from planner.files import unfinished, write_file


def test_a_file_is_written_under_its_name_only(tmp_path: Path) -> None:
    """Text is UTF-8 with its line ends as they are; nothing else is left in the folder."""
    path = write_file(tmp_path / "deep" / "a.csv", "é\r\nb\n")
    assert path.read_bytes() == "é\r\nb\n".encode()
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    """If writing fails the earlier file stays and the half of the new one goes."""
    path = write_file(tmp_path / "a.gpx", "before")
    with pytest.raises(RuntimeError), unfinished(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_gets_its_name_only_once_it_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the system is asked to write it out it is whole, and the earlier one still there."""
    path = write_file(tmp_path / "plan.json", "earlier")
    seen: list[tuple[bytes, str]] = []

    def fsync(descriptor: int) -> None:
        seen.append((os.pread(descriptor, 100, 0), path.read_text("utf-8")))

    monkeypatch.setattr(os, "fsync", fsync)
    write_file(path, "later")
    assert seen == [(b"later", "earlier")]
    assert path.read_text("utf-8") == "later"


def test_what_the_disk_does_not_take_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk that shows only when the file is written out counts as one."""
    path = write_file(tmp_path / "plan.json", "earlier")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_file(path, "later")
    assert caught.value.filename == str(path)
    assert [file.name for file in tmp_path.iterdir()] == ["plan.json"]
    assert path.read_text("utf-8") == "earlier"
