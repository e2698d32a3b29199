"""The sun's altitude against the almanac's short formula, and the dark share of intervals."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import astral
import astral.sun
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import GeodataError
from planner.sensing import DARK_BELOW_DEG, dark_share, is_dark, sun_altitude_deg

AKTAU = (51.2, 43.6)
CASPIAN = st.tuples(st.floats(46.0, 55.0), st.floats(36.0, 48.0))
GLOBE = st.tuples(st.floats(-180.0, 180.0), st.floats(-89.0, 89.0))
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))


def almanac_altitude_deg(position: tuple[float, float], when: datetime) -> float:
    """Altitude by the Astronomical Almanac's low-precision formulas and sidereal time."""
    days = (when - datetime(2000, 1, 1, 12, tzinfo=UTC)) / timedelta(days=1)
    anomaly = math.radians(357.528 + 0.9856003 * days)
    mean_deg = 280.460 + 0.9856474 * days
    longitude = math.radians(mean_deg + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly))
    tilt = math.radians(23.439 - 0.0000004 * days)
    ascension = math.atan2(math.cos(tilt) * math.sin(longitude), math.cos(longitude))
    declination = math.asin(math.sin(tilt) * math.sin(longitude))
    sidereal = math.radians(280.46062 + 360.98564737 * days + position[0])
    lat = math.radians(position[1])
    sine = math.sin(lat) * math.sin(declination) + math.cos(lat) * math.cos(declination) * math.cos(
        sidereal - ascension
    )
    return math.degrees(math.asin(sine))


@given(position=GLOBE, when=TIMES)
def test_altitude_agrees_with_the_almanac(position: tuple[float, float], when: datetime) -> None:
    """Anywhere from 1990 to 2050 the altitude is the short formula's within 0.03°."""
    altitude = sun_altitude_deg(position, [when])[0]
    assert altitude == pytest.approx(almanac_altitude_deg(position, when), abs=0.03)


@given(position=CASPIAN, when=TIMES)
def test_altitude_agrees_with_the_package(position: tuple[float, float], when: datetime) -> None:
    """The arrays give what the package gives for one place, in whole seconds."""
    when = when.replace(microsecond=0)
    lon, lat = position
    theirs = astral.sun.elevation(astral.Observer(lat, lon), when, with_refraction=False)
    assert sun_altitude_deg(position, [when])[0] == pytest.approx(theirs, abs=1e-6)


def test_sunrise_at_the_equator_on_an_equinox() -> None:
    """On 20 March 2024 the sun rises at 06:04 UTC where the equator meets Greenwich.

    The upper edge shows when the middle stands 0.83° below the horizon; civil twilight
    begins 5.2° lower, 21 minutes earlier.
    """
    rise = datetime(2024, 3, 20, 6, 4, tzinfo=UTC)
    assert sun_altitude_deg((0.0, 0.0), [rise])[0] == pytest.approx(-0.83, abs=0.15)
    assert is_dark((0.0, 0.0), rise - timedelta(minutes=22))
    assert not is_dark((0.0, 0.0), rise - timedelta(minutes=19))


def test_noon_at_greenwich_on_the_solstice() -> None:
    """On 21 June 2006 the sun culminates at 12:02 UTC, 61.96° above Greenwich."""
    noon = datetime(2006, 6, 21, 12, 2, tzinfo=UTC)
    assert sun_altitude_deg((0.0, 51.4779), [noon])[0] == pytest.approx(61.96, abs=0.02)


def test_midnight_at_aktau() -> None:
    """It is dark at midnight and light at noon, whatever zone the time is written in."""
    local = timezone(timedelta(hours=5))
    assert is_dark(AKTAU, datetime(2006, 5, 18, 1, 0, tzinfo=local))
    assert is_dark(AKTAU, datetime(2006, 5, 17, 20, 0, tzinfo=UTC))
    assert not is_dark(AKTAU, datetime(2006, 5, 18, 13, 0, tzinfo=local))


def test_dark_share_of_a_day_on_the_equator() -> None:
    """On an equinox 168° of the turn lie more than 6° below the equator's horizon."""
    day = [datetime(2024, 3, 20, tzinfo=UTC), datetime(2024, 3, 21, tzinfo=UTC)]
    assert dark_share((0.0, 0.0), day) == pytest.approx([168 / 360], abs=1e-3)


def test_dark_share_at_aktau_follows_from_the_hour_angle() -> None:
    """A day of May is dark for the share of the turn that the declination leaves."""
    day = [datetime(2006, 5, 18, tzinfo=UTC), datetime(2006, 5, 19, tzinfo=UTC)]
    lat, declination = math.radians(43.6), math.radians(19.6)
    cosine = (math.sin(math.radians(-6.0)) - math.sin(lat) * math.sin(declination)) / (
        math.cos(lat) * math.cos(declination)
    )
    assert dark_share(AKTAU, day) == pytest.approx([1 - math.acos(cosine) / math.pi], abs=2e-3)


def test_polar_day_and_night() -> None:
    """North of the circle a June day has no dark and a December day nothing else."""
    june = [datetime(2024, 6, 21, tzinfo=UTC), datetime(2024, 6, 22, tzinfo=UTC)]
    december = [datetime(2024, 12, 21, tzinfo=UTC), datetime(2024, 12, 22, tzinfo=UTC)]
    assert dark_share((20.0, 75.0), june).tolist() == [0.0]
    assert dark_share((20.0, 85.0), december).tolist() == [1.0]


def test_twilight_is_found_to_seconds() -> None:
    """The share of an hour around dusk gives the moment that bisection finds."""
    start = datetime(2006, 5, 18, 15, 0, tzinfo=UTC)
    low, high = 0.0, 3600.0
    while high - low > 0.1:
        middle = (low + high) / 2
        altitude = almanac_altitude_deg(AKTAU, start + timedelta(seconds=middle))
        low, high = (low, middle) if altitude < DARK_BELOW_DEG else (middle, high)
    found = 3600.0 * (1.0 - dark_share(AKTAU, [start, start + timedelta(hours=1)])[0])
    assert 0.0 < low < 3600.0
    assert found == pytest.approx(low, abs=15.0)


@given(
    position=CASPIAN,
    start=TIMES,
    hours=st.lists(st.floats(0.1, 12.0), min_size=2, max_size=4),
)
def test_shares_add_up(position: tuple[float, float], start: datetime, hours: list[float]) -> None:
    """The parts of an interval are dark for as long as the whole."""
    ends = [start + timedelta(hours=float(h)) for h in np.cumsum([0.0, *hours])]
    parts = dark_share(position, ends)
    whole = dark_share(position, [ends[0], ends[-1]])
    assert np.all((parts >= 0.0) & (parts <= 1.0))
    assert float(parts @ np.array(hours)) == pytest.approx(float(whole[0]) * sum(hours), abs=0.01)


def test_many_places_and_watches_at_once() -> None:
    """Places by watches come out as one place at a time gives them."""
    start = datetime(2006, 5, 18, tzinfo=UTC)
    watches = [start + timedelta(hours=6 * k) for k in range(29)]
    places = np.array([AKTAU, (49.9, 37.5), (51.9, 46.8)])
    shares = dark_share(places, watches)
    assert shares.shape == (3, 28)
    assert dark_share(places.reshape(3, 1, 2), watches).shape == (3, 1, 28)
    assert shares[1] == pytest.approx(dark_share((49.9, 37.5), watches))
    assert shares[1].sum() > shares[2].sum()


def test_times_need_a_zone_and_an_order() -> None:
    """A time without zone, a single edge and edges that fall are refused."""
    start = datetime(2006, 5, 18, tzinfo=UTC)
    with pytest.raises(GeodataError, match="no time zone"):
        is_dark(AKTAU, datetime(2006, 5, 18))
    for edges in ([start], [start, start], [start, start - timedelta(hours=1)]):
        with pytest.raises(GeodataError, match="each later than the one before"):
            dark_share(AKTAU, edges)


def test_positions_are_checked() -> None:
    """A place off the globe, missing or without latitude is refused."""
    noon = datetime(2006, 5, 18, 9, tzinfo=UTC)
    for place in ((43.6, 151.2), (float("nan"), 43.6)):
        with pytest.raises(GeodataError, match="longitude, then latitude"):
            is_dark(place, noon)
    with pytest.raises(GeodataError, match="give longitude and latitude"):
        sun_altitude_deg([51.2, 43.6, 0.0], [noon])
