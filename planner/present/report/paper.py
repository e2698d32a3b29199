"""The report on paper: the same blocks laid out by Typst, as a tagged PDF.

Texts travel as JSON and are only ever read as data, never as markup; system
fonts, packages and files are out of reach, so a report gives the same bytes
wherever it is made.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from planner.files import write_file
from planner.present.offline import asset
from planner.present.report.blocks import Block, Document, Formulas, Pair, Picture, Swipe

STANDARD: Final = "ua-1"
"""PDF/UA-1: can be read aloud and navigated; every picture is told in words."""


def report_pdf(report: Document) -> bytes:
    """PDF of a report on A4; dated as the report is."""
    import matplotlib as mpl
    import typst

    shipped = str(Path(mpl.get_data_path()) / "fonts" / "ttf")
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[shipped])
    with tempfile.TemporaryDirectory() as empty:
        compiler = typst.Compiler(
            asset("report.typ").encode(),
            root=empty,
            font_paths=fonts,
            package_path=empty,
            package_cache_path=empty,
            sys_inputs={"report": json.dumps(_data(report))},
        )
        made = compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=report.date)
    assert isinstance(made, bytes)
    return made


def write_report_pdf(report: Document, path: Path) -> None:
    """Write a report as PDF, under a temporary name, then renamed.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    write_file(path, report_pdf(report))


def _data(report: Document) -> dict[str, Any]:
    """A report as JSON can hold it, each block with its kind."""
    return {
        "title": report.title,
        "when": report.when,
        "date": [report.date.year, report.date.month, report.date.day],
        "opening": [_block(block) for block in report.opening],
        "sections": [
            {
                "title": section.title,
                "fresh": section.fresh,
                "blocks": [_block(block) for block in section.blocks],
            }
            for section in report.sections
        ],
        "foot": report.foot,
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Formulas):
        items = [{"pieces": one.pieces, "meaning": one.meaning} for one in block.items]
        return {"kind": block.kind, "items": items}
    if isinstance(block, Pair | Swipe):
        return {"kind": Pair.kind, "items": [_block(picture) for picture in block.items]}
    data = {"kind": block.kind, **asdict(block)}
    if isinstance(block, Picture):
        data["svg"] = block.svg.replace("system-ui", "DejaVu Sans")
    return data
