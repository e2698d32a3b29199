"""The Python interface: plan a small real sea, write the plan, read it, verify it."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import pytest

import planner
from planner.app import (
    OF_ONE_PLAN,
    PLAN_FILE,
    Planned,
    plan_and_learn,
    plan_scenario,
    read_learned,
    read_plan,
    write_plan,
)
from planner.errors import PlanError, ScenarioError
from planner.plan.model import Plan
from planner.reuse import LEARNED_FILE
from planner.scenario import from_dict
from planner.solve import Progress
from planner.verify import verify
from tests.problem.off_aktau import plan, scenario, scenario_of, tables


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the small plan was written to."""
    return write_plan(plan(), tmp_path_factory.mktemp("planned") / "out" / "aktau")


def test_a_real_plan_breaks_no_rule(folder: Path) -> None:
    """Two units of two bases against a threat in transit: the verifier finds no violation."""
    found = read_plan(folder)
    report = verify(found, folder)
    assert report.ok, "\n".join(report.lines())
    assert {sortie.depart_base for sortie in found.sorties} == {"Aktau", "Kuryk"}
    assert sum(row.exposure for row in found.moving) > 0
    assert report.detection == pytest.approx(found.solver.detection, rel=0.002)


def test_the_plan_says_how_good_it_is() -> None:
    """Detection and bound enclose the truth, and the gap is their ratio less 1."""
    solver = plan().solver
    assert 0 < solver.detection <= solver.bound <= 1
    assert solver.gap == pytest.approx(solver.bound / solver.detection - 1)
    assert solver.seed == 1
    assert (solver.status == "optimal") == (solver.termination == "gap")
    total = math.fsum(row.weight * row.detection for row in (*plan().coverage, *plan().moving))
    assert total == pytest.approx(solver.detection, abs=1e-9)


def test_the_plan_has_everything(folder: Path) -> None:
    """Scenario, hulls, sorties, targets and metrics are all in it."""
    found = read_plan(folder)
    assert found.planner_version == planner.__version__
    assert [hull.id for hull in found.hulls] == ["Boats 1", "Boats 2", "Navy 1"]
    assert len(found.sorties) >= 4
    assert found.metrics["detection"]
    assert found.scenario["title"] == "A day off Aktau"


def test_a_plan_written_is_the_plan_read(folder: Path) -> None:
    """Nothing is lost or changed in the file, and the scenario behind it comes back."""
    found = read_plan(folder)
    assert found.model_dump(exclude={"scenario"}) == plan().model_dump(exclude={"scenario"})
    assert found.source is not None
    bundled = {"area"}
    assert found.source.model_dump(exclude=bundled) == scenario().model_dump(exclude=bundled)
    again = json.loads(found.model_dump_json(by_alias=True))
    assert again == json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))


def test_what_is_of_another_plan_goes_with_it(tmp_path: Path) -> None:
    """The same plan written again leaves what is beside it; another one removes it."""
    for name in OF_ONE_PLAN:
        (write_plan(plan(), tmp_path) / name).write_text("x", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    write_plan(plan(), tmp_path)
    assert all((tmp_path / name).is_file() for name in OF_ONE_PLAN)
    write_plan(plan().model_copy(update={"planner_version": "0"}), tmp_path)
    assert not any((tmp_path / name).exists() for name in OF_ONE_PLAN)
    assert (tmp_path / "notes.txt").is_file()


def test_the_folder_stands_alone(folder: Path, tmp_path: Path) -> None:
    """Moved elsewhere the folder still holds all it needs to be read and verified."""
    moved = tmp_path / "elsewhere"
    shutil.copytree(folder, moved)
    found = read_plan(moved)
    assert found.source is not None
    assert found.source.area.file
    assert found.source.path_of(found.source.area.file).is_relative_to(moved)
    assert found.source.path_of(found.source.area.file).is_file()


def test_only_whole_files_are_left(folder: Path) -> None:
    """The folder holds the plan and its inputs, nothing half written; writing again is fine."""
    write_plan(plan(), folder)
    assert sorted(path.name for path in folder.iterdir()) == ["inputs", PLAN_FILE]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot be read"),
        ("", "not a plan of schema patrol-plan/1"),
        ("{", "not a plan of schema patrol-plan/1"),
        ("[]", "not a plan of schema patrol-plan/1"),
        ('{"schema": "patrol-plan/9"}', "schema"),
        ('{"schema": "patrol-plan/1"}', "planner_version"),
        ("\udcff", "not a plan of schema patrol-plan/1"),
    ],
)
def test_a_missing_or_malformed_plan_is_said(tmp_path: Path, text: str | None, words: str) -> None:
    """What is no plan is an error that names the file, the fault and the remedy."""
    if text is not None:
        (tmp_path / PLAN_FILE).write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(PlanError, match=words) as raised:
        read_plan(tmp_path)
    message = str(raised.value)
    assert str(tmp_path / PLAN_FILE) in message
    assert "'patrol plan'" in message
    assert "\n" not in message


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    """A file named instead of a folder is an error of the plan, not a traceback."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(PlanError, match="name a folder that 'patrol plan' wrote"):
        read_plan(tmp_path / "file")


def test_a_fault_deep_in_a_plan_is_located(folder: Path, tmp_path: Path) -> None:
    """The message says which value of which row is wrong."""
    spoilt = json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))
    spoilt["sorties"][0]["legs"][1]["speed_kn"] = "fast"
    (tmp_path / PLAN_FILE).write_text(json.dumps(spoilt), encoding="utf-8")
    with pytest.raises(PlanError, match=r"sorties\[1\]\.legs\[2\]\.speed_kn"):
        read_plan(tmp_path)


def test_progress_is_told(progress: list[Progress]) -> None:
    """Progress starts with the sea, then shows detection and bound as they move, the gap last."""
    assert progress[0].phase == "reading the sea"
    assert progress[0].gap is None
    told = [now for now in progress if now.bound is not None and now.detection]
    assert told
    for now in told:
        assert now.gap == pytest.approx(now.bound / now.detection - 1)


@pytest.fixture(scope="module")
def progress(interrupted: tuple[Plan, list[Progress]]) -> list[Progress]:
    """Return what the interrupted run told."""
    return interrupted[1]


@pytest.fixture(scope="module")
def interrupted() -> tuple[Plan, list[Progress]]:
    """Return a plan whose search was interrupted as soon as it had one, and what it told."""
    told: list[Progress] = []

    def interrupt(now: Progress) -> None:
        told.append(now)
        if now.detection and now.bound:
            raise KeyboardInterrupt

    return plan_scenario(scenario(), time_limit_s=60.0, progress=interrupt), told


def test_an_interrupted_plan_holds(
    interrupted: tuple[Plan, list[Progress]], tmp_path: Path
) -> None:
    """Ctrl-C leaves a plan with a bound that the verifier finds no fault with."""
    found, _ = interrupted
    assert found.solver.termination == "interrupted"
    assert found.solver.status == "feasible"
    assert 0 < found.solver.detection <= found.solver.bound
    report = verify(read_plan(write_plan(found, tmp_path)), tmp_path)
    assert report.ok, "\n".join(report.lines())


@pytest.fixture(scope="module")
def blind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the plan of boats that reach the area but not the threat."""
    changed: dict[str, Any] = tables()
    short = scenario().vessel["patrol-boat-42ft"].model_dump() | {"endurance_h": 1.5}
    changed["vessel"] = {"short": short}
    changed["unit"] = [changed["unit"][0] | {"vessel": "short"}]
    folder = tmp_path_factory.mktemp("blind")
    shutil.copy(scenario().directory / "off_aktau.geojson", folder)
    corner = {"type": "Polygon", "coordinates": [
        [[50.56, 43.31], [50.7, 43.31], [50.7, 43.4], [50.56, 43.4], [50.56, 43.31]]
    ]}  # fmt: skip
    (folder / "corner.geojson").write_text(json.dumps(corner), encoding="utf-8")
    changed["threat"] = [changed["threat"][0] | {"file": "corner.geojson"}]
    there = from_dict(changed, folder)
    return write_plan(plan_scenario(there, time_limit_s=2.0), folder / "out")


def test_a_plan_that_can_detect_nothing_is_still_a_plan(blind: Path) -> None:
    """Boats that cannot reach the threat stay in port; the plan says so, is read and verified."""
    found = read_plan(blind)
    assert found.sorties == ()
    assert found.solver.detection == 0
    assert found.solver.bound == pytest.approx(0, abs=1e-9)
    report = verify(found, blind)
    assert report.ok, "\n".join(report.lines())


def test_a_scenario_out_of_reach_is_refused() -> None:
    """A unit that reaches no cell is an error of the scenario before anything is planned."""
    changed: dict[str, Any] = tables()
    short = scenario().vessel["patrol-boat-42ft"].model_dump() | {"endurance_h": 0.5}
    changed["vessel"] = {"short": short}
    changed["unit"][1]["vessel"] = "short"
    with pytest.raises(ScenarioError, match="'Navy' can reach no cell"):
        plan_scenario(scenario_of(changed), time_limit_s=1.0)


def test_targets_in_transit_alone_can_be_planned_for(tmp_path: Path) -> None:
    """A scenario without any area threat is planned and verified like every other."""
    changed: dict[str, Any] = tables()
    changed["threat"] = changed["threat"][2:]
    found = plan_scenario(scenario_of(changed), time_limit_s=1.0)
    assert found.coverage == ()
    assert 0 < found.solver.detection <= found.solver.bound <= 1
    report = verify(read_plan(write_plan(found, tmp_path)), tmp_path)
    assert report.ok, "\n".join(report.lines())


@pytest.fixture(scope="module")
def planned() -> Planned:
    """Return a plan of the small sea with what was learned on the way."""
    return plan_and_learn(scenario(), time_limit_s=2.0, seed=1)


def test_what_was_learned_lies_beside_the_plan(planned: Planned, tmp_path: Path) -> None:
    """With what was learned the folder holds one file more; a plan without it removes it."""
    write_plan(planned.plan, tmp_path, planned.learned)
    assert planned.recalled is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inputs", LEARNED_FILE, PLAN_FILE]
    assert read_learned(tmp_path).parts == planned.learned.parts
    write_plan(planned.plan, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inputs", PLAN_FILE]


@pytest.mark.parametrize(
    "change",
    [
        {"unit": [*tables()["unit"][:1], tables()["unit"][1] | {"count": 2}]},
        {"threat": [tables()["threat"][0] | {"persistence_h": 8.0}, *tables()["threat"][1:]]},
        {"start": "2006-05-22T06:00:00+05:00", "days": 0.75},
    ],
    ids=["hull", "risk", "day"],
)
def test_a_plan_made_from_another_holds(
    planned: Planned, change: dict[str, Any], tmp_path: Path
) -> None:
    """After each change the plan made from the earlier one breaks no rule, its bound above it."""
    told: list[Progress] = []
    again = plan_and_learn(
        scenario_of(tables() | change),
        time_limit_s=2.0,
        earlier=planned.learned,
        progress=told.append,
    )
    assert again.recalled is not None
    assert again.recalled.kept > 0
    assert again.plan.solver.detection >= again.recalled.detection - 1e-12
    assert any("known sorties kept" in now.phase for now in told)
    write_plan(again.plan, tmp_path, again.learned)
    report = verify(read_plan(tmp_path), tmp_path)
    assert report.ok, "\n".join(report.lines())


def test_an_interrupted_plan_made_from_another_holds(planned: Planned, tmp_path: Path) -> None:
    """Ctrl-C at the first news leaves at least the plan begun with, and something to go on from."""

    def interrupt(now: Progress) -> None:
        if now.bound is not None:
            raise KeyboardInterrupt

    again = plan_and_learn(
        scenario(), time_limit_s=60.0, earlier=planned.learned, progress=interrupt
    )
    assert again.plan.solver.termination == "interrupted"
    assert again.plan.solver.detection >= planned.plan.solver.detection - 1e-9
    assert len(again.learned.columns) >= len(again.plan.sorties)
    report = verify(read_plan(write_plan(again.plan, tmp_path)), tmp_path)
    assert report.ok, "\n".join(report.lines())
