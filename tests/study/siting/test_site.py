"""Bases chosen on a small sea."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.errors import ScenarioError
from planner.problem.build import build
from planner.scenario import Scenario, load, write_template
from planner.sea import Sea, build_sea
from planner.solve import solve
from planner.study.choice.loop import Effort
from planner.study.fleets import resized
from planner.study.siting import site
from planner.study.siting.candidates import candidates_of, risk_of, with_ports

SECTOR = """
title = "Kazakh belt"
start = 2006-05-22T00:00:00+05:00
days = 1

[area]
sector = "kazakhstan"
limit = "territorial"
limits = "2006"
shoreline = "legal-28m"
cell_resolution = 4

[[base]]
name = "Aktau"
position = [51.2, 43.6]

[[unit]]
name = "Boats"
vessel = "patrol-boat-42ft"
agency = "Border Service"
base = "Aktau"
count = 2

[[threat]]
name = "Runs"
kind = "area"
weight = 0.6
persistence_h = 12

[[threat]]
name = "Crossing"
kind = "transit"
weight = 0.4
origin = [50.2, 43.6]
destination = [51.60, 43.13]
speed_kn = 20
tracks = 20
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Two boats at Aktau for a day, in large cells."""
    path = tmp_path_factory.mktemp("belt") / "scenario.toml"
    path.write_text(SECTOR, encoding="utf-8")
    return load(path)


@pytest.fixture(scope="module")
def sea(scenario: Scenario) -> Sea:
    """The sea with the sector's ports."""
    return build_sea(with_ports(scenario)[0])


def test_ports_of_the_sector_are_candidates(scenario: Scenario) -> None:
    """Aktau, a base already, is not twice; ports of other sectors are none."""
    wider, names = with_ports(scenario)
    assert names == ("Bautino", "Kuryk port", "Mouth of the Ural (Zhayik) in 2017",
                     "Roads off the Ural (Zhayik)")  # fmt: skip
    assert [base.name for base in wider.base] == ["Aktau", *names]
    present = scenario.model_copy(
        update={"area": scenario.area.model_copy(update={"shoreline": "present"})}
    )
    assert "Mouth of the Ural (Zhayik) in 2017" not in with_ports(present)[1]


def test_risk_sums_to_what_there_is(scenario: Scenario, sea: Sea) -> None:
    """Every threat counts with its weight, a run in the cells that it crosses, if it does."""
    assert 0.95 < risk_of(scenario, sea).sum() <= 1.0 + 1e-9
    assert (risk_of(scenario, sea) >= 0).all()


def test_response_is_by_sea_at_top_speed(scenario: Scenario, sea: Sea) -> None:
    """It takes no less than the straight way, and the time until a hull has left."""
    wider, names = with_ports(scenario)
    found = candidates_of(wider, sea, scenario.unit[0], names)
    top_kn = wider.vessel["patrol-boat-42ft"].max_kn
    assert found.response_min[0].min() < 120
    for base, row in zip(found.site, found.response_min, strict=True):
        east = np.cos(np.radians(45)) * (sea.cells.centre[:, 0] - base.position[0])
        straight_nm = 60 * np.hypot(east, sea.cells.centre[:, 1] - base.position[1])
        assert (row >= 30 + 60 * (0.9 * straight_nm - 20) / top_kn).all()


def test_the_curve_rises_and_is_optimal(scenario: Scenario) -> None:
    """No choice of so many candidates covers more; a base more covers no less."""
    found = site(scenario, bases=3, within_min=150)
    assert [cover.proven for cover in found.curve] == [True] * len(found.curve)
    risk = risk_of(found.candidates.scenario, build_sea(found.candidates.scenario))
    covers = found.candidates.response_min <= 150
    for number, cover in enumerate(found.curve, start=1):
        best = max(
            float(risk[covers[list(own)].any(axis=0)].sum())
            for own in combinations(range(len(found.candidates.site)), number)
        )
        assert cover.covered == pytest.approx(best, abs=1e-6)
    assert found.curve[-1].covered <= found.reachable + 1e-9


def test_sets_by_detection_hold_what_plans_find(scenario: Scenario) -> None:
    """Each set's bound holds for a plan made anew with its hulls; the bound of all for each set."""
    found = site(scenario, bases=2, within_min=150, effort=Effort(work=15, fleets=6, gap=0.05))
    compared = found.detection
    assert compared is not None
    assert len(compared.rows) >= 2
    places = found.candidates
    for row in compared.rows:
        assert row.detection <= row.bound + 1e-9
        assert sum(row.hulls) <= 2
    assert max(row.detection for row in compared.rows) <= compared.bound + 1e-9
    first = compared.rows[0]
    units = [
        scenario.unit[0].model_copy(update={"name": f"at {k}", "base": places.site[k].name})
        for k in first.sites
    ]
    alone = places.scenario.model_copy(update={"unit": tuple(units)})
    alone = alone.at(scenario.directory, scenario.file_name)
    counts = {f"at {k}": hulls for k, hulls in zip(first.sites, first.hulls, strict=True)}
    instance = resized(build(alone, build_sea(alone)).instance, alone, counts)
    again = solve(instance, work_limit=15)
    assert again.detection <= first.bound + 1e-9
    assert again.bound >= first.detection - 1e-9


def test_the_command_prints_curve_and_sets(tmp_path: Path) -> None:
    """On a sea of one's own the scenario's bases are what there is; a wrong unit is bad input."""
    write_template(tmp_path, "own-sea")
    path = str(tmp_path / "scenario.toml")
    asked = ["site", path, "--bases", "1", "--within-min", "60", "--no-ports"]
    done = CliRunner().invoke(app, [*asked, "--time-limit", "3"])
    assert done.exit_code == 0, done.output
    assert "optimal" in done.stdout
    assert "No spread of these hulls" in done.stdout
    wrong = CliRunner().invoke(app, [*asked, "--unit", "Lunches"])
    assert wrong.exit_code == 2
    assert "Lunches" in wrong.stderr


def test_hulls_with_outages_are_not_moved(scenario: Scenario) -> None:
    """An outage names a hull of the unit as it is, so by detection that is refused."""
    from planner.scenario.model import Outage

    outage = Outage(hull="Boats 1", start=scenario.start, end=scenario.end)
    out = scenario.model_copy(update={"outage": (outage,)}).at(scenario.directory, "s.toml")
    with pytest.raises(ScenarioError, match="outages"):
        site(out, bases=1, within_min=150, effort=Effort(work=1, fleets=1))
