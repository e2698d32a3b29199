"""What ``patrol data climatology`` prints."""

from __future__ import annotations

from typer.testing import CliRunner

from planner.cli import app
from planner.weather.summary import PLACES, months_of


def test_the_command_prints_months_with_sources() -> None:
    """Three places with twelve months each, the formulas and their sources."""
    done = CliRunner().invoke(app, ["data", "climatology"])
    assert done.exit_code == 0, done.output
    for words in ("Bretschneider", "Lebedev", "assumption", *(place.name for place in PLACES)):
        assert words in done.output


def test_the_months_are_those_of_the_sea() -> None:
    """Winter is windier than May, the middle higher than the north, the north alone icy."""
    north, middle, south = (months_of(place) for place in PLACES)
    assert len(north) == 12
    assert middle[0].wind_kn > middle[4].wind_kn
    assert all(a.wave_m < b.wave_m for a, b in zip(north, middle, strict=True))
    assert north[1].ice_cm > 20.0
    assert max(month.ice_cm for month in (*middle, *south)) == 0.0
