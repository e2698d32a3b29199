"""Commands that make a plan and look at one: ``plan``, ``verify``, ``map``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.console import FAILED, INTERRUPTED, complain, console

if TYPE_CHECKING:
    from planner.plan.model import Plan
    from planner.reuse import Learned
    from planner.simulate import Simulation

PLAN = "plan.json"
MAP = "map.html"
SCHEDULE = "schedule.csv"

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a plan.")]


def plan(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="What to plan.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder of the plan.")],
    time_limit: Annotated[
        float, typer.Option("--time-limit", metavar="S", min=1, help="Seconds to plan for.")
    ] = 60.0,
    work: Annotated[
        int | None,
        typer.Option(
            "--work", metavar="N", min=1, help="Rounds of work, not seconds: same plan every time."
        ),
    ] = None,
    gap: Annotated[
        float,
        typer.Option("--gap", metavar="G", min=0, help="Stop once proven so close to the best."),
    ] = 0.0,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", min=0, help="Same seed, same search.")
    ] = 0,
    earlier: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Begin with what this plan's folder holds."),
    ] = None,
) -> None:
    """Plan a scenario: write plan.json, simulation.json, map.html and schedule.csv.

    After a change of the scenario (hulls, threats, days, ...) --from takes over
    what an earlier plan found: sorties that still fit, and bounds that still hold.

    Ctrl-C ends the search early and writes the best plan found (exit status 130).
    """
    from planner.app import plan_and_learn, write_plan
    from planner.cli.progress import progress_line
    from planner.present.table import schedule_table, summary_table
    from planner.scenario import load
    from planner.solve import PROVEN

    read = load(scenario)
    known = _learned(earlier) if earlier is not None else None
    with progress_line() as show:
        planned = plan_and_learn(
            read,
            time_limit_s=time_limit,
            work_limit=work,
            gap=max(gap, PROVEN),
            seed=seed,
            earlier=known,
            progress=show,
        )
    found = planned.plan
    write_plan(found, out, planned.learned)
    trial = _tried(found, out)
    _write_views(found, out, trial)
    screen = console()
    screen.print(schedule_table(found))
    screen.print(summary_table(found, trial=trial))
    if planned.recalled is not None and planned.recalled.kept:
        typer.echo(f"From {earlier}: {planned.recalled.words()}")
    elif planned.recalled is not None:
        complain(f"{earlier}: does not fit this scenario: {planned.recalled.words()}")
    for doubt in planned.doubts:
        complain(f"note: {doubt}")
    _say_where(out)
    if found.solver.termination == "interrupted":
        complain("interrupted: this is the best plan found so far")
        raise typer.Exit(INTERRUPTED)


def verify(directory: Directory) -> None:
    """Check a plan against every rule, independently of the optimiser."""
    from planner.app import read_plan
    from planner.verify import verify as verify_plan

    report = verify_plan(read_plan(directory), directory)
    for violation in report.violations:
        complain(str(violation))
    if not report.ok:
        complain(f"{directory}: {len(report.violations)} violations; the plan does not hold")
        raise typer.Exit(FAILED)
    made = sum(report.checks.values())
    typer.echo(
        f"{directory}: the plan holds; {made:,} checks made, "
        f"detection recomputed {report.detection:.2%}, stated {report.stated:.2%}"
    )


def draw(directory: Directory) -> None:
    """Draw a plan's map again and say what the plan is worth."""
    from planner.app import read_plan
    from planner.present.table import summary_table
    from planner.simulate import SIMULATION_FILE, read_simulation

    found = read_plan(directory)
    simulated = (directory / SIMULATION_FILE).is_file()
    trial = read_simulation(directory) if simulated else _tried(found, directory)
    _write_views(found, directory, trial)
    console().print(summary_table(found, trial=trial))
    _say_where(directory)


def _learned(directory: Path) -> Learned | None:
    """What a plan's folder holds to begin with; None, and a line, if that cannot be used."""
    from planner.errors import PlanError
    from planner.reuse import check_folder, read_learned

    check_folder(directory)
    try:
        return read_learned(directory)
    except PlanError as error:
        complain(f"{error}; planning without it")
        return None


def _tried(found: Plan, directory: Path) -> Simulation:
    """Try a plan on targets drawn at random, and note what was found beside it."""
    from planner.simulate import simulate, write_simulation

    trial = simulate(found, directory)
    write_simulation(trial, directory)
    return trial


def _write_views(found: Plan, directory: Path, trial: Simulation) -> None:
    """Write the map and the schedule of a plan beside it."""
    from planner.present.map import write_map
    from planner.present.table import schedule_csv
    from planner.scenario import from_dict
    from planner.sea import build_sea

    scenario = found.source or from_dict(found.scenario, directory, str(directory / PLAN))
    write_map(found, build_sea(scenario), directory / MAP, trial)
    unfinished = directory / f".{SCHEDULE}.part"
    unfinished.write_text(schedule_csv(found), encoding="utf-8")
    unfinished.replace(directory / SCHEDULE)


def _say_where(directory: Path) -> None:
    typer.echo(f"Map:      {(directory / MAP).resolve().as_uri()}")
    typer.echo(f"Schedule: {directory / SCHEDULE}")
    typer.echo(f"Plan:     {directory / PLAN}   (check it: patrol verify {directory})")
