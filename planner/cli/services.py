"""The command ``services``: what two services gain by planning together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.console import INTERRUPTED, complain, console
from planner.cli.options import Seed

if TYPE_CHECKING:
    from planner.study.services import Services

LONGEST_FOLDER = 48
"""Letters of an agency in a folder's name: four bytes each, and names have 255 at most."""

FIGURES = "services.json"


def services(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="What to plan.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder of results.")],
    time_limit: Annotated[
        float, typer.Option("--time-limit", metavar="S", min=1, help="Seconds of all plans.")
    ] = 240.0,
    seeds: Annotated[
        int,
        typer.Option("--seeds", metavar="N", min=1, help="Plans that each service makes alone."),
    ] = 3,
    seed: Seed = 0,
) -> None:
    """Say what services gain by planning together.

    The agencies of the units plan apart (as if no one else sailed), in turn (the
    second knows the first's plan), and jointly. Each plan gets a folder of its own.
    """
    import json

    from planner.cli.folder import claim
    from planner.cli.progress import progress_line
    from planner.files import write_file
    from planner.present.services import needs_table, plans_table, service_words, value_table
    from planner.scenario import load
    from planner.study.services import plan_services

    read = load(scenario)
    claim(out)
    with progress_line() as show:
        found = plan_services(read, time_limit_s=time_limit, seeds=seeds, seed=seed, progress=show)
    folders = _write_plans(found, out)
    text = json.dumps(found.figures.as_json() | {"folders": folders}, indent=1, ensure_ascii=False)
    write_file(out / FIGURES, text + "\n")
    screen = console()
    screen.print(plans_table(found.figures))
    if found.figures.shared is not None:
        screen.print(needs_table(found.figures, found.figures.shared))
    screen.print(value_table(found.figures))
    for line in service_words(found.figures):
        screen.print(line, markup=False)
    typer.echo(f"Figures: {out / FIGURES}")
    typer.echo(f"Plans:   {', '.join(str(out / name) for name in folders)}")
    typer.echo(f"Map of one: patrol map {out / 'joint'}")
    if found.figures.interrupted:
        complain("interrupted: the last plans were made in a hurry")
        raise typer.Exit(INTERRUPTED)


def _write_plans(found: Services, out: Path) -> dict[str, str]:
    """Write a folder for each plan; what it holds, by its name."""
    from planner.app import write_plan
    from planner.study.service_plans import apart_plan, informed_plans, joint_plan, own_plans

    said = {"joint": "all units planned jointly", "apart": "the plans made apart, all sailed"}
    write_plan(joint_plan(found), out / "joint")
    write_plan(apart_plan(found), out / "apart")
    for agency, plan in own_plans(found).items():
        name = _free(f"apart-{_folder(agency)}", said)
        said[name] = f"{agency}, as if no one else sailed"
        write_plan(plan, out / name)
    for agency, plan in informed_plans(found).items():
        name = _free(f"informed-{_folder(agency)}-first", said)
        said[name] = f"{agency} first, the others knowing its plan"
        write_plan(plan, out / name)
    return said


def _folder(agency: str) -> str:
    """Name of an agency that any file system takes: letters and digits, lower case, short."""
    words = "".join(c if c.isalnum() else " " for c in agency.lower()).split()
    return "-".join(words)[:LONGEST_FOLDER] or "agency"


def _free(name: str, taken: dict[str, str]) -> str:
    """Return the name, with a number if it is taken."""
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found
