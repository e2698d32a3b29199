"""How the plan was made and how it was tested: method, verification, simulation."""

from __future__ import annotations

import inspect

from planner.present.report.asked import widths
from planner.present.report.blocks import (
    Block,
    Formula,
    Formulas,
    Points,
    Row,
    Section,
    Table,
    Words,
    table,
)
from planner.present.report.case import Case
from planner.present.text import clean, count, join_words, number, percent
from planner.present.worth import span
from planner.verify import RULES

MOST_VIOLATIONS = 20
"""More violations than this are counted, not listed."""

_FORMULAS = (
    Formula(
        "F = Σ_{j} w_{j} (1 − exp(−u_{j}))",
        "Detection. Each target j has a weight; all weights sum to 1. Passes that are independent "
        "of each other find it by the law of random search (Koopman 1946).",
    ),
    Formula(
        "C = W · v · t / A",
        "Coverage factor of one pass: sweep width W, speed v, time t in a cell of area A. For a "
        "target that moves, v is the mean speed of the boat relative to it, all courses alike.",
    ),
    Formula(
        "p(C) = C / (1 + C^{5})^{1/5}",
        "What one pass finds: it looks at no water twice but bends and loses to the cell’s edge. "
        "Fitted to simulated lanes.",
    ),
    Formula(
        "1 − exp(−u) = 1 − Π_{k} (1 − p(C_{k}))",
        "Passes add up over the time that the target stays: u is the sum of −ln(1 − p) of the "
        "passes k that meet it. An area’s target stays for its persistence; a run is met where "
        "it is at that time.",
    ),
    Formula(
        "F ≤ Σ_{j} max_{u} [w_{j} f_{j}(u) − π_{j} u] + Σ_{k} n_{k} V_{k}(π)",
        "The bound. For any prices π ≥ 0 of exposure, no plan detects more than this: f is a "
        "concave curve above 1 − exp(−u), n the number of hulls of unit k, V the worth of the best "
        "schedule of one hull at these prices, found by dynamic programming over time and cells.",
    ),
)

_RULES = (
    "Sorties leave and return by sea paths around land and shallow water, at cruise speed; they "
    "search at search speed along lanes laid inside the cells. Hours under way, fuel with its "
    "reserve, turnaround, crews’ rest, berths, closures and sea states limit them.",
    "The plan is built hull by hull by pricing whole sorties against what is still undetected; "
    "then one to three related sorties at a time are freed and planned anew, until the time is up "
    "(large-neighbourhood search with annealing). The bound comes from the dual of the linear "
    "relaxation over sorties (column generation).",
    "The bound holds within the model: for sorties that depart on its time steps, search whole "
    "visits of its cells, and meet the targets as sampled.",
)


def method(case: Case) -> Section:
    """Section on the model, its formulas and its limits."""
    drawn = any(threat.kind == "transit" for threat in case.scenario.threat)
    limits = (
        "What lies in a cell is taken as spread evenly over the threat’s water in it.",
        "Nothing is lost to finds: a boat that finds something keeps to its track, and false "
        "contacts cost no time.",
        *(("Runs are sampled; the plan does not know when they will sail.",) if drawn else ()),
        "Targets do not react to the patrols.",
    )
    return Section(
        "method",
        "Method",
        (
            Words(
                "The area is cut into hexagonal cells and the time into steps. Targets are what "
                "may be found: one for each cell, threat and time that it stays, or one for each "
                "sampled run. The plan chooses sorties so that the weighted chance of detection "
                "is as high as possible."
            ),
            Formulas(_FORMULAS),
            Points(_RULES, "How the plan was found"),
            Points(limits, "What the model leaves out"),
            widths(case),
        ),
    )


def checks(case: Case) -> Section:
    """Section on verification and simulation."""
    return Section("checks", "Verification and simulation", (*_verified(case), *_simulated(case)))


def verdict(case: Case) -> Words:
    """One sentence: whether the plan holds."""
    report = case.check
    made = f"{number(sum(report.checks.values()))} checks of {len(report.checks)} rules"
    if report.ok:
        return Words(f"The plan holds: {made} by an independent verifier found no fault.", "good")
    return Words(
        f"The plan does not hold: {made} by an independent verifier found "
        f"{count(len(report.violations), 'violation')}, listed under “Verification and "
        "simulation”.",
        "bad",
    )


def _verified(case: Case) -> list[Block]:
    report = case.check
    blocks: list[Block] = [
        verdict(case),
        Words(
            "The verifier knows nothing of the optimiser. It takes the tracks as written, lays "
            "them over the shoreline at full resolution, and works out every figure again: "
            f"detection {percent(report.detection, 2)} recomputed, {percent(report.stated, 2)} "
            "stated."
        ),
    ]
    if report.violations:
        shown = tuple(clean(violation) for violation in report.violations[:MOST_VIOLATIONS])
        more = len(report.violations) - len(shown)
        rest = (f"and {count(more, 'violation')} more",) if more > 0 else ()
        blocks.append(Points((*shown, *rest), "Violations"))
    return [*blocks, _rules(case)]


def _rules(case: Case) -> Table:
    broken = case.check.broken
    rows = [
        Row(
            (
                name.replace("_", " "),
                _meaning(name),
                number(made) if made else "nothing to check",
                f"{number(broken[name])} broken" if name in broken else "holds" if made else "–",
            )
        )
        for name, made in case.check.checks.items()
    ]
    return table(
        "Rules checked",
        ("Rule", "What it holds", "Checks", "Result"),
        rows,
        words=(0, 3),
        wide=(1,),
    )


def _meaning(name: str) -> str:
    """First line of a rule's docstring, in plain text."""
    words = inspect.getdoc(RULES[name]) if name in RULES else None
    return clean((words or "").partition("\n\n")[0].replace("`", ""))


def _simulated(case: Case) -> list[Block]:
    trial, planned = case.trial, case.plan.solver.detection
    law = (
        "found once a searching boat is within half its sweep width, never beyond"
        if trial.law == "definite"
        else "found by the inverse-cube law of sighting"
    )
    apart = trial.total.simulated / planned - 1.0 if planned > 0 else 0.0
    side = "more" if apart >= 0 else "less"
    within = trial.total.low <= planned <= trial.total.high
    lines = (
        f"{number(trial.total.runs)} targets were drawn at random in continuous space and time "
        f"(seed {trial.seed}), {law}.",
        f"{percent(trial.total.simulated)} of them were found, by weight ({span(trial.total)}): "
        f"{percent(abs(apart))} {side} than planned. The planned {percent(planned)} lies "
        f"{'within' if within else 'outside'} the interval.",
        *_by_threat(case),
        f"{percent(trial.total.intercepted)} of all were found by a hull that could also have "
        "reached them in time, straight and at its top speed.",
    )
    return [Points(lines, "Simulation")]


def _by_threat(case: Case) -> tuple[str, ...]:
    """A sentence on the threats whose planned share lies outside the trial's interval, if any."""
    outside = [
        f"{clean(row.threat)} (planned {percent(row.planned)}, simulated {percent(row.simulated)})"
        for row in case.trial.threats
        if row.planned is not None and not row.low <= row.planned <= row.high
    ]
    if not outside:
        return ()
    named = join_words(outside)
    return (f"Of single threats, the planned share lies outside its interval for {named}.",)
