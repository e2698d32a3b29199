"""What was required, and whether the plan does it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from planner import geodata
from planner.present.report.blocks import Block, Points, Row, Section, Table, Words, table
from planner.present.report.case import Case
from planner.present.text import clean, count, duration, moment, number, percent, weekday

Requirement = Mapping[str, Any]
"""A row of ``metrics["requirements"]``.

``name``, ``kind``, ``zone``, ``hard``, ``worth`` or ``priority``, ``wanted``
and ``achieved`` in ``unit``, ``met``, what it asks in ``words``; where it is
not met ``missing`` (spans ``from/to`` that are not served) and a ``remedy``.
"""


def requirements(case: Case) -> Section | None:
    """Section on the requirements; None where the plan carries none."""
    rows = stated(case)
    if not rows:
        return None
    blocks: list[Block] = [_verdict(rows), _table(rows)]
    unmet = [row for row in rows if not row["met"]]
    gaps = tuple(_missing(row, case) for row in unmet if row.get("missing"))
    if gaps:
        blocks.append(Points(gaps, "First times that are not served"))
    remedies = tuple(
        f"{clean(row['name'])}: {clean(row['remedy'])}." for row in unmet if row.get("remedy")
    )
    if remedies:
        blocks.append(Points(remedies, "What would meet the others"))
    return Section("requirements", "Requirements", tuple(blocks))


def stated(case: Case) -> list[Requirement]:
    """Requirements that the plan carries, the hard ones first, then as they are written."""
    rows = list(case.plan.metrics.get("requirements") or ())
    return sorted(rows, key=lambda row: not row.get("hard"))


def requirements_words(case: Case) -> Words | None:
    """How many requirements are met, in a sentence for the first page; None if there are none."""
    rows = stated(case)
    return _verdict(rows) if rows else None


def _verdict(rows: list[Requirement]) -> Words:
    unmet = [row for row in rows if not row["met"]]
    if not unmet:
        both = "Its one requirement is met." if len(rows) == 1 else f"All {len(rows)} are met."
        return Words(f"Requirements: {both[0].lower()}{both[1:]}", "good")
    hard = sum(bool(row.get("hard")) for row in unmet)
    words = f"Requirements: {len(rows) - len(unmet)} of {len(rows)} met"
    words += f"; of the others {number(hard)} must be." if hard else "; the others are wishes."
    return Words(words, "bad" if hard else "plain")


def _table(rows: list[Requirement]) -> Table:
    made = [
        Row(
            (
                clean(row["name"]),
                clean(row.get("words") or row.get("kind", "")),
                _where(row),
                _binding(row),
                _figure(row.get("wanted"), row.get("unit")),
                _figure(row.get("achieved"), row.get("unit")),
                "met" if row["met"] else "not met",
            )
        )
        for row in rows
    ]
    return table(
        f"{count(len(rows), 'requirement')} of the scenario",
        ("Requirement", "What it asks", "Where", "Binding", "Wanted", "Achieved", "Result"),
        made,
        words=(0, 2, 3, 6),
        wide=(1,),
        note="“Must” comes before anything else. A wish is weighed against detection: its worth is "
        "what meeting it in full counts where detecting everything counts 1.",
    )


def _binding(row: Requirement) -> str:
    if row.get("hard"):
        return "must"
    for key in ("worth", "priority"):
        if row.get(key) is not None:
            return f"wish, {key} {row[key]:g}"
    return "wish"


def _where(row: Requirement) -> str:
    """Name of a zone by its key, or the name of one's own file."""
    key = row.get("zone")
    if not key:
        return "the ship’s way" if row.get("kind") == "escort" else "whole area"
    zones = geodata.zones()
    return clean(zones[key].name if key in zones else key)


def _missing(row: Requirement, case: Case) -> str:
    """Spans in which a requirement is not served, in the plan's offset."""
    start, _ = case.period
    spans = []
    for span in row["missing"]:
        begin, end = (datetime.fromisoformat(time) for time in str(span).split("/"))
        spans.append(f"{moment(begin, start.tzinfo)} to {weekday(end, start.tzinfo)}")
    return f"{clean(row['name'])}: {'; '.join(spans)}"


def _figure(value: object, unit: object) -> str:
    """A figure with its unit: shares in per cent, hours with their minutes."""
    if not isinstance(value, (int, float)):
        return "–" if value is None else clean(value)
    if unit == "share":
        return percent(float(value))
    if unit == "h":
        return duration(float(value))
    digits = 0 if float(value).is_integer() else 1
    return f"{number(float(value), digits)} {clean(unit or '')}".strip()
