"""Planning anew: what has sailed stays, what can stay does as asked, the rest holds."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pytest

from planner.errors import ScenarioError
from planner.plan.model import Plan, Sortie
from planner.replan import Event, columns_of
from planner.solve.coverage import Coverage
from tests.replan import anew
from tests.weather_file import write_weather


def without_ready(sorties: list[Sortie]) -> list[Sortie]:
    """Sorties apart from when their hulls can sail again, which a spare crew changes."""
    start = anew.scenario().start
    return [sortie.model_copy(update={"ready": start}) for sortie in sorties]


def by_id(plan: Plan) -> dict[str, Sortie]:
    return {sortie.id: sortie for sortie in plan.sorties}


def storm_m(hour: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Waves that the 42-ft boats cannot sail in, in the west of the sea."""
    return np.where(lon < 50.9, 2.4, 0.3) + 0.0 * hour


@pytest.fixture
def storm(tmp_path: Path) -> Path:
    """Return the file of a storm in the west."""
    return tmp_path / write_weather(anew.scenario(), tmp_path, storm_m)


@pytest.fixture
def threats(tmp_path: Path) -> Path:
    """Return the file of a new threat whose windows end at odd hours."""
    path = tmp_path / "new.toml"
    path.write_text('[[threat]]\nname = "new"\nkind = "area"\nweight = 2.0\npersistence_h = 7.0\n')
    return path


def test_there_is_something_to_keep_and_to_lose() -> None:
    """The plan has sailed sorties, one at sea, and several to come."""
    assert any(sortie.return_ > anew.event().at for sortie in anew.sailed())
    assert len(anew.later()) >= 4


@pytest.mark.parametrize("keep", [0.0, 0.8, 1.0])
def test_what_has_sailed_stays(keep: float) -> None:
    """Settled sorties are those of the plan, by name, hull, crew, legs and every time at sea."""
    found = list(anew.without_boat(keep).plan.sorties[: len(anew.sailed())])
    assert without_ready(found) == without_ready(anew.sailed())


@pytest.mark.parametrize("keep", [0.0, 0.8, 1.0])
def test_at_least_the_share_asked_for_stays_exactly(keep: float) -> None:
    """As many sorties as had to are equal to those before, and the change says which."""
    found = anew.without_boat(keep)
    change, now = found.change, by_id(found.plan)
    can = [sortie for sortie in anew.later() if sortie.hull != anew.idle()]
    assert change.could_stay == len(can)
    assert change.least == math.ceil(keep * len(can))
    same = [s.id for s in can if s.id in now and without_ready([now[s.id]]) == without_ready([s])]
    assert sorted(change.stayed) == sorted(same)
    assert len(same) >= change.least
    assert not any("left out" in note for note in change.notes)


def test_keeping_all_only_fills_gaps() -> None:
    """With ``keep`` 1 nothing that can sail is dropped or changed."""
    change = anew.without_boat(1.0).change
    assert not change.moved
    assert {gone.sortie.hull for gone in change.dropped} == {anew.idle()}
    assert {gone.why for gone in change.dropped} == {"its hull is lost"}


def test_every_sortie_is_accounted_for_once() -> None:
    """Sorties yet to sail stay, change or drop; those of the new plan stay, changed or are new."""
    found = anew.without_boat(0.0)
    change = found.change
    was = [*change.stayed, *(m.before.id for m in change.moved)]
    was += [gone.sortie.id for gone in change.dropped]
    assert sorted(was) == sorted(sortie.id for sortie in anew.later())
    now = [*change.stayed, *(m.after.id for m in change.moved), *(s.id for s in change.new)]
    assert sorted(now) == sorted(s.id for s in found.plan.sorties[change.sailed :])


def test_new_sorties_have_names_of_their_own() -> None:
    """No name of the plan before is given again, not even after a second change."""
    once = anew.without_boat(0.0).plan
    fresh = set(by_id(once)) - set(by_id(anew.plan()))
    twice = anew.again(anew.event("2006-05-22T23:30", lost=("Navy 1",)), 0.0, once).plan
    known = {*by_id(anew.plan()), *by_id(once)}
    assert fresh
    assert all(
        by_id(twice)[name].legs == by_id(once)[name].legs
        for name in set(by_id(twice)) & known
        if name in by_id(once)
    )
    assert not (set(by_id(twice)) - set(by_id(once))) & known


def test_a_lost_hull_sails_no_more(tmp_path: Path) -> None:
    """Nothing departs with it after the event, and the plan holds."""
    found = anew.without_boat().plan
    assert all(s.depart < anew.event().at for s in found.sorties if s.hull == anew.idle())
    assert anew.violations(found, tmp_path / "new") == []


def test_a_lost_hull_at_sea_completes_its_sortie(tmp_path: Path) -> None:
    """It is back as planned, and out of service once its turnaround is over."""
    hull, out, back = next(
        (s.hull, s.depart, s.return_) for s in anew.plan().sorties if s.hull.startswith("Boats")
    )
    happened = anew.event(f"{out + (back - out) / 2:%Y-%m-%dT%H:%M}", lost=(hull,))
    found = anew.again(happened)
    (outage,) = found.plan.scenario["outage"]
    assert outage["hull"] == hull
    assert dt.datetime.fromisoformat(outage["start"]) > back
    assert "is at sea: it completes" in found.change.notes[0]
    assert all(s.depart < happened.at for s in found.plan.sorties if s.hull == hull)
    assert anew.violations(found.plan, tmp_path / "new") == []


def test_a_storm_is_kept_out_of(tmp_path: Path, storm: Path) -> None:
    """Sorties that meet it are dropped for that reason; those at sea count by the old weather."""
    found = anew.again(anew.event(storm=storm))
    gone = [*found.change.dropped, *(m.before for m in found.change.moved)]
    assert gone
    assert list(found.plan.sorties[: len(anew.sailed())]) == anew.sailed()
    assert anew.violations(found.plan, tmp_path / "new") == []
    environment = found.plan.scenario["environment"]
    assert environment["since"] == anew.event().at.isoformat()
    assert environment["before"]["source"] == "calm"


def test_a_storm_after_a_storm(tmp_path: Path, storm: Path) -> None:
    """Each sortie is judged by the weather known when it departed, also in the same folder."""
    once = anew.written(anew.again(anew.event(storm=storm)).plan, tmp_path / "new")
    calmer = tmp_path / "later" / "weather.nc"
    calmer.parent.mkdir()
    write_weather(anew.scenario(), calmer.parent, lambda hour, lon, lat: 0.4)
    twice = anew.again(anew.event("2006-05-23T00:30", storm=calmer), 0.5, once)
    assert anew.violations(twice.plan, tmp_path / "new") == []
    again = anew.written(twice.plan, tmp_path / "new").scenario["environment"]
    assert [again["file"], again["before"]["file"]] == [
        "inputs/weather-file/weather.nc",
        "inputs/weather-before-file/weather.nc",
    ]


def test_weather_may_begin_with_the_event(tmp_path: Path) -> None:
    """A forecast needs to cover nothing before it was made."""
    late = anew.scenario().model_copy(
        update={"start": anew.scenario().start + dt.timedelta(hours=20), "days": 28 / 24}
    )
    name = write_weather(late, tmp_path, lambda hour, lon, lat: 0.3)
    found = anew.again(anew.event(storm=tmp_path / name))
    assert found.change.could_stay == len(anew.later())


def test_a_new_threat_is_looked_for(tmp_path: Path, threats: Path) -> None:
    """It has its share of the weight; sorties over the end of its windows stay, and add up."""
    found = anew.again(anew.event(threats=(threats,)))
    assert found.plan.metrics["by_threat"]["new"]["weight"] == pytest.approx(0.25)
    assert found.change.could_stay == len(anew.later())
    assert any("over the end of a new threat's window" in note for note in found.change.notes)
    assert anew.violations(found.plan, tmp_path / "new") == []


def test_a_new_threat_seen_at_another_width(tmp_path: Path) -> None:
    """Searches that stay say how wide they sweep against it; their lines are the same."""
    path = tmp_path / "rafts.toml"
    path.write_text(
        '[[threat]]\nname = "rafts"\nkind = "area"\nweight = 1.0\npersistence_h = 6.0\n'
        'target = "raft-4-person"\n'
    )
    found = anew.again(anew.event(threats=(path,)))
    leg = next(leg for leg in found.plan.sorties[0].legs if leg.mode == "search")
    old = next(leg for leg in anew.plan().sorties[0].legs if leg.mode == "search")
    assert leg.path == old.path
    assert leg.factor("rafts") != pytest.approx(1.0) or leg.sweep_width_nm != old.sweep_width_nm
    assert anew.violations(found.plan, tmp_path / "new") == []


def test_what_is_left_is_worth_what_it_finds() -> None:
    """Before, left and after are in order, none above the bound, and left is recomputed."""
    change = anew.without_boat().change
    assert change.left < change.before
    assert change.left <= change.after <= change.bound
    stays = [*anew.sailed(), *(s for s in anew.later() if s.hull != anew.idle())]
    read = columns_of(stays, anew.scenario(), anew.problem())
    coverage = Coverage(anew.problem().instance.targets, [fit.column for fit in read])
    assert change.left == pytest.approx(coverage.detection(), abs=1e-9)


def test_the_same_work_gives_the_same_plan() -> None:
    """Equal plans, events, shares and work give equal plans, byte by byte."""
    once, again = (anew.again(anew.event(lost=(anew.idle(),)), 0.5).plan for _ in range(2))
    assert once.model_dump_json() == again.model_dump_json()


def test_the_change_is_in_the_plan(tmp_path: Path) -> None:
    """The metrics of the written plan hold the whole difference."""
    found = anew.without_boat()
    record = anew.written(found.plan, tmp_path).metrics["replan"]
    assert record["stayed"] == list(found.change.stayed)
    assert [each["was"]["id"] for each in record["dropped"]] == [
        gone.sortie.id for gone in found.change.dropped
    ]
    assert record["detection_before"] == anew.plan().solver.detection


def test_nothing_departs_any_more() -> None:
    """After the last departure there is nothing to plan."""
    with pytest.raises(ScenarioError, match="no sortie departs from then on"):
        anew.again(anew.event("2006-05-23T23:30", lost=("Navy 1",)))


def test_a_share_is_a_share() -> None:
    """``keep`` lies between 0 and 1."""
    with pytest.raises(ScenarioError, match="--keep"):
        anew.again(Event(anew.event().at, lost=("Navy 1",)), 1.5)
