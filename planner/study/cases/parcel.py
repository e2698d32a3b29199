"""A run's result as one file: a zip archive of figures, plan, and what it learned.

``result.json`` has the figures, ``plan.json`` the plan (as ``patrol plan`` writes
it), ``learned.npz`` what helps the next run. Equal contents give equal bytes:
no member carries a time. The archive's comment, its last bytes, is the SHA-256 of
all before it.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib

from pydantic import ValidationError

from planner.errors import PlanError, PlannerError
from planner.plan.model import Plan
from planner.reuse import LEARNED_FILE, Learned
from planner.reuse.file import FAST, NO_TIME, learned_bytes, learned_from
from planner.study.cases.record import Record

RESULT, PLAN = "result.json", "plan.json"

MOST_BYTES = 1 << 30
"""A result that unpacks to more is refused."""

SEAL = 64
"""Bytes of the hash that a file ends with."""


class Damaged(PlannerError):
    """A result file that is not what was written."""


def packed(record: Record, plan: Plan, learned: Learned | None) -> bytes:
    """A run's result as the bytes of its file."""
    members = {
        RESULT: record.model_dump_json(by_alias=True, indent=1).encode(),
        PLAN: plan.model_dump_json(by_alias=True).encode(),
    }
    if learned is not None:
        members[LEARNED_FILE] = learned_bytes(learned)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, NO_TIME)
            packs = not name.endswith(".npz")  # that one is packed already
            member.compress_type = zipfile.ZIP_DEFLATED if packs else zipfile.ZIP_STORED
            member.create_system = 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, content, compresslevel=FAST)
        archive.comment = bytes(SEAL)
    content = out.getvalue()[:-SEAL]
    return content + _seal(content)


def _seal(content: bytes) -> bytes:
    """What a result file ends with: a hash of all before it."""
    return hashlib.sha256(content).hexdigest().encode()


def record_in(content: bytes, key: str) -> Record:
    """Figures of a result file, every byte of it checked.

    Raises
    ------
    Damaged
        If it is cut off or changed, or the result of another run.
    """
    if content[-SEAL:] != _seal(content[:-SEAL]):
        raise Damaged("it is cut off, or not as it was written")
    try:
        record = figures_in(content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # A seal is no secret: whatever has one may still be no archive of ours.
            if sum(each.file_size for each in archive.infolist()) > MOST_BYTES:
                raise Damaged("it unpacks to more than it may")
            if archive.testzip() is not None:
                raise Damaged("its parts cannot be read")
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, RuntimeError,
            NotImplementedError, EOFError, OSError) as error:  # fmt: skip
        raise Damaged("its figures cannot be read") from error
    if record.key != key:
        raise Damaged("it is the result of another run")
    return record


def figures_in(content: bytes) -> Record:
    """Figures of a result file that has been checked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return Record.model_validate_json(archive.read(RESULT))


def plan_in(content: bytes) -> Plan:
    """Plan of a result file that has been checked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return Plan.model_validate_json(archive.read(PLAN))
    except (KeyError, ValidationError) as error:
        raise Damaged("its plan cannot be read; remove the file, and run it again") from error


def learned_in(content: bytes) -> Learned | None:
    """What a run learned, of a result file that has been checked; None if it lends nothing."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if LEARNED_FILE not in archive.namelist():
            return None
        try:
            return learned_from(archive.read(LEARNED_FILE), LEARNED_FILE)
        except PlanError:
            return None


def lent_part(content: bytes) -> bytes:
    """The part of a result file that another run learns from, as a file of its own."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        kept = archive.read(LEARNED_FILE) if LEARNED_FILE in archive.namelist() else b""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        if kept:
            made.writestr(zipfile.ZipInfo(LEARNED_FILE, NO_TIME), kept)
    return out.getvalue()
