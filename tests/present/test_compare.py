"""Two plans side by side: figures, proof, sorties, refusals, and the page."""

from __future__ import annotations

import math
import random
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from planner.app import compare_plans, read_plan, write_plan
from planner.cli import app
from planner.errors import PlanError
from planner.plan.model import Plan, Sortie
from planner.present.compare.drawing import cell_differences, difference_scale
from planner.present.compare.figures import difference_interval
from planner.present.compare.page import comparison_page
from planner.present.compare.sorties import match, units_of
from planner.present.figures import by_threat
from planner.present.offline import outside_urls
from planner.scenario import from_dict
from planner.sea import build_sea
from planner.simulate import simulate, write_simulation
from planner.simulate.model import Finds
from tests.plan_factory import Maker, write_scenario
from tests.present.test_map import HOSTILE, Reader


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a plan made by hand."""
    directory = tmp_path_factory.mktemp("compare")
    scenario = write_scenario(directory)
    return write_plan(Maker(scenario, build_sea(scenario)).plan().at(scenario), directory / "first")


@pytest.fixture(scope="module")
def plan(folder: Path) -> Plan:
    """Return that plan."""
    return read_plan(folder)


def asked(plan: Plan, **changes: Any) -> Plan:
    """Return the same plan as if its scenario had been another."""
    assert plan.source is not None
    source = from_dict(plan.source.model_dump(mode="json") | changes, plan.source.directory)
    return plan.model_copy(update={"scenario": source.model_dump(mode="json")}).at(source)


def with_crews(plan: Plan, crews: int) -> Plan:
    """Return the plan as if the first unit had had so many crews for its two boats."""
    first, *others = plan.scenario["unit"]
    return asked(plan, unit=[first | {"crews": crews}, *others])


def solved(plan: Plan, detection: float, bound: float) -> Plan:
    """Return the plan with other claims of the optimiser, and rows that detect so much."""
    factor = detection / plan.solver.detection
    rows = {
        key: tuple(
            row.model_copy(update={"detection": row.detection * factor})
            for row in getattr(plan, key)
        )
        for key in ("coverage", "moving")
    }
    solver = plan.solver.model_copy(
        update={"detection": detection, "bound": bound, "gap": bound / detection - 1}
    )
    return plan.model_copy(update={"solver": solver, **rows}).at(plan.source)  # type: ignore[arg-type]


def patrol(*arguments: str | Path) -> Result:
    """Run ``patrol`` in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_plan_beside_itself_differs_in_nothing(plan: Plan) -> None:
    """All differences are 0, all sorties the same, and nothing is said to be otherwise."""
    found = compare_plans(plan, plan)
    assert found.remarks == ()
    assert found.proof == "equal"
    assert found.best_gain == (0.0, 0.0)
    assert all(line.difference == 0 for line in found.lines if line.a is not None)
    assert len(found.sorties.same) == len(plan.sorties)
    assert (found.sorties.moved, found.sorties.only_a, found.sorties.only_b) == ((), (), ())
    assert found.verdict.startswith("A and B find the same.")


def test_figures_are_those_of_the_plans(plan: Plan) -> None:
    """Detection, totals, threats and sorties by unit and hull stand as each plan has them."""
    fewer = plan.model_copy(update={"sorties": plan.sorties[1:]}).at(plan.source)  # type: ignore[arg-type]
    table = compare_plans(plan, fewer).frame()
    assert list(table.columns[:6]) == ["group", "name", "figure", "unit", "a", "b"]

    def row(group: str, name: str, figure: str) -> tuple[float, float, float]:
        chosen = table[
            (table["group"] == group) & (table["name"] == name) & (table["figure"] == figure)
        ]
        (values,) = chosen[["a", "b", "difference"]].to_numpy().tolist()
        return tuple(values)

    detection = plan.solver.detection
    assert row("all", "", "Detection") == pytest.approx((detection, detection, 0.0))
    assert row("all", "", "Sorties") == (6, 5, -1)
    assert row("unit", "Boats", "Sorties") == (4, 3, -1)
    assert row("hull", "Boats 1", "Sorties") == (2, 1, -1)
    for threat in by_threat(plan):
        assert row("threat", threat.threat, "Detection")[0] == pytest.approx(threat.chance)
    hours = row("unit", "Navy", "Hours at sea")
    assert hours[0] == pytest.approx(plan.metrics["by_unit"]["Navy"]["at_sea_h"])


@pytest.mark.parametrize(
    ("a", "b", "proof", "words"),
    [
        ((0.30, 0.33), (0.36, 0.40), "proven", "B finds 6.0 points more than A, and that is prov"),
        ((0.36, 0.40), (0.30, 0.33), "proven", "A finds 6.0 points more than B, and that is prov"),
        ((0.30, 0.37), (0.36, 0.40), "found", "B finds 6.0 points more than A; that is found, n"),
        ((0.36, 0.40), (0.30, 0.36), "found", "A finds 6.0 points more than B; that is found, n"),
    ],
)
def test_a_difference_is_proven_where_the_intervals_are_apart(
    plan: Plan, a: tuple[float, float], b: tuple[float, float], proof: str, words: str
) -> None:
    """``[found, bound]`` of one wholly beyond the other's; the best plans lie between limits."""
    found = compare_plans(solved(plan, *a), with_crews(solved(plan, *b), 3))
    assert found.proof == proof
    assert found.verdict.startswith(words)
    assert found.best_gain == pytest.approx((b[0] - a[1], b[1] - a[0]))
    assert found.gain == pytest.approx(b[0] - a[0])


def test_two_plans_of_one_question_share_the_lower_bound(plan: Plan) -> None:
    """Asked the same, nothing is proven of the question: the better plan is a plan of both."""
    found = compare_plans(solved(plan, 0.30, 0.33), solved(plan, 0.32, 0.40))
    assert found.proof == "found"
    assert found.best_gain == (0.0, 0.0)
    assert "both were asked the same" in found.verdict
    assert "33.0 %" in found.verdict


def test_what_was_asked_otherwise_is_said(plan: Plan) -> None:
    """Fleets, classes, threats and the rest are named, each in a sentence."""
    first, second = plan.scenario["unit"]
    vessel = plan.scenario["vessel"]
    slower = {**vessel, "pkm": vessel["pkm"] | {"cruise_kn": 11.0}}
    other = asked(
        plan,
        unit=[first | {"name": "Launches"}, second | {"crews": 3}],
        vessel=slower,
        area=plan.scenario["area"] | {"closures": []},
        outage=[],
    )
    told = compare_plans(plan, other).remarks
    assert told == (
        "Only A has Boats (2 × patrol-boat-42ft at Aktau).",
        "Navy: crews 2 in A, 3 in B.",
        "Only B has Launches (2 × patrol-boat-42ft at Aktau).",
        "Class pkm differs in cruise_kn.",
        "The scenarios also differ in area.closures and outage.",
    )


def test_a_plan_made_anew_under_way_is_told(plan: Plan) -> None:
    """Its bound is not of all that could have been asked, and the comparison says so."""
    metrics = plan.metrics | {"replan": {"at": "2006-05-22T12:00:00+05:00"}}
    anew = plan.model_copy(update={"metrics": metrics}).at(plan.source)  # type: ignore[arg-type]
    (told,) = compare_plans(plan, anew).remarks
    assert told.startswith("B was planned anew at 2006-05-22T12:00:00+05:00: its bound holds for")


def test_bounds_of_plans_with_requirements_say_what_they_hold_for(plan: Plan) -> None:
    """A bound over plans that serve no less is called so; it is no other question."""
    solver = plan.solver.model_copy(update={"served": 0.1})
    serving = plan.model_copy(update={"solver": solver}).at(plan.source)  # type: ignore[arg-type]
    found = compare_plans(plan, serving)
    words = "for plans that serve the requirements no less than the plan compared."
    assert found.notes == (f"B’s bound holds {words}",)
    assert compare_plans(serving, serving).notes == (f"The bounds hold {words}",)
    assert found.remarks == ()


def test_simulations_of_two_laws_are_not_compared(folder: Path, tmp_path: Path) -> None:
    """It is said, and that alone does not make two questions of one."""
    for name, law in (("a", "definite"), ("b", "inverse-cube")):
        copy = shutil.copytree(folder, tmp_path / name)
        write_simulation(simulate(read_plan(copy), copy, runs=300, law=law), copy)  # type: ignore[arg-type]
    found = compare_plans(tmp_path / "a", tmp_path / "b")
    assert found.notes == ("The simulations detect by different laws, so they are not compared.",)
    assert found.remarks == ()
    assert found.proof == "equal"
    assert not [line for line in found.lines if line.figure == "Simulated"]


def test_hulls_of_a_unit_are_alike(plan: Plan) -> None:
    """A sortie is the same whichever hull of its unit sails it."""
    names = {"Boats 1": "Boats 2", "Boats 2": "Boats 1"}
    swapped = plan.model_copy(
        update={
            "sorties": tuple(
                s.model_copy(update={"hull": names.get(s.hull, s.hull), "id": f"x{number}"})
                for number, s in enumerate(plan.sorties)
            )
        }
    )
    found = match(plan, swapped)
    assert len(found.same) == len(plan.sorties)


def later(sortie: Sortie, hours: float) -> Sortie:
    """Return a sortie that sails so much later."""
    shift = timedelta(hours=hours)
    legs = tuple(
        leg.model_copy(update={"start": leg.start + shift, "end": leg.end + shift})
        for leg in sortie.legs
    )
    times = {key: getattr(sortie, key) + shift for key in ("depart", "return_", "ready")}
    return sortie.model_copy(update={"legs": legs, **times})


def test_sorties_that_moved_say_how(plan: Plan) -> None:
    """One an hour later moved; one left out is of one plan only."""
    first, second, *rest = plan.sorties
    found = match(plan, plan.model_copy(update={"sorties": (later(first, 1.0), *rest)}))
    (moved,) = found.moved
    assert (moved.before.id, moved.after.id) == (first.id, first.id)
    assert moved.what == "departs 1 h later, returns 1 h later"
    assert [s.id for s in found.only_a] == [second.id]
    assert found.only_b == ()
    assert len(found.same) == len(rest)


@pytest.mark.parametrize("seed", range(8))
def test_every_sortie_is_in_one_place(plan: Plan, seed: int) -> None:
    """Whatever was dropped and moved, each sortie of both plans is counted once, by its unit."""
    chance = random.Random(seed)
    kept = [s for s in plan.sorties if chance.random() < 0.7]
    other = plan.model_copy(
        update={"sorties": tuple(later(s, chance.choice([0, 0, 1, 30])) for s in kept)}
    )
    found = match(plan, other)
    ours = [*(a for a, _ in found.same), *(m.before for m in found.moved), *found.only_a]
    theirs = [*(b for _, b in found.same), *(m.after for m in found.moved), *found.only_b]
    assert sorted(s.id for s in ours) == sorted(s.id for s in plan.sorties)
    assert sorted(s.id for s in theirs) == sorted(s.id for s in other.sorties)
    units = units_of(plan)
    for before, after in [*found.same, *((m.before, m.after) for m in found.moved)]:
        assert units[before.hull] == units[after.hull]


def test_other_weights_compare_by_those_of_a(plan: Plan) -> None:
    """B's detection is told by A's weights, threat by threat; nothing is called proven."""
    threats = plan.scenario["threat"]
    heavier = [threats[0] | {"weight": 9.0}, *threats[1:]]
    share = {row.threat: row.weight for row in by_threat(plan)}
    total = 9.0 + 2.0 + 1.0
    wanted = {"nets": 9.0 / total, "runs": 2.0 / total, "ferry": 1.0 / total}
    rows = {
        key: tuple(
            row.model_copy(update={"weight": row.weight * wanted[row.threat] / share[row.threat]})
            for row in getattr(plan, key)
        )
        for key in ("coverage", "moving")
    }
    other = asked(plan, threat=heavier)
    other = other.model_copy(update=rows).at(other.source)  # type: ignore[arg-type]
    found = compare_plans(plan, other)
    assert found.alike.extent == "weights"
    assert found.proof == "none"
    assert found.detection == pytest.approx((plan.solver.detection,) * 2)
    assert "The threats weigh otherwise." in found.remarks
    assert "by A’s weights" in found.verdict
    assert "by A’s weights" in " ".join(Reader(comparison_page(found)).text)


def test_only_what_both_watch_for_is_compared(plan: Plan) -> None:
    """A threat of one plan, or another one of its name, is left out; none in common is refused."""
    threats = plan.scenario["threat"]
    other = asked(plan, threat=[threats[0] | {"persistence_h": 12.0}, *threats[1:]])
    found = compare_plans(plan, other)
    assert found.alike.extent == "part"
    assert found.alike.threats == ("runs", "ferry")
    assert "The threat nets differs in persistence_h." in found.remarks
    named = {line.name for line in found.lines if line.group == "threat" and line.difference == 0}
    assert named == {"runs", "ferry"}
    with pytest.raises(PlanError, match="share no threat") as raised:
        compare_plans(
            plan, asked(plan, threat=[one | {"name": "x" + one["name"]} for one in threats])
        )
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"start": "2006-05-23T00:00:00+05:00"},
            "A starts 2006-05-22T00:00:00+05:00, B 2006-05-23",
        ),
        ({"days": 3.0}, "A lasts 2 days, B 3"),
        ({"area": {"cell_resolution": 6}}, "area.cell_resolution is '5' in A, '6' in B"),
        ({"area": {"file": None, "sector": "iran"}}, "area.sector is not given in A, 'iran' in B"),
    ],
)
def test_other_areas_starts_and_lengths_are_refused(
    plan: Plan, changes: dict[str, Any], words: str
) -> None:
    """One line that says what differs and what to do."""
    if "area" in changes:
        changes = {"area": plan.scenario["area"] | changes["area"]}
    with pytest.raises(PlanError) as raised:
        compare_plans(plan, asked(plan, **changes))
    assert words in str(raised.value)
    assert "plan both for the same area, start and length" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """Square-and-add of both intervals, and it holds the true difference nearly always."""
    rest: dict[str, Any] = {
        "weight": 1.0, "runs": 80, "planned": None, "median_h": None, "intercepted": 0.0,
    }  # fmt: skip
    # Newcombe 1998, table II, (a): 56/70 less 48/80, method 10: 0.0524 to 0.3339
    low, high = difference_interval(
        Finds(simulated=48 / 80, low=0.4905, high=0.7004, **rest),
        Finds(simulated=56 / 70, low=0.6918, high=0.8769, **rest),
    )
    assert (low, high) == pytest.approx((0.0524, 0.3339), abs=3e-4)


def test_cells_differ_by_what_each_plan_finds_there(plan: Plan) -> None:
    """The map's figures add up, by the cells' weights, to the difference in detection."""
    other = plan.model_copy(
        update={
            "coverage": tuple(
                row.model_copy(update={"detection": row.detection / 2}) for row in plan.coverage
            )
        }
    ).at(plan.source)  # type: ignore[arg-type]
    found = compare_plans(plan, other)
    gains = cell_differences(found.a, found.b)
    index = {name: place for place, name in enumerate(found.a.sea.cells.ids)}
    weight = np.zeros(len(index))
    for row in plan.coverage:
        weight[index[row.cell]] += row.weight
    standing = math.fsum(row.weight * row.detection for row in plan.coverage)
    assert float(np.nansum(gains * weight)) == pytest.approx(-standing / 2)
    scale = difference_scale()
    assert len(scale.colours) == len(scale.labels) == len(scale.edges)
    assert scale.labels[scale.index(0.0)] == "within 2"
    assert scale.labels[scale.index(0.3)] == "B 20–40"
    assert scale.labels[scale.index(-0.3)] == "A 20–40"


@pytest.fixture(scope="module")
def other(plan: Plan) -> Plan:
    """Return a plan that leaves out one sortie, moves another, and has a crew more."""
    second, *rest = plan.sorties[1:]
    moved = plan.model_copy(update={"sorties": (later(second, 1.0), *rest)}).at(plan.source)  # type: ignore[arg-type]
    return with_crews(moved, 3)


def test_the_page_says_it_all_and_keeps_to_itself(plan: Plan, other: Plan) -> None:
    """Verdict, remarks and every sortie that differs; no address, one script by its hash."""
    found = compare_plans(plan, other)
    page = comparison_page(found)
    assert page == comparison_page(compare_plans(plan, other))
    words = " ".join(" ".join(Reader(page).text).split())
    for text in (found.verdict, *found.remarks, "Boats 1 a", "Boats 2 a", "departs 1 h later"):
        assert text in words
    assert "4 the same in both, 1 moved, 1 only in A and 0 only in B" in words
    assert outside_urls(page) == []
    assert len(re.findall(r"script-src 'sha256-[\w+/=]+';", page)) == 1
    tags = [tag for tag, _ in Reader(page).tags]
    assert tags.count("script") == 1
    assert tags.count("svg") == 5
    pictures = [attrs for _, attrs in Reader(page).tags if attrs.get("role") == "img"]
    assert all(attrs["aria-label"] for attrs in pictures)
    assert len(page) < 600_000


@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_names_are_only_ever_text(plan: Plan, other: Plan, poison: str) -> None:
    """Whatever units, hulls, sorties and titles are called, the page has the same tags."""

    def named(which: Plan, word: str) -> Plan:
        def said(value: Any) -> Any:
            if isinstance(value, str):
                spoilt = re.fullmatch(r"(Boats|Navy)( \d( [ab])?)?|Off Aktau|nets", value)
                return f"{word} {value}" if spoilt else value
            if isinstance(value, dict):
                return {said(key): said(item) for key, item in value.items()}
            return [said(item) for item in value] if isinstance(value, list) else value

        renamed = Plan.model_validate(said(which.model_dump(mode="json", by_alias=True)))
        return renamed.at(from_dict(renamed.scenario, plan.source.directory))  # type: ignore[union-attr]

    def tags(page: str) -> list[str]:
        drawn = {"path", "g", "use", "defs", "clippath", "rect"}  # as many as letters need
        return [tag for tag, _ in Reader(page).tags if tag not in drawn]

    spoilt = comparison_page(compare_plans(named(plan, poison), named(other, poison)))
    plain = comparison_page(compare_plans(named(plan, "a"), named(other, "a")))
    assert tags(spoilt) == tags(plain)
    assert outside_urls(spoilt) == []


def test_the_command_prints_and_writes(
    plan: Plan, other: Plan, folder: Path, tmp_path: Path
) -> None:
    """Figures, sorties, verdict and the page's address; trials in both folders are compared."""
    shutil.copytree(folder, tmp_path / "a")
    second = write_plan(other, tmp_path / "b")
    for each in (tmp_path / "a", second):
        write_simulation(simulate(read_plan(each), each, runs=400), each)
    made = patrol("compare", tmp_path / "a", second, "-o", tmp_path / "out")
    assert made.exit_code == 0, made.output
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["compare.html"]
    for words in ("A: a", "B: b", "Simulated", "nets: detection", "only in A", "crews 2 in A, 3"):
        assert words in made.stdout
    assert (tmp_path / "out" / "compare.html").as_uri() in made.stdout.replace("\n", "")
    assert "Simulated difference" in (tmp_path / "out" / "compare.html").read_text("utf-8")
    made = patrol("compare", tmp_path / "a", second)
    assert made.exit_code == 0
    assert (second / "compare.html").is_file()


def test_the_command_refuses_in_one_line(plan: Plan, folder: Path, tmp_path: Path) -> None:
    """Status 2 for plans that cannot be compared and for folders without one; nothing written."""
    other = write_plan(asked(plan, start="2006-05-23T00:00:00+05:00"), tmp_path / "b")
    for second, words in ((other, "cannot be compared"), (tmp_path / "none", "cannot be read")):
        made = patrol("compare", folder, second, "-o", tmp_path / "out")
        assert made.exit_code == 2
        assert words in made.stderr
        assert len(made.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()
