"""The command ``export``: a plan for plotters, maps, spreadsheets and calendars."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.console import complain

if TYPE_CHECKING:
    from planner.export import Exported
    from planner.plan.model import Plan
    from planner.sea import Sea

FOLDER = "export"
MOST_FILES = 12
"""No more files than this are listed by name."""


class Format(StrEnum):
    """What to write."""

    gpx = "gpx"
    rtz = "rtz"
    kml = "kml"
    gpkg = "gpkg"
    csv = "csv"
    ics = "ics"


class Rtz(StrEnum):
    """Version of RTZ."""

    v10 = "1.0"
    v12 = "1.2"


def export(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a plan.")],
    form: Annotated[Format, typer.Option("--format", help="What to write.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FOLDER", help="Where to; DIR/export if left out."),
    ] = None,
    sortie: Annotated[
        list[str] | None,
        typer.Option("--sortie", metavar="ID", help="Only this sortie; may be given again."),
    ] = None,
    hull: Annotated[
        list[str] | None,
        typer.Option("--hull", metavar="NAME", help="Only this hull; may be given again."),
    ] = None,
    rtz: Annotated[
        Rtz, typer.Option("--rtz", help="Version of RTZ: every type-approved ECDIS reads 1.0.")
    ] = Rtz.v10,
) -> None:
    """Write a plan's sorties for plotters, maps, spreadsheets or calendars.

    gpx: a file a sortie and one of all, with planned times and speeds (OpenCPN,
    chart plotters). rtz: a file a sortie (ECDIS). kml: tracks and cells (Google
    Earth). gpkg: layers with styles (QGIS). csv: tidy tables. ics: a calendar a
    hull and one a crew. With --sortie or --hull, figures of the whole plan are
    left out.
    """
    from planner.app import read_plan
    from planner.cli.folder import claim
    from planner.export import WITH_CELLS, export_plan

    plan = read_plan(directory)
    whole = not sortie and not hull
    goal = out or directory / FOLDER
    claim(goal)
    written = export_plan(
        plan,
        goal,
        form.value,
        sorties=sortie or (),
        hulls=hull or (),
        rtz=rtz.value,
        sea=_sea(plan, directory) if whole and form.value in WITH_CELLS else None,
    )
    _say(written, form.value)


def _sea(plan: Plan, directory: Path) -> Sea:
    from planner.scenario import from_dict
    from planner.sea import build_sea

    return build_sea(plan.source or from_dict(plan.scenario, directory, str(directory)))


def _say(written: Exported, form: str) -> None:
    """Say what was written and where, and what else lies there."""
    from planner.present.text import count

    files, sorties = count(len(written.files), f"{form} file"), count(written.sorties, "sortie")
    typer.echo(f"Wrote {files} with {sorties} to {written.folder}")
    for path in written.files[:MOST_FILES]:
        typer.echo(f"  {path.name}")
    if len(written.files) > MOST_FILES:
        typer.echo(f"  and {len(written.files) - MOST_FILES} more")
    if written.strangers:
        names = ", ".join(path.name for path in written.strangers[:MOST_FILES])
        complain(
            f"note: {written.folder} also holds {count(len(written.strangers), f'{form} file')} "
            f"not of this export: {names}; remove what is of an earlier plan"
        )
