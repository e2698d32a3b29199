"""The command ``fewest``: how few hulls meet the hard requirements, with the proof."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.console import FAILED, console
from planner.cli.options import Seed

if TYPE_CHECKING:
    from planner.scenario import Scenario


def fewest(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="With what is hard.")],
    unit: Annotated[
        str | None,
        typer.Option("--unit", metavar="NAME", help="Unit whose hulls are counted; the first."),
    ] = None,
    most: Annotated[
        int, typer.Option("--most", metavar="N", min=1, max=200, help="Largest number tried.")
    ] = 12,
    time_limit: Annotated[
        float, typer.Option("--time-limit", metavar="S", min=1, help="Seconds for each number.")
    ] = 60.0,
    seed: Seed = 0,
) -> None:
    """Find the fewest hulls that meet all hard requirements, and prove that one fewer cannot.

    Exit status 1 if no number tried is enough.
    """
    from rich.live import Live
    from rich.table import Table

    from planner.present.frame import framed
    from planner.problem.build import build
    from planner.scenario import load
    from planner.sea import build_sea
    from planner.study.required import Trial, fewest_hulls

    read = load(scenario)
    name = _unit(read, unit)
    problem = build(read, build_sea(read))
    table: Table = framed(f"Hulls of {name}")
    for title in ("Hulls", "Served at most", "Served by a plan", "Seconds"):
        table.add_column(title, justify="right")
    table.add_column("So")
    screen = console()
    with Live(table, console=screen, refresh_per_second=2, transient=True):

        def told(trial: Trial) -> None:
            words = "met" if trial.met else "impossible" if trial.impossible else "not settled"
            shares = (f"{100 * value:.1f} %" for value in (trial.proven, trial.found))
            table.add_row(str(trial.hulls), *shares, f"{trial.time_s:.1f}", words)

        found = fewest_hulls(
            read, problem, name, most=most, time_limit_s=time_limit, seed=seed, told=told
        )
    screen.print(table)
    if found.least is None:
        typer.echo(f"No number up to {most} was found to be enough; try --most or --time-limit.")
        raise typer.Exit(FAILED)
    proof = "that one fewer cannot is proven" if found.proven else "one fewer is not ruled out"
    typer.echo(f"{found.least} hulls of {name} meet what is required; {proof}.")


def _unit(scenario: Scenario, name: str | None) -> str:
    """Name of the unit asked for, the first unless given."""
    from planner.errors import Problem, ScenarioError
    from planner.scenario.explain import listed, nearest

    known = tuple(each.name for each in scenario.unit)
    if not any(each.hard for each in scenario.requirement):
        raise ScenarioError(
            [
                Problem(
                    scenario.file_name, "requirement", "there is no hard one", "add 'hard = true'"
                )
            ]
        )
    if name is not None and name not in known:
        raise ScenarioError(
            [
                Problem(
                    scenario.file_name,
                    "unit",
                    f"there is no unit '{name}'; the units are {listed(known)}",
                    nearest(name, known, "name one of them with --unit"),
                )
            ]
        )
    return name or known[0]
