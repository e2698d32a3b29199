"""The command ``compare``: two plans side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.console import console

PAGE = "compare.html"


def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="Folder of a plan.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Folder of another.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="DIR", help="Folder of the page; B if left out."),
    ] = None,
) -> None:
    """Compare two plans of the same area, start and length; write compare.html.

    Says what B does otherwise than A, what that is worth, and whether the
    difference in detection is proven or only found. Fleets, rules and weights of
    threats may differ; what can still be compared then is.
    """
    from planner.app import compare_plans
    from planner.cli.folder import claim
    from planner.present.compare.terminal import figures_table, sorties_table

    goal = second if out is None else out
    claim(goal, make=out is not None)
    found = compare_plans(first, second)
    page = found.write(goal / PAGE)
    screen = console()
    screen.print(figures_table(found))
    screen.print(sorties_table(found))
    for words in (*found.remarks, *found.notes, found.verdict):
        screen.print(words, markup=False)
    typer.echo(f"Page: {page.resolve().as_uri()}")
