"""The plan file: its keys as designed, nothing lost on the way there and back."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import pytest
from pydantic import ValidationError

from planner.plan.model import SCHEMA, Leg, Plan
from tests.problem.off_aktau import plan, scenario

KEYS = {
    "solver": {"status", "termination", "detection", "bound", "gap", "served", "seed", "time_s"},
    "hulls": {"id", "unit", "vessel", "agency", "base"},
    "sorties": {"id", "hull", "crew", "depart_base", "return_base", "depart", "return", "ready",
                "distance_nm", "fuel_l", "legs"},
    "coverage": {"cell", "threat", "from", "to", "weight", "exposure", "detection"},
    "moving": {"threat", "weight", "speed_kn", "exposure", "detection"},
}  # fmt: skip
LEG = {
    "mode", "reason", "start", "end", "speed_kn", "sweep_width_nm", "path", "exposures", "widths",
}  # fmt: skip


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    """Return the plan as plan.json holds it; copy before changing."""
    found: dict[str, Any] = json.loads(plan().model_dump_json(by_alias=True))
    return found


def test_the_tables_are_those_of_the_design(written: dict[str, Any]) -> None:
    """The file has the designed tables, and says its schema and the planner's version."""
    tables = {"scenario", "metrics", "moves", "upkeep", *KEYS}
    assert set(written) == tables | {"schema", "planner_version"}
    assert written["schema"] == SCHEMA == "patrol-plan/1"


def test_the_keys_are_those_of_the_design(written: dict[str, Any]) -> None:
    """Every table has exactly the designed keys; tracks have their passages besides."""
    assert set(written["solver"]) == KEYS["solver"]
    for table in ("hulls", "sorties", "coverage"):
        assert {frozenset(row) for row in written[table]} == {frozenset(KEYS[table])}
    assert {frozenset(row) for row in written["moving"]} == {
        frozenset(KEYS["moving"] | {"passages"})
    }
    for sortie in written["sorties"]:
        for leg in sortie["legs"]:
            assert set(leg) == LEG
            assert leg["mode"] in {"transit", "search", "loiter"}
            assert all(len(position) == 2 for position in leg["path"])
            assert all(set(given) == {"cell", "exposure"} for given in leg["exposures"])
            assert leg["widths"] == [], "without target types all widths are the same"


def test_times_have_their_offset(written: dict[str, Any]) -> None:
    """Times are ISO 8601 with the scenario's offset."""
    times = [sortie[key] for sortie in written["sorties"] for key in ("depart", "return", "ready")]
    times += [row[key] for row in written["coverage"] for key in ("from", "to")]
    times += [leg[key] for s in written["sorties"] for leg in s["legs"] for key in ("start", "end")]
    assert times
    assert all(time.endswith("+05:00") and "T" in time for time in times)


def test_a_plan_comes_back_as_it_was(written: dict[str, Any]) -> None:
    """Read from its own text a plan is the same, by the file's keys and by the model's."""
    assert Plan.model_validate_json(json.dumps(written)).model_dump() == plan().model_dump()
    assert Plan.model_validate(plan().model_dump()).model_dump() == plan().model_dump()


def test_an_infinite_gap_comes_back() -> None:
    """The gap of a plan that detects nothing is infinite, in the file too."""
    nothing = plan().solver.model_copy(update={"detection": 0.0, "gap": math.inf})
    text = plan().model_copy(update={"solver": nothing}).model_dump_json(by_alias=True)
    assert json.loads(text)["solver"]["gap"] == "Infinity"
    assert Plan.model_validate_json(text).solver.gap == math.inf


def test_a_plan_knows_its_scenario_when_told() -> None:
    """A plan carries the scenario it is told to be of, beside what it writes."""
    bare = Plan.model_validate_json(plan().model_dump_json(by_alias=True))
    assert bare.source is None
    told = bare.at(scenario())
    assert told.source is scenario()
    assert bare.source is None
    assert told.model_dump() == bare.model_dump()


@pytest.mark.parametrize(
    ("where", "key", "value"),
    [
        ((), "schema", "patrol-plan/2"),
        ((), "note", "unknown"),
        (("solver",), "termination", "bored"),
        (("solver",), "detection", -0.1),
        (("sorties", 0), "depart", "2006-05-22T06:00:00"),
        (("sorties", 0), "fuel_l", -1.0),
        (("sorties", 0, "legs", 0), "mode", "drift"),
        (("sorties", 0, "legs", 0), "path", [[51.2]]),
        (("sorties", 0, "legs", 0), "widths", [{"threat": "runs", "sweep_width_nm": -1.0}]),
        (("sorties", 0, "legs", 0), "widths", [{"threat": "runs", "width_nm": 1.0}]),
        (("sorties", 0, "legs", 0), "widths", [{"sweep_width_nm": 1.0}]),
        (("coverage", 0), "weight", "heavy"),
        (("hulls", 0), "colour", "grey"),
    ],
)
def test_a_faulty_value_is_refused(
    written: dict[str, Any], where: tuple[str | int, ...], key: str, value: object
) -> None:
    """Unknown keys, other schemas, times without offset and impossible values are refused."""
    spoilt: Any = copy.deepcopy(written)
    table = spoilt
    for step in where:
        table = table[step]
    table[key] = value
    with pytest.raises(ValidationError):
        Plan.model_validate(spoilt)


def test_a_plan_cannot_be_changed() -> None:
    """Plans are frozen; a change is a new plan."""
    with pytest.raises(ValidationError):
        plan().sorties[0].fuel_l = 0.0  # type: ignore[misc]


def test_a_leg_gives_each_threat_its_share() -> None:
    """Threats named in ``widths`` get their width over the leg's, others all; none of no width."""
    given = plan().sorties[0].legs[1].model_dump()
    given |= {
        "sweep_width_nm": 4.0,
        "widths": [
            {"threat": "runs", "sweep_width_nm": 1.0},
            {"threat": "ferry", "sweep_width_nm": 0.0},
        ],
    }
    leg = Leg.model_validate(given)
    assert [leg.factor(threat) for threat in ("nets", "runs", "ferry")] == [1.0, 0.25, 0.0]
    blind = Leg.model_validate(given | {"sweep_width_nm": 0.0})
    assert blind.factor("runs") == 0.0
    assert Leg.model_validate_json(leg.model_dump_json()) == leg


def test_a_plan_of_before_has_no_widths(written: dict[str, Any]) -> None:
    """Plans written before legs had widths by threat are read as having one."""
    older = copy.deepcopy(written)
    for sortie in older["sorties"]:
        for leg in sortie["legs"]:
            del leg["widths"]
    assert Plan.model_validate(older).sorties == plan().sorties
