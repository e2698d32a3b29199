"""Result files: whole or not at all, and known when they are damaged."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from planner.plan.model import Plan
from planner.reuse import Learned
from planner.study.cases.parcel import Damaged, learned_in, lent_part, packed, plan_in
from planner.study.cases.record import Record
from planner.study.cases.store import Store

Made = tuple[Record, Plan, Learned]


def test_what_is_kept_is_found_again(made: Made, tmp_path: Path) -> None:
    """Figures, plan, and what another run learns; equal results are equal bytes."""
    record, plan, learned = made
    store, content = Store.of(tmp_path), packed(*made)
    assert content == packed(*made)
    assert store.find(record.key) is None
    assert store.keep(record.key, content) == record == store.find(record.key)
    assert store.plan(record.key) == plan == plan_in(content)
    lent = store.lent(record.key)
    assert len(lent) < len(content)
    again = learned_in(lent)
    assert again is not None
    assert again.parts == learned.parts
    assert learned_in(lent_part(packed(record, plan, None))) is None


@pytest.mark.parametrize("place", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_a_damaged_file_is_known(made: Made, tmp_path: Path, place: float) -> None:
    """Cut off anywhere, or with one byte changed anywhere that matters, it is no result."""
    record = made[0]
    store, content = Store.of(tmp_path), packed(*made)
    path, at = store.path(record.key), int(place * len(content))
    path.write_bytes(content[:at])
    with pytest.raises(Damaged):
        store.find(record.key)
    path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
    with pytest.raises(Damaged):
        store.find(record.key)


def test_a_result_under_another_name_is_none(made: Made, tmp_path: Path) -> None:
    """A file that was renamed is not taken for the run it is named after."""
    store = Store.of(tmp_path)
    with pytest.raises(Damaged, match="another run"):
        store.keep("0" * 64, packed(*made))
    assert not list(store.folder.iterdir())


def test_a_full_disk_leaves_nothing_half_written(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the file nor its temporary name stays."""
    store = Store.of(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.keep(made[0].key, packed(*made))
    assert not list(store.folder.iterdir())


def test_what_a_killed_client_left_half_written_goes(tmp_path: Path) -> None:
    """Files under temporary names are removed when a study is taken up again."""
    folder = Store.of(tmp_path).folder
    (folder / ".abc.zip.part").write_bytes(b"half")
    Store.of(tmp_path)
    assert not list(folder.iterdir())
