"""Parts of a problem: what counts as a change, and what does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from planner.problem.arrays import CapacityRow
from planner.reuse.parts import Parts, UnitPart, _unit, cell_numbers, parts_of
from planner.solve import Sortie
from planner.solve.given import beside
from tests.instances import ROUGH, random_instance
from tests.problem.off_aktau import problem, scenario, tables
from tests.reuse.known import changed

OUTAGE = {
    "hull": "Boats 1",
    "start": "2006-05-22T06:00:00+05:00",
    "end": "2006-05-22T12:00:00+05:00",
}

CHANGES: list[tuple[Callable[[dict[str, Any]], Any], list[str]]] = [
    (lambda t: t.update(title="Another title"), []),
    (lambda t: t["unit"][0].update(count=3), []),
    (lambda t: t["unit"][1].update(count=2, crews=2), []),
    (lambda t: t["unit"][0].update(name="Launches"), []),
    (lambda t: t.update(outage=[OUTAGE]), []),
    (lambda t: t["unit"][0].update(rotation=2), []),
    (lambda t: t.update(start="2006-05-23T00:00:00+05:00"), []),
    (lambda t: t["unit"][0].update(vessel="zhuk"), ["unit 'Boats'"]),
    (lambda t: t["unit"][0].update(base="Kuryk"), ["unit 'Boats'"]),
    (lambda t: t["unit"].reverse(), ["the units"]),
    (lambda t: t["threat"][0].update(persistence_h=12.0), ["threat 'nets'"]),
    (lambda t: t["threat"][0].update(weight=3.0), ["the threats"]),
    (lambda t: t["threat"][2].update(speed_kn=10.0), ["the units", "threat 'ferry'"]),
    (lambda t: t.update(days=2.0), ["the plan's length"]),
    (lambda t: t["area"].update(time_step_min=20), ["the plan's length"]),
    (lambda t: t["area"].update(cell_resolution=4), ["the cells"]),
]


@pytest.mark.parametrize(("change", "words"), CHANGES)
def test_changes_are_told_apart(change: Callable[[dict[str, Any]], Any], words: list[str]) -> None:
    """Hulls, crews, names and the date change nothing a bound rests on; all else is named."""
    tables_now = tables()
    change(tables_now)
    before = parts_of(scenario(), problem())
    assert before.changes(parts_of(*changed(tables_now))) == words


def boats() -> Any:
    """A station of a unit at home."""
    aktau = SimpleNamespace(name="Aktau")
    unit = SimpleNamespace(vessel="pkm")
    return SimpleNamespace(name="Boats", unit=unit, depart_base=aktau, return_base=aktau)


def test_parts_come_back_from_json() -> None:
    """Parts written as JSON are the parts read."""
    parts = parts_of(scenario(), problem())
    assert Parts.model_validate_json(parts.model_dump_json()) == parts


def test_pauses_of_rows_are_kept() -> None:
    """A unit has gap and least steps of each row; a file from before rows had these has none."""
    rows = (CapacityRow(3, 2), CapacityRow(2, 4, 9, ((1, 5),)))
    unit = boats()
    part = _unit(unit, [replace(random_instance(3).fleets[0], rows=rows)])
    assert part.pauses == ((2, 0), (4, 9))
    held = part.model_dump()
    del held["least"]
    assert UnitPart.model_validate(held).pauses == ((2, 0), (4, 0))


def test_settled_sorties_change_the_threats_that_they_detect() -> None:
    """What is left beside settled sorties is another problem, moving targets included."""
    whole = problem()
    before = parts_of(scenario(), whole)
    assert whole.tracks
    for target in (0, whole.instance.targets.weight.size - 1):
        given = Sortie(
            0, 0, 6, np.zeros((0, 2), np.int32), np.array([target]), np.array([0.5])
        )  # fmt: skip
        rest = replace(whole, instance=beside(whole.instance, [given]))
        assert len(before.changes(parts_of(scenario(), rest))) == 1


def test_cells_are_their_h3_indexes() -> None:
    """A cell's number is its H3 index."""
    names = problem().instance.names
    assert [f"{int(cell):x}" for cell in cell_numbers(problem().instance)] == list(names)


def test_light_and_weather_are_part_of_a_unit() -> None:
    """Other sights, epochs, closures or sea states make another unit; other rows do not."""
    unit = boats()
    instance = random_instance(3, n_layers=2, **ROUGH)
    mild, heavy = instance.fleets
    rows = (CapacityRow(4, 3),)
    where = mild.open
    assert where is not None
    before = _unit(unit, [mild, heavy]).fingerprint
    assert _unit(unit, [replace(mild, rows=rows), replace(heavy, rows=rows)]).fingerprint == before
    for other in (
        replace(mild, exposure=mild.exposure * 2),
        replace(mild, epoch=np.zeros_like(mild.epoch)),
        replace(mild, open=None),
        *(
            replace(mild, open=replace(where, **{f.name: ~vars(where)[f.name]}))
            for f in fields(where)
        ),
    ):
        assert _unit(unit, [other, heavy]).fingerprint != before
    assert _unit(unit, [mild]).fingerprint != before
