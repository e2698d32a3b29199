"""The report of a plan: one HTML page and a PDF that say the same.

``case`` gathers plan, sea, trial and verification; ``contents`` turns them
into sections of plain blocks (``blocks``), once; ``page`` and ``paper`` lay
the same blocks out for a browser and for printing.
"""

from __future__ import annotations

from planner.present.report.case import Case, gather
from planner.present.report.contents import document
from planner.present.report.page import report_page, write_report_page
from planner.present.report.paper import report_pdf, write_report_pdf

__all__ = [
    "Case",
    "document",
    "gather",
    "report_page",
    "report_pdf",
    "write_report_page",
    "write_report_pdf",
]
