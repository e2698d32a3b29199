"""The command ``study``: what one more boat buys, or any other change."""

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
        typer.Option(
            "--workers", metavar="N", min=1, help="Plans at a time; as cores allow if left out."
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="ADDRESS", help="Work on this Dask cluster."),
    ] = None,
    expand: Annotated[
        bool, typer.Option("--expand", help="Only list the runs, and how long they take.")
    ] = False,
) -> None:
    """Compare fleets or other cases: say what each change buys, with proof.

    A study of cases goes on where it was left: runs that are done are not done
    again. Exit status 1 if a run failed; the others are done all the same.
    """
    from planner.cli.cases import study_cases
    from planner.scenario import read_toml

    data = read_toml(file)
    if "fleet" in data:
        _study_fleets(file, out, workers, scheduler, expand)
    else:
        study_cases(file, data, out, workers=workers, scheduler=scheduler, expand=expand)


def _study_fleets(
    file: Path, out: Path, workers: int | None, scheduler: str | None, expand: bool
) -> None:
    """Plan a scenario with fleets of several sizes."""
    from planner.cli.folder import claim
    from planner.cli.progress import progress_line
    from planner.errors import Problem, ScenarioError
    from planner.present.study_page import needs_table, study_table, write_study_page
    from planner.study import load_study, run_study

    if scheduler is not None:
        remedy = "write the fleets as a [grid] (patrol new DIR --template study-grid), or leave it"
        raise ScenarioError(
            [Problem("--scheduler", "", "a study of fleets is worked on this machine", remedy)]
        )
    if expand:
        asked, _ = load_study(file)
        counts = ", ".join(str(count) for count in asked.fleet.counts)
        took = asked.time_limit_s * len(asked.fleet.counts)
        typer.echo(f"Fleets of {counts} boats; about {took:g} s one after the other")
        return
    claim(out)
    with progress_line() as show:
        table = run_study(file, out, workers=workers, progress=show)
    write_study_page(table, out / PAGE)
    screen = console()
    screen.print(study_table(table))
    if table.needs:
        screen.print(needs_table(table))
    typer.echo(f"Page:  {(out / PAGE).resolve().as_uri()}")
    typer.echo(f"Table: {out / TABLE}")
    if table.interrupted:
        complain("interrupted: these are the fleets planned so far")
        raise typer.Exit(INTERRUPTED)
