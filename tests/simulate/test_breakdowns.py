"""Hulls that break down: as long as stated, and what is found then, against sums and slow draws."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from planner.app import write_plan
from planner.cli import app
from planner.plan.model import Plan
from planner.scenario import Scenario, from_dict
from planner.simulate import read_simulation, simulate
from planner.simulate.breakdowns import Breakdowns, Service
from planner.simulate.searches import Searches


def service(availability: list[float], repair_h: list[float]) -> Service:
    """Hulls of these figures."""
    return Service(np.array(availability), np.array(repair_h))


def searches(depart_h: list[float], hull: list[int]) -> Searches:
    """Pieces of search, of which only hull and departure matter."""
    k = len(hull)
    nothing = np.zeros(k)
    return Searches(
        nothing, nothing + 1.0, np.zeros((k, 2)), np.zeros((k, 2)), nothing, nothing, nothing, 0.0,
        np.array(hull), np.array(depart_h),
    )  # fmt: skip


@pytest.mark.parametrize(("share", "repair_h"), [(0.8, 24.0), (0.3, 5.0), (0.95, 200.0)])
def test_hulls_are_up_as_often_as_stated(share: float, repair_h: float) -> None:
    """At every moment the share of hulls that is up is the availability; others never fail."""
    n = 40_000
    hull = np.tile([0, 1], n // 2)
    own = service([share, 1.0], [repair_h, 1.0])
    down = {at: np.zeros(n, dtype=bool) for at in (0.0, 10.0, 100.0, 299.0)}
    lasted: list[float] = []
    for begin_h, end_h in own.downs(hull, 300.0, np.random.default_rng(1)):
        for at in down:
            down[at] |= (begin_h <= at) & (at < end_h)
        known = np.isfinite(begin_h)
        lasted += (end_h[known] - begin_h[known]).tolist()
    for state in down.values():
        assert not state[hull == 1].any()
        scatter = math.sqrt(share * (1 - share) / (n / 2))
        assert 1.0 - state[hull == 0].mean() == pytest.approx(share, abs=4 * scatter)
    assert np.mean(lasted) == pytest.approx(repair_h, rel=0.05)


@pytest.mark.parametrize(("out_h", "share"), [(0.0, 0.8), (6.0, 0.8), (30.0, 0.5)])
def test_a_sighting_counts_if_the_hull_lasts_until_then(out_h: float, share: float) -> None:
    """The chance is that it is up at the departure, and does not fail for so many hours."""
    n, repair_h = 60_000, 24.0
    own = service([share], [repair_h])
    upset = Breakdowns(own, searches([50.0], [0]), n, np.random.default_rng(2))
    upset.note(np.arange(n), np.zeros(n, dtype=np.int64), np.full(n, 50.0 + out_h))
    up_h = repair_h * share / (1 - share)
    chance = share * math.exp(-out_h / up_h)
    assert upset.found.mean() == pytest.approx(chance, abs=4 * math.sqrt(chance / n))


def test_sightings_of_one_hull_share_its_fate() -> None:
    """Two sightings on one sortie are no better than the first; on two hulls they are."""
    n, own = 60_000, service([0.6, 0.6], [48.0, 48.0])
    target = np.repeat(np.arange(n), 2)
    when = np.full(2 * n, 10.0)
    for hull, chance in (([0, 0], 0.6), ([0, 1], 1 - 0.4**2)):
        upset = Breakdowns(own, searches([10.0, 10.0], hull), n, np.random.default_rng(3))
        upset.note(target, np.tile([0, 1], n), when)
        assert upset.found.mean() == pytest.approx(chance, abs=0.01)


def test_one_that_broke_down_may_sail_again() -> None:
    """What is lost of one sortie says nothing of a sortie long after the repair."""
    n, own = 60_000, service([0.5], [1.0])
    upset = Breakdowns(own, searches([0.0, 500.0], [0, 0]), n, np.random.default_rng(4))
    upset.note(np.repeat(np.arange(n), 2), np.tile([0, 1], n), np.tile([0.0, 500.0], n))
    assert upset.found.mean() == pytest.approx(0.75, abs=0.01)


def with_availability(plan: Plan, scenario: Scenario, directory: Path, **unit: float) -> Plan:
    """The plan made by hand, of boats and a navy that are not always available."""
    tables = scenario.model_dump(mode="json")
    tables["unit"] = [row | unit for row in tables["unit"]]
    return plan.model_copy(update={"scenario": tables}).at(from_dict(tables, directory))


def test_breakdowns_stand_beside_the_figure_without(
    plan: Plan, scenario: Scenario, directory: Path
) -> None:
    """Less is found, though not by as much as hulls are down; the same seed finds the same."""
    without = simulate(plan, runs=4000, seed=3)
    assert without.with_breakdowns is None
    less = with_availability(plan, scenario, directory, availability=0.8, repair_h=72.0)
    found = simulate(less, runs=4000, seed=3)
    assert found.total == without.total
    assert found.threats == without.threats
    assert found == simulate(less, runs=4000, seed=3)
    expected = found.with_breakdowns
    assert expected is not None
    assert (expected.least, expected.most) == (0.8, 0.8)
    assert expected.low < expected.simulated < expected.high
    # Seen by several sorties a target is lost less often than one sortie is.
    assert 0.75 * found.total.simulated < expected.simulated < 0.95 * found.total.simulated
    wrong = simulate(less, runs=4000, seed=3, law="inverse-cube").with_breakdowns
    assert wrong is not None
    assert wrong.simulated < expected.high


def test_more_availability_finds_more(plan: Plan, scenario: Scenario, directory: Path) -> None:
    """From half to nearly always, what is expected rises to what is found without breakdowns."""
    shares = [0.5, 0.9, 0.999]
    found = [
        simulate(with_availability(plan, scenario, directory, availability=s), runs=4000)
        for s in shares
    ]
    expected = [each.with_breakdowns for each in found]
    assert all(expected)
    values = [each.simulated for each in expected if each is not None]
    assert values == sorted(values)
    assert values[-1] == pytest.approx(found[-1].total.simulated, rel=0.02)


def test_the_command_says_so(
    plan: Plan, scenario: Scenario, directory: Path, tmp_path: Path
) -> None:
    """``patrol simulate`` prints a line with the availability, and the file has it."""
    less = with_availability(plan, scenario, directory, availability=0.8)
    folder = write_plan(less, shutil.copytree(directory, tmp_path / "out"))
    result = CliRunner().invoke(app, ["simulate", str(folder), "--runs", "300"])
    assert result.exit_code == 0, result.output
    assert "with 80 % availability" in " ".join(result.stdout.split())
    assert read_simulation(folder).with_breakdowns is not None
