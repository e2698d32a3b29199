"""A comparison as tables for the terminal."""

from __future__ import annotations

from itertools import groupby

from rich.table import Table

from planner.present.compare.comparison import Comparison
from planner.present.compare.figures import label, titled
from planner.present.compare.words import SORTIE_COLUMNS, counts, figure_cells, sortie_rows
from planner.present.figures import horizon
from planner.present.frame import framed, plain
from planner.present.text import count, offset

MOST_SORTIES = 30
"""More that differ are counted on the terminal; the page has all."""


def figures_table(found: Comparison) -> Table:
    """A, B and the difference of every figure, group by group."""
    table = framed(f"{found.a.called}   –   {found.b.called}")
    table.add_column("", ratio=1, min_width=24)
    for name in ("A", "B"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("B less A", justify="right", no_wrap=True)
    table.add_column("95 % interval", justify="right", no_wrap=True)
    for group, lines in groupby(found.lines, key=lambda line: line.group):
        if group != "all":
            table.add_row(plain(titled(group)), style="bold")
        rows = list(lines)
        for place, line in enumerate(rows):
            table.add_row(
                plain(label(line)), *figure_cells(line), end_section=place == len(rows) - 1
            )
    return table


def sorties_table(found: Comparison) -> Table:
    """One line for each sortie that moved or is of one plan only."""
    start, _ = horizon(found.a.plan)
    said = ", ".join(f"{number} {words}" for words, number in counts(found))
    table = framed(f"Sorties: {said} (times {offset(start)})")
    for name in SORTIE_COLUMNS[:4]:
        table.add_column(name, no_wrap=name != "Unit", min_width=6)
    for name in SORTIE_COLUMNS[4:6]:
        table.add_column(name, no_wrap=True)
    table.add_column(SORTIE_COLUMNS[6], ratio=1)
    rows = list(sortie_rows(found))
    for place, row in enumerate(rows[:MOST_SORTIES]):
        last = place + 1 == len(rows) or rows[place + 1][1] != row[1]
        table.add_row(*(plain(cell) for cell in row), end_section=last)
    if len(rows) > MOST_SORTIES:
        table.add_row(f"… {count(len(rows) - MOST_SORTIES, 'sortie')} more on the page")
    return table
