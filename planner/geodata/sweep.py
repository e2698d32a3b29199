"""Visual sweep widths as they ship: tables of uncorrected widths, weather and fatigue factors.

Nothing is computed here; :mod:`planner.sensing` does that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, cast, get_args

import numpy as np
from numpy.typing import NDArray

from planner.errors import GeodataError
from planner.geodata.files import choose, read_table, root
from planner.units import FOOT_M, nm_from_m

FILE = "tables/sweep-width.toml"

FloatArray: TypeAlias = NDArray[np.float64]
SweepTableKey: TypeAlias = Literal["uscg", "natsar"]
TargetSize: TypeAlias = Literal["small", "large"]

EYE_HEIGHTS_FT = (8, 14)
"""Eye heights of every shipped table."""

_UNIT_NM = {"nm": 1.0, "km": nm_from_m(1000.0)}


@dataclass(frozen=True)
class Threshold:
    """A figure of wind or waves from which, or above which, a weather step holds.

    ``inclusive``: the figure itself reaches it.
    """

    value: float
    inclusive: bool

    def reached_by(self, values: FloatArray) -> NDArray[np.bool_]:
        """Whether each value reaches the threshold; same shape as ``values``."""
        reached = values >= self.value if self.inclusive else values > self.value
        return np.asarray(reached)


@dataclass(frozen=True)
class WeatherStep:
    """Factors on the width once the wind **or** the waves reach a threshold."""

    wind_kn: Threshold
    wave_m: Threshold
    factors: Mapping[TargetSize, float]


@dataclass(frozen=True, eq=False)
class SweepTarget:
    """One row of a table.

    Attributes
    ----------
    key, name : str
        Key to ask for it by; name as in the source.
    size : str
        ``small`` or ``large``: which weather factor holds.
    w0_nm : ndarray
        (2, n) uncorrected sweep widths in nm, by eye height and visibility.
    """

    key: str
    name: str
    size: TargetSize
    w0_nm: FloatArray


@dataclass(frozen=True, eq=False)
class SweepTable:
    """One source's sweep widths with the factors that go with them.

    Attributes
    ----------
    visibility : ndarray
        (n,) as printed, ascending, in ``visibility_unit`` (``nm`` or ``km``).
    visibility_nm : ndarray
        (n,) the same in nautical miles.
    eye_height_m : ndarray
        (2,) ascending, in metres.
    targets : mapping
        Rows by key, in the source's order.
    weather : tuple of WeatherStep
        From mild to severe; the factor is 1 below the first.
    fatigue_factor : float
        For a crew that is excessively tired.
    """

    key: SweepTableKey
    title: str
    source: str
    visibility_unit: str
    visibility: FloatArray
    visibility_nm: FloatArray
    eye_height_m: FloatArray
    targets: Mapping[str, SweepTarget]
    size_source: str
    weather: tuple[WeatherStep, ...]
    weather_source: str
    fatigue_factor: float
    fatigue_source: str

    def target(self, key: str) -> SweepTarget:
        """Return a row by its key.

        Raises
        ------
        GeodataError
            When there is none; names the keys that come near, or else all.
        """
        if key in self.targets:
            return self.targets[key]
        near = _near(key, list(self.targets))
        remedy = f"did you mean {' or '.join(near)}?" if near else _all_of(self.targets)
        raise GeodataError(f"no target {key!r} in the sweep-width table {self.key!r}; {remedy}")


def _near(word: str, keys: list[str]) -> list[str]:
    """At most three keys that look like a word."""
    return get_close_matches("-".join(word.lower().split()), keys, n=3, cutoff=0.6)


def _all_of(keys: Mapping[str, object]) -> str:
    return f"take one of: {', '.join(keys)}"


@cache
def sweep_tables() -> Mapping[SweepTableKey, SweepTable]:
    """Return the shipped tables by key: ``uscg`` and ``natsar``.

    Raises
    ------
    GeodataError
        When the file is missing or damaged.
    """
    rows = read_table(FILE)
    try:
        return MappingProxyType({key: _table(key, rows[key]) for key in get_args(SweepTableKey)})
    except (KeyError, TypeError, ValueError) as error:
        raise GeodataError(f"{root() / FILE}: damaged ({error!r}); restore the file") from error


def sweep_table(key: str) -> SweepTable:
    """Return one shipped table.

    Raises
    ------
    GeodataError
        When there is no such table.
    """
    known = choose("sweep-width table", key, get_args(SweepTableKey))
    return sweep_tables()[cast(SweepTableKey, known)]


def _table(key: SweepTableKey, row: dict[str, Any]) -> SweepTable:
    visibility = _frozen(row["visibility"])
    targets = {name: _target(name, fields, visibility) for name, fields in row["target"].items()}
    return SweepTable(
        key=key,
        visibility_unit=row["visibility_unit"],
        visibility=visibility,
        visibility_nm=_frozen(visibility * _UNIT_NM[row["visibility_unit"]]),
        eye_height_m=_frozen([feet * FOOT_M for feet in EYE_HEIGHTS_FT]),
        targets=MappingProxyType(targets),
        weather=tuple(_step(step) for step in row["weather"]),
        fatigue_factor=float(row["fatigue_factor"]),
        **{
            name: str(row[name])
            for name in ("title", "source", "size_source", "weather_source", "fatigue_source")
        },
    )


def _target(key: str, row: dict[str, Any], visibility: FloatArray) -> SweepTarget:
    w0_nm = _frozen([row[f"eye_{feet}ft_nm"] for feet in EYE_HEIGHTS_FT])
    if w0_nm.shape != (len(EYE_HEIGHTS_FT), len(visibility)):
        raise ValueError(f"{key}: a width for each visibility is needed")
    if row["size"] not in get_args(TargetSize):
        raise ValueError(f"{key}: size {row['size']!r}")
    return SweepTarget(key, str(row["name"]), row["size"], w0_nm)


def _step(row: dict[str, Any]) -> WeatherStep:
    factors: dict[TargetSize, float] = {size: float(row[size]) for size in get_args(TargetSize)}
    return WeatherStep(
        _threshold(row["wind_kn"]), _threshold(row["wave_m"]), MappingProxyType(factors)
    )


def _threshold(row: dict[str, float]) -> Threshold:
    ((word, value),) = row.items()
    if word not in ("from", "above"):
        raise ValueError(f"threshold {word!r}")
    return Threshold(float(value), inclusive=word == "from")


def _frozen(values: Any) -> FloatArray:
    array = np.array(values, np.float64)
    array.setflags(write=False)
    return array
