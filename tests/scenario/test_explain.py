"""Pydantic's findings come out as problems that a planner can act on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import Problem
from planner.scenario.explain import key_of, listed, nearest

Tables = dict[str, Any]
Find = Callable[[Tables], tuple[Problem, ...]]


def at(problems: tuple[Problem, ...], key: str) -> Problem:
    """Return the only problem of a key, or fail showing all."""
    found = [problem for problem in problems if problem.key == key]
    assert len(found) == 1, "\n".join(map(str, problems))
    return found[0]


@pytest.mark.parametrize(
    ("value", "message", "remedy"),
    [
        (datetime(2006, 5, 22, 6), "has no offset from UTC", "2006-05-22T06:00:00+05:00"),
        (date(2006, 5, 22), "2006-05-22 is not a date and time", "write it without quotes"),
        (time(6), "is not a date and time", "write it without quotes"),
        ("tomorrow", "'tomorrow' is not a date and time", "write 2006-05-22T00:00:00+05:00"),
        (1148252400, "is not a date and time", "write it without quotes"),
        ("2006-05-22T06:00:10+05:00", "not a whole minute", "drop the seconds"),
    ],
)
def test_a_start_must_be_a_moment(
    tables: Tables, problems_of: Find, value: Any, message: str, remedy: str
) -> None:
    """A start without an offset, or that is no moment at all, is told how to be written."""
    tables["start"] = value
    problem = at(problems_of(tables), "start")
    assert message in problem.message
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("field", "value", "unit"),
    [
        ("max_kn", 400, "knots"),
        ("draft_m", 400, "metres"),
        ("endurance_h", 6000, "hours"),
        ("rest_h", -1, "hours"),
        ("burn_cruise_l_h", 90_000, "litres an hour"),
        ("sweep_width_nm", 3300, "nautical miles"),
        ("cost_per_h_usd", -5, "US dollars"),
        ("length_m", 1280, "metres"),
        ("search_kn", float("nan"), "knots"),
    ],
)
def test_a_figure_of_the_wrong_magnitude_is_told_its_unit(
    tables: Tables, own_vessel: Tables, problems_of: Find, field: str, value: float, unit: str
) -> None:
    """A figure out of bounds names the unit that the key wants."""
    tables["vessel"] = {"launch": own_vessel | {field: value}}
    assert f"give {unit}" in at(problems_of(tables), f"vessel.launch.{field}").remedy


@pytest.mark.parametrize("value", ["25", True, [25], None])
def test_a_figure_must_be_a_number(
    tables: Tables, own_vessel: Tables, problems_of: Find, value: Any
) -> None:
    """Text, truth values and lists are not taken for numbers."""
    tables["vessel"] = {"launch": own_vessel | {"max_kn": value}}
    assert "is not a number" in at(problems_of(tables), "vessel.launch.max_kn").message


@pytest.mark.parametrize(
    ("table", "wrong", "right"),
    [
        (None, "titel", "title"),
        (None, "bases", "base"),
        ("area", "sectors", "sector"),
        ("area", "cell_res", "cell_resolution"),
        ("environment", "water_level_m", "water_level_anomaly_m"),
    ],
)
def test_an_unknown_key_is_told_the_nearest(
    tables: Tables, problems_of: Find, table: str | None, wrong: str, right: str
) -> None:
    """A misspelt key names the key that was probably meant."""
    (tables[table] if table else tables)[wrong] = 1
    key = f"{table}.{wrong}" if table else wrong
    problem = at(problems_of(tables), key)
    assert problem.message == "unknown key"
    assert problem.remedy == f"did you mean '{right}'?"


def test_an_unknown_key_unlike_any_is_told_all(tables: Tables, problems_of: Find) -> None:
    """A key that resembles none lists those there are."""
    tables["base"][0]["zzz"] = 1
    remedy = at(problems_of(tables), "base[1].zzz").remedy
    assert remedy == "remove it; known keys are berths, name, position and ramp"


@pytest.mark.parametrize("table", ["base", "unit", "threat"])
@pytest.mark.parametrize("empty", [True, False])
def test_a_plan_needs_bases_units_and_threats(
    tables: Tables, problems_of: Find, table: str, empty: bool
) -> None:
    """A table that is missing or empty is asked for by the way it is written."""
    if empty:
        tables[table] = []
    else:
        del tables[table]
    assert f" [[{table}]] table" in at(problems_of(tables), table).remedy


def test_a_missing_table_and_a_missing_key_say_what_they_are(
    tables: Tables, problems_of: Find
) -> None:
    """What is missing comes with the way to write it and its meaning."""
    del tables["area"]
    del tables["unit"][0]["agency"]
    problems = problems_of(tables)
    assert at(problems, "area").remedy == "add an [area] table"
    remedy = at(problems, "unit[1].agency").remedy
    assert remedy == "add 'agency = …' (Service that the unit belongs to)"


def test_zero_hulls_and_blank_names_are_faults(tables: Tables, problems_of: Find) -> None:
    """A unit has at least one hull and a name."""
    tables["unit"][0] |= {"count": 0, "name": "  "}
    problems = problems_of(tables)
    assert "0 is below 1" in at(problems, "unit[1].count").message
    assert "is empty" in at(problems, "unit[1].name").message


def test_a_weight_is_above_zero(tables: Tables, problems_of: Find) -> None:
    """Negative and zero weights are faults."""
    tables["threat"][0]["weight"] = -1
    tables["threat"][1]["weight"] = 0
    problems = problems_of(tables)
    assert "-1 is not above 0" in at(problems, "threat[1].weight").message
    assert "0 is not above 0" in at(problems, "threat[2].weight").message


@pytest.mark.parametrize(
    ("position", "remedy"),
    [([43.6, 98.2], "[98.2, 43.6]"), ([200.0, 300.0], "decimal degrees")],
)
def test_a_position_is_on_earth(
    tables: Tables, problems_of: Find, position: list[float], remedy: str
) -> None:
    """A latitude beyond a pole suggests the other order if that is a place."""
    tables["base"][0]["position"] = position
    assert remedy in at(problems_of(tables), "base[1].position").remedy


def test_a_word_out_of_a_list_names_the_list(tables: Tables, problems_of: Find) -> None:
    """A word that is not among the possible ones names them."""
    tables["area"]["limit"] = "everything"
    problem = at(problems_of(tables), "area.limit")
    assert problem.message.endswith("is not one of fishery, sector and territorial")


@given(st.lists(st.text("abc", min_size=1, max_size=5), unique=True, max_size=6))
def test_lists_name_every_word(words: list[str]) -> None:
    """A list in a message names all its words, each once."""
    text = listed(words).replace(" and ", ", ")
    assert sorted(text.split(", ")) == (sorted(words) if words else ["none"])


def test_keys_count_rows_from_one() -> None:
    """Rows of a table of tables count from 1, as people do."""
    assert key_of(("unit", 0, "count")) == "unit[1].count"
    assert key_of(("vessel", "pkm", "max_kn")) == "vessel.pkm.max_kn"


def test_the_nearest_word_may_be_a_part() -> None:
    """A word that begins or is part of a known one finds it."""
    assert nearest("ural", ["kashagan", "ural-pre-estuary"], "") == (
        "did you mean 'ural-pre-estuary'?"
    )
    assert nearest("x", ["kashagan"], "look again") == "look again"
