"""The command ``data``: what is shipped, where it comes from, under which licence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.console import console
from planner.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from rich.table import Table

    from planner.geodata import LayerInfo, SweepTable
    from planner.geodata.sweep import WeatherStep
    from planner.weather.summary import Place


def data(
    layer: Annotated[
        str | None,
        typer.Argument(metavar="LAYER", help="Key of a layer or a vessel class, for details."),
    ] = None,
) -> None:
    """Show the shipped layers with their sources and licences."""
    from planner import geodata

    infos = {info.key: info for info in geodata.layers()}
    if layer is None:
        _print_table(list(infos.values()))
        return
    if layer in infos:
        _print_details(infos[layer])
    elif layer in geodata.vessels():
        _echo_all(_vessel(layer))
    else:
        from planner.scenario.explain import listed, nearest

        known = [*infos, *geodata.vessels()]
        message = f"there is no layer '{layer}'; there are {listed(known)}"
        raise ScenarioError([Problem("data", "", message, nearest(layer, known, "name one"))])


def _print_table(infos: list[LayerInfo]) -> None:
    from rich.table import Table

    table = Table(title="Shipped layers", title_justify="left", title_style="bold")
    table.add_column("Layer", no_wrap=True)
    table.add_column("What")
    table.add_column("Source")
    table.add_column("Version")
    table.add_column("Date")
    table.add_column("Licence")
    for info in infos:
        table.add_row(info.key, info.title, info.source, info.version, info.date, info.licence)
    console().print(table)
    typer.echo("Details of one: patrol data LAYER. Contains data © OpenStreetMap contributors.")


def _print_details(info: LayerInfo) -> None:
    from planner import geodata

    typer.echo(f"{info.title} ({info.key})")
    rows = {
        "file": str(geodata.root() / info.file),
        "source": info.source,
        "version": info.version,
        "date": info.date,
        "licence": info.licence,
        "derived": info.derived,
        "notes": info.notes,
    }
    for name, text in rows.items():
        if text:
            typer.echo(f"  {name + ':':9}{text}")
    lines = _CONTENTS.get(info.key)
    if lines is not None:
        typer.echo("")
        _echo_all(lines())


def _echo_all(parts: Iterator[str | Table]) -> None:
    """Print lines and tables in their order."""
    for part in parts:
        if isinstance(part, str):
            typer.echo(part)
        else:
            console().print(part)


def _vessels() -> Iterator[str]:
    from planner import geodata

    for key in geodata.vessels():
        yield from _vessel(key)


def _vessel(key: str) -> Iterator[str]:
    """Figures of one class, each with its source."""
    from planner import geodata

    sources = geodata.vessel_sources()[key]
    yield key
    for field, value in geodata.vessels()[key].items():
        states = value if isinstance(value, list) else [value]
        yield f"  {field + ':':26}{_plain(states[0]):>10}   {sources[field]}"
        for state in states[1:]:
            yield f"  {'':26}{_plain(state):>10}"


def _plain(value: object) -> str:
    """A figure, or the figures of one sea state."""
    if isinstance(value, dict):
        return ", ".join(f"{name} = {figure:g}" for name, figure in value.items())
    return str(value)


def _zones() -> Iterator[str]:
    from planner import geodata

    for zone in geodata.zones().values():
        season = f", from {zone.season[0]} to {zone.season[1]}" if zone.season else ""
        outline = "approximate outline" if zone.approximate else "published outline"
        yield f"{zone.key}: {zone.name} ({outline}{season})"
        yield f"  source: {zone.source}"


def _ports() -> Iterator[str]:
    from planner import geodata

    for port in geodata.ports().values():
        lon, lat = port.position
        yield f"{port.key}: {port.name}, {port.country}, [{lon:.4f}, {lat:.4f}]"
        yield f"  on the water of: {', '.join(port.touches)}"
        yield f"  source: {port.source}"
        if port.notes:
            yield f"  notes: {port.notes}"


def _sectors() -> Iterator[str]:
    from planner import geodata
    from planner.units import NM2_KM2

    for key, water in geodata.sectors().items():
        nm2 = geodata.area_nm2(water)
        yield f"{key}: {nm2 * NM2_KM2:,.0f} km² ({nm2:,.0f} nm²)"


def _climatology() -> Iterator[str | Table]:
    """The months' means at three places, with the waves that go with them."""
    from planner.weather import summary

    yield summary.WORDS
    yield ""
    for place in summary.PLACES:
        yield _months(place)


def _months(place: Place) -> Table:
    """Means of one place, a row a month."""
    from rich import box
    from rich.table import Table

    from planner.weather.summary import months_of

    title = f"{place.name}, {place.lat:g}° N {place.lon:g}° E"
    shown = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE)
    shown.add_column("Month")
    for column in ("Wind kn", "Waves m", "Air °C", "Ice cm"):
        shown.add_column(column, justify="right")
    for row in months_of(place):
        figures = (row.wind_kn, row.wave_m, row.air_c, row.ice_cm)
        formats = (".1f", ".2f", ".1f", ".0f")
        shown.add_row(row.month, *(f"{x:{form}}" for x, form in zip(figures, formats, strict=True)))
    return shown


def _sweep_width() -> Iterator[str | Table]:
    """Every table with its source, then the factors that go with it."""
    from planner import geodata

    for table in geodata.sweep_tables().values():
        yield f"{table.key}: {table.title}"
        yield f"  source: {table.source}"
        for k in range(len(table.eye_height_m)):
            yield _widths(table, k)
        yield from _factors(table)
        yield ""


def _widths(table: SweepTable, eye: int) -> Table:
    """Uncorrected widths of one eye height, a row a target."""
    from rich import box
    from rich.table import Table

    from planner.geodata.sweep import EYE_HEIGHTS_FT

    height = f"{EYE_HEIGHTS_FT[eye]} ft ({table.eye_height_m[eye]:.2f} m)"
    title = f"W0 in nm, eye height {height}, over visibility in {table.visibility_unit}"
    shown = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE)
    shown.add_column("Target", no_wrap=True)
    shown.add_column("Key", no_wrap=True)
    shown.add_column("Size")
    for visibility in table.visibility:
        shown.add_column(f"{visibility:g}", justify="right")
    for target in table.targets.values():
        widths = (f"{width:.1f}" for width in target.w0_nm[eye])
        shown.add_row(target.name, target.key, target.size, *widths)
    return shown


def _factors(table: SweepTable) -> Iterator[str]:
    yield f"  size: {table.size_source}"
    yield "  weather factor: 1 below the first step; the severest step that holds counts"
    yield from (f"    {_step(step)}" for step in table.weather)
    yield f"  source: {table.weather_source}"
    yield f"  fatigue factor: {table.fatigue_factor:g} when the crew is excessively tired"
    yield f"  source: {table.fatigue_source}"


def _step(step: WeatherStep) -> str:
    """When a step of the weather factor holds, and what it does."""
    wind, wave = (
        f"{'from' if limit.inclusive else 'above'} {limit.value:.3g} {unit}"
        for limit, unit in ((step.wind_kn, "kn"), (step.wave_m, "m"))
    )
    factors = ", ".join(f"{size} {factor:g}" for size, factor in step.factors.items())
    return f"wind {wind} or waves {wave}: {factors}"


_CONTENTS: dict[str, Callable[[], Iterator[str | Table]]] = {
    "vessels": _vessels,
    "zones": _zones,
    "ports": _ports,
    "sectors": _sectors,
    "climatology": _climatology,
    "sweep-width": _sweep_width,
}
