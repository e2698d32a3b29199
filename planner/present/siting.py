"""Bases chosen for a unit, for the terminal: the covering curve, sets by detection, words."""

from __future__ import annotations

from rich.table import Table

from planner.present.frame import framed, plain
from planner.present.text import clean, count, join_words, number, percent
from planner.study.siting import Siting
from planner.study.siting.detection import ByDetection, Sited

SAME = 1e-6
"""Detections this close are one."""


def curve_table(found: Siting) -> Table:
    """The best 1, 2, … bases by response time, and what each more covers."""
    unit = found.candidates.unit
    table = framed(
        f"{clean(unit.name)}: risk that a hull reaches within {number(found.within_min)} min"
    )
    for title in ("Bases", "Covered", "Adds"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("Where")
    table.add_column("Proof")
    before = 0.0
    for number_of, cover in enumerate(found.curve, start=1):
        table.add_row(
            str(number_of),
            percent(cover.covered),
            f"+{number(100 * (cover.covered - before), 1)}" if number_of > 1 else "",
            plain(_named(found, cover.sites) or "none reaches any"),
            "optimal" if cover.proven else f"at most {percent(cover.bound)}",
        )
        before = cover.covered
    return table


def detection_table(found: Siting, compared: ByDetection) -> Table:
    """Sets of bases by what plans from there detect, the best found first."""
    table = framed(
        f"The same by detection: {count(compared.hulls, 'hull')} spread over the bases, all other "
        "units as they are"
    )
    table.add_column("Bases, hulls in the best plan")
    for title in ("Covered", "Detection", "Bound"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("Against the first")
    for row, covered in zip(compared.rows, found.covered, strict=True):
        words = join_words(
            [
                f"{found.candidates.site[k].name} ({hulls})"
                for k, hulls in zip(row.sites, row.hulls, strict=True)
            ]
        )
        table.add_row(
            plain(words),
            percent(covered),
            percent(row.detection),
            percent(row.bound),
            _verdict(row, compared.rows[0]),
        )
    return table


def siting_words(found: Siting) -> list[str]:
    """What the tables rest on, and what is proven."""
    unit, places = found.candidates.unit, found.candidates
    top_kn = places.scenario.vessel[unit.vessel].max_kn
    ports = [base.name for base, new in zip(places.site, places.shipped, strict=True) if new]
    lines = [
        f"Candidates: {_named(found, tuple(range(len(places.site))))}"
        + (
            f"; of them shipped ports: {join_words([clean(port) for port in ports])}"
            if ports
            else ""
        )
        + f". All together cover {percent(found.reachable)} of the risk.",
        f"Response: {number(unit.ready_min)} min until a hull has left, then the shortest way by "
        f"sea at {number(top_kn)} kn to the middle of the cell; calm, and a hull always there.",
    ]
    if places.without:
        names = join_words([clean(name) for name in places.without])
        lines.append(f"No water for this class at {names}.")
    if found.detection is not None:
        lines += _proofs(found, found.detection)
    return lines


def _proofs(found: Siting, compared: ByDetection) -> list[str]:
    best, others = compared.best, compared.rows[1:]
    worse = sum(row.bound < compared.rows[0].detection for row in others)
    where = _named(found, best.sites) or "nowhere"
    proven = f"{worse} of {len(others)} others proven worse" if others else "no other to compare"
    return [
        f"Best found: {where}, {percent(best.detection)}. No spread of these hulls over so many of "
        f"the candidates detects more than {percent(compared.bound)} (proven); of the sets listed, "
        f"{proven} than the first."
    ]


def _verdict(row: Sited, first: Sited) -> str:
    if row is first:
        return "best found"
    if row.bound < first.detection:
        return "worse, proven"
    same = row.detection >= first.detection - SAME
    return "as good, as far as found" if same else "worse, as far as found"


def _named(found: Siting, sites: tuple[int, ...]) -> str:
    return join_words([clean(found.candidates.site[k].name) for k in sites])
