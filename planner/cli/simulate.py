"""The command ``simulate``: what a plan finds when targets are drawn at random."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.console import console

if TYPE_CHECKING:
    from rich.table import Table

    from planner.simulate import Simulation
    from planner.simulate.model import Finds, WithBreakdowns

MOST_RUNS = 10_000_000

APART = 0.05
"""A threat of which so much more or less is found than planned is named."""


class Detection(StrEnum):
    """Laws of detection."""

    definite = "definite"
    inverse_cube = "inverse-cube"


def simulate(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a plan.")],
    runs: Annotated[
        int, typer.Option("--runs", metavar="N", min=1, max=MOST_RUNS, help="Targets drawn.")
    ] = 10_000,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", min=0, help="Same seed, same targets.")
    ] = 0,
    law: Annotated[
        Detection,
        typer.Option("--law", metavar="definite|inverse-cube", help="How a hull detects."),
    ] = Detection.definite,
) -> None:
    """Try a plan on targets drawn at random in continuous space and time."""
    from planner.app import read_plan
    from planner.cli.folder import claim
    from planner.simulate import simulate as try_plan
    from planner.simulate import write_simulation
    from planner.simulate.model import LAWS

    chosen = next(known for known in LAWS if known == law.value)
    claim(directory, make=False)
    found = try_plan(read_plan(directory), directory, runs=runs, seed=seed, law=chosen)
    path = write_simulation(found, directory)
    console().print(simulation_table(found))
    typer.echo(_words(found))
    for line in _apart(found):
        typer.echo(line)
    typer.echo(f"Simulation: {path}")


def simulation_table(found: Simulation) -> Table:
    """What was planned and what was found, a line a threat and one for all."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from planner.present.text import clean, number, percent
    from planner.present.worth import with_availability

    table = Table(
        title=f"{number(found.total.runs)} targets drawn at random, {found.law} detection",
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("Threat", ratio=1)
    for heading in (
        "Weight", "Planned", "Simulated", "95 % interval", "Median time", "Intercepted",
    ):  # fmt: skip
        table.add_column(heading, justify="right", no_wrap=True)
    for place, row in enumerate(found.threats, start=1):
        last = place == len(found.threats)
        table.add_row(Text(clean(row.threat)), *_cells(row), end_section=last)
    table.add_row("All", *_cells(found.total))
    if found.with_breakdowns is not None:
        expected = found.with_breakdowns
        name = f"All, {with_availability(expected)}"
        table.add_row(name, "", "", percent(expected.simulated), _interval(expected), "", "")
    return table


def _cells(row: Finds) -> tuple[str, ...]:
    from planner.present.text import duration, percent

    return (
        percent(row.weight, 0),
        "–" if row.planned is None else percent(row.planned),
        percent(row.simulated),
        _interval(row),
        "–" if row.median_h is None else duration(row.median_h),
        percent(row.intercepted),
    )


def _interval(row: Finds | WithBreakdowns) -> str:
    from planner.present.text import percent

    return f"{percent(row.low)[:-2]} – {percent(row.high)}"


def _words(found: Simulation) -> str:
    """One line on how far promise and trial lie apart."""
    from planner.present.text import percent

    total = found.total
    if not total.planned:
        return "The plan promises nothing to compare with."
    apart = total.simulated / total.planned - 1.0
    noise = (total.high - total.low) / 2.0 / total.planned
    side = "more" if apart >= 0 else "less"
    return (
        f"Found is {percent(abs(apart))} {side} than planned, give or take {percent(noise)}; "
        f"lengths are true to {percent(found.scale_error, 2)}."
    )


def _apart(found: Simulation) -> list[str]:
    """A line for each threat that differs from the plan beyond chance and :data:`APART`."""
    from planner.present.text import clean, percent

    lines = []
    for row in found.threats:
        if not row.planned or row.low <= row.planned <= row.high:
            continue
        apart = row.simulated / row.planned - 1.0
        if abs(apart) > APART:
            side = "more" if apart > 0 else "less"
            lines.append(f"{clean(row.threat)}: {percent(abs(apart), 0)} {side} than planned.")
    return lines
