"""What the plan costs: hours, distance, fuel and money, by agency and by unit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from planner.present.report.blocks import Block, Row, Section, Table, Words, table
from planner.present.report.case import Case
from planner.present.text import clean, money_usd, number, percent
from planner.present.worth import agency_table


def costs(case: Case) -> Section:
    """Section on hours, distance, fuel and cost."""
    units = _by_unit(case)
    blocks: list[Block] = [_by_agency(case)]
    if units is not None:
        blocks.append(units)
    spent = _per_point(case)
    return Section("costs", "Costs", (*([spent] if spent else []), *blocks))


def _per_point(case: Case) -> Words | None:
    """What a point of detection costs in hours and money, where both are known."""
    stated, points = case.plan.metrics, 100 * case.plan.solver.detection
    if "cost_usd" not in stated or "at_sea_h" not in stated or points <= 0:
        return None
    return Words(
        f"All sorties together cost {money_usd(float(stated['cost_usd']))}; that is "
        f"{money_usd(float(stated['cost_usd']) / points)} and "
        f"{number(float(stated['at_sea_h']) / points, 1)} hours at sea for each point of detection."
    )


def _by_agency(case: Case) -> Table:
    stated = case.plan.metrics.get("by_agency", {})
    agencies = agency_table(case.plan)
    rows = [
        Row(
            (
                clean(row.agency),
                number(row.hulls),
                number(row.sorties),
                number(row.hours),
                _share(stated.get(row.agency, {}).get("utilisation")),
                number(row.distance_nm),
                number(row.fuel_l),
                _money(stated.get(row.agency, {})),
                percent(row.share, 0),
                "–" if row.alone is None else percent(row.alone),
            )
        )
        for row in agencies
    ]
    last = (
        "All",
        number(len(case.plan.hulls)),
        number(len(case.plan.sorties)),
        number(sum(row.hours for row in agencies)),
        "",
        number(sum(row.distance_nm for row in agencies)),
        number(sum(row.fuel_l for row in agencies)),
        _money(case.plan.metrics),
        "",
        percent(case.plan.solver.detection),
    )
    return table(
        "By agency",
        (
            "Agency", "Hulls", "Sorties", "Hours at sea", "Share of the time", "Distance, nm",
            "Fuel, l", "Cost", "Share of what is found", "Detection alone",
        ),
        [*rows, Row(last, sum=True)],
        note="Cost is hours under way at the hourly cost of the class. A target that several "
        "sorties search is shared in proportion to their exposures; “detection alone” is that of "
        "the agency’s sorties without all others.",
    )  # fmt: skip


def _by_unit(case: Case) -> Table | None:
    """As the plan's metrics state it; None where they do not."""
    stated: Mapping[str, Mapping[str, Any]] = case.plan.metrics.get("by_unit", {})
    if not stated:
        return None
    rows = [Row((clean(name), *_spent(row))) for name, row in stated.items()]
    keys = ("hulls", "sorties", "at_sea_h", "search_h", "distance_nm", "fuel_l")
    sums = {key: _sum(row.get(key) for row in stated.values()) for key in keys}
    total = sums | {"cost_usd": case.plan.metrics.get("cost_usd"), "share": None}
    return table(
        "By unit",
        (
            "Unit", "Hulls", "Sorties", "Hours at sea", "Hours searching", "Distance, nm",
            "Fuel, l", "Cost", "Share of what is found",
        ),
        [*rows, Row(("All", *_spent(total)), sum=True)],
        note="Hours at sea that are not spent searching are the way out and back, and waiting.",
    )  # fmt: skip


def _spent(row: Mapping[str, Any]) -> tuple[str, ...]:
    keys = ("hulls", "sorties", "at_sea_h", "search_h", "distance_nm", "fuel_l")
    figures = [number(float(row[key])) if key in row else "–" for key in keys]
    return (*figures, _money(row), "" if row.get("share") is None else percent(row["share"], 0))


def _money(row: Mapping[str, Any]) -> str:
    return money_usd(float(row["cost_usd"])) if row.get("cost_usd") is not None else "–"


def _sum(values: Iterable[Any]) -> float:
    return math.fsum(float(value) for value in values if value is not None)


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value, 0)
