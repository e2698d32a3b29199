"""Result files of runs in a folder: written whole, found again, and checked."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from planner.files import unfinished
from planner.plan.model import Plan
from planner.study.cases.parcel import Damaged, lent_part, plan_in, record_in
from planner.study.cases.record import Record

RUNS = "runs"


@dataclass(frozen=True)
class Store:
    """The folder ``runs`` of a study: a file for each run that is done, named by its hash."""

    folder: Path

    @classmethod
    def of(cls, out_dir: str | Path) -> Store:
        """Store of a study's folder, made if need be; what a killed run left half written goes."""
        folder = Path(out_dir) / RUNS
        folder.mkdir(parents=True, exist_ok=True)
        for half in folder.glob(".*.part*"):
            half.unlink(missing_ok=True)
        return cls(folder)

    def path(self, key: str) -> Path:
        """File of a run."""
        return self.folder / f"{key}.zip"

    def find(self, key: str) -> Record | None:
        """Figures of a run that is done; None if it is not.

        Raises
        ------
        Damaged
            If there is a file, but not as it was written.
        """
        try:
            content = self.path(key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Damaged(str(error)) from error
        return record_in(content, key)

    def keep(self, key: str, content: bytes) -> Record:
        """Write a run's file: whole, or not at all.

        Raises
        ------
        Damaged
            If it is no result of this run.
        OSError
            If it cannot be written: the disk is full, say.
        """
        record = record_in(content, key)
        path = self.path(key)
        with unfinished(path) as temporary, temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return record

    def lent(self, key: str) -> bytes | None:
        """What another run learns from a run that is done; None if its file is so no longer."""
        content = self.whole(key)
        return lent_part(content) if content is not None else None

    def whole(self, key: str) -> bytes | None:
        """Result file of a run that is done; None if it is damaged, or gone by now."""
        try:
            content = self.path(key).read_bytes()
            record_in(content, key)
        except (OSError, Damaged):
            return None
        return content

    def plan(self, key: str) -> Plan:
        """Plan of a run that is done."""
        return plan_in(self.path(key).read_bytes())
