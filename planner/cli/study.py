"""The command ``study``: what one more boat buys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.console import INTERRUPTED, complain, console

PAGE = "study.html"
TABLE = "study.csv"


def study(
    file: Annotated[Path, typer.Argument(metavar="STUDY.toml", help="What to compare.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder of results.")],
    workers: Annotated[
        int | None,
        typer.Option("--workers", metavar="N", min=1, help="Processes; one per core if left out."),
    ] = None,
) -> None:
    """Compare fleets: say what one more boat buys."""
    from planner.cli.progress import progress_line
    from planner.present.study_page import study_table, write_study_page
    from planner.study import run_study

    with progress_line() as show:
        table = run_study(file, out, workers=workers, progress=show)
    write_study_page(table, out / PAGE)
    console().print(study_table(table))
    typer.echo(f"Page:  {(out / PAGE).resolve().as_uri()}")
    typer.echo(f"Table: {out / TABLE}")
    if table.interrupted:
        complain("interrupted: these are the fleets planned so far")
        raise typer.Exit(INTERRUPTED)
