"""Moves of postings: days on the road, and when hull and crew are free again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from planner import geodata
from planner.scenario import Base, VesselClass
from planner.scenario.moves import DRIVING_KM, itinerary, road_km, road_of
from tests.problem.off_aktau import scenario_of
from tests.problem.posted import posted, posted_tables

BOAT = VesselClass.model_validate(geodata.vessels()["patrol-boat-42ft"])


def at(text: str) -> datetime:
    """A time of the plan."""
    return datetime.fromisoformat(f"2006-05-{text}+05:00")


def test_a_short_road_takes_an_hour_at_the_ramps_and_its_driving() -> None:
    """Aktau to Bautino, 137 km at 50 km/h: 2 h 45 min between two half hours."""
    road = road_of(137.0, BOAT)
    assert road.lasts_h == pytest.approx(3.75)
    (drive,) = road.drives
    assert (drive.from_h, drive.to_h, drive.km) == pytest.approx((0.5, 3.25, 137.0))


@pytest.mark.parametrize(
    ("tow_kmh", "day_h", "days_h"),
    [
        (50.0, None, (8.0, 8.0, 2.0)),
        (90.0, None, (DRIVING_KM / 90.0, 900 / 90 - DRIVING_KM / 90)),
        (50.0, 6.0, (5.5, 6.0, 6.0, 0.5)),
    ],
)
def test_a_long_road_takes_days(tow_kmh: float, day_h: float | None, days_h: Any) -> None:
    """Aktau to Atyrau, 900 km: no day has more than 8 h, 350 miles or the crew's own hours."""
    road = road_of(900.0, BOAT.model_copy(update={"tow_kmh": tow_kmh}), day_h)
    assert [d.to_h - d.from_h for d in road.drives] == pytest.approx(days_h, abs=0.02)
    assert [d.from_h for d in road.drives] == pytest.approx(
        [0.5, *(24.0 * day for day in range(1, len(days_h)))]
    )
    assert sum(d.km for d in road.drives) == pytest.approx(900.0)
    assert road.lasts_h == pytest.approx(road.drives[-1].to_h + 0.5)
    assert road.last_day_h == 24.0 * (len(days_h) - 1)


def test_launching_waits_for_the_next_day_where_hours_are_short() -> None:
    """Half an hour at the ramp and 5.5 h of driving fill a day of 6 h."""
    road = road_of(275.0, BOAT, 6.0)
    assert road.lasts_h == pytest.approx(24.5)


def test_known_roads_are_between_places_of_those_names() -> None:
    """A base by the name of a shipped place has its roads; the posting's own length comes first."""
    aktau, bautino, elsewhere = (
        Base(name=name, position=(51.0, 44.0)) for name in ("Aktau", "Bautino", "Elsewhere")
    )
    asked = posted(road_km=None, by="sea").posting[0]
    assert road_km(asked, aktau, bautino) == 137.0
    assert road_km(asked, bautino, aktau) == 137.0
    assert road_km(asked, aktau, elsewhere) is None
    assert road_km(asked.model_copy(update={"road_km": 5.0}), aktau, elsewhere) == 5.0


def test_a_crew_rests_after_the_road_and_the_hull_sails_at_once() -> None:
    """Two ways of 2.8 h; home again the crew rests until the next morning."""
    found = itinerary(0, posted())
    assert (found.out.leave, found.out.arrive) == (at("22T04:00"), at("22T06:48"))
    assert (found.out.hull_free, found.out.crew_free) == (at("22T06:48"), at("22T14:48"))
    assert found.back is not None
    assert (found.back.leave, found.back.arrive) == (at("23T17:12"), at("23T20:00"))
    assert found.stay(at("24T00:00")) == (at("22T14:48"), at("23T17:12"))
    assert found.away(at("24T00:00")) == (at("22T04:00"), at("23T20:00"))
    assert found.crews_away(at("24T00:00")) == (at("22T04:00"), at("24T04:00"))


def test_the_crews_day_counts_from_the_road() -> None:
    """With hours a day a crew that has driven sails 24 h after it set out, at the earliest."""
    tables = posted_tables()
    tables["unit"][0]["day_h"] = 9.0
    found = itinerary(0, scenario_of(tables))
    assert found.out.crew_free == found.out.leave + timedelta(hours=24)


def test_by_sea_moves_are_sorties_on_departure_steps() -> None:
    """The first step from the start on, and the last that leaves the time set aside."""
    found = itinerary(
        0,
        posted(by="sea", passage_h=5.0, start="2006-05-22T03:20:00+05:00",
               end="2006-05-23T20:30:00+05:00"),
    )  # fmt: skip
    assert (found.out.leave, found.out.arrive) == (at("22T04:00"), at("22T09:00"))
    assert (found.out.hull_free, found.out.crew_free) == (at("22T11:00"), at("22T17:00"))
    assert found.back is not None
    assert (found.back.leave, found.back.arrive) == (at("23T15:00"), at("23T20:00"))
