"""Running a study with an optimiser that is known, on a real small sea."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from planner.problem.arrays import Instance
from planner.solve import Progress
from planner.solve.bound import Cut
from planner.solve.coverage import Coverage
from planner.solve.sorties import Pool, Roster, Sortie, make_sortie
from planner.study import run_study


@dataclass
class Found:
    """What the stand-in found."""

    detection: float
    most: float
    sorties: tuple[Sortie, ...]
    pool: Pool
    termination: str = "time"
    cuts: tuple[Cut, ...] = ()
    apart: tuple[Cut, ...] = ()

    @property
    def detects(self) -> float:
        """The same bound: nothing is required."""
        return self.most


@dataclass
class StandIn:
    """Fills every hull with one sortie, unless told to do worse; notes what it was given."""

    lazy: frozenset[int] = frozenset()
    stop_at: int = 0
    cut_short: int = 0
    seen: list[tuple[int, int, int]] = field(default_factory=list)

    def __call__(
        self,
        instance: Instance,
        *,
        time_limit_s: float,
        seed: int,
        pool: Pool,
        cuts: Sequence[Cut],
        start: Sequence[Sortie],
    ) -> Found:
        hulls = instance.fleets[0].rows[0].capacity
        if hulls == self.stop_at:
            raise KeyboardInterrupt
        assert (time_limit_s, seed) == (1.5, 5)
        assert Roster(instance, start).fits()
        self.seen.append((hulls, len(pool), len(start)))
        sorties = [] if hulls in self.lazy else list(start)
        for fleet in range(len(instance.fleets)):
            while hulls not in self.lazy and self._add(instance, fleet, sorties):
                pass
        made = Pool(sorties)
        found = Coverage(instance.targets, sorties).detection()
        ended = "interrupted" if hulls == self.cut_short else "time"
        return Found(found, 0.9 - 0.1 * (hulls == 4), tuple(sorties), made, ended)

    @staticmethod
    def _add(instance: Instance, fleet: int, sorties: list[Sortie]) -> bool:
        """Send one more hull at the start of the plan to the next cell in reach."""
        unit = instance.fleets[fleet]
        cells = unit.network.active()
        cell = int(cells[len(sorties) % cells.size])
        net = unit.network
        arrive = int(net.deploy_steps[cell])
        back = arrive + int(net.visit_steps[cell] + net.return_steps[cell])
        visits = np.array([[arrive, cell]], np.int32)
        more = [*sorties, make_sortie(instance, fleet, 0, back, visits)]
        if not Roster(instance, more).fits():
            return False
        sorties[:] = more
        return True


def test_fleets_share_sorties_and_plans(study_file: Path, tmp_path: Path) -> None:
    """Each fleet knows all sorties found before it and starts from the best plan it can man."""
    stand_in, told = StandIn(), []
    table = run_study(
        study_file, tmp_path / "out", workers=1, solver=stand_in, progress=told.append
    )
    up = [(1, 0, 0), (2, 2, 2), (4, 3, 3)]
    assert stand_in.seen == [*up, (4, 5, 5), (2, 5, 3), (1, 5, 2)]
    assert [row.boats for row in table.rows] == [1, 2, 4]
    assert [row.sorties for row in table.rows] == [2, 3, 5]
    detections = [row.detection for row in table.rows]
    assert detections == sorted(set(detections))
    assert [row.bound for row in table.rows] == [0.8, 0.8, 0.8]
    assert isinstance(told[-1], Progress)
    assert told[-1].phase == "6 of 6 plans made, last of 1 boats"


def test_a_smaller_fleet_borrows_from_a_larger_one(study_file: Path, tmp_path: Path) -> None:
    """What was found only with more boats is cut to the boats there are."""
    table = run_study(study_file, tmp_path / "out", workers=1, solver=StandIn(frozenset({1, 2})))
    assert [row.sorties for row in table.rows] == [2, 3, 5]
    assert all(row.detection > 0 for row in table.rows)
    assert [row.planned_boats for row in table.rows] == [1, 2, 4]


def test_one_fleet_alone_gets_all_its_time(study_file: Path, tmp_path: Path) -> None:
    """A study of a single fleet is one plan."""
    text = study_file.read_text("utf-8")
    text = text.replace("[1, 2, 4]", "[2]").replace("time_limit_s = 3", "time_limit_s = 1.5")
    study_file.write_text(text, encoding="utf-8")
    stand_in = StandIn()
    table = run_study(study_file, tmp_path / "out", workers=1, solver=stand_in)
    assert stand_in.seen == [(2, 0, 0)]
    assert len(table.rows) == 1


def test_a_bigger_fleet_is_never_shown_as_worse(study_file: Path, tmp_path: Path) -> None:
    """Where the optimiser finds nothing for a fleet, the smaller fleet's plan stands."""
    table = run_study(study_file, tmp_path / "out", workers=1, solver=StandIn(frozenset({4})))
    assert table.rows[2].detection == table.rows[1].detection > table.rows[0].detection
    assert table.rows[2].planned_boats == 2


def test_costs_come_from_classes_and_hours(study_file: Path, tmp_path: Path) -> None:
    """Purchase is price times boats; running cost is hours under way at the class's rate."""
    table = run_study(study_file, tmp_path / "out", workers=1, solver=StandIn())
    assert [row.purchase_usd for row in table.rows] == [3e5, 6e5, 1.2e6]
    assert table.price_usd == 3e5
    spent = [row.running_usd for row in table.rows]
    hours = [row.at_sea_h for row in table.rows]
    extra = (spent[2] - spent[1]) / (hours[2] - hours[1])
    assert extra == pytest.approx(400)
    assert all(row.fuel_l > 0 for row in table.rows)


def test_the_table_is_written_whole(study_file: Path, tmp_path: Path) -> None:
    """``study.csv`` holds the rows, and no unfinished file stays behind."""
    table = run_study(study_file, tmp_path / "out", workers=1, solver=StandIn())
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["study.csv"]
    with (tmp_path / "out" / "study.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert [float(line["detection"]) for line in lines] == pytest.approx(
        [row.detection for row in table.rows], rel=1e-5
    )


def test_ctrl_c_keeps_the_fleets_that_are_done(study_file: Path, tmp_path: Path) -> None:
    """Interrupted, the study writes what it has and says so; with nothing it stops."""
    table = run_study(study_file, tmp_path / "out", workers=1, solver=StandIn(stop_at=4))
    assert table.interrupted
    assert [row.boats for row in table.rows] == [1, 2]
    assert (tmp_path / "out" / "study.csv").exists()
    with pytest.raises(KeyboardInterrupt):
        run_study(study_file, tmp_path / "none", workers=1, solver=StandIn(stop_at=1))


def test_an_optimiser_cut_short_ends_the_study(study_file: Path, tmp_path: Path) -> None:
    """The optimiser turns Ctrl-C into its best plan; that plan counts, and no more are made."""
    stand_in = StandIn(cut_short=2)
    table = run_study(study_file, tmp_path / "out", workers=1, solver=stand_in)
    assert table.interrupted
    assert [row.boats for row in table.rows] == [1, 2]
    assert len(stand_in.seen) == 2


def test_boats_of_several_units_are_planned_together(study_file: Path, tmp_path: Path) -> None:
    """Boats dealt to two units of one class: the table says how they are split."""
    scenario = study_file.parent / "scenario.toml"
    text = scenario.read_text("utf-8")
    unit = text[text.index("[[unit]]") : text.index("[[unit]]", text.index("[[unit]]") + 1)]
    second = unit.replace('"Launches"', '"More launches"').replace("North", "South")
    scenario.write_text(text.replace(unit, unit + second), encoding="utf-8")
    study = study_file.read_text("utf-8")
    study_file.write_text(study.replace('"Launches"', '["Launches", "More launches"]'), "utf-8")
    table = run_study(study_file, tmp_path / "out", workers=1, solver=StandIn())
    assert [row.split for row in table.rows] == ["1 + 0", "1 + 1", "2 + 2"]
    assert [row.boats for row in table.rows] == [1, 2, 4]


def test_the_planners_own_optimiser_in_two_processes(study_file: Path, tmp_path: Path) -> None:
    """Planned for a second each by two processes, fleets are in order and within their bounds."""
    text = study_file.read_text("utf-8")
    text = text.replace("[1, 2, 4]", "[1, 2]").replace("time_limit_s = 3", "time_limit_s = 2")
    study_file.write_text(text, encoding="utf-8")
    table = run_study(study_file, tmp_path / "out", workers=2)
    small, large = table.rows
    assert 0 < small.detection <= large.detection
    assert small.detection <= small.bound <= large.bound <= 1
    assert small.sorties > 0
    assert table.workers == 2
