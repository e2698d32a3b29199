"""What exported files say of a sortie in words; no line holds control characters."""

from __future__ import annotations

from datetime import tzinfo

from planner.plan.model import Leg, Plan
from planner.present.figures import SortieFigures, horizon
from planner.present.text import clean, duration, hours_between, moment, number, offset, weekday


def zone(plan: Plan) -> tzinfo | None:
    """Offset in which a plan's people read times."""
    return horizon(plan)[0].tzinfo


def title(plan: Plan) -> str:
    """Name of a plan."""
    return clean(plan.scenario.get("title", "")) or "Patrol plan"


def vessel_name(plan: Plan, key: str) -> str:
    """Name of a vessel class."""
    vessel = plan.scenario.get("vessel", {}).get(key, {})
    return clean(vessel.get("name", key))


def heading(trip: SortieFigures) -> str:
    """Name of a sortie and its hull."""
    return f"{clean(trip.sortie.id)} {clean(trip.hull.id)}"


def about(plan: Plan, trip: SortieFigures) -> list[str]:
    """Lines on a sortie: who, when, what it watches, how far and on how much fuel."""
    sortie, hull = trip.sortie, trip.hull
    start, _ = horizon(plan)
    lines = [
        f"{clean(hull.id)}, {vessel_name(plan, hull.vessel)}, {clean(hull.agency)}",
        f"Departs {clean(sortie.depart_base)} {moment(sortie.depart, start.tzinfo)}, "
        f"returns {clean(sortie.return_base)} {moment(sortie.return_, start.tzinfo)} "
        f"({offset(start)}); {duration(trip.underway_h)} underway",
    ]
    if trip.watches:
        lines.append(f"Watches {trip.watches}")
    lines.append(
        f"{number(sortie.distance_nm)} nm, of which {number(trip.search_nm)} nm search; "
        f"{number(sortie.fuel_l)} l of fuel"
    )
    return lines


def rest_lines(plan: Plan, trip: SortieFigures) -> list[str]:
    """Lines on the time after a sortie until the hull can sail again."""
    sortie = trip.sortie
    rest_h = hours_between(sortie.return_, sortie.ready)
    ready = moment(sortie.ready, zone(plan))
    return [
        f"{duration(rest_h)} of rest and turnaround after {clean(sortie.id)}",
        f"Ready to sail {ready} ({offset(horizon(plan)[0])})",
    ]


def leg_words(plan: Plan, leg: Leg) -> str:
    """What is done on a leg: ``search until Tue 02:40 at 15.0 kn, sweep width 1.20 nm``."""
    words = f"{leg.reason or leg.mode} until {weekday(leg.end, zone(plan))}"
    if leg.speed_kn > 0:
        words += f" at {leg.speed_kn:.1f} kn"
    if leg.mode == "search":
        words += f", sweep width {leg.sweep_width_nm:.2f} nm"
    return words


def legs_words(plan: Plan, legs: tuple[Leg, ...]) -> str:
    """What is done on the legs that begin at one place, in one line."""
    return "; then ".join(leg_words(plan, leg) for leg in legs)
