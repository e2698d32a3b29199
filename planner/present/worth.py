"""What a plan is worth, in sentences and small tables: the same on page and terminal."""

from __future__ import annotations

from dataclasses import dataclass

from planner.plan.model import Plan, SolverReport
from planner.present.credit import Credit
from planner.present.figures import Zones, by_agency, horizon
from planner.present.placenames import BELTS, SECTORS
from planner.present.text import (
    clean,
    count,
    day,
    hours_between,
    money_usd,
    number,
    offset,
    percent,
)
from planner.present.wording import noted, t
from planner.simulate.model import Finds, Simulation, WithBreakdowns

ENDED = {
    "gap": noted("the gap asked for was reached"),
    "time": noted("the time was up"),
    "work": noted("the work allowed was done"),
    "interrupted": noted("it was interrupted"),
    "converged": noted("it found nothing better"),
}
"""Why the optimiser stopped, by how its report puts it."""


@dataclass(frozen=True)
class AgencyFigures:
    """What one agency's hulls do and what their sorties detect."""

    agency: str
    hulls: int
    sorties: int
    hours: float
    distance_nm: float
    fuel_l: float
    share: float
    alone: float | None


@dataclass(frozen=True)
class ZoneFigures:
    """What is at stake in a zone and how well it is watched (``detection`` None: nothing)."""

    zone: str
    water_nm2: float
    weight: float
    detection: float | None
    gap_h: float


def sentences(plan: Plan, trial: Simulation | None = None) -> list[str]:
    """What detection, bound and gap of this plan mean, in plain words, and a trial of it."""
    solver = plan.solver
    return [
        t(
            "A target chosen by its weight is detected with a chance of {chance} (the plan’s "
            "detection: every target of every threat counts by its weight, passes of a cell find "
            "independently of each other).",
            chance=percent(solver.detection),
        ),
        _bound_sentence(solver),
        *_daily_sentences(plan),
        *_trial_sentences(trial),
    ]


def _trial_sentences(trial: Simulation | None) -> list[str]:
    if trial is None:
        return []
    law = (
        t("within half the sweep width") if trial.law == "definite"
        else t("by the inverse cube law")
    )  # fmt: skip
    said = [
        t("Tried on {runs} targets drawn at random in continuous space and time, found {law}: "
          "{share} ({span}).", runs=number(trial.total.runs), law=law,
          share=percent(trial.total.simulated), span=span(trial.total)),
    ]  # fmt: skip
    found = trial.with_breakdowns
    if found is not None:
        said.append(
            t("Hulls break down: {availability} the plan is expected to find {share} ({span}).",
              availability=with_availability(found), share=percent(found.simulated),
              span=span(found))
        )  # fmt: skip
    return said


def with_availability(found: WithBreakdowns) -> str:
    """``with 80 % availability``, ``with 70 to 90 % availability``."""
    least, most = percent(found.least, 0), percent(found.most, 0)
    share = most if least == most else t("{low} to {high}", low=least[:-2], high=most)
    return t("with {share} availability", share=share)


def span(found: Finds | WithBreakdowns) -> str:
    """The interval that holds the true share with 95 %."""
    return t("95 % interval {low} to {high}", low=percent(found.low), high=percent(found.high))


def simulated_by_threat(trial: Simulation | None) -> dict[str, Finds]:
    """What a trial found of each threat, by name; nothing where there was none."""
    return {} if trial is None else {row.threat: row for row in trial.threats}


def _daily_sentences(plan: Plan) -> list[str]:
    daily = plan.metrics.get("seen_each_day", {})
    if "mean_seen" not in daily:
        return []
    return [
        t("On an average day {seen} of the area’s water is seen at least once, and {visited} lies "
          "in cells that are searched at all.", seen=percent(daily["mean_seen"]),
          visited=percent(daily["mean_visited"])),
    ]  # fmt: skip


def _bound_sentence(solver: SolverReport) -> str:
    if solver.status == "optimal" or solver.gap < 5e-4:
        return t(
            "No plan with these boats and rules detects more than {bound}: this one is as good as "
            "proven best.",
            bound=percent(solver.bound),
        )
    return t(
        "No plan with these boats and rules can detect more than {bound} (proven bound), so the "
        "best possible plan is at most {gap} better than this one (gap). The optimiser worked "
        "{s} s and stopped because {why}.",
        bound=percent(solver.bound),
        gap=percent(solver.gap),
        s=number(solver.time_s, grouped=False),
        why=t(ENDED[solver.termination]),
    )


def when(plan: Plan) -> str:
    """Time and boats of the plan in one line."""
    start, end = horizon(plan)
    year = f" {start.year}"
    boats = f"{count(len(plan.hulls), 'hull')}, {count(len(plan.sorties), 'sortie')}"
    period = f"{day(start)} {start:%H:%M} – {day(end)}{year} {end:%H:%M} ({offset(start)})"
    return f"{period} · {boats}"


def agency_table(plan: Plan, earned: tuple[Credit, ...] | None = None) -> list[AgencyFigures]:
    """Figures of each agency, in the order of the hulls.

    ``share`` is its part of the plan's detection (see
    :mod:`planner.present.credit`), ``alone`` the detection its sorties would
    have without all others, None where the plan's metrics do not say. ``earned``
    as in :func:`~planner.present.figures.by_agency`.
    """
    stated = plan.metrics.get("by_agency", {})
    overall = plan.solver.detection
    owner = {hull.id: hull.agency for hull in plan.hulls}
    rows = []
    for agency, detection in by_agency(plan, earned).items():
        sorties = [sortie for sortie in plan.sorties if owner[sortie.hull] == agency]
        rows.append(
            AgencyFigures(
                agency=agency,
                hulls=sum(name == agency for name in owner.values()),
                sorties=len(sorties),
                hours=sum(hours_between(s.depart, s.return_) for s in sorties),
                distance_nm=sum(s.distance_nm for s in sorties),
                fuel_l=sum(s.fuel_l for s in sorties),
                share=detection / overall if overall > 0 else 0.0,
                alone=stated.get(agency, {}).get("alone"),
            )
        )
    return rows


def zone_table(plan: Plan, zones: Zones) -> list[ZoneFigures]:
    """Figures of each zone as the plan's metrics state them; none if they do not.

    Parameters
    ----------
    plan
        A finished plan.
    zones
        Named zones, whose names replace their keys.
    """
    return [
        ZoneFigures(
            zone=zone_name(key, zones),
            water_nm2=float(row["water_nm2"]),
            weight=float(row["weight"]),
            detection=None if row["detection"] is None else float(row["detection"]),
            gap_h=float(row["longest_gap_h"]),
        )
        for key, row in plan.metrics.get("by_zone", {}).items()
    ]


def totals(plan: Plan, rows: list[AgencyFigures] | None = None) -> list[tuple[str, str]]:
    """Totals of the plan with their units: hours, miles, litres, money.

    ``rows`` is its :func:`agency_table`, if that is known.
    """
    rows = agency_table(plan) if rows is None else rows
    found = [
        (t("Hours at sea"), number(sum(row.hours for row in rows))),
        (t("Distance"), t("{nm} nm", nm=number(sum(row.distance_nm for row in rows)))),
        (t("Fuel"), t("{l} l", l=number(sum(row.fuel_l for row in rows)))),
    ]
    if "cost_usd" in plan.metrics:
        found.append((t("Cost"), money_usd(float(plan.metrics["cost_usd"]))))
    return found


def zone_name(key: str, zones: Zones) -> str:
    """What a zone of the plan's figures is called; ``aor`` is the whole area."""
    if key == "aor":
        return t("whole area")
    sector, _, belt = key.partition(": ")
    if sector in SECTORS and belt in BELTS:
        return t(BELTS[belt], sector=t(SECTORS[sector]))
    name = t(clean(zones[key].name)) if key in zones else clean(key)
    return name[:1].upper() + name[1:]
