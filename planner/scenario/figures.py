"""Types of the scenario's values: strict, bounded, with the unit in the name.

Bounds are wide enough for any boat and any sea and narrow enough to catch a
figure in the wrong unit: kilometres an hour for knots, minutes for hours.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years that plans are made for: sun and calendars are sound within them."""


def fault(kind: str, message: str, remedy: str) -> PydanticCustomError:
    """Build a validation error that carries its own remedy."""
    # the braces of a template: message and remedy are passed as values, never as format
    return PydanticCustomError(kind, "{message}", {"message": message, "remedy": remedy})


def shown(value: Any) -> str:
    """A value as a message shows it: on one line, cut off where it is long."""
    if value is None:
        return "nothing"
    text = " ".join((f"'{value}'" if isinstance(value, str) else str(value)).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def number(low: float, high: float) -> Any:
    """Bounds of a decimal number, both included."""
    return Field(strict=True, ge=low, le=high, allow_inf_nan=False)


def _not_blank(value: str) -> str:
    if not value.strip():
        raise fault("blank", "is empty", "write a name")
    return value.strip()


def _in_degrees(value: tuple[float, float]) -> tuple[float, float]:
    lon, lat = value
    if not -90 <= lat <= 90 or not -180 <= lon <= 180:
        swapped = -90 <= lon <= 90 and -180 <= lat <= 180
        hint = f"write [{lat:g}, {lon:g}]" if swapped else "write decimal degrees"
        raise fault(
            "position",
            f"[{lon:g}, {lat:g}] is no place on Earth (longitude first, then latitude)",
            hint,
        )
    return value


def _moment(value: Any) -> Any:
    """Take a TOML offset date-time or its ISO text; say what is missing otherwise."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise fault(
                "moment",
                f"{shown(value)} is not a date and time",
                "write 2006-05-22T00:00:00+05:00",
            ) from None
    if not isinstance(value, datetime):
        raise fault(
            "moment",
            f"{shown(value)} is not a date and time with an offset from UTC",
            "write it without quotes, such as 2006-05-22T00:00:00+05:00",
        )
    offset = value.utcoffset()
    if offset is None:
        raise fault(
            "offset",
            f"{value.isoformat()} has no offset from UTC",
            f"add it, such as {value.isoformat()}+05:00 (or Z for UTC)",
        )
    if value.second or value.microsecond:
        raise fault("moment", f"{value.isoformat()} is not a whole minute", "drop the seconds")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise fault(
            "year",
            f"{value.isoformat()} is not between the years {FIRST_YEAR} and {LAST_YEAR}",
            "write the year with four digits",
        )
    return value.replace(tzinfo=timezone(offset if offset else timedelta(0)))


Name = Annotated[str, Field(strict=True, max_length=120), AfterValidator(_not_blank)]
FileName = Annotated[str, Field(strict=True, min_length=1, max_length=1000)]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]


def _clock_hours(value: tuple[float, float]) -> tuple[float, float]:
    for hour in value:
        if not 0 <= hour <= 24:
            raise fault("hours", f"{hour:g} is no hour of the day", "write hours from 0 to 24")
    if value[0] % 24 == value[1] % 24:
        raise fault(
            "hours",
            f"[{value[0]:g}, {value[1]:g}] leaves no hour, or every hour",
            "leave hours out for the whole day; [20, 4] is from 20:00 to 04:00",
        )
    return value


def _months(value: tuple[int, ...]) -> tuple[int, ...]:
    for month in value:
        if not 1 <= month <= 12:
            raise fault("months", f"{month} is no month", "write months from 1 to 12")
    if len(set(value)) < len(value):
        raise fault("months", "a month stands twice", "name each month once")
    return value


_Longitude = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Position = Annotated[tuple[_Longitude, _Longitude], AfterValidator(_in_degrees)]
"""``(lon, lat)`` in degrees, WGS84."""

Whole = Annotated[int, Field(strict=True, ge=1)]
Fraction = Annotated[float, number(0.0, 0.9)]
Days = Annotated[float, Field(strict=True, gt=0, le=90, allow_inf_nan=False)]
Weight = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]

Length = Annotated[float, number(2, 400)]
Draft = Annotated[float, number(0.1, 20)]
Clearance = Annotated[float, number(0, 10)]
WaterLevel = Annotated[float, number(-10, 10)]
Speed = Annotated[float, number(1, 80)]
Endurance = Annotated[float, number(0.5, 2160)]
Pause = Annotated[float, number(0, 720)]
DayHours = Annotated[float, number(0.5, 24)]
Stretch = Annotated[float, number(0.25, 24)]
BreakLength = Annotated[float, number(1, 720)]
AnchorDepth = Annotated[float, number(1, 200)]
WeekHours = Annotated[float, number(1, 168)]
WeekFuel = Annotated[float, number(1, 50_000_000)]
RunningHours = Annotated[float, number(1, 20_000)]
Upkeep = Annotated[float, number(0.5, 2160)]
Available = Annotated[float, number(0.05, 1.0)]
Repair = Annotated[float, number(0.5, 8760)]
Persistence = Annotated[float, number(0.1, 2160)]
Spread = Annotated[float, number(0, 200)]
Bandwidth = Annotated[float, number(0.5, 300)]
HourBandwidth = Annotated[float, number(0.25, 24)]
Months = Annotated[
    tuple[Annotated[int, Field(strict=True)], ...],
    Field(min_length=1),
    AfterValidator(_months),
]
_Hour = Annotated[float, Field(strict=True, allow_inf_nan=False)]
ClockHours = Annotated[tuple[_Hour, _Hour], AfterValidator(_clock_hours)]
"""Hours of the day ``(from, to)``, from included, to not; over midnight where to is less."""

RoadDistance = Annotated[float, number(1, 5000)]
RoadSpeed = Annotated[float, number(5, 120)]
RampTime = Annotated[float, number(0, 12)]


def _each(value: Any) -> Any:
    """A list of one for a number that stands for all."""
    return (value,) if isinstance(value, int | float) and not isinstance(value, bool) else value


Due = Annotated[tuple[Annotated[float, number(0, 20_000)], ...], BeforeValidator(_each)]
"""One number for all hulls, or a list with one each."""

Fuel = Annotated[float, number(1, 5_000_000)]
Burn = Annotated[float, number(0, 20_000)]
Crew = Annotated[int, Field(strict=True, ge=1, le=1000)]
SweepWidth = Annotated[float, number(0.01, 60)]
Money = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Visibility = Annotated[float, number(0, 100)]
Height = Annotated[float, number(0, 60)]
Range = Annotated[float, number(0, 60)]
WaveHeight = Annotated[float, number(0, 30)]
Wind = Annotated[float, number(0, 200)]
SpeedShare = Annotated[float, number(0.1, 1.0)]
