"""What can be done to the crews and outages of a plan, as :mod:`tests.verify.changes`."""

from __future__ import annotations

from collections.abc import Callable

from tests.plan_factory import hours
from tests.verify.changes import Data, later, shift, twice

UPKEEP = "Boats 2"


def named(sortie: str, key: str, value: str) -> Callable[[Data], None]:
    """Give a sortie to another hull or crew."""

    def change(data: Data) -> None:
        next(s for s in data["sorties"] if s["id"] == sortie)[key] = value

    return change


def moved(sortie: str, by_h: float) -> Callable[[Data], None]:
    """Move a sortie in time."""
    return lambda data: shift(next(s for s in data["sorties"] if s["id"] == sortie), by_h)


def sails_in_upkeep(data: Data) -> None:
    """A hull that is out of service sails."""
    (outage,) = data["scenario"]["outage"]
    sortie = next(s for s in data["sorties"] if s["hull"].startswith("Boats"))
    shift(sortie, hours(sortie["depart"], outage["start"]))
    sortie["hull"] = UPKEEP


def upkeep_forgotten(data: Data) -> None:
    """As many boats are out as there are, while one of them is out of service."""
    (outage,) = data["scenario"]["outage"]
    for sortie in twice(data):
        shift(sortie, hours(sortie["depart"], outage["start"]))
        sortie["hull"] = "Boats 1"


def same_crew_out(data: Data) -> None:
    """Two boats depart together with one crew."""
    before, other = twice(data)
    shift(other, hours(other["depart"], before["depart"]))
    other["crew"] = before["crew"]


def crew_back_after(by_h: float, *, departures: bool = False) -> Callable[[Data], None]:
    """Let a crew of the navy sail again so long after its return, or its departure."""

    def change(data: Data) -> None:
        before, after = twice(data, "Navy")
        since = before["depart" if departures else "return"]
        shift(after, round(hours(after["depart"], since) + by_h))
        after["crew"] = before["crew"]

    return change


def long_watch(data: Data) -> None:
    """The navy's first sortie stays out beyond its crew's day, and says so."""
    vessel, sortie = data["scenario"]["vessel"]["pkm"], twice(data, "Navy")[0]
    by_h = data["scenario"]["unit"][1]["day_h"] + 0.5 - hours(sortie["depart"], sortie["return"])
    home = sortie["legs"][-1]
    stay = {"mode": "loiter", "start": home["start"], "end": later(home["start"], by_h),
            "speed_kn": 0.0, "sweep_width_nm": 0.0, "path": [home["path"][0]]}  # fmt: skip
    sortie["legs"].insert(-1, stay)
    shift(sortie, by_h, len(sortie["legs"]) - 1)
    sortie["fuel_l"] += by_h * vessel["burn_loiter_l_h"]
    data["metrics"]["fuel_l"] += by_h * vessel["burn_loiter_l_h"]
    data["metrics"]["at_sea_h"] += by_h
    price = data["scenario"]["fuel_price_usd_l"]
    more = by_h * (vessel["cost_per_h_usd"] + price * vessel["burn_loiter_l_h"])
    cost = data["metrics"]["cost"]
    data["metrics"]["cost_usd"] += more
    cost["total_usd"] += more
    cost["by_unit"]["Navy"]["total_usd"] += more
