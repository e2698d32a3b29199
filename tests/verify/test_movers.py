"""Where moving targets can be: particles and runs, beside distances and times worked out here."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path
from typing import Any

import h3
import numpy as np
import pytest
import shapely
from pyproj import Geod

from planner.plan.model import MovingRow
from planner.scenario import Scenario
from planner.verify.facts import Facts
from planner.verify.movers import _may_be_in, departed, drifters, followed
from planner.verify.report import Tally
from tests.plan_factory import empty_plan
from tests.problem.off_aktau import scenario, sea
from tests.threat_files import drift, scenario_with, write_drift

GEOD = Geod(ellps="WGS84")
NM = 1852.0


def facts_of(threat: dict[str, Any], directory: Path, **changes: Any) -> Facts:
    """Facts of an empty plan in a scenario of one threat."""
    return Facts(empty_plan(), scenario_with([threat], directory, **changes), sea())


def row(threat: str, spans: list[tuple[float, float, str]], asked: Scenario) -> MovingRow:
    """A track that is in cells from and to hours of the plan."""
    at = asked.start
    return MovingRow.model_validate(
        {"threat": threat, "weight": 0.1, "exposure": 0.0, "detection": 0.0, "passages": [
            {"cell": cell, "enter": at + timedelta(hours=low), "leave": at + timedelta(hours=high)}
            for low, high, cell in spans]}
    )  # fmt: skip


MINES = {"name": "mines", "kind": "drift", "weight": 1.0, "file": "drift.nc", "tracks": 9}


def test_particles_count_that_are_adrift_within_the_plan(tmp_path: Path) -> None:
    """Of spans that end or begin about the plan's ends those count that share time with it."""
    hour, lon, lat = drift(8)
    spans = [(-3, -1), (-3, 0), (-3, 1), (5, 5), (5, 6), (23, 26), (24, 26), (25, 26)]
    for number, (first, last) in enumerate(spans):
        lon[number, (hour < first) | (hour > last)] = math.nan
    lat[np.isnan(lon)] = math.nan
    write_drift(tmp_path / "drift.nc", lon, lat)
    (threat,) = (facts := facts_of(MINES, tmp_path)).scenario.threat
    chosen = drifters(threat, facts)
    assert chosen.lon == pytest.approx(lon[[2, 4, 5]], abs=1e-5, nan_ok=True)
    assert chosen.lat == pytest.approx(lat[[2, 4, 5]], abs=1e-5, nan_ok=True)


def spans_of(track: int) -> list[tuple[float, float, str]]:
    """Spans and cells of a particle in the first three hours, looked up minute by minute."""
    hour, lon, lat = drift()
    water, names = sea().cells.water, sea().cells.ids
    found: list[tuple[float, float, str]] = []
    for minute in range(180):
        at = (minute + 0.5) / 60
        place = np.interp(at, hour, lon[track]), np.interp(at, hour, lat[track])
        for which in np.flatnonzero(shapely.contains_xy(water, *place)):
            low, cell = minute / 60, names[which]
            if found and found[-1][1:] == (low, cell):
                low = found.pop()[0]
            found.append((low, (minute + 1) / 60, cell))
    return found


def test_a_track_is_in_the_cells_of_its_particle(tmp_path: Path) -> None:
    """Its own cells pass, in a plan of three hours; another in place of one, or none, does not."""
    write_drift(tmp_path / "drift.nc")
    mines = MINES | {"tracks": 12}
    (threat,) = (facts := facts_of(mines, tmp_path, days=0.125)).scenario.threat

    def violations(track: int, spans: list[tuple[float, float, str]]) -> int:
        tally = Tally()
        followed(row("mines", spans, facts.scenario), track, threat, facts, tally)
        assert tally.checks["passages"] >= 12
        return len(tally.violations)

    missed = []
    for track in range(12):
        own = spans_of(track)
        assert violations(track, own) == 0
        for which, (low, high, cell) in enumerate(own):
            if high - low > 0.5:  # less may be on the edge all the time
                away = next(iter(set(sea().cells.ids) - set(h3.grid_disk(cell, 2))))
                spoilt = [*own[:which], (low, high, away), *own[which + 1 :]]
                assert violations(track, spoilt) > 0
                missed.append(violations(track, [*own[:which], *own[which + 1 :]]) > 0)
    assert sum(missed) > 0.8 * len(missed) > 6  # some are on the edge of the area


def test_a_place_close_to_a_cell_may_be_in_it() -> None:
    """A twentieth of the spacing off a cell counts as in it, or in none; farther off does not."""
    facts = Facts(empty_plan(), scenario(), sea())
    cells = facts.sea.cells
    spacing_m = NM * float(cells.spacing_nm.min())
    whole_nm2 = np.array([h3.cell_area(cell, unit="km^2") for cell in cells.ids]) / 1.852**2
    open_water = [cells.ids[k] for k in np.flatnonzero(facts.areas_nm2 > 0.999 * whole_nm2)]
    tried = 0
    for cell, other in ((a, b) for a in open_water for b in open_water):
        if not h3.are_neighbor_cells(cell, other):
            continue
        edge = h3.directed_edge_to_boundary(h3.cells_to_directed_edge(cell, other))
        middle, (lat, lon) = np.mean(edge, axis=0)[::-1], h3.cell_to_latlng(other)
        bearing = GEOD.inv(middle[0], middle[1], lon, lat)[0]
        for share, here, there in (
            (-0.2, True, False), (-0.03, True, True), (0.03, True, True), (0.2, False, True)
        ):  # fmt: skip
            place = np.array(GEOD.fwd(middle[0], middle[1], bearing, share * spacing_m)[:2])
            assert _may_be_in(cell, place, facts) == here
            assert _may_be_in(other, place, facts) == there
            assert not _may_be_in(None, place, facts)
        tried += 1
    assert tried > 0
    shore = shapely.union_all(cells.water).boundary
    for share in np.linspace(0.0, 1.0, 20):
        on_shore = shapely.get_coordinates(shore.interpolate(share, normalized=True))[0]
        assert _may_be_in(None, on_shore, facts)
    assert not _may_be_in(open_water[0], np.array([49.0, 42.0]), facts)
    nowhere = np.array([math.nan, math.nan])
    assert _may_be_in(None, nowhere, facts)
    assert not _may_be_in(cells.ids[0], nowhere, facts)


RUNS: dict[str, Any] = {"name": "runs", "kind": "transit", "weight": 1.0, "origin": [50.6, 43.8],
                        "destination": [50.9, 43.1], "speed_kn": 12.0, "tracks": 30}  # fmt: skip


@pytest.mark.parametrize("changed", [{}, {"spread_nm": 2.0}, {"origin_to": [50.7, 43.8]}])
@pytest.mark.parametrize("enter_h", [0.0, 16.0])
def test_a_run_can_have_left_at_hours_that_its_ways_allow(
    changed: dict[str, Any], enter_h: float
) -> None:
    """Departures are allowed from the longest way to the shortest to the cell, and no others."""
    away = RUNS | changed
    first, last = np.array(away["origin"]), np.array(away.get("origin_to", away["origin"]))
    cells, speed_kn, told = sea().cells, 12.0, set()
    cell = int(np.argmin(np.hypot(*(cells.centre - [50.8, 43.35]).T)))
    begins = first + np.linspace(0, 1, 9)[:, None] * (last - first)
    ways_nm = [GEOD.inv(*begin, *cells.centre[cell])[2] / NM for begin in begins]
    give_nm = float(cells.spacing_nm[cell]) + 60.0 * float(np.hypot(*(last - first))) / 8
    spread_nm = away.get("spread_nm", 0.0)
    far_nm = max(ways_nm) * (1.3 if spread_nm else 1.0) + 4 * spread_nm + give_nm
    if enter_h == 0.0:  # met at the plan's start it was there for a while
        far_nm += 1.5 * float(cells.spacing_nm[cell])
    low_h = enter_h - far_nm / speed_kn
    high_h = enter_h - (min(ways_nm) - give_nm) / speed_kn
    for hour in range(24):
        begin_h = min((hour + turn for turn in (-24, 0)), key=lambda h: abs(h - low_h))
        for span in (1, 3):
            end_h = begin_h + span
            edges = (end_h - low_h, high_h - begin_h)
            if min(abs(edge) for edge in edges) < 0.1:
                continue  # ways by sea are a little longer than geodesics
            facts = facts_of(away | {"hours": [hour, (hour + span) % 24]}, Path())
            (threat,) = facts.scenario.threat
            tally = Tally()
            spans = [(enter_h, enter_h + 0.5, cells.ids[cell])]
            departed(row("runs", spans, facts.scenario), 0, threat, facts, tally)
            allowed = min(edges) > 0
            assert (not tally.violations) == allowed, (begin_h, end_h, low_h, high_h)
            told.add(allowed)
    assert told == {True, False}
