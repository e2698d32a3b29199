"""What a plan made anew changes, sortie by sortie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from planner.plan.model import Sortie

GIVES_WAY = "gives way to what finds more"


@dataclass(frozen=True)
class Dropped:
    """A sortie that sails no more, and why."""

    sortie: Sortie
    why: str


@dataclass(frozen=True)
class Moved:
    """A sortie that sails otherwise than it was to, and in what."""

    before: Sortie
    after: Sortie
    what: str


@dataclass(frozen=True)
class Change:
    """The difference between a plan and what became of it.

    Attributes
    ----------
    at, keep
        When it was made anew, and the share of the sorties that was to stay.
    event
        What happened, in words.
    sailed
        Sorties that had departed; ``at_sea`` names those not back by then.
    could_stay, least
        Sorties yet to sail that could stay, and how many of them had to.
    stayed, new
        Sorties, by name.
    before, left, after, bound
        Detection of the earlier plan under its own scenario; of what is left of
        it after the event if nothing is planned anew; of the new plan; and what no
        plan with the same settled sorties exceeds.
    notes
        What to know besides, a line each.
    """

    at: datetime
    keep: float
    event: tuple[str, ...]
    sailed: int
    at_sea: tuple[str, ...]
    could_stay: int
    least: int
    stayed: tuple[str, ...]
    moved: tuple[Moved, ...]
    dropped: tuple[Dropped, ...]
    new: tuple[Sortie, ...]
    before: float
    left: float
    after: float
    bound: float
    notes: tuple[str, ...]

    def record(self, source: str) -> dict[str, Any]:
        """The change as a plan's metrics hold it, under ``replan``; ``source`` is the folder."""
        return {
            "from": source,
            "at": self.at.isoformat(),
            "event": list(self.event),
            "keep": self.keep,
            "could_stay": self.could_stay,
            "least": self.least,
            "sailed": self.sailed,
            "stayed": list(self.stayed),
            "changed": [
                {"was": _json(moved.before), "is": moved.after.id, "what": moved.what}
                for moved in self.moved
            ],
            "dropped": [{"was": _json(gone.sortie), "why": gone.why} for gone in self.dropped],
            "new": [sortie.id for sortie in self.new],
            "detection_before": self.before,
            "detection_left": self.left,
            "notes": list(self.notes),
        }


def paired(gone: Sequence[Dropped], new: Sequence[Sortie]) -> list[Moved]:
    """Sorties that went and came with the same hull at an overlapping time, the longest first."""
    pairs = [
        (_together(each.sortie, other), -k, -n)
        for k, each in enumerate(gone)
        for n, other in enumerate(new)
        if each.sortie.hull == other.hull and _together(each.sortie, other) > timedelta(0)
    ]
    found: dict[int, int] = {}
    for _, k, n in sorted(pairs, reverse=True):
        if -k not in found and -n not in found.values():
            found[-k] = -n
    return [
        Moved(gone[k].sortie, new[n], difference_of(gone[k].sortie, new[n]))
        for k, n in sorted(found.items())
    ]


def difference_of(before: Sortie, after: Sortie) -> str:
    """What moved between two sorties of a hull, in words."""
    words = []
    for verb, was, now in (
        ("departs", before.depart, after.depart),
        ("returns", before.return_, after.return_),
    ):
        if was != now:
            words.append(f"{verb} {_hours(abs(now - was))} {'later' if now > was else 'earlier'}")
    cells, others = _cells(before), _cells(after)
    if cells != others:
        words.append(f"{len(cells & others)} of {len(cells)} cells as before")
        if others - cells:
            words.append(f"{len(others - cells)} new")
    elif before.legs != after.legs:
        words.append("another way through the same cells")
    return ", ".join(words)


def _together(one: Sortie, other: Sortie) -> timedelta:
    return min(one.return_, other.return_) - max(one.depart, other.depart)


def _cells(sortie: Sortie) -> set[str]:
    return {found.cell for leg in sortie.legs for found in leg.exposures}


def _hours(time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    whole, rest = divmod(minutes, 60)
    if not whole:
        return f"{rest} min"
    return f"{whole} h {rest:02d} min" if rest else f"{whole} h"


def _json(sortie: Sortie) -> dict[str, Any]:
    found: dict[str, Any] = sortie.model_dump(mode="json", by_alias=True)
    return found
