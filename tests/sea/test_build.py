"""From a scenario to its sea."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

from planner import geodata, scenario
from planner.errors import SeaError
from planner.sea import Sea, assemble, build_sea
from planner.sea.build import in_season
from planner.sea.model import SHORE_ONLY


def test_example_has_a_sea(examples: Path) -> None:
    """The reference scenario has some 400 cells and its bases reach most of them."""
    loaded = scenario.load(examples / "aktau-2006.toml")
    sea = build_sea(loaded)
    assert 350 < sea.cells.n < 520
    assert sea.summary.cells == sea.cells.n
    assert sea.summary.water_nm2 + sea.summary.left_out_nm2 == pytest.approx(
        sea.summary.aor_nm2, rel=2e-3
    )
    for unit in loaded.unit:
        vessel = loaded.vessel_of(unit)
        waters = sea.waters(vessel.draft_m + vessel.under_keel_clearance_m)
        nm = waters.field(loaded.base_of(unit).position).distance_nm(waters.centre)
        assert np.isfinite(nm[waters.searchable]).mean() > 0.9


def test_same_sea_twice(island_sea: Sea) -> None:
    """Building again gives the same cells, gates, spans, hops and distances, bit by bit."""
    given = island_sea.aor, island_sea.shore, 5
    first, again = (assemble(*given, bases=[(0.2, 1.0)]) for _ in range(2))
    one, two = first.waters(SHORE_ONLY), again.waters(SHORE_ONLY)
    assert first.cells.ids == again.cells.ids
    assert np.array_equal(one.gate_point, two.gate_point)
    assert np.array_equal(one.span_nm, two.span_nm)
    assert np.array_equal(one.hops(3).distance_nm, two.hops(3).distance_nm)
    d = [w.field((0.2, 1.0)).distance_nm(w.points) for w in (one, two)]
    assert np.array_equal(*d)


def test_waters_are_cached(island_sea: Sea) -> None:
    """Waters, fields and hops of the same question are the same object."""
    assert island_sea.waters(1.5) is island_sea.waters(1.5)
    waters = island_sea.waters(1.5)
    assert waters.field((0.2, 1.0)) is waters.field((0.2, 1.0))
    assert waters.hops(2) is waters.hops(2)


def test_closures_are_kept_out(island_sea: Sea) -> None:
    """A closed area is not navigable, not searched, and sailed around."""
    closed = shapely.box(0.4, 0.2, 0.6, 1.9)
    sea = assemble(island_sea.aor, island_sea.shore, 5, bases=[(0.2, 1.0)], closures=[closed])
    waters = sea.waters(SHORE_ONLY)
    assert shapely.intersection(waters.navigable, closed).area < 1e-12
    inside = sea.cells.share_in(closed) > 0.6
    assert inside.any() and not waters.searchable[inside].any()
    end = (0.66, 1.0)
    path = waters.field((0.2, 1.0)).path(end)
    assert not shapely.LineString(path).intersects(closed)
    open_nm = island_sea.waters(SHORE_ONLY).field((0.2, 1.0)).distance_nm([end])[0]
    assert waters.field((0.2, 1.0)).distance_nm([end])[0] > 2 * open_nm


def test_zones_that_touch_the_area(kazakh_sea: Sea) -> None:
    """Only zones of the area are listed, with the water they share with each cell."""
    assert "kashagan" in kazakh_sea.zones
    shares = kazakh_sea.zone_shares
    assert set(shares) == set(kazakh_sea.zones) <= set(geodata.zones())
    assert all(np.all((share >= 0) & (share <= 1)) for share in shares.values())


@pytest.mark.parametrize(
    ("season", "first", "last", "expected"),
    [
        (None, date(2006, 1, 1), date(2006, 1, 2), True),
        (("04-01", "07-15"), date(2006, 5, 22), date(2006, 5, 29), True),
        (("04-01", "07-15"), date(2006, 7, 16), date(2006, 7, 30), False),
        (("04-01", "07-15"), date(2006, 3, 28), date(2006, 4, 1), True),
        (("11-15", "03-31"), date(2006, 1, 10), date(2006, 1, 11), True),
        (("11-15", "03-31"), date(2006, 5, 10), date(2006, 5, 11), False),
        (("11-15", "03-31"), date(2006, 12, 30), date(2007, 1, 2), True),
    ],
)
def test_seasons(season: tuple[str, str] | None, first: date, last: date, expected: bool) -> None:
    """A season holds if any day of the plan lies in it, also over the turn of the year."""
    assert in_season(season, first, last) is expected


def test_land_as_shoreline_is_refused() -> None:
    """A shoreline without room to sail says to check that it is water."""
    thread = shapely.box(0, 0.5, 1, 0.5001)
    with pytest.raises(SeaError, match="shoreline"):
        assemble(shapely.box(0, 0, 1, 1), thread, 5, bases=[(0.5, 0.50005)])
