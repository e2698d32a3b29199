"""What a plan says, worked out from its legs alone, to compare exported files with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from lxml import etree

from planner.plan.model import Leg, Sortie
from tests.plan_factory import length_nm

DEGREES = 1e-6
SPEED_KN = 0.006
"""Speeds are written with two decimals."""


def safe_tree(source: Path | bytes | str) -> Any:
    """Root of an XML file without a document type, read without entities or the network."""
    data = source.read_bytes() if isinstance(source, Path) else source
    data = data.encode("utf-8") if isinstance(data, str) else data
    assert b"<!DOCTYPE" not in data
    assert b"<!ENTITY" not in data
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def vertices(sortie: Sortie) -> list[tuple[float, float]]:
    """Every vertex of a sortie once, in order; a stay is one."""
    found: list[tuple[float, float]] = []
    for leg in sortie.legs:
        for position in leg.path:
            if not found or not same(found[-1], position):
                found.append(position)
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two positions are one."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= DEGREES


def passes(sortie: Sortie) -> Iterator[tuple[tuple[float, float], datetime, float, Leg]]:
    """Position, time, speed and leg of every vertex that a leg leads to."""
    for leg in sortie.legs:
        lengths = [length_nm([list(a), list(b)]) for a, b in pairwise(leg.path)]
        total, done = sum(lengths), 0.0
        hours = (leg.end - leg.start).total_seconds() / 3600
        for length, position in zip(lengths, leg.path[1:], strict=True):
            done += length
            yield position, leg.start + (leg.end - leg.start) * (done / total), total / hours, leg


def stays(sortie: Sortie) -> list[tuple[datetime, datetime]]:
    """Arrival and departure of each stay."""
    return [(leg.start, leg.end) for leg in sortie.legs if leg.mode == "loiter"]


def seconds_apart(one: datetime, other: datetime) -> float:
    """Seconds between two times."""
    return abs((one - other).total_seconds())
