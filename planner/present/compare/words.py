"""Figures and sorties of a comparison as they are read, on the terminal and on the page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from planner.plan.model import Sortie
from planner.present.compare.comparison import Comparison, signed
from planner.present.compare.figures import Line
from planner.present.compare.sorties import units_of
from planner.present.figures import horizon, sortie_figures
from planner.present.text import clean, duration, moment, money_usd, number, percent, weekday

SORTIE_COLUMNS = ("Unit", "What", "A", "B", "Departs", "Returns", "What moved, or what it watches")
"""What :func:`sortie_rows` gives; times are A's where a sortie moved."""


def figure_cells(line: Line) -> tuple[str, str, str, str]:
    """A line's figures: A, B, the difference, and its interval, if it has one."""
    change = line.difference
    apart = "–" if change is None else _signed(line, change)
    between = ""
    if line.low is not None and line.high is not None:
        between = f"{signed(line.low)} to {signed(line.high)}"
    return _value(line, line.a), _value(line, line.b), apart, between


def _value(line: Line, value: float | None) -> str:
    if value is None:
        return "–"
    if line.unit == "share":
        return percent(value)
    if line.unit == "usd":
        return money_usd(value)
    if line.unit == "h" and line.group == "zone":
        return duration(value)
    return f"{number(value)} {line.unit}" if line.unit in ("h", "nm", "l") else number(value)


def _signed(line: Line, change: float) -> str:
    """A difference with its sign; ``0`` where it would not show."""
    if line.unit == "share":
        return f"{signed(change)} points" if abs(change) >= 5e-4 else "0"
    size = _value(line, abs(change))
    if not any(digit in size for digit in "123456789"):
        return "0"
    return f"{'+' if change > 0 else '−'}{size}"


def counts(found: Comparison) -> tuple[tuple[str, int], ...]:
    """How many sorties are the same, moved, or of one plan only."""
    sorties = found.sorties
    return (
        ("the same in both", len(sorties.same)),
        ("moved", len(sorties.moved)),
        ("only in A", len(sorties.only_a)),
        ("only in B", len(sorties.only_b)),
    )


def sortie_rows(found: Comparison) -> Iterator[tuple[str, ...]]:
    """A row of :data:`SORTIE_COLUMNS` for each sortie that is not the same in both plans."""
    zone = horizon(found.a.plan)[0].tzinfo
    units = units_of(found.a.plan) | units_of(found.b.plan)
    watched_a, watched_b = _watched(found, "a"), _watched(found, "b")
    for moved in found.sorties.moved:
        names = clean(moved.before.id), clean(moved.after.id)
        unit = clean(units[moved.before.hull])
        yield unit, "moved", *names, *_times(moved.before, zone), clean(moved.what)
    for sortie in found.sorties.only_a:
        unit, watched = clean(units[sortie.hull]), watched_a[sortie.id]
        yield unit, "only in A", clean(sortie.id), "–", *_times(sortie, zone), watched
    for sortie in found.sorties.only_b:
        unit, watched = clean(units[sortie.hull]), watched_b[sortie.id]
        yield unit, "only in B", "–", clean(sortie.id), *_times(sortie, zone), watched


def _watched(found: Comparison, which: str) -> dict[str, str]:
    """What every sortie of a plan mainly watches, by its name."""
    from planner import geodata

    plan = (found.a if which == "a" else found.b).plan
    return {trip.sortie.id: trip.mainly or "–" for trip in sortie_figures(plan, geodata.zones())}


def _times(sortie: Sortie, zone: tzinfo | None) -> tuple[str, str]:
    return moment(sortie.depart, zone), weekday(sortie.return_, zone)
