"""Where moving targets can be, from the scenario and its files: counts, departures, particles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import h3
import numpy as np
import shapely
from pyproj import Geod

from planner.plan.model import MovingRow
from planner.scenario import Threat
from planner.scenario.drift import read_particles
from planner.sea.model import SHORE_ONLY
from planner.units import m_from_nm
from planner.verify.facts import Facts
from planner.verify.geometry import Floats, near
from planner.verify.report import Tally
from planner.verify.weights import allowed

MOVING = ("transit", "drift")
"""Kinds of threats whose targets move."""

BEGINS = 9
"""Places looked at on a line where runs begin."""

GEOD = Geod(ellps="WGS84")

LOOKS = 4
"""Times that a particle is looked for within each passage and between times of its file."""

EDGE_SHARE = 0.05
"""A particle this near (in cell spacings) to a cell may count as in it."""

DETOUR = 1.3
"""Way to a cell by a point at the side, at most so much longer than the shortest (assumption)."""


@dataclass(frozen=True, eq=False)
class Drifters:
    """Particles (k of them) that a drift threat's tracks follow, in their order.

    ``hour`` (t,) from the plan's start; ``lon`` and ``lat`` (k, t), NaN while not adrift.
    """

    hour: Floats
    lon: Floats
    lat: Floats

    def at(self, track: int, hours: Floats) -> Floats:
        """Places (q, 2) of a particle, NaN while it is not adrift."""
        known = np.isfinite(self.lon[track])
        return np.column_stack(
            [
                np.interp(hours, self.hour[known], part[track, known], left=np.nan, right=np.nan)
                for part in (self.lon, self.lat)
            ]
        )


def due(threat: Threat, facts: Facts) -> int:
    """Number of tracks that a moving threat must have."""
    return threat.tracks if threat.kind == "transit" else len(drifters(threat, facts).lon)


def drifters(threat: Threat, facts: Facts) -> Drifters:
    """Particles of a drift threat that its tracks follow; read once for a plan.

    Of those that are adrift within the plan at most ``tracks``, in the middle
    of equal parts of their list.
    """
    found: dict[str, Drifters] = facts.once(_no_drifters)
    if threat.name not in found:
        found[threat.name] = _drifters(threat, facts)
    return found[threat.name]


def _no_drifters(_facts: Facts) -> dict[str, Drifters]:
    return {}


def _drifters(threat: Threat, facts: Facts) -> Drifters:
    particles = read_particles(facts.scenario.path_of(str(threat.file)))
    hour = (particles.time_s - facts.scenario.start.timestamp()) / 3600.0
    adrift = []
    for number, lon in enumerate(particles.lon):
        times = hour[np.isfinite(lon)]
        if len(times) > 1 and times[0] < facts.horizon_h and times[-1] > 0.0:
            adrift.append(number)
    count = min(threat.tracks, len(adrift))
    chosen = [adrift[math.floor((k + 0.5) * len(adrift) / count)] for k in range(count)]
    lon = particles.lon[chosen]
    lon = lon - 360.0 * np.round((lon - facts.sea.cells.lon) / 360.0)
    return Drifters(hour, lon, particles.lat[chosen])


def drift_speed_kn(track: int, threat: Threat, facts: Facts) -> float:
    """Mean speed of a particle over the ground while it is adrift within the plan."""
    those = drifters(threat, facts)
    known = those.hour[np.isfinite(those.lon[track])]
    ends = np.clip(known[[0, -1]], 0.0, facts.horizon_h)
    hours = np.unique(np.concatenate([ends, known[(known > ends[0]) & (known < ends[1])]]))
    lon, lat = those.at(track, hours).T
    metres = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
    return float(np.sum(metres)) / m_from_nm(1.0) / float(ends[1] - ends[0])


def followed(row: MovingRow, track: int, threat: Threat, facts: Facts, tally: Tally) -> None:
    """A drift track is in the cells that its particle is in, at the same times."""
    those = drifters(threat, facts)
    if track >= len(those.lon):
        return  # moving_rows counts them
    spans = [(facts.hours(p.enter), facts.hours(p.leave), p.cell) for p in row.passages]
    marks = [0.0, facts.horizon_h, *those.hour, *(edge for span in spans for edge in span[:2])]
    marks = sorted({float(np.clip(mark, 0.0, facts.horizon_h)) for mark in marks})
    looks = np.concatenate(
        [np.linspace(low, high, LOOKS + 2)[1:-1] for low, high in pairwise(marks)]
    )
    for hour, place in zip(looks, those.at(track, looks), strict=True):
        stated = next((cell for enter, leave, cell in spans if enter <= hour < leave), None)
        tally.holds(
            "passages",
            _may_be_in(stated, place, facts),
            f"track {track + 1} of '{threat.name}' is not where its particle is: "
            f"{'in no cell' if stated is None else f'in cell {stated!r}'}",
            time=facts.time(float(hour)),
        )


def _may_be_in(cell: str | None, place: Floats, facts: Facts) -> bool:
    """Whether a place, or one close by, lies in a cell's water, or in none for None."""
    if not np.isfinite(place).all():
        return cell is None
    resolution = h3.get_resolution(facts.sea.cells.ids[0])
    step_m = m_from_nm(EDGE_SHARE * float(facts.sea.cells.spacing_nm.min()))
    around = [place] + [
        np.array(GEOD.fwd(place[0], place[1], bearing, step_m)[:2]) for bearing in range(0, 360, 45)
    ]
    for lon, lat in around:
        found = facts.cell_index.get(h3.latlng_to_cell(lat, lon, resolution), -1)
        wet = found >= 0 and shapely.intersects_xy(facts.sea.cells.water[found], lon, lat)
        if (facts.sea.cells.ids[found] if wet else None) == cell:
            return True
    return False


def departed(row: MovingRow, track: int, threat: Threat, facts: Facts, tally: Tally) -> None:
    """A run can have left its beginning at one of the threat's months and hours.

    Its way is not in the plan: it left no later than by the shortest path to
    the cell where it is first met, and no earlier than by one a third longer
    or as far astray as a spread makes likely.
    """
    if (threat.months is None and threat.hours is None) or not row.passages:
        return
    first = row.passages[0]
    enter_h = facts.hours(first.enter)
    cell = facts.cell_index.get(first.cell)
    if cell is None or threat.origin is None or threat.speed_kn is None:
        return
    near_nm, far_nm = _ways_nm(threat, cell, facts)
    # one that is met at the plan's start was in that cell for a while already
    early = facts.sea.cells.spacing_nm[cell] * 1.5 if enter_h <= 0.0 else 0.0
    low_h = enter_h - (far_nm + early) / threat.speed_kn
    high_h = enter_h - near_nm / threat.speed_kn
    times = np.linspace(low_h, high_h, max(2, math.ceil((high_h - low_h) * 60.0)))
    tally.holds(
        "passages",
        any(allowed(threat, facts, float(hour)) for hour in times),
        f"track {track + 1} of '{threat.name}' left outside its months and hours: between hours "
        f"{low_h:.1f} and {high_h:.1f} of the plan",
        time=first.enter,
    )


def _ways_nm(threat: Threat, cell: int, facts: Facts) -> tuple[float, float]:
    """Shortest and longest way from where runs begin to the edge of a cell, in miles."""
    found = facts.once(_no_ways)
    if threat.name not in found:
        found[threat.name] = _all_ways(threat, facts)
    ways_nm, apart_nm = found[threat.name]
    those = ways_nm[:, cell]
    those = those[np.isfinite(those)]
    if not len(those):
        return 0.0, math.inf
    give_nm = float(facts.sea.cells.spacing_nm[cell]) + apart_nm
    detour, astray_nm = (DETOUR, 4.0 * threat.spread_nm) if threat.spread_nm else (1.0, 0.0)
    return max(0.0, those.min() - give_nm), detour * those.max() + astray_nm + give_nm


def _all_ways(threat: Threat, facts: Facts) -> tuple[Floats, float]:
    """Ways (b, n) from places where runs begin to all cells, and how far those lie apart."""
    line = near(
        np.array([threat.origin, threat.origin_to or threat.origin], dtype=np.float64),
        facts.sea.cells.lon,
    )
    begins = line[:1] if threat.origin_to is None else np.linspace(line[0], line[1], BEGINS)
    waters, centres = facts.sea.waters(SHORE_ONLY), facts.sea.cells.centre
    apart_nm = float(np.hypot(*(line[1] - line[0]))) * 60.0 / (BEGINS - 1)
    return np.array([waters.field(begin).distance_nm(centres) for begin in begins]), apart_nm


def _no_ways(_facts: Facts) -> dict[str, tuple[Floats, float]]:
    return {}
