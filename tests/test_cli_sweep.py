"""``patrol data sweep-width``: the tables used, their sources and the factors."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from planner import geodata
from planner.cli import app


@pytest.fixture(scope="module")
def printed() -> str:
    """Return what the command prints for the layer."""
    result = CliRunner().invoke(app, ["data", "sweep-width"])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_layer_is_listed() -> None:
    """``patrol data`` has a row for the layer with whose figures they are."""
    listing = CliRunner().invoke(app, ["data"]).stdout
    assert "sweep-width" in listing
    assert "US Coast Guard" in listing


def test_every_target_is_printed_with_its_widths(printed: str) -> None:
    """Each target has a row for each eye height: name, key, size, figures."""
    rows = [" ".join(line.split()) for line in printed.splitlines()]
    for table in geodata.sweep_tables().values():
        for target in table.targets.values():
            for widths in target.w0_nm:
                figures = " ".join(f"{width:.1f}" for width in widths)
                assert f"{target.name} {target.key} {target.size} {figures}" in rows
    assert "Power Boat 20 ft power-boat-20ft small 0.8 1.5 2.2 3.3 4.0 4.5" in rows


def test_sources_and_factors_are_printed(printed: str) -> None:
    """Widths, sizes, weather and fatigue are printed with the source of each."""
    for table in geodata.sweep_tables().values():
        assert f"{table.key}: {table.title}" in printed
        for source in (table.source, table.size_source, table.weather_source, table.fatigue_source):
            assert source in printed
    for line in (
        "wind above 15 kn or waves from 0.61 m: small 0.5, large 0.9",
        "wind above 25 kn or waves above 1.5 m: small 0.25, large 0.5",
        "fatigue factor: 0.9",
        "eye height 14 ft (4.27 m), over visibility in km",
    ):
        assert line in printed
