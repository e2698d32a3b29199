"""The page and the terminal table of a fleet-size study."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup
from rich import box
from rich.table import Table
from rich.text import Text

from planner.files import write_file
from planner.present.chart import fleet_chart
from planner.present.offline import POLICY_META, asset, sealed
from planner.present.page import fill
from planner.present.study_words import assumptions, headline, needs_words, study_lines
from planner.present.text import clean, number, percent
from planner.study.table import StudyTable


def write_study_page(table: StudyTable, path: Path) -> None:
    """Write a study as one self-contained HTML file, under a temporary name, then renamed.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    write_file(path, study_page(table))


def study_page(table: StudyTable) -> str:
    """HTML of a study: chart, table, and what they rest on."""
    rows = table.rows
    chart = fleet_chart(
        [row.boats for row in rows],
        [row.detection for row in rows],
        [row.bound_alike for row in rows],
        boats_label="Number of boats",
    )
    words = "; ".join(
        f"{row.boats}: plan {percent(row.detection)}, bound {percent(row.bound_alike)}"
        for row in rows
    )
    page = fill(
        "study.html.j2",
        {
            "policy": Markup(POLICY_META),
            "title": clean(table.title),
            "when": f"{clean(table.scenario_title)} · {clean(table.vessel)} · "
            f"{number(table.days)} days",
            "headline": headline(table),
            "interrupted": table.interrupted,
            "chart": Markup(chart),
            "chart_words": f"Detection by number of boats. {words}.",
            "lines": study_lines(table),
            "several": len(table.units) > 1,
            "needs": [clean(need.name) for need in table.needs],
            "assumptions": assumptions(table),
            "style": Markup(asset("study.css")),
        },
    )
    return sealed(page)


def study_table(table: StudyTable) -> Table:
    """The study for the terminal: a row a fleet."""
    shown = Table(
        title=Text(clean(table.title)),
        caption=_caption(table),
        title_justify="left",
        caption_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
    )
    for name in (
        "Boats", "Detection", "Bound", "Gap", "Purchase", "Running", "Per $ M",
        "Last adds", "between", "per $ M",
    ):  # fmt: skip
        shown.add_column(name, justify="right", no_wrap=True)
    for line in study_lines(table):
        shown.add_row(
            line.boats, line.detection, line.bound, line.gap, line.purchase, line.running,
            line.per_million, line.adds, line.between, line.adds_per_million,
        )  # fmt: skip
    return shown


def needs_table(table: StudyTable) -> Table:
    """Requirements and value for the terminal: a row each, a column a fleet."""
    shown = Table(
        title="What is required: of the plan / of any plan at most",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
    )
    shown.add_column("Boats")
    lines = study_lines(table)
    for line in lines:
        shown.add_column(line.boats, justify="right", no_wrap=True)
    for k, need in enumerate(table.needs):
        name = f"{clean(need.name)}{' (hard)' if need.hard else ''}"
        shown.add_row(Text(name), *(f"{met} / {most}" for met, most in (x.met[k] for x in lines)))
    shown.add_row("Value, points", *(line.value for line in lines))
    return shown


def _caption(table: StudyTable) -> str:
    if not table.needs:
        return "Points are percentage points of detection; 'between' holds for the best plans."
    return (
        f"What the last boat adds is in points of value: {needs_words(table.needs)}. 'between' "
        "holds for the best plans."
    )
