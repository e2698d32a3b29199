"""Figures of a plan as they are shown: by cell, by sortie, by threat, by agency.

All of them are sums over the tables of ``plan.json``; nothing is estimated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import h3
import numpy as np
from numpy.typing import NDArray

from planner.plan.model import Hull, Leg, Move, Plan, Sortie
from planner.present.credit import Credit, credits_of, sums, targets
from planner.present.text import clean, duration, hours_between, number
from planner.present.wording import t
from planner.scenario import Outage

FloatArray = NDArray[np.float64]
Zones = Mapping[str, Any]
"""Named zones of ``planner.geodata.zones()``: ``name`` and ``geometry`` in lon/lat."""


class CellsView(Protocol):
    """What is shown of the cells of a sea (see :mod:`planner.sea`)."""

    @property
    def ids(self) -> tuple[str, ...]:
        """H3 names of the ``n`` cells."""

    @property
    def area_nm2(self) -> FloatArray:
        """Water area of each cell, nm², shape (n,)."""

    @property
    def water(self) -> NDArray[np.object_]:
        """Water polygon of each cell in lon/lat, shape (n,)."""


class SeaView(Protocol):
    """What is shown of a sea."""

    @property
    def cells(self) -> CellsView:
        """Cells of the area of responsibility."""

    @property
    def aor(self) -> Any:
        """Area of responsibility, (multi)polygon in lon/lat."""

    @property
    def shore(self) -> Any:
        """Water of the sea at full resolution, (multi)polygon in lon/lat."""


@dataclass(frozen=True)
class CellFigures:
    """Figures of each cell, arrays of shape (n,) in the order of the sea's cells.

    ``weight`` is the share of all target weight found in the cell (a moving
    target counts for the share of its time that it spends there);
    ``detection`` the weighted mean detection of the stationary targets, NaN
    where there are none; ``coverage`` the sum of all coverage factors;
    ``visits`` the number of search legs; ``gap_h`` the longest time without
    a search, hours.
    """

    weight: FloatArray
    detection: FloatArray
    coverage: FloatArray
    visits: NDArray[np.int64]
    gap_h: FloatArray


@dataclass(frozen=True)
class SortieFigures:
    """One sortie in figures: hours by mode, miles searched, what it watched.

    ``where`` and ``what`` are the zones and threats that make up most of what it
    detects, foremost first.
    """

    sortie: Sortie
    hull: Hull
    hours: dict[str, float]
    search_nm: float
    detection: float
    where: tuple[str, ...]
    what: tuple[str, ...]

    @property
    def watches(self) -> str:
        """``zones: threats``, whichever there are."""
        where = [t(name) for name in self.where]
        return ": ".join(", ".join(part) for part in (where, self.what) if part)

    @property
    def mainly(self) -> str:
        """The same with the foremost of each only."""
        return replace(self, where=self.where[:1], what=self.what[:1]).watches

    @property
    def breaks(self) -> tuple[Leg, ...]:
        """Legs in which the crew has a break."""
        return tuple(leg for leg in self.sortie.legs if leg.reason is not None)

    @property
    def underway_h(self) -> float:
        """Hours from departure to return."""
        return hours_between(self.sortie.depart, self.sortie.return_)

    @property
    def away(self) -> str:
        """``Aktau–Bautino`` or ``Bautino`` where it does not sail from its own base and back."""
        ends = dict.fromkeys((self.sortie.depart_base, self.sortie.return_base))
        return "" if [*ends] == [self.hull.base] else "–".join(map(clean, ends))

    @property
    def crew(self) -> str:
        """The crew's number in its unit, as ``1``; its whole name where it has none."""
        return self.sortie.crew.removeprefix(f"{self.hull.unit} crew ") or "–"


def outages_of(plan: Plan, hull: str) -> list[Outage]:
    """Times in which a hull is out of service, in their order."""
    found = [Outage.model_validate(row) for row in plan.scenario.get("outage", ())]
    return sorted((o for o in found if o.hull == hull), key=lambda outage: outage.start)


def road_moves_of(plan: Plan, hull: str) -> list[Move]:
    """Moves of a hull by road, in their order; those by sea are sorties."""
    found = [move for move in plan.moves if move.hull == hull and move.by == "road"]
    return sorted(found, key=lambda move: move.depart)


def road_words(move: Move) -> str:
    """A move by road as ``road Aktau–Bautino, 137 km, 2 h 45 min driving``."""
    driven_h = sum(hours_between(drive.start, drive.end) for drive in move.drives)
    ends = f"{clean(move.depart_base)}–{clean(move.arrive_base)}"
    return t("road {ends}, {km} km, {driven} driving", ends=ends,
             km=number(move.distance_km, grouped=False), driven=duration(driven_h))  # fmt: skip


@dataclass(frozen=True)
class ThreatFigures:
    """Share of the weight a threat holds and how much of it is detected."""

    threat: str
    weight: float
    detection: float

    @property
    def chance(self) -> float:
        """Chance that a target of this threat is detected."""
        return self.detection / self.weight if self.weight > 0 else 0.0


def horizon(plan: Plan) -> tuple[datetime, datetime]:
    """Start and end of the plan, in the scenario's offset."""
    start = datetime.fromisoformat(str(plan.scenario["start"]))
    return start, start + timedelta(days=float(plan.scenario["days"]))


def hulls_in_order(plan: Plan) -> tuple[Hull, ...]:
    """Hulls as the plan lists them: the order in which they are shown and coloured."""
    return plan.hulls


def cell_figures(plan: Plan, cells: CellsView) -> CellFigures:
    """Sum the plan's tables by cell.

    Cells that the plan does not name get zeros; rows of cells that the sea
    does not have are left out.
    """
    index = {name: number for number, name in enumerate(cells.ids)}
    n = len(cells.ids)
    weight, moving, found, coverage = (np.zeros(n) for _ in range(4))
    for row in plan.coverage:
        if row.cell in index:
            weight[index[row.cell]] += row.weight
            found[index[row.cell]] += row.weight * row.detection
    for cell, share in _moving_weight(plan).items():
        if cell in index:
            moving[index[cell]] += share
    times: list[list[tuple[datetime, datetime]]] = [[] for _ in range(n)]
    for leg in (leg for sortie in plan.sorties for leg in sortie.legs if leg.mode == "search"):
        for item in leg.exposures:
            if item.cell in index:
                coverage[index[item.cell]] += item.exposure
                times[index[item.cell]].append((leg.start, leg.end))
    detection = np.full(n, np.nan)
    np.divide(found, weight, out=detection, where=weight > 0)
    start, end = horizon(plan)
    return CellFigures(
        weight=weight + moving,
        detection=detection,
        coverage=coverage,
        visits=np.array([len(spans) for spans in times], dtype=np.int64),
        gap_h=np.array([_longest_gap_h(spans, start, end) for spans in times]),
    )


def cell_threats(plan: Plan) -> dict[str, list[ThreatFigures]]:
    """Stationary threats of each cell: weight there and the part detected."""
    weight: dict[tuple[str, str], float] = defaultdict(float)
    found: dict[tuple[str, str], float] = defaultdict(float)
    for row in plan.coverage:
        weight[row.cell, row.threat] += row.weight
        found[row.cell, row.threat] += row.weight * row.detection
    table: dict[str, list[ThreatFigures]] = defaultdict(list)
    for (cell, threat), share in weight.items():
        if share > 0:
            table[cell].append(ThreatFigures(threat, share, found[cell, threat]))
    return dict(table)


def by_threat(plan: Plan) -> tuple[ThreatFigures, ...]:
    """Weight and detection of each threat, in the order of the plan's tables."""
    rows = targets(plan)
    weight = sums((row.threat, row.weight) for row in rows)
    found = sums((row.threat, row.weight * row.detection) for row in rows)
    return tuple(ThreatFigures(name, weight[name], found[name]) for name in weight)


def by_agency(plan: Plan, earned: tuple[Credit, ...] | None = None) -> dict[str, float]:
    """Part of the plan's detection that each agency's sorties earned.

    Every agency with a hull is listed; see :mod:`planner.present.credit`.
    """
    agency = {hull.id: hull.agency for hull in plan.hulls}
    owner = {sortie.id: agency[sortie.hull] for sortie in plan.sorties}
    earned = credits_of(plan) if earned is None else earned
    got = sums((owner[item.sortie], item.detection) for item in earned)
    return {name: got.get(name, 0.0) for name in dict.fromkeys(agency.values())}


def sortie_figures(
    plan: Plan, zones: Zones | None = None, earned: tuple[Credit, ...] | None = None
) -> tuple[SortieFigures, ...]:
    """Figures of every sortie, hull by hull and in order of departure.

    Parameters
    ----------
    plan
        A finished plan.
    zones
        Named zones to say where a sortie looked; none by default.
    earned
        Who detected what, if it is known (:func:`planner.present.credit.credits_of`).
    """
    by_sortie: dict[str, list[Credit]] = defaultdict(list)
    for credit in credits_of(plan) if earned is None else earned:
        by_sortie[credit.sortie].append(credit)
    named = zone_names(plan, zones or {})
    hulls = {hull.id: hull for hull in plan.hulls}
    rank = {hull.id: number for number, hull in enumerate(hulls_in_order(plan))}
    ordered = sorted(plan.sorties, key=lambda sortie: (rank[sortie.hull], sortie.depart, sortie.id))
    return tuple(
        _one_sortie(sortie, hulls[sortie.hull], by_sortie[sortie.id], named) for sortie in ordered
    )


def zone_names(plan: Plan, zones: Zones) -> dict[str, str]:
    """Name of the zone each searched cell's centre lies in; cells of no zone are left out.

    Where zones overlap the smallest one names the cell.
    """
    import shapely

    searched = {
        item.cell for sortie in plan.sorties for leg in sortie.legs for item in leg.exposures
    }
    ordered = sorted(zones.values(), key=lambda zone: float(zone.geometry.area))
    for zone in ordered:
        shapely.prepare(zone.geometry)
    named = {}
    for cell in sorted(searched):
        latitude, longitude = h3.cell_to_latlng(cell)
        point = shapely.Point(longitude, latitude)
        for zone in ordered:
            if zone.geometry.covers(point):
                named[cell] = clean(zone.name)
                break
    return named


def _one_sortie(
    sortie: Sortie, hull: Hull, earned: list[Credit], named: dict[str, str]
) -> SortieFigures:
    hours = {"transit": 0.0, "search": 0.0, "loiter": 0.0}
    search_nm = 0.0
    for leg in sortie.legs:
        length_h = hours_between(leg.start, leg.end)
        hours[leg.mode] += length_h
        if leg.mode == "search":
            search_nm += length_h * leg.speed_kn
    where, what = _watched(sortie, earned, named)
    return SortieFigures(
        sortie=sortie,
        hull=hull,
        hours=hours,
        search_nm=search_nm,
        detection=sum(item.detection for item in earned),
        where=tuple(where),
        what=tuple(what),
    )


def _watched(
    sortie: Sortie, earned: list[Credit], named: dict[str, str]
) -> tuple[list[str], list[str]]:
    """Zones and threats that make up most of what a sortie detects, foremost first."""
    where = _main(sums((named[c.cell], c.detection) for c in earned if c.cell in named), earned)
    if not earned:
        places = sums(
            (named[item.cell], item.exposure)
            for leg in sortie.legs
            for item in leg.exposures
            if item.cell in named
        )
        where = sorted(places, key=lambda name: -places[name])[:2]
    return where, _main(sums((clean(c.threat), c.detection) for c in earned), earned)


def _main(totals: dict[str, float], earned: list[Credit]) -> list[str]:
    """Up to two names that each make up a quarter or more of what was earned."""
    whole = sum(item.detection for item in earned)
    names = sorted(totals, key=lambda name: -totals[name])
    return [name for name in names if whole > 0 and totals[name] >= 0.25 * whole][:2]


def _moving_weight(plan: Plan) -> dict[str, float]:
    """Weight of moving targets by cell, shared by the time spent there."""
    shares: dict[str, float] = defaultdict(float)
    for track in plan.moving:
        hours = [hours_between(passage.enter, passage.leave) for passage in track.passages]
        total = sum(hours)
        if total > 0:
            for passage, length_h in zip(track.passages, hours, strict=True):
                shares[passage.cell] += track.weight * length_h / total
    return dict(shares)


def _longest_gap_h(spans: list[tuple[datetime, datetime]], start: datetime, end: datetime) -> float:
    """Longest time between ``start`` and ``end`` outside all spans, hours."""
    longest, seen = 0.0, start
    for begin, until in sorted(spans):
        longest = max(longest, hours_between(seen, begin))
        seen = max(seen, until)
    return max(longest, hours_between(seen, end))
