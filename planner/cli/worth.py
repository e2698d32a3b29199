"""The command ``worth``: what one more of each thing would add to a plan."""

from __future__ import annotations

from typing import Annotated

import typer

from planner.cli.console import INTERRUPTED, complain, console
from planner.cli.options import Seed
from planner.cli.plan import PLAN, Directory, _learned

TABLE = "worth.csv"


def worth(
    directory: Directory,
    time_limit: Annotated[
        float, typer.Option("--time-limit", metavar="S", min=1, help="Seconds of all solves.")
    ] = 120.0,
    top: Annotated[
        int, typer.Option("--top", metavar="N", min=0, help="Changes that are solved again.")
    ] = 5,
    seed: Seed = 0,
) -> None:
    """Say what one more hull, crew, hour, knot or litre is worth.

    Every change of every unit is estimated from the prices of the plan's bound,
    and the best are solved again. Writes worth.csv and worth.json beside the plan;
    'patrol report' shows them.
    """
    import hashlib

    from planner.app import read_plan
    from planner.cli.folder import claim
    from planner.cli.progress import progress_line
    from planner.files import write_file
    from planner.present.prices import effects_table, price_words, prices_csv, prices_table
    from planner.reuse import LEARNED_FILE
    from planner.scenario import from_dict
    from planner.study.price_file import price_list, write_prices
    from planner.study.prices import price_changes

    claim(directory, make=False)
    plan = read_plan(directory)
    fingerprint = hashlib.sha256((directory / PLAN).read_bytes()).hexdigest()
    scenario = plan.source or from_dict(plan.scenario, directory, str(directory / PLAN))
    known = _learned(directory) if (directory / LEARNED_FILE).is_file() else None
    with progress_line() as show:
        prices = price_changes(
            scenario, known, time_limit_s=time_limit, top=top, seed=seed, progress=show
        )
    write_file(directory / TABLE, prices_csv(prices))
    write_prices(price_list(prices, fingerprint), directory)
    screen = console()
    screen.print(prices_table(prices))
    if any(row.effect is not None for row in prices.rows):
        screen.print(effects_table(prices))
    for line in price_words(prices):
        screen.print(line, markup=False)
    typer.echo(f"Table: {directory / TABLE}")
    if prices.interrupted:
        complain("interrupted: not all were solved again")
        raise typer.Exit(INTERRUPTED)
