"""Files appear whole or not at all."""

from __future__ import annotations

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
