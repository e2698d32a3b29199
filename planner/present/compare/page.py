"""The comparison as a page: verdict, figures, maps side by side, difference, sorties."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from planner.files import write_file
from planner.present.compare.comparison import Comparison, signed
from planner.present.compare.drawing import NOTICED, cell_differences, difference_map
from planner.present.compare.figures import Group, Line, label, titled
from planner.present.compare.sides import Side
from planner.present.compare.words import SORTIE_COLUMNS, counts, figure_cells, sortie_rows
from planner.present.figures import horizon
from planner.present.report.blocks import (
    Block,
    Document,
    Key,
    Keys,
    Picture,
    Points,
    Row,
    Section,
    Swipe,
    Table,
    Words,
    table,
)
from planner.present.report.map_chart import detection_map, track_map
from planner.present.report.page import report_page
from planner.present.text import clean, count, day, join_words, number, offset, percent

_INDEPENDENT = (
    "The interval holds the true difference with 95 %, both simulations taken as independent."
)
PROOFS = {
    "proven": "proven",
    "found": "found, not proven",
    "equal": "no difference found",
    "none": "not proven: the bounds are of other targets",
}


def write_comparison(found: Comparison, path: Path) -> Path:
    """Write the page of a comparison, under a temporary name, then renamed.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    write_file(path, comparison_page(found))
    return path


def comparison_page(found: Comparison) -> str:
    """HTML of a comparison: one file that asks nothing of the network."""
    return report_page(comparison_document(found))


def comparison_document(found: Comparison) -> Document:
    """What the page says, ready to be laid out."""
    start, end = horizon(found.a.plan)
    when = f"{day(start)} {start:%H:%M} – {day(end)} {end.year} {end:%H:%M} ({offset(start)})"
    titles = dict.fromkeys(clean(one.plan.scenario.get("title", "")) for one in (found.a, found.b))
    return Document(
        title=f"{found.a.called} – {found.b.called}",
        when=f"{when} · {' / '.join(title for title in titles if title)}",
        date=start,
        opening=_opening(found),
        sections=(_maps(found), _figures(found), _sorties(found)),
        foot=(
            "Lines between the sectors and the outlines of some zones are derived or approximate. "
            "This page is for planning, not for navigation.",
            "Shoreline © OpenStreetMap contributors, Open Database Licence.",
        )[: 2 if found.a.around.sectors else 1],
        kind="Plans compared",
    )


def _opening(found: Comparison) -> tuple[Block, ...]:
    (a, b), proof = found.detection, found.proof
    keys = (
        Key("A detects", percent(a), _bound_note(found, "a")),
        Key("B detects", percent(b), _bound_note(found, "b")),
        Key("Difference, B less A", f"{signed(found.gain)} points", PROOFS[proof]),
        *_simulated(found),
    )
    blocks: list[Block] = [
        Keys(keys),
        Words(found.verdict, "lead"),
    ]
    if found.remarks:
        blocks.append(Points(found.remarks, "What was asked otherwise"))
    else:
        blocks.append(Words("Both plans were asked the same."))
    blocks += [Words(note) for note in found.notes]
    return tuple(blocks)


def _bound_note(found: Comparison, which: str) -> str:
    if found.alike.extent != "all":
        return "of what both watch for, by A’s weights"
    plan = (found.a if which == "a" else found.b).plan
    return f"proven bound {percent(plan.solver.bound)}"


def _simulated(found: Comparison) -> tuple[Key, ...]:
    line = next(
        (one for one in found.lines if one.group == "all" and one.figure == "Simulated"), None
    )
    if line is None or line.difference is None or line.low is None or line.high is None:
        return ()
    interval = f"{signed(line.low)} to {signed(line.high)} with 95 %"
    return (Key("Simulated difference", f"{signed(line.difference)} points", interval),)


def _maps(found: Comparison) -> Section:
    a, b = found.a.of(found.alike.a), found.b.of(found.alike.b)
    names = (found.a.called, found.b.called)
    both = (found.a, found.b)
    cells = Swipe(
        (
            Picture("cells-a", detection_map(a, both), "Map of A’s cells by detection.", ""),
            Picture("cells-b", detection_map(b, both), "Map of B’s cells by detection.", ""),
        ),
        names,
        "Chance of detection of targets that stay in place, their weighted mean over the plan.",
    )
    apart = Picture("difference", difference_map(a, b, both), *_difference_words(a, b))
    tracks = Swipe(
        (
            Picture("tracks-a", track_map(found.a, both), "Map of the tracks of A’s sorties.", ""),
            Picture("tracks-b", track_map(found.b, both), "Map of the tracks of B’s sorties.", ""),
        ),
        names,
        "Tracks of all sorties; a hull that both plans have has one colour on both maps.",
    )
    return Section("maps", "On the map", (apart, cells, tracks))


def _difference_words(a: Side, b: Side) -> tuple[str, str]:
    """What the map of differences shows, and its caption."""
    gains, area = cell_differences(a, b), a.sea.cells.area_nm2
    better, worse = gains >= NOTICED, gains <= -NOTICED
    told = (
        f"B detects at least {100 * NOTICED:.0f} points more in {count(int(better.sum()), 'cell')} "
        f"({number(float(area[better].sum()))} nm²), A in {count(int(worse.sum()), 'cell')} "
        f"({number(float(area[worse].sum()))} nm²)."
    )
    return (
        f"Map of the cells by the difference in detection. {told}",
        "Difference in detection of targets that stay in place, cell by cell: violet where B "
        f"finds more, orange to brown where A does. {told}",
    )


def _figures(found: Comparison) -> Section:
    groups = {key: list(rows) for key, rows in groupby(found.lines, key=lambda line: line.group)}
    blocks: list[Block] = [_table(groups.pop("all"))]
    blocks += [_crossed(group, rows) for group, rows in groups.items()]
    return Section("figures", "Figures", tuple(blocks))


def _table(lines: list[Line]) -> Table:
    """A line a figure."""
    between = any(line.low is not None for line in lines)
    columns = ("", "A → B", "B less A", *(["95 % interval"] if between else []))
    rows = []
    for line in lines:
        a, b, apart, interval = figure_cells(line)
        rows.append(Row((label(line), _both(a, b), apart, *([interval] if between else []))))
    return table(titled("all"), columns, rows, note=_INDEPENDENT if between else "")


def _both(a: str, b: str) -> str:
    """``34.2 → 36.3 %``: both figures, their unit once where they share it."""
    (first, _, unit), (last, _, other) = a.partition(" "), b.partition(" ")
    if a == b:
        return a
    shared = unit == other and " " not in unit
    return f"{first} → {last} {unit}".rstrip() if shared else f"{a} → {b}"


def _crossed(group: Group, lines: list[Line]) -> Table:
    """A line a thing: of each figure A → B, the difference, and its interval if it has one."""
    figures = dict.fromkeys(line.figure for line in lines)
    between = {line.figure for line in lines if line.low is not None}
    known = {(line.name, line.figure): figure_cells(line) for line in lines}
    columns = [""]
    for figure in figures:
        columns += [
            f"{figure}, A → B",
            "B less A",
            *(["95 % interval"] if figure in between else []),
        ]
    rows = []
    for name in dict.fromkeys(line.name for line in lines):
        cells = [clean(name)[:1].upper() + clean(name)[1:]]
        for figure in figures:
            a, b, apart, interval = known.get((name, figure), ("–", "–", "–", ""))
            cells += [_both(a, b), apart]
            cells += [interval] if figure in between else []
        rows.append(Row(tuple(cells)))
    return table(titled(group), tuple(columns), rows)


def _sorties(found: Comparison) -> Section:
    start, _ = horizon(found.a.plan)
    said = join_words([f"{many} {words}" for words, many in counts(found)])
    rows = [Row(row) for row in sortie_rows(found)]
    blocks: list[Block] = [
        Words(
            f"Sorties: {said}. Hulls of a unit are alike, so a sortie is the same whichever of "
            "them sails it; one moved if its time or its cells did."
        )
    ]
    if rows:
        made = table(
            f"Sorties that differ (times {offset(start)})",
            SORTIE_COLUMNS,
            rows,
            words=(0, 1, 2, 3, 4, 5),
            wide=(6,),
            note="Times are A’s where a sortie moved.",
        )
        blocks.append(made)
    return Section("sorties", "Sorties", tuple(blocks))
