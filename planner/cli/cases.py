"""The command ``study`` for named cases and grids."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from planner.cli.console import FAILED, INTERRUPTED, complain, console

if TYPE_CHECKING:
    from planner.study.cases import Layout, Outcomes


ROOM = "make room, and run the same command again: runs that are done are kept"


def study_cases(
    file: Path,
    data: Mapping[str, Any],
    out: Path,
    *,
    workers: int | None,
    scheduler: str | None,
    expand: bool,
) -> None:
    """Plan every case of a study, or only say what there is to plan."""
    from planner.cli.folder import claim
    from planner.cli.progress import progress_line
    from planner.present.cases.page import answer
    from planner.present.cases.terminal import cases_table, purchases_table, runs_table
    from planner.present.cases.words import curve_lines, headline
    from planner.study.cases import lay_out, load_cases, run_cases

    layout = lay_out(load_cases(file, data))
    screen = console()
    if expand:
        screen.print(runs_table(layout))
    typer.echo(_expected(layout, out, workers, scheduler))
    if expand:
        return
    claim(out)
    with progress_line() as show:
        outcomes = run_cases(layout, out, workers=workers, scheduler=scheduler, progress=show)
    if outcomes.known:
        written = _written(outcomes, out)
        screen.print(cases_table(outcomes))
        if outcomes.purchases:
            screen.print(purchases_table(outcomes))
        for sentence in (*answer(outcomes), *headline(outcomes), *curve_lines(outcomes)):
            screen.print(sentence, markup=False)
        typer.echo(f"Page:   {written[0].resolve().as_uri()}")
        typer.echo(f"Tables: {', '.join(str(path) for path in written[1:])}")
    _end(outcomes)


def _written(outcomes: Outcomes, out: Path) -> list[Path]:
    """Write page and tables; without room for them the runs that are done stay."""
    from planner.present.cases import write_results

    try:
        return write_results(outcomes, out)
    except OSError as error:
        reason = error.strerror or str(error)
        complain(f"stopped: {out}: page and tables could not be written: {reason}; {ROOM}")
        raise typer.Exit(FAILED) from None


def _expected(layout: Layout, out: Path, workers: int | None, scheduler: str | None) -> str:
    from planner.present.cases.terminal import expected_words
    from planner.study.cases.runners import cluster_seats, searches_for

    by_work = layout.plot.study.work_limit is not None
    if scheduler is not None:
        seats = workers or cluster_seats(scheduler)
    else:
        seats = searches_for(workers, by_work=by_work)
    return expected_words(layout, layout.done_in(out), min(seats, len(layout.runs)))


def _end(outcomes: Outcomes) -> None:
    """Say what is missing, and end with the status that tells it."""
    from planner.present.cases.page import failures

    worked = outcomes.worked
    if worked.damaged:
        complain(f"note: {worked.damaged} result files were damaged; their runs were done again")
    for line in failures(outcomes):
        complain(f"failed: {line}")
    if worked.stopped:
        complain(f"stopped: {worked.stopped}; {ROOM}")
    if worked.interrupted:
        complain("interrupted: the same command goes on with the runs that are left")
        raise typer.Exit(INTERRUPTED)
    if not outcomes.complete:
        raise typer.Exit(FAILED)
