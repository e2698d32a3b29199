"""The comparison with other planners: scenarios build, peers' plans obey every rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from planner.problem.build import build as build_problem
from planner.scenario import Scenario
from planner.sea import build_sea
from planner.solve.sorties import fuel_l, hop_duration
from tests.benchmarks.encoding import Tuning, encode, slots, strictest
from tests.benchmarks.peers import OURS, PEERS, Row, as_plan, measure, ratios, table
from tests.benchmarks.repair import Stop, sortie_of
from tests.benchmarks.scenarios import SCENARIOS, Layout
from tests.benchmarks.tasks import Deadline, Task, read_task

INSTALLED = [name for name, peer in PEERS.items() if peer.installed]

TINY = Layout("azerbaijan", "territorial", ("baku",), 2, 1, 5, cell_resolution=4)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Task]:
    """Yield two hulls for a day in large cells."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SCENARIOS, "tiny", TINY.scenario)
        yield read_task("tiny", tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scenario]:
    """Return every scenario, built once."""
    folder = tmp_path_factory.mktemp("scenarios")
    return {name: build(folder) for name, build in SCENARIOS.items()}


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_becomes_arrays(name: str, built: dict[str, Scenario]) -> None:
    """In large cells, each scenario gives fleets for every unit and targets of weight 1."""
    scenario = built[name]
    coarse = scenario.area.model_copy(update={"cell_resolution": 4})
    small = scenario.model_copy(update={"area": coarse, "days": 1.0})
    instance = build_problem(small, build_sea(small)).instance
    names = [instance.fleets[fleets[0]].name for fleets in instance.units]
    assert names == [unit.name for unit in scenario.unit]
    assert instance.targets.weight.sum() == pytest.approx(1.0)


def test_generated_scenarios_span_the_sizes_asked_for(built: dict[str, Scenario]) -> None:
    """They go from 1 to 12 hulls and from 1 to 14 days."""
    hulls = [sum(unit.count for unit in scenario.unit) for scenario in built.values()]
    assert (min(hulls), max(hulls)) == (1, 12)
    assert {scenario.days for scenario in built.values()} >= {1, 14}


def test_a_seed_lays_out_the_same_scenario_each_time(tmp_path: Path) -> None:
    """Hulls, threats and their areas are drawn alike from one seed, and otherwise from another."""
    assert TINY.scenario(tmp_path) == TINY.scenario(tmp_path)
    assert TINY.scenario(tmp_path) != replace(TINY, seed=6).scenario(tmp_path)


@pytest.mark.parametrize("name", INSTALLED)
def test_a_peers_plan_passes_the_verifier(name: str, tiny: Task) -> None:
    """Whatever a peer proposes becomes a plan that breaks no rule and detects something."""
    row = measure(tiny, name, 0.5, 0)
    assert row.violations == ()
    assert row.detection > 0


def test_the_verifier_counts_what_the_arrays_count(tiny: Task) -> None:
    """Detection recomputed from the tracks is that of the sorties."""
    answer = PEERS["greedy"].plan(tiny, Deadline(1.0), 0)
    plan = as_plan(tiny, answer, 0.0, 0)
    assert plan.solver.detection == pytest.approx(
        measure(tiny, "greedy", 1.0, 0).detection, abs=1e-6
    )


def test_slots_of_a_hull_keep_its_gap(tiny: Task) -> None:
    """Slots of all hulls together never use more hulls than there are, longest sorties assumed."""
    for number, fleet in enumerate(tiny.instance.fleets):
        row = strictest(fleet)
        busy = np.zeros(tiny.instance.n_steps + row.gap_steps, int)
        for slot in slots(tiny, staggered=True):
            if slot.fleet == number:
                busy[slot.depart : slot.end + row.gap_steps] += 1
                assert 0 < slot.longest <= fleet.network.max_steps
                assert slot.depart in fleet.network.departures
        assert busy.max() <= row.capacity


def test_ways_are_made_of_visits_and_hops(tiny: Task) -> None:
    """Going from cell to cell takes the hops and the visits on the way, as the network has them."""
    for fleet, ways in zip(tiny.instance.fleets, tiny.ways, strict=True):
        active = fleet.network.active().tolist()
        for origin in active[:5]:
            for target in active:
                cells = [origin, *ways.between(origin, target), target]
                lasts = sum(hop_duration(fleet, a, b) for a, b in pairwise(cells) if a != b)
                lasts += int(ways.visit[cells[1:-1]].sum())
                assert lasts == ways.travel[origin, target]


def test_repair_keeps_every_rule(tiny: Task) -> None:
    """Far too many stops become a sortie in time, in fuel, and within windows."""
    rng = np.random.default_rng(0)
    for slot in slots(tiny, staggered=True):
        fleet = tiny.instance.fleets[slot.fleet]
        cells = rng.choice(fleet.network.active(), 12)
        sortie = sortie_of(tiny, slot, [Stop(int(c), 0, float(rng.random())) for c in cells])
        assert sortie is not None
        assert sortie.return_ <= slot.end
        assert fuel_l(fleet, sortie.depart, sortie.return_, sortie.visits) <= fleet.fuel.limit_l
        assert all(tiny.allowed[slot.fleet][t, i] for t, i in sortie.visits)


def test_clients_can_be_served_by_some_slot(tiny: Task) -> None:
    """Every start that a client offers is in its window, allowed, and there and back in time."""
    chosen = slots(tiny, staggered=True)
    problem = encode(tiny, chosen, [], Tuning())
    for k, cell in enumerate(problem.cell):
        for start in (step for a, b in problem.starts(k) for step in range(a, b + 1)):
            assert problem.first[k] <= start <= problem.last[k]
            assert any(tiny.allowed[slot.fleet][start, cell] for slot in chosen)
        assert any(
            slot.depart + ways.deploy[cell] <= problem.last[k]
            and problem.first[k] + ways.visit[cell] + ways.back[cell] <= slot.end
            for slot in chosen
            for ways in [tiny.ways[slot.fleet]]
        )


def test_copies_of_a_search_are_worth_less_and_less(tiny: Task) -> None:
    """Prizes of the copies of one search fall by the factor that a search leaves undetected."""
    fleet = 0
    departures = [slot for slot in slots(tiny, staggered=True) if slot.fleet == fleet][:1]
    one = encode(tiny, departures, [], Tuning(copies=1, offered=1e6))
    two = encode(tiny, departures, [], Tuning(copies=2, offered=1e6))
    assert two.cell.size > one.cell.size
    assert two.prize.sum() < 2 * one.prize.sum()
    assert np.isin(one.prize, two.prize).all()


def test_the_table_names_ratio_and_gap() -> None:
    """A scenario's line ends with the ratio to the best peer, its limit, and the proven gap."""
    rows = [
        Row("sea", OURS, 0.5, 0.51, 9, (), 1.0),
        Row("sea", "greedy", 0.4, None, 8, (), 1.0),
        Row("sea", "lawnmower", 0.2, None, 8, (), 1.0),
    ]
    assert ratios(rows) == pytest.approx((1.25, 1.275))
    last = table(rows, [OURS, "greedy", "lawnmower"]).splitlines()[-1]
    assert last == "| sea | 0.5000 | 0.4000 | 0.2000 | 1.250 | 1.275 | 2.0% |"
