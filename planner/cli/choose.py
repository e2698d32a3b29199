"""The command ``choose``: which fleet to have, for several budgets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.console import INTERRUPTED, complain, console

PAGE = "choice.html"
TABLE = "frontier.csv"


def choose(
    file: Annotated[Path, typer.Argument(metavar="CHOICE.toml", help="Options and budgets.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder of results.")],
    time_limit: Annotated[
        float | None,
        typer.Option("--time-limit", metavar="S", min=1, help="Seconds; the file's if left out."),
    ] = None,
) -> None:
    """Choose a fleet for each budget, with the proof of how good the choice is."""
    from planner.cli.folder import claim
    from planner.cli.progress import progress_line
    from planner.files import write_file
    from planner.present.frontier import (
        frontier_headline,
        frontier_table,
        write_frontier_page,
    )
    from planner.study.choice import choose as choose_fleets
    from planner.study.choice import frontier_csv, load_choice

    choice, scenario = load_choice(file)
    if time_limit is not None:
        choice = choice.model_copy(update={"time_limit_s": time_limit})
    claim(out)
    with progress_line() as show:
        found = choose_fleets(choice, scenario, progress=show)
    write_file(out / TABLE, frontier_csv(found))
    write_frontier_page(found, out / PAGE)
    screen = console()
    screen.print(frontier_table(found))
    screen.print(frontier_headline(found), markup=False)
    typer.echo(f"Page:  {(out / PAGE).resolve().as_uri()}")
    typer.echo(f"Table: {out / TABLE}")
    if found.interrupted:
        complain("interrupted: these are the fleets found so far")
        raise typer.Exit(INTERRUPTED)
