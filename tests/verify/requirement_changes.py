"""A requirement laid into the plan made by hand, and ways to misstate what a plan has of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tests.verify.changes import Data

NAME = "South watched"


def with_requirement(tables: Data) -> Data:
    """Tables that ask a unit for what it cannot do: to be in the south all the time."""
    asked = {"name": NAME, "kind": "presence", "file": "south.geojson", "units": ["Scouts"],
             "worth": 0.05}  # fmt: skip
    return copy.deepcopy(tables) | {"requirement": [asked]}


def row(tables: Data) -> Data:
    """What the plan made by hand has of it: nothing, for the unit stays in port."""
    (asked,) = tables["requirement"]
    return {"name": NAME, "kind": "presence", "zone": asked["file"], "hard": False,
            "worth": asked["worth"], "wanted": 1.0, "achieved": 0.0, "unit": "share",
            "met": False, "words": "", "missing": [], "remedy": "sail"}  # fmt: skip


def stated(which: str, **changed: Any) -> Callable[[Data], None]:
    """Change values of a requirement's row."""

    def change(data: Data) -> None:
        next(row for row in rows(data) if row["name"] == which).update(changed)

    return change


def dropped(name: str) -> Callable[[Data], None]:
    """Leave a requirement's row out."""

    def change(data: Data) -> None:
        rows(data)[:] = [row for row in rows(data) if row["name"] != name]

    return change


def again(which: str, **changed: Any) -> Callable[[Data], None]:
    """State a requirement a second time, in other words, before the first."""

    def change(data: Data) -> None:
        row = next(row for row in rows(data) if row["name"] == which)
        rows(data).insert(0, copy.deepcopy(row) | changed)

    return change


def rows(data: Data) -> list[Data]:
    """Rows of a plan's requirements."""
    found: list[Data] = data["metrics"]["requirements"]
    return found
