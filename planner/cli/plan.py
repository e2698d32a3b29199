"""Commands that make a plan and look at one: ``plan``, ``verify``, ``map``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from planner.cli.console import BAD_INPUT, FAILED, INTERRUPTED, complain, console
from planner.cli.options import Seed, Work

if TYPE_CHECKING:
    from planner.app import Planned
    from planner.plan.model import Plan
    from planner.reuse import Learned
    from planner.simulate import Simulation

PLAN = "plan.json"
MAP = "map.html"
SCHEDULE = "schedule.csv"

Assets = Literal["inline", "directory", "cdn"]
"""Where a map's scripts and styles are."""

Language = Literal["en", "ru", "kk"]
"""Languages of the map."""

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a plan.")]


def plan(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="What to plan.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder of the plan.")],
    time_limit: Annotated[
        float, typer.Option("--time-limit", metavar="S", min=1, help="Seconds to plan for.")
    ] = 60.0,
    work: Work = None,
    gap: Annotated[
        float,
        typer.Option("--gap", metavar="G", min=0, help="Stop once proven so close to the best."),
    ] = 0.0,
    seed: Seed = 0,
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
    from planner.cli.folder import claim
    from planner.cli.progress import progress_line
    from planner.present.table import schedule_table, summary_table
    from planner.scenario import load
    from planner.solve import PROVEN

    read = load(scenario)
    known = _learned(earlier) if earlier is not None else None
    claim(out)
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
    if found.solver.termination != "interrupted" and hard_unmet(found):
        _say_conflict(planned, time_limit, seed)
        raise typer.Exit(FAILED)
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


def draw(
    directory: Directory,
    assets: Annotated[
        Assets,
        typer.Option(
            "--assets",
            help="Scripts and styles: in the page, in a folder beside it, or Leaflet from a CDN.",
        ),
    ] = "inline",
    tiles: Annotated[
        str | None,
        typer.Option(
            "--tiles",
            metavar="osm|URL",
            help="Online tiles to offer: OpenStreetMap's, or https://…/{z}/{x}/{y}.png.",
        ),
    ] = None,
    language: Annotated[
        Language,
        typer.Option(
            "--language", help="The map opens in English, Russian or Kazakh; all are in it."
        ),
    ] = "en",
) -> None:
    """Draw a plan's map again and say what the plan is worth.

    The map asks nothing of any network, unless --assets cdn or --tiles say so.
    """
    from planner.app import read_plan
    from planner.cli.folder import claim
    from planner.present.map import tiles_address
    from planner.present.table import summary_table
    from planner.simulate import SIMULATION_FILE, read_simulation

    try:
        if tiles is not None:
            tiles_address(tiles)
    except ValueError as error:
        complain(f"--tiles: {error}")
        raise typer.Exit(BAD_INPUT) from None
    claim(directory, make=False)
    found = read_plan(directory)
    simulated = (directory / SIMULATION_FILE).is_file()
    trial = read_simulation(directory) if simulated else _tried(found, directory)
    _write_views(found, directory, trial, assets=assets, tiles=tiles, language=language)
    console().print(summary_table(found, trial=trial))
    _say_where(directory)


def hard_unmet(found: Plan) -> list[tuple[str, str]]:
    """Hard requirements that a plan leaves unmet, each with what would meet it."""
    rows = found.metrics.get("requirements", ())
    return [(row["name"], row["remedy"]) for row in rows if row["hard"] and not row["met"]]


def _say_conflict(planned: Planned, time_limit_s: float, seed: int) -> None:
    """Say which hard requirements cannot be met together, or that this is not known."""
    from planner.study.required import conflict

    complain("a hard requirement is not met; looking for what stands against it ...")
    found = conflict(planned.problem, time_limit_s=time_limit_s, seed=seed)
    if len(found.names) == 1:
        complain(
            f"'{found.names[0]}' cannot be met by any plan: at most {found.share:.1%} of what is "
            "required can be served, which is proven; more hulls, a shorter time or a nearer base "
            "would help ('patrol fewest' counts hulls)"
        )
    elif found.names:
        named = ", ".join(f"'{name}'" for name in found.names)
        complain(f"these cannot be met together, which is proven: {named}; drop or soften one")
    elif found.possible:
        complain("they can be met together: plan longer (--time-limit), or with another --seed")
    else:
        complain("whether they can be met was not settled: plan longer (--time-limit)")


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


def _write_views(
    found: Plan,
    directory: Path,
    trial: Simulation,
    *,
    assets: Assets = "inline",
    tiles: str | None = None,
    language: Language = "en",
) -> None:
    """Write the map and the schedule of a plan beside it."""
    from planner.files import write_file
    from planner.present.map import write_map
    from planner.present.table import schedule_csv
    from planner.scenario import from_dict
    from planner.sea import build_sea

    scenario = found.source or from_dict(found.scenario, directory, str(directory / PLAN))
    sea, path = build_sea(scenario), directory / MAP
    write_map(found, sea, path, trial, assets=assets, tiles=tiles, language=language)
    write_file(directory / SCHEDULE, schedule_csv(found))


def _say_where(directory: Path) -> None:
    typer.echo(f"Map:      {(directory / MAP).resolve().as_uri()}")
    typer.echo(f"Schedule: {directory / SCHEDULE}")
    typer.echo(f"Plan:     {directory / PLAN}   (check it: patrol verify {directory})")
