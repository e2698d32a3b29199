"""The command ``report``: a plan for those who decide on it and those who check it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.console import FAILED, complain

PAGE, PAPER = "report.html", "report.pdf"


def report(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a plan.")],
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="Whether to write a PDF too.")] = True,
) -> None:
    """Write a report of a plan: one HTML page, and the same as PDF."""
    import hashlib

    from planner.app import PLAN_FILE, read_plan
    from planner.cli.folder import claim
    from planner.present.report import document, gather, write_report_page, write_report_pdf

    claim(directory, make=False)
    plan = read_plan(directory)
    fingerprint = hashlib.sha256((directory / PLAN_FILE).read_bytes()).hexdigest()
    case = gather(plan, directory, fingerprint=fingerprint)
    made = document(case)
    write_report_page(made, directory / PAGE)
    typer.echo(f"Report: {(directory / PAGE).resolve().as_uri()}")
    if pdf:
        write_report_pdf(made, directory / PAPER)
        typer.echo(f"PDF:    {directory / PAPER}")
    if not case.check.ok:
        complain(
            f"{directory}: {len(case.check.violations)} violations; the plan does not hold, "
            "and the report says so"
        )
        raise typer.Exit(FAILED)
