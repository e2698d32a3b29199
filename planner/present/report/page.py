"""The report as a page for a browser: one file that asks nothing of the network."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from planner.files import write_file
from planner.present.offline import POLICY_META, asset, sealed
from planner.present.page import fill
from planner.present.report.blocks import Document, Formula, Swipe


def report_page(report: Document) -> str:
    """HTML of a report; every text of it is escaped."""
    blocks = [*report.opening, *(block for part in report.sections for block in part.blocks)]
    swiped = any(isinstance(block, Swipe) for block in blocks)
    page = fill(
        "report.html.j2",
        {
            "policy": Markup(POLICY_META),
            "style": Markup(asset("report.css")),
            "script": Markup(asset("swipe.js") if swiped else ""),
            "report": report,
            "svg": Markup,
            "formula": _formula,
        },
    )
    return sealed(page)


def write_report_page(report: Document, path: Path) -> None:
    """Write a report as one self-contained HTML file, under a temporary name, then renamed.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    write_file(path, report_page(report))


def _formula(formula: Formula) -> Markup:
    tags = {"": "{}", "_": "<sub>{}</sub>", "^": "<sup>{}</sup>"}
    return Markup("").join(Markup(tags[kind]).format(text) for kind, text in formula.pieces)
