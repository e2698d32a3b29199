"""Vessel classes: complete, sourced, and able to do what they claim."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from planner import geodata

KEYS = {
    "patrol-boat-42ft",
    "response-boat-medium",
    "utility-boat-41ft",
    "defender-25ft",
    "pkm",
    "fc-19",
    "aibar",
    "burkit",
    "zhuk",
    "wpb-87ft",
    "wpb-110ft",
}
FIELDS = {
    "name",
    "length_m",
    "draft_m",
    "under_keel_clearance_m",
    "max_kn",
    "cruise_kn",
    "search_kn",
    "endurance_h",
    "fuel_l",
    "fuel_reserve",
    "burn_cruise_l_h",
    "burn_search_l_h",
    "burn_loiter_l_h",
    "turnaround_h",
    "rest_h",
    "crew",
    "sweep_width_nm",
    "eye_height_m",
    "radar_height_m",
    "radar_range_nm",
    "sea",
    "cost_per_h_usd",
    "purchase_usd",
}
TRAILER = {"trailer", "tow_kmh", "ramp_h"}
"""Fields of the classes that have trailers."""


def fields(key: str) -> set[str]:
    """Fields that a class is to have."""
    return FIELDS | (TRAILER if key in {"patrol-boat-42ft", "defender-25ft"} else set())


def figures(key: str) -> dict[str, float]:
    """Figures of a class without its name and sea states."""
    return {
        field: float(value)
        for field, value in geodata.vessels()[key].items()
        if not isinstance(value, str | list)
    }


def test_all_classes_are_there() -> None:
    """The classes of the boats story and its neighbours ship under plain keys."""
    assert set(geodata.vessels()) == KEYS


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_figure_has_a_source(key: str) -> None:
    """A class has every field, and each figure a source or the word assumption."""
    assert set(geodata.vessels()[key]) == fields(key)
    sources = geodata.vessel_sources()[key]
    assert set(sources) == fields(key)
    assert all(len(source) >= 10 for source in sources.values())


@pytest.mark.parametrize("key", sorted(KEYS))
def test_money_names_year_and_basis(key: str) -> None:
    """A cost says of which year it is and what it covers."""
    for field in ("cost_per_h_usd", "purchase_usd"):
        *_, year, basis = geodata.vessel_sources()[key][field].split("; ")
        assert 1970 < int(year) < 2030
        assert basis


@pytest.mark.parametrize("key", sorted(KEYS))
def test_figures_fit_together(key: str) -> None:
    """Speeds and burns rise together, drafts suit a boat, widths come from the tables."""
    boat = figures(key)
    assert all(math.isfinite(value) and value >= 0.0 for value in boat.values())
    assert boat["search_kn"] <= boat["cruise_kn"] <= boat["max_kn"] <= 60.0
    assert boat["burn_loiter_l_h"] < boat["burn_search_l_h"] < boat["burn_cruise_l_h"]
    assert 0.5 <= boat["draft_m"] <= 3.0 <= boat["length_m"] <= 40.0
    assert boat["sweep_width_nm"] in (3.3, 4.3)
    assert boat["rest_h"] == 8.0
    assert 0.0 < boat["fuel_reserve"] < 0.5


@pytest.mark.parametrize("key", sorted(KEYS))
def test_fuel_lasts_a_plausible_sortie(key: str) -> None:
    """Fuel less the reserve lasts the endurance at a plausible mix of modes.

    Boats out for a day at most cruise a fifth of the time, search three fifths and loiter
    the rest; ships out for longer cruise a sixth and search a quarter.
    """
    boat = figures(key)
    cruise, search = (0.2, 0.6) if boat["endurance_h"] <= 24.0 else (1 / 6, 1 / 4)
    burn_l_h = (
        cruise * boat["burn_cruise_l_h"]
        + search * boat["burn_search_l_h"]
        + (1.0 - cruise - search) * boat["burn_loiter_l_h"]
    )
    assert burn_l_h * boat["endurance_h"] <= boat["fuel_l"] * (1.0 - boat["fuel_reserve"])


def test_published_ranges_follow_from_fuel_and_burn() -> None:
    """Fuel, reserve, burn and speed give the ranges printed for the Coast Guard's boats."""
    for key, range_nm, reserve in (
        ("response-boat-medium", 250.0, 0.1),
        ("utility-boat-41ft", 300.0, 0.0),
        ("defender-25ft", 150.0, 0.1),
        ("pkm", 1_000.0, 0.0),
        ("aibar", 600.0, 0.0),
        ("zhuk", 450.0, 0.0),
        ("wpb-87ft", 900.0, 0.0),
    ):
        boat = figures(key)
        hours = boat["fuel_l"] * (1.0 - reserve) / boat["burn_cruise_l_h"]
        assert hours * boat["cruise_kn"] == pytest.approx(range_nm, rel=0.02), key


def test_answers_are_copies() -> None:
    """Changing what was returned does not change the next answer."""
    geodata.vessels()["pkm"]["crew"] = 1
    assert geodata.vessels()["pkm"]["crew"] == 31


@pytest.mark.parametrize("key", sorted(KEYS))
def test_sea_states_run_from_mild_to_rough(key: str) -> None:
    """Each state is rougher than the one before; the first leaves speeds and endurance whole."""
    states, endurance_h = geodata.vessels()[key]["sea"], geodata.vessels()[key]["endurance_h"]
    assert isinstance(states, list)
    assert states[0].get("speed", 1.0) == 1.0
    assert states[0].get("endurance_h", endurance_h) == endurance_h
    for before, state in pairwise(states):
        assert state["wave_m"] > before["wave_m"]
        assert state["wind_kn"] > before["wind_kn"]
        assert state.get("speed", 1.0) <= before.get("speed", 1.0)
