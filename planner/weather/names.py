"""What providers call their variables, and the units they give them in: the one table.

Standard names are those of the CF conventions; the aliases are the variables of ERA5
(Copernicus Climate Data Store: u10, v10, si10, swh, siconc), of the Copernicus Marine
Service (VHM0, eastward_wind, siconc, ice_conc) and of GFS by cfgrib (vis).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.units import NM_M

_KNOTS: Mapping[str, float] = {
    **dict.fromkeys(("m s-1", "m/s", "ms-1", "metre/second", "meter second-1"), 3600.0 / NM_M),
    **dict.fromkeys(("knot", "knots", "kn", "kt", "kts"), 1.0),
    **dict.fromkeys(("km h-1", "km/h", "kmh-1", "km hour-1"), 1000.0 / NM_M),
}
_METRES: Mapping[str, float] = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), 1.0),
    **dict.fromkeys(("cm", "centimetre", "centimeter"), 0.01),
}
_NAUTICAL_MILES: Mapping[str, float] = {
    **{unit: metres / NM_M for unit, metres in _METRES.items()},
    **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers"), 1000.0 / NM_M),
    **dict.fromkeys(("nm", "nmi", "nmile", "nautical_mile", "nautical miles"), 1.0),
}
_SHARE: Mapping[str, float] = {
    **dict.fromkeys(("1", "", "(0 - 1)", "0-1", "fraction", "dimensionless"), 1.0),
    **dict.fromkeys(("%", "percent"), 0.01),
}


@dataclass(frozen=True)
class Quantity:
    """What is looked for in a file.

    Attributes
    ----------
    key, title : str
        What problems call it.
    names : tuple of str
        CF standard names.
    aliases : tuple of str
        Variables of the providers, where no standard name is found.
    units : mapping
        Factor to ``unit`` by the file's unit.
    unit : str
        The planner's unit.
    low, high : float
        Bounds of what can be, in that unit (assumptions, wide).
    hold_h : float
        Hours at most that the first and last value of a file hold beyond their time,
        no more than one step of the file (assumption).
    """

    key: str
    title: str
    names: tuple[str, ...]
    aliases: tuple[str, ...]
    units: Mapping[str, float]
    unit: str
    low: float
    high: float
    hold_h: float = 6.0


WIND_SPEED = Quantity(
    "wind",
    "wind speed",
    ("wind_speed",),
    ("si10", "10si", "ws10", "wind_speed"),
    _KNOTS,
    "kn",
    0,
    150,
)
EASTWARD_WIND = Quantity(
    "wind",
    "eastward wind",
    ("eastward_wind",),
    ("u10", "10u", "u10m", "eastward_wind"),
    _KNOTS,
    "kn",
    -150,
    150,
)
NORTHWARD_WIND = Quantity(
    "wind",
    "northward wind",
    ("northward_wind",),
    ("v10", "10v", "v10m", "northward_wind"),
    _KNOTS,
    "kn",
    -150,
    150,
)
WAVE_HEIGHT = Quantity(
    "waves",
    "significant wave height",
    ("sea_surface_wave_significant_height",),
    ("swh", "VHM0", "hs", "Hs"),
    _METRES,
    "m",
    0,
    25,
)
VISIBILITY = Quantity(
    "visibility",
    "visibility",
    ("visibility_in_air",),
    ("vis", "visibility"),
    _NAUTICAL_MILES,
    "nm",
    0,
    100,
)
ICE_COVER = Quantity(
    "ice",
    "sea-ice area fraction",
    ("sea_ice_area_fraction",),
    ("siconc", "ice_conc", "ci", "sic", "sea_ice_fraction"),
    _SHARE,
    "of the area",
    0,
    1.01,
    hold_h=24.0,
)


def factor_of(quantity: Quantity, units: str) -> float | None:
    """Factor from a file's unit to the planner's, None where the unit is not known.

    Examples
    --------
    >>> factor_of(WIND_SPEED, "m s**-1") == factor_of(WIND_SPEED, "m/s")
    True
    """
    plain = units.replace("**", "").replace("^", "").replace("·", " ").replace(".", " ")
    return quantity.units.get(" ".join(plain.lower().split()))
