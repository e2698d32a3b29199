"""The command ``site``: which bases to have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.console import INTERRUPTED, complain, console
from planner.cli.options import Seed


def site(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="What to watch.")],
    bases: Annotated[
        int, typer.Option("--bases", metavar="N", min=1, max=50, help="Most bases to choose.")
    ],
    within: Annotated[
        float,
        typer.Option("--within-min", metavar="M", min=1, help="Minutes until a hull is there."),
    ],
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="NAME", help="Unit to base; the first.")
    ] = None,
    ports: Annotated[
        bool,
        typer.Option("--ports/--no-ports", help="Shipped ports, or only the scenario's bases."),
    ] = True,
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit", metavar="S", min=0, help="Seconds to compare by detection; 0: do not."
        ),
    ] = 60.0,
    seed: Seed = 0,
) -> None:
    """Choose bases: by response time, proven optimal, and by what plans detect."""
    from planner.cli.progress import progress_line
    from planner.present.siting import curve_table, detection_table, siting_words
    from planner.scenario import load
    from planner.study.choice.loop import Effort
    from planner.study.siting import site as choose_sites

    read = load(scenario)
    effort = Effort(time_limit_s=time_limit, seed=seed) if time_limit > 0 else None
    with progress_line() as show:
        found = choose_sites(
            read,
            bases=bases,
            within_min=within,
            unit=unit,
            ports=ports,
            effort=effort,
            progress=show,
        )
    screen = console()
    screen.print(curve_table(found))
    if found.detection is not None:
        screen.print(detection_table(found, found.detection))
    for line in siting_words(found):
        screen.print(line, markup=False)
    if found.detection is not None and found.detection.interrupted:
        complain("interrupted: what was found so far")
        raise typer.Exit(INTERRUPTED)
