"""Sorties of a plan read back as those of the optimiser."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from planner.plan.coverage import coverage_rows
from planner.plan.realise import realise
from planner.problem.build import build
from planner.problem.passing import pass_exposure
from planner.replan import columns_of
from planner.replan.columns import Fit, Misfit, _coverage, restated
from planner.scenario import from_dict
from planner.solve.search import Search
from tests.problem.off_aktau import in_weather, sea
from tests.replan import anew


def fits() -> list[Fit]:
    """The plan's sorties on the problem they were planned for."""
    found = columns_of(anew.plan().sorties, anew.scenario(), anew.problem())
    return [fit for fit in found if isinstance(fit, Fit)]


def test_the_columns_give_the_plan_its_exposures() -> None:
    """Every sortie is read back, and together they detect what the plan says, row by row."""
    assert [fit.sortie for fit in fits()] == list(anew.plan().sorties)
    rows, moving = coverage_rows(
        [fit.column for fit in fits()], anew.scenario(), sea(), anew.problem()
    )
    for found, stated in ((rows, anew.plan().coverage), (moving, anew.plan().moving)):
        assert [row.exposure for row in found] == pytest.approx([row.exposure for row in stated])


def test_nothing_is_restated_where_nothing_changed() -> None:
    """On the problem it was planned for a sortie is the very same."""
    assert all(restated(fit, anew.problem(), sea()) is fit.sortie for fit in fits())


def test_a_storm_on_the_way_is_the_reason(tmp_path: Path) -> None:
    """In seas that no boat sails in nothing fits, and the reason is the weather."""
    rough = in_weather(tmp_path, lambda hour, lon, lat: np.where(hour > 20, 9.0, 0.3) + 0 * lon,
                       anew.tables())  # fmt: skip
    problem = build(rough, sea())
    found = columns_of(anew.plan().sorties, rough, problem)
    late = [each for each in found if each.sortie.return_ > rough.start.replace(day=23)]
    assert late
    assert all(isinstance(each, Misfit) and "weather" in each.why for each in late)


def test_a_sortie_of_other_waters_does_not_fit() -> None:
    """Cells that are gone, speeds that are others and tanks too small each have their reason."""
    tables = anew.tables() | {"vessel": {}}
    smaller = {name: table.model_dump() for name, table in anew.scenario().vessel.items()}
    smaller["pkm"]["fuel_l"] = 700.0
    slower = {name: table.model_dump() for name, table in anew.scenario().vessel.items()}
    slower["pkm"]["search_kn"] = 9.0
    for vessels, why in ((smaller, "fuel"), (slower, "faster")):
        changed = from_dict(tables | {"vessel": vessels}, anew.scenario().directory)
        navy = [s for s in anew.plan().sorties if s.hull.startswith("Navy")]
        found = columns_of(navy, changed, build(changed, sea()))
        assert all(isinstance(each, Misfit) and why in each.why for each in found)


@pytest.mark.parametrize("coverage", [0.05, 0.3, 0.9, 2.0])
def test_the_exposure_of_a_pass_is_undone(coverage: float) -> None:
    """The coverage factor of a pass follows from the exposure that it gives."""
    assert _coverage(float(pass_exposure(coverage))) == pytest.approx(coverage, rel=1e-6)


def test_a_sortie_without_its_breaks_does_not_fit() -> None:
    """Where crews get breaks that they did not have, sorties that leave no room for them go."""
    tables = anew.tables()
    for unit in tables["unit"]:
        unit |= {"break_every_h": 3.0, "break_min": 30.0}
    changed = from_dict(tables, anew.scenario().directory)
    found = columns_of(anew.plan().sorties, changed, build(changed, sea()))
    long = [each for each in found if each.sortie.return_ - each.sortie.depart > timedelta(hours=3)]
    assert long
    assert all(isinstance(each, Misfit) for each in long)
    assert any(isinstance(each, Misfit) and "breaks" in each.why for each in long)


def test_a_plan_with_breaks_is_read_back() -> None:
    """Ways that breaks part, and waits that they fill, are those of the same columns."""
    tables = anew.tables()
    for unit in tables["unit"]:
        unit |= {"break_every_h": 1.0, "break_min": 20.0, "break_early_min": 10.0}
    rested = from_dict(tables, anew.scenario().directory)
    problem = build(rested, sea())
    search = Search(problem.instance, seed=0)
    search.construct(lambda: False)
    sorties = realise(search.best, rested, sea(), problem)
    modes = [[leg.mode for leg in sortie.legs] for sortie in sorties]
    assert any(m[:3] == ["transit", "loiter", "transit"] for m in modes), "a break on a way"
    found = columns_of(sorties, rested, problem)
    assert all(isinstance(each, Fit) for each in found)
    keys = {each.column.key for each in found if isinstance(each, Fit)}
    assert keys == {column.key for column in search.best}
