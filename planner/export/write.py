"""Writing a plan in one format: which files, under which names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from planner.errors import PlanError
from planner.export.choose import Choice, choose
from planner.export.names import safe_names
from planner.export.rtz import Version
from planner.files import unfinished, write_file, write_files
from planner.plan.model import Plan
from planner.present.figures import SeaView, Zones

Format = Literal["gpx", "rtz", "kml", "gpkg", "csv", "ics"]
FORMATS: tuple[Format, ...] = ("gpx", "rtz", "kml", "gpkg", "csv", "ics")

WITH_CELLS: frozenset[Format] = frozenset({"kml", "gpkg"})
"""Formats that also hold the cells, if they are given the sea."""

ALL = "sorties"
"""Name of the GPX file that holds all chosen sorties."""

WHOLE = "patrol"
"""Name of a file that holds the whole plan."""


@dataclass(frozen=True)
class Exported:
    """What was written: the folder, the files in order, and how many sorties they hold.

    ``strangers`` are other files of the format in the folder, left by an
    earlier export perhaps.
    """

    folder: Path
    files: tuple[Path, ...]
    sorties: int
    strangers: tuple[Path, ...]


def export_plan(
    plan: Plan,
    folder: str | Path,
    form: Format,
    *,
    sorties: Collection[str] = (),
    hulls: Collection[str] = (),
    rtz: Version = "1.0",
    sea: SeaView | None = None,
    zones: Zones | None = None,
) -> Exported:
    """Write a plan's sorties in one format.

    Parameters
    ----------
    plan
        A finished plan.
    folder
        Folder of the files; made if it is not there.
    form
        ``gpx`` (one file a sortie and one of all), ``rtz`` (one a sortie),
        ``kml``, ``gpkg`` (one of all), ``csv`` (one a table) or ``ics``
        (one a hull, and one a crew where crews are named).
    sorties, hulls
        Names of those to export; all by default.
    rtz
        Version of RTZ.
    sea
        The plan's sea, for the cells in ``kml`` and ``gpkg``; without it they are left out.
    zones
        Named zones to say where a sortie looks; by default the shipped ones.

    Raises
    ------
    PlanError
        The plan has no such sortie or hull, or nothing that the format could hold.
    OSError
        The folder cannot be written.
    """
    if zones is None:
        from planner import geodata

        zones = geodata.zones()
    choice = choose(plan, zones, sorties, hulls)
    if not choice.trips and form in ("gpx", "rtz", "ics"):
        raise PlanError(f"the plan has no sorties to export as {form}; export it as csv or gpkg")
    out = Path(folder)
    files = _write(choice, out, form, rtz, sea, zones)
    strangers = sorted(set(out.glob(f"*.{form}")) - set(files))
    return Exported(out, tuple(files), len(choice.trips), tuple(strangers))


def _write(
    choice: Choice, out: Path, form: Format, rtz: Version, sea: SeaView | None, zones: Zones
) -> list[Path]:
    match form:
        case "gpx":
            return _gpx(choice, out)
        case "rtz":
            return _rtz(choice, out, rtz)
        case "ics":
            return _ics(choice, out)
        case "csv":
            from planner.export.tables import csv_texts

            texts = csv_texts(choice, zones)
            return write_files({out / f"{name}.csv": text for name, text in texts.items()})
        case "kml":
            from planner.export.kml import kml_text

            return [write_file(out / f"{WHOLE}.kml", kml_text(choice, sea))]
        case "gpkg":
            from planner.export.geopackage import write_geopackage

            with unfinished(out / f"{WHOLE}.gpkg") as temporary:
                write_geopackage(temporary, choice, sea)
            return [out / f"{WHOLE}.gpkg"]


def _gpx(choice: Choice, out: Path) -> list[Path]:
    """All sorties in one file to load at once, and each in a file of its own for its boat."""
    from planner.export.gpx import gpx_text

    texts = {out / f"{ALL}.gpx": gpx_text(choice, choice.trips)}
    for trip, name in zip(choice.trips, _sortie_names(choice), strict=True):
        texts[out / f"{name}.gpx"] = gpx_text(choice, [trip])
    return write_files(texts)


def _rtz(choice: Choice, out: Path, version: Version) -> list[Path]:
    from planner.export.rtz import rtz_text

    return write_files(
        {
            out / f"{name}.rtz": rtz_text(choice.plan, trip, name, version)
            for trip, name in zip(choice.trips, _sortie_names(choice), strict=True)
        }
    )


def _ics(choice: Choice, out: Path) -> list[Path]:
    """A calendar a hull, and one a crew where crews are named."""
    from planner.export.calendars import calendar_bytes, crew_calendar_bytes, crews_of

    names = _hull_names(choice)
    named = dict(zip(choice.plan.hulls, names, strict=True))
    texts = {out / f"{named[hull]}.ics": calendar_bytes(choice, hull) for _, hull in choice.hulls()}
    called = _crew_names(choice, names)
    for crew in crews_of(choice):
        texts[out / f"{called[crew]}.ics"] = crew_calendar_bytes(choice, crew)
    return write_files(texts)


def _sortie_names(choice: Choice) -> list[str]:
    """Names of the chosen sorties' files: the same whichever others are chosen."""
    every = [(sortie.id, sortie.hull) for sortie in choice.plan.sorties]
    names = safe_names((f"{name}_{hull}" for name, hull in every), (ALL,), "sortie")
    named = dict(zip((name for name, _ in every), names, strict=True))
    return [named[trip.sortie.id] for trip in choice.trips]


def _hull_names(choice: Choice) -> list[str]:
    return safe_names((hull.id for hull in choice.plan.hulls), otherwise="hull")


def _crew_names(choice: Choice, taken: list[str]) -> dict[str, str]:
    """Names of the crews' files: the same whichever sorties are chosen, and none a hull's."""
    crews = sorted({sortie.crew for sortie in choice.plan.sorties if sortie.crew})
    return dict(zip(crews, safe_names(crews, taken, "crew"), strict=True))
