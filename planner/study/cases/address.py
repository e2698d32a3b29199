"""What a run is known by: a hash of everything that its result follows from."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from glob import escape
from pathlib import Path
from typing import Any

from planner import __version__
from planner.scenario import Scenario
from planner.study.cases.model import Agencies

LONGEST_NAME = 1000
"""Longer text names no file."""

BLOCK = 1 << 20


@dataclass(frozen=True)
class Options:
    """How a run is solved and tried."""

    agencies: Agencies
    seed: int
    time_limit_s: float
    work_limit: int | None
    gap: float
    targets: int


def address(scenario: Scenario, options: Options) -> str:
    """Hash of a resolved scenario, the contents of its files, the options and the version.

    What a run began with is left out: a run that is done is as good a result
    whatever helped it.
    """
    values = scenario.model_dump(mode="json")
    limits = asdict(options)
    if options.work_limit is not None:
        limits["time_limit_s"] = None
    told = {
        "scenario": values,
        "files": files_of(values, scenario.directory),
        "options": limits,
        "version": __version__,
    }
    return digest(told)


def digest(value: Any) -> str:
    """SHA-256 of plain values, whatever the order of their keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def files_of(values: Any, directory: Path) -> dict[str, str]:
    """Contents, as hashes, of the files that plain values name, by the text that names them.

    Any text that is the path of a file counts, and with it the files that belong to
    it: those of the same name with another ending, as shapefiles have them.
    """
    found: dict[str, str] = {}
    for text in sorted(set(_texts(values))):
        path = directory / text
        try:
            if not text or len(text) > LONGEST_NAME or not path.is_file():
                continue
        except (OSError, ValueError):
            continue
        parts = sorted(path.parent.glob(f"{escape(path.stem)}.*")) or [path]
        found[text] = digest([[part.name, _content(part)] for part in parts if part.is_file()])
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _content(path: Path) -> str:
    state = os.stat(path)
    return _hashed(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=256)
def _hashed(path: Path, size: int, mtime_ns: int) -> str:
    """Hash of a file, read once while its size and time stay."""
    made = hashlib.sha256(f"{size}:".encode())
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            made.update(block)
    return made.hexdigest()
