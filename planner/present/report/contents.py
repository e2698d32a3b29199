"""The report's text: what it says, in the order in which it says it."""

from __future__ import annotations

from collections.abc import Callable

from planner.present.report.asked import asked
from planner.present.report.blocks import Block, Document, Key, Keys, Section, Words
from planner.present.report.case import Case
from planner.present.report.costs import costs
from planner.present.report.help import help_most
from planner.present.report.method import checks, method, verdict
from planner.present.report.requirements import requirements, requirements_words
from planner.present.report.results import coverage, on_a_page, over_time, schedule
from planner.present.report.sources import sources, used_layers
from planner.present.text import clean, percent
from planner.present.worth import sentences, totals, when

SECTIONS: tuple[Callable[[Case], Section | None], ...] = (
    asked,
    on_a_page,
    requirements,
    schedule,
    coverage,
    costs,
    help_most,
    over_time,
    method,
    checks,
    sources,
)
"""What makes each section of a report, in their order; None is no section."""

_OSM = "Shoreline © OpenStreetMap contributors, Open Database Licence."
_PLANNING = (
    "Lines between the sectors and the outlines of some zones are derived or approximate. This "
    "report is for planning, not for navigation."
)


def document(case: Case) -> Document:
    """Report of a plan, ready to be laid out."""
    start, _ = case.period
    return Document(
        title=clean(case.scenario.title),
        when=when(case.plan),
        date=start,
        opening=_opening(case),
        sections=tuple(made for section in SECTIONS if (made := section(case)) is not None),
        foot=(_PLANNING, *((_OSM,) if _from_osm(case) else ())),
    )


def _opening(case: Case) -> tuple[Block, ...]:
    solver, total = case.plan.solver, case.trial.total
    keys = (
        Key("Detection", percent(solver.detection), "chance that a target is found, by weight"),
        Key(
            "Simulated",
            percent(total.simulated),
            f"{percent(total.low)[:-2]} – {percent(total.high)} with 95 %",
        ),
        Key("Proven bound", percent(solver.bound), "no plan with these boats finds more"),
        Key("Gap", percent(solver.gap), "the best plan is at most so much better"),
    )
    used = tuple(Key(name, value) for name, value in totals(case.plan))
    required = requirements_words(case)
    first, *rest = sentences(case.plan, case.trial)
    return (
        Keys(keys),
        Keys(used),
        Words(first, "lead"),
        *(Words(sentence) for sentence in rest),
        *([required] if required is not None else []),
        verdict(case),
    )


def _from_osm(case: Case) -> bool:
    return any(key.startswith("shoreline") for key in used_layers(case))
