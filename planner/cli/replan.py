"""The command ``replan``: something happened; what has sailed stays, the rest nearly does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.console import FAILED, INTERRUPTED, complain, console
from planner.cli.options import Seed, Work
from planner.cli.plan import _say_where, _tried, _write_views, hard_unmet

if TYPE_CHECKING:
    from planner.reuse import Learned

OUT = "replan"
"""Folder of the new plan within that of the old one."""


def replan(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a plan.")],
    at: Annotated[
        str,
        typer.Option("--at", metavar="TIME", help="When it happened, such as 2006-05-24T12:00."),
    ],
    lost: Annotated[
        list[str] | None,
        typer.Option("--lost", metavar="HULL", help="A hull that sails no more; again for more."),
    ] = None,
    storm: Annotated[
        Path | None,
        typer.Option("--storm", metavar="FILE", help="Weather from then on: NetCDF or GRIB."),
    ] = None,
    new_threat: Annotated[
        list[Path] | None,
        typer.Option("--new-threat", metavar="FILE", help="TOML file of [[threat]] tables."),
    ] = None,
    keep: Annotated[
        float,
        typer.Option(
            "--keep", metavar="SHARE", min=0, max=1, help="Of what can stay, so much does."
        ),
    ] = 0.8,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="DIR2", help="New plan's folder; DIR/replan if none."),
    ] = None,
    time_limit: Annotated[
        float, typer.Option("--time-limit", metavar="S", min=1, help="Seconds to plan for.")
    ] = 60.0,
    work: Work = None,
    seed: Seed = 0,
) -> None:
    """Plan anew after an event: what has sailed stays, the rest changes as little as asked.

    Sorties that departed before TIME stay as they are. Of the others that still
    can sail at least the share --keep stays exactly: 1 only fills gaps, 0 plans
    anew. The difference is printed sortie by sortie and drawn on the map.
    Exit status 1 if a hard requirement is then unmet.

    Ctrl-C ends the search early and writes the best plan found (exit status 130).
    """
    from planner.app import read_plan, write_plan
    from planner.cli.folder import claim
    from planner.cli.progress import progress_line
    from planner.present.change import change_table, worth_table
    from planner.replan import Event, parse_time
    from planner.replan import replan as plan_anew

    before = read_plan(directory)
    assert before.source is not None
    goal = directory / OUT if out is None else out
    event = Event(parse_time(at, before.source), tuple(lost or ()), storm, tuple(new_threat or ()))
    claim(goal)
    with progress_line() as show:
        found = plan_anew(
            before,
            event,
            keep=keep,
            time_limit_s=time_limit,
            work_limit=work,
            seed=seed,
            earlier=_learned(directory),
            origin=directory.resolve().name,
            progress=show,
        )
    write_plan(found.plan, goal, found.learned)
    _write_views(found.plan, goal, _tried(found.plan, goal))
    screen = console()
    screen.print(change_table(found.change, found.plan))
    screen.print(worth_table(found.change))
    for note in found.change.notes:
        typer.echo(f"Note: {note}")
    for doubt in found.doubts:
        complain(f"note: {doubt}")
    _say_where(goal)
    unmet = hard_unmet(found.plan)
    for name, remedy in unmet:
        complain(f"'{name}' must be met, and is not: {remedy}")
    if found.plan.solver.termination == "interrupted":
        complain("interrupted: this is the best plan found so far")
        raise typer.Exit(INTERRUPTED)
    if unmet:
        raise typer.Exit(FAILED)


def _learned(directory: Path) -> Learned | None:
    """What the plan's run learned, if it is there: it only speeds things up."""
    from planner.errors import PlanError
    from planner.reuse import read_learned

    try:
        return read_learned(directory)
    except PlanError:
        return None
