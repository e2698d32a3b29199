"""Figures by cell and by sortie, against sums made another way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from planner import geodata
from planner.plan.model import Plan
from planner.present.figures import cell_figures, cell_threats, horizon, sortie_figures, zone_names


def test_cells_hold_all_the_weight_and_detection(plan: Plan, sea: Any) -> None:
    """Weights of the cells, moving targets included, sum to the plan's; detection too."""
    found = cell_figures(plan, sea.cells)
    rows = (*plan.coverage, *plan.moving)
    assert found.weight.sum() == pytest.approx(sum(row.weight for row in rows))
    still = {name: 0.0 for name in sea.cells.ids}
    for row in plan.coverage:
        still[row.cell] += row.weight
    worth = np.nansum(found.detection * np.array(list(still.values())))
    assert worth == pytest.approx(sum(row.weight * row.detection for row in plan.coverage))


def test_visits_coverage_and_gap_of_a_cell(plan: Plan, sea: Any) -> None:
    """Visits, coverage factors and the longest gap agree with a minute-by-minute count."""
    found = cell_figures(plan, sea.cells)
    start, end = horizon(plan)
    k = int(np.argmax(found.visits))
    legs = [
        leg
        for sortie in plan.sorties
        for leg in sortie.legs
        if any(item.cell == sea.cells.ids[k] for item in leg.exposures)
    ]
    assert found.visits[k] == len(legs)
    assert found.coverage[k] == pytest.approx(sum(leg.exposures[0].exposure for leg in legs))
    seen = np.zeros(round((end - start).total_seconds() / 60), dtype=bool)
    for leg in legs:
        seen[_minute(start, leg.start) : _minute(start, leg.end)] = True
    edges = np.flatnonzero(np.diff(np.concatenate([[1], seen.astype(int), [1]])))
    assert found.gap_h[k] == pytest.approx(max(edges[1::2] - edges[::2]) / 60)


def test_a_cell_nobody_sails_to_is_unseen_all_the_time(plan: Plan, sea: Any) -> None:
    """Such a cell has no visit, detection 0 and a gap as long as the plan."""
    found = cell_figures(plan, sea.cells)
    k = int(np.flatnonzero(found.visits == 0)[0])
    assert found.detection[k] == 0
    assert found.gap_h[k] == pytest.approx(72)


def test_threats_of_a_cell_make_up_its_detection(plan: Plan, sea: Any) -> None:
    """The weighted mean over a cell's threats is the cell's detection."""
    found = cell_figures(plan, sea.cells)
    table = cell_threats(plan)
    k = int(np.argmax(found.coverage))
    rows = table[sea.cells.ids[k]]
    mean = sum(row.detection for row in rows) / sum(row.weight for row in rows)
    assert mean == pytest.approx(found.detection[k])


def test_hours_of_a_sortie_fill_the_time_from_departure_to_return(plan: Plan) -> None:
    """Transit, search and loiter make up the time under way; sorties are in hull order."""
    found = sortie_figures(plan)
    assert {trip.sortie.id for trip in found} == {sortie.id for sortie in plan.sorties}
    for trip in found:
        assert sum(trip.hours.values()) == pytest.approx(trip.underway_h)
        assert trip.search_nm == pytest.approx(15 * trip.hours["search"])
    order = [hull.id for hull in plan.hulls]
    places = [(order.index(trip.hull.id), trip.sortie.depart) for trip in found]
    assert places == sorted(places)


def test_a_sortie_names_the_zones_and_threats_it_saw(plan: Plan) -> None:
    """What a sortie watches names zones its searched cells lie in, then threats."""
    zones = geodata.zones()
    named = zone_names(plan, zones)
    assert set(named.values()) <= {zone.name for zone in zones.values()}
    threats = {row.threat for row in (*plan.coverage, *plan.moving)}
    for trip in sortie_figures(plan, zones):
        what = trip.watches.split(": ")[-1].split(", ")
        assert set(what) <= threats
        assert trip.detection > 0


def _minute(start: datetime, time: datetime) -> int:
    return round((time - start).total_seconds() / 60)
