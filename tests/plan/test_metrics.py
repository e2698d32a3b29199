"""Figures of a plan against sums worked out the long way."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner import geodata
from planner.plan.metrics import metrics
from planner.plan.model import Plan
from planner.plan.zones import AOR, longest_gap_h, zones_of
from planner.scenario import Scenario, from_dict
from planner.sea import Sea, build_sea
from tests.plan_factory import (
    SCENARIO,
    SOUTH,
    Maker,
    geodesic_nm2,
    hours,
    length_nm,
    one_pass,
    relative_kn,
    write_scenario,
)

START = SCENARIO["start"]


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Return the scenario off Aktau."""
    return write_scenario(tmp_path_factory.mktemp("off-aktau"))


@pytest.fixture(scope="module")
def sea(scenario: Scenario) -> Sea:
    """Return its sea."""
    return build_sea(scenario)


@pytest.fixture(scope="module")
def plan(scenario: Scenario, sea: Sea) -> Plan:
    """Return the good plan made by hand."""
    return Maker(scenario, sea).plan()


@pytest.fixture(scope="module")
def figures(plan: Plan, scenario: Scenario, sea: Sea) -> dict[str, Any]:
    """Return its metrics."""
    return metrics(plan, scenario, sea)


@pytest.fixture(scope="module")
def written(plan: Plan) -> dict[str, Any]:
    """Return the plan as plan.json holds it."""
    return plan.model_dump(mode="json", by_alias=True)


def test_metrics_are_json(figures: dict[str, Any]) -> None:
    """Everything goes through JSON and back, without NaN or infinity."""
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures


def test_totals_are_sums_over_sorties(figures: dict[str, Any], written: dict[str, Any]) -> None:
    """Hours, miles, litres and money are those of the sorties added up."""
    sorties = written["sorties"]
    out_h = [hours(sortie["depart"], sortie["return"]) for sortie in sorties]
    rate = {"Boats": 1171.0, "Navy": 9080.0}
    assert figures["sorties"] == 6
    assert figures["at_sea_h"] == pytest.approx(sum(out_h))
    assert figures["distance_nm"] == pytest.approx(
        sum(length_nm(leg["path"]) for sortie in sorties for leg in sortie["legs"])
    )
    assert figures["fuel_l"] == pytest.approx(sum(sortie["fuel_l"] for sortie in sorties))
    assert figures["cost_usd"] == pytest.approx(
        sum(rate[s["hull"].split()[0]] * h for s, h in zip(sorties, out_h, strict=True))
    )
    modes = sum(figures[f"{mode}_h"] for mode in ("transit", "search", "loiter"))
    assert modes == pytest.approx(figures["at_sea_h"])


def test_threats_make_up_the_detection(figures: dict[str, Any]) -> None:
    """Weights are the threats' shares; weighted detections sum to the plan's."""
    threats = figures["by_threat"]
    assert [round(threats[name]["weight"], 6) for name in ("nets", "runs", "ferry")] == [
        0.5,
        0.333333,
        0.166667,
    ]
    total = sum(threat["weight"] * threat["detection"] for threat in threats.values())
    assert total == pytest.approx(figures["detection"])


def test_agencies_share_the_detection(figures: dict[str, Any]) -> None:
    """Shares sum to one; no agency alone beats the plan, together they promise more."""
    agencies = figures["by_agency"]
    assert set(agencies) == {"Border Service", "Navy"}
    assert sum(agency["share"] for agency in agencies.values()) == pytest.approx(1.0)
    alone = [agency["alone"] for agency in agencies.values()]
    assert max(alone) < figures["detection"] < sum(alone)


def test_alone_is_the_plan_without_the_others(
    figures: dict[str, Any], written: dict[str, Any]
) -> None:
    """What the Navy detects alone is what its own legs give every target."""
    found = 0.0
    for row in written["coverage"]:
        stays = [(row["cell"], row["from"], row["to"])]
        found += row["weight"] * -math.expm1(-_exposure(written, "Navy", stays))
    for row in written["moving"]:
        stays = [(p["cell"], p["enter"], p["leave"]) for p in row["passages"]]
        given_ = _exposure(written, "Navy", stays, row["speed_kn"])
        found += row["weight"] * -math.expm1(-given_)
    assert figures["by_agency"]["Navy"]["alone"] == pytest.approx(found)
    assert figures["by_unit"]["Navy"]["alone"] == pytest.approx(found)


def test_units_and_hulls_add_up(figures: dict[str, Any]) -> None:
    """Hulls make up units, units make up agencies, utilisation is hours at sea over hours."""
    units, hulls, agencies = figures["by_unit"], figures["by_hull"], figures["by_agency"]
    for key in ("at_sea_h", "search_h", "distance_nm", "fuel_l", "cost_usd", "sorties"):
        assert sum(hull[key] for hull in hulls.values()) == pytest.approx(figures[key])
        assert units["Boats"][key] == pytest.approx(agencies["Border Service"][key])
    assert units["Boats"]["utilisation"] == pytest.approx(units["Boats"]["at_sea_h"] / 96.0)
    assert hulls["Navy 1"]["utilisation"] == pytest.approx(hulls["Navy 1"]["at_sea_h"] / 48.0)


def test_detection_by_zone_is_a_weighted_mean(
    figures: dict[str, Any], written: dict[str, Any], sea: Sea
) -> None:
    """In the south it is the mean over targets by the part of their own water that is there."""

    def part(row: dict[str, Any], water: shapely.Geometry) -> float:
        own = water.intersection(SOUTH) if row["threat"] == "nets" else water
        return geodesic_nm2(own.intersection(SOUTH)) / geodesic_nm2(own)

    water = dict(zip(sea.cells.ids, sea.cells.water, strict=True))
    share = [part(row, water[row["cell"]]) for row in written["coverage"]]
    rows = list(zip(written["coverage"], share, strict=True))
    assert any(0.01 < inside < 0.99 for _, inside in rows)
    weight = sum(row["weight"] * inside for row, inside in rows)
    found = sum(row["weight"] * row["detection"] * inside for row, inside in rows)
    south = figures["by_zone"]["south.geojson"]
    assert south["weight"] == pytest.approx(weight, rel=1e-3)
    assert south["detection"] == pytest.approx(found / weight, rel=1e-3)
    whole = figures["by_zone"][AOR]
    assert whole["weight"] == pytest.approx(5 / 6)
    assert whole["water_nm2"] == pytest.approx(float(sea.cells.area_nm2.sum()))


def test_a_threat_s_own_zone_holds_all_its_targets(
    figures: dict[str, Any], written: dict[str, Any]
) -> None:
    """Targets that lie in a zone by definition count there in full, in cut cells too."""
    nets = sum(row["weight"] for row in written["coverage"] if row["threat"] == "nets")
    assert figures["by_zone"]["south.geojson"]["weight"] >= nets


def test_the_gap_of_a_zone_is_its_longest_rest(
    figures: dict[str, Any], written: dict[str, Any]
) -> None:
    """Minute by minute: the longest time in which no search leg touches the zone."""
    for name, zone in ((AOR, None), ("south.geojson", SOUTH)):
        busy = np.zeros(48 * 60, dtype=bool)
        for sortie in written["sorties"]:
            for leg in sortie["legs"]:
                touches = zone is None or shapely.LineString(leg["path"] * 2).intersects(zone)
                if leg["mode"] == "search" and touches:
                    start, end = (round(60 * hours(START, leg[key])) for key in ("start", "end"))
                    busy[start:end] = True
        longest = max(len(rest) for rest in "".join(".x"[int(b)] for b in busy).split("x"))
        assert figures["by_zone"][name]["longest_gap_h"] == pytest.approx(longest / 60)


def test_days_are_seen_pass_by_pass(
    figures: dict[str, Any], written: dict[str, Any], sea: Sea
) -> None:
    """Each day's share is the mean of 1 - exp(-exposure) over the water, at most that visited."""
    days = figures["seen_each_day"]["days"]
    assert len(days) == 2
    area = dict(zip(sea.cells.ids, sea.cells.area_nm2, strict=True))
    for day in days:
        seen = {
            cell: _exposure(written, "", [(cell, day["from"], day["to"])]) for cell in sea.cells.ids
        }
        total = sum(area.values())
        share = sum(area[cell] * -math.expm1(-seen[cell]) for cell in seen) / total
        visited = sum(area[cell] for cell in seen if seen[cell] > 0) / total
        assert day["seen"] == pytest.approx(share)
        assert day["visited"] == pytest.approx(visited)
        assert 0 < day["seen"] < day["visited"] < 1
    assert figures["seen_each_day"]["mean_seen"] == pytest.approx(
        (days[0]["seen"] + days[1]["seen"]) / 2
    )


def test_a_part_of_a_day_is_a_day_of_its_own(plan: Plan, scenario: Scenario, sea: Sea) -> None:
    """Two and a half days are three days, the last of twelve hours."""
    longer = from_dict({**SCENARIO, "days": 2.5}, scenario.directory)
    days = metrics(plan, longer, sea)["seen_each_day"]["days"]
    assert [hours(day["from"], day["to"]) for day in days] == [24.0, 24.0, 12.0]


def test_an_idle_plan_has_figures(plan: Plan, scenario: Scenario, sea: Sea) -> None:
    """With no sortie everything is zero, and the gap is the whole plan."""
    rows = tuple(
        row.model_copy(update={"exposure": 0.0, "detection": 0.0}) for row in plan.coverage
    )
    idle = plan.model_copy(update={"sorties": (), "coverage": rows, "moving": ()})
    found = metrics(idle, scenario, sea)
    assert found["detection"] == found["at_sea_h"] == found["cost_usd"] == 0.0
    assert found["by_zone"][AOR]["longest_gap_h"] == 48.0
    assert found["by_agency"]["Navy"]["share"] == 0.0
    assert found["seen_each_day"]["mean_seen"] == 0.0
    assert found["by_threat"]["ferry"]["detection"] is None


def test_belts_of_a_sector_are_zones(scenario: Scenario) -> None:
    """Of a national sector belt, fishery zone and the rest are told apart; none overlap."""
    values = {**SCENARIO, "area": {"sector": "kazakhstan"}}
    zones = zones_of(from_dict(values, scenario.directory))
    names = ["kazakhstan: territorial", "kazakhstan: fishery", "kazakhstan: beyond"]
    assert list(zones) == [AOR, "south.geojson", *names]
    parts = [zones[name] for name in names]
    whole = geodata.sector("kazakhstan").area
    assert sum(part.area for part in parts if part is not None) == pytest.approx(whole)
    law_of_2006 = {**SCENARIO, "area": {"sector": "kazakhstan", "limits": "2006"}}
    assert "kazakhstan: fishery" not in zones_of(from_dict(law_of_2006, scenario.directory))


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=8),
    st.integers(1, 50),
)
def test_longest_gap_by_counting_hours(spans: list[tuple[int, int]], horizon: int) -> None:
    """The longest gap is the longest run of hours that no interval covers."""
    intervals = [(min(a, b), max(a, b)) for a, b in spans if min(a, b) < horizon]
    intervals = [(a, min(b, horizon)) for a, b in intervals]
    busy = [any(a <= hour < b for a, b in intervals) for hour in range(horizon)]
    cuts = {a for a, b in intervals if a == b}
    longest = run = 0
    for hour in range(horizon):
        run = 0 if busy[hour] else (1 if hour in cuts else run + 1)
        longest = max(longest, run)
    assert longest_gap_h([(float(a), float(b)) for a, b in intervals], float(horizon)) == longest


def test_relative_files_are_found(tmp_path: Path) -> None:
    """A zone given as a file is named by it."""
    assert "south.geojson" in zones_of(write_scenario(tmp_path))


def _of_one_pass(
    claim: dict[str, Any], leg: dict[str, Any], part: float, target_kn: float
) -> float:
    """Exposure that a leg gives to a target for ``part`` of its time, by the definitions."""
    faster = relative_kn(leg["speed_kn"], target_kn) / leg["speed_kn"]
    return one_pass(claim["exposure"] * part * faster)


def _exposure(
    written: dict[str, Any],
    hulls: str,
    stays: list[tuple[str, str, str]],
    target_kn: float = 0.0,
) -> float:
    total = 0.0
    for sortie in written["sorties"]:
        if not sortie["hull"].startswith(hulls):
            continue
        for leg in sortie["legs"]:
            for given_ in leg["exposures"]:
                for cell, start, end in stays:
                    if cell == given_["cell"]:
                        overlap = hours(max(start, leg["start"]), min(end, leg["end"]))
                        whole = hours(leg["start"], leg["end"])
                        total += _of_one_pass(given_, leg, max(0.0, overlap) / whole, target_kn)
    return total
