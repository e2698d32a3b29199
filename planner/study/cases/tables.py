"""Results as tidy columns: a row a run, a row a point; and a cube of a grid."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from planner.study.cases.expand import Plot, Point
from planner.study.cases.model import Axis
from planner.study.cases.points import Difference
from planner.study.cases.purchases import PerPoint, over_reference, per_point
from planner.study.cases.record import Record

if TYPE_CHECKING:
    import xarray as xr

    from planner.study.cases.run import Outcomes

Columns = dict[str, list[Any]]
"""Values by column, all of one length; None where there is none."""

FIGURES = (
    "detection", "bound", "gap", "served", "simulated", "low", "high", "available",
    "available_low", "available_high", "hulls", "crews", "sorties", "at_sea_h", "distance_nm",
    "fuel_l", "cost_usd", "purchase_usd", "cells", "termination", "lent", "time_s",
)  # fmt: skip

CUBE = ("detection", "bound", "simulated", "low", "high", "available", "cost_usd", "purchase_usd")

OWN = ("case", "month", "seed", "agencies", "run", "reason", *FIGURES)


def run_columns(outcomes: Outcomes) -> Columns:
    """A row for each point and seed, done or failed."""
    layout, rows = outcomes.layout, list[dict[str, Any]]()
    for (number, seed), run in layout.run_of.items():
        point = layout.plot.points[number]
        record = outcomes.worked.records.get(run)
        rows.append(
            {
                **_labels(layout.plot, point),
                "seed": seed,
                "agencies": point.agencies,
                "run": layout.runs[run].key,
                "reason": outcomes.worked.failures.get(run),
                **_figures(record),
                **_money(over_reference(layout, number), outcomes.gain(number)),
            }
        )
    return _columns(rows)


def point_columns(outcomes: Outcomes) -> Columns:
    """A row for each point that is known: its interval, its trial, and how it differs."""
    layout, known, rows = outcomes.layout, outcomes.known, list[dict[str, Any]]()
    for number, standing in known.items():
        point, own = standing.point, standing.own
        reference, gain = layout.plot.reference[number], outcomes.gain(number)
        rows.append(
            {
                **_labels(layout.plot, point),
                "agencies": point.agencies,
                "detection": standing.detection,
                "bound": standing.bound,
                "gap": _finite(standing.gap),
                "simulated": standing.record.simulated,
                "low": standing.record.low,
                "high": standing.record.high,
                "available": standing.record.available,
                "available_low": standing.record.available_low,
                "available_high": standing.record.available_high,
                "seeds": len(standing.by_seed),
                "spread_of_seeds": standing.spread,
                "plan_of": layout.plot.points[standing.plan_of].name,
                "bound_of": layout.plot.points[standing.bound_of].name,
                "reference": layout.plot.points[reference].name,
                **_gained(gain),
                "verdict": gain.verdict if gain else None,
                "hulls": own.hulls,
                "crews": own.crews,
                "cost_usd": standing.record.cost_usd,
                "purchase_usd": own.purchase_usd,
                **_money(over_reference(layout, number), gain),
            }
        )
    return _columns(rows)


def purchase_columns(outcomes: Outcomes) -> Columns:
    """A row for each purchase and view: its cost, what it detects more, and dollars a point."""
    plot, rows = outcomes.layout.plot, list[dict[str, Any]]()
    for each in outcomes.purchases:
        bought, a_year = each.purchase, each.a_year
        rows.append(
            {
                "purchase": bought.name,
                "view": each.view.name,
                **_labels(plot, each.having.point),
                "without": each.view.without,
                **_gained(each.gain),
                "simulated": each.trial[0] if each.trial else None,
                "simulated_half_width": each.trial[1] if each.trial else None,
                "purchase_usd": each.cost_usd,
                "source": bought.source or "prices of the hulls",
                **_dollars(each.a_point),
                "days": each.days,
                "sailing_usd": each.sailing_usd,
                "life_years": bought.life_years,
                "discount_rate": bought.discount_rate,
                "a_year_purchase_usd": a_year.purchase_usd if a_year else None,
                "a_year_running_usd": a_year.running_usd if a_year else None,
                "a_year_sailing_usd": a_year.sailing_usd if a_year else None,
            }
        )
    return _columns(rows)


def level_columns(outcomes: Outcomes) -> Columns:
    """A row for each curve and level: the least that reaches it, and what is proven not to."""
    rows = [
        {
            "axis": curve.name,
            "line": curve.line,
            "level": least.level,
            "reached_with": least.value,
            "detection": least.detection,
            "fewer_proven_not_enough": least.proven,
            "proven_not_enough": least.impossible,
            "bound": least.bound,
        }
        for curve in outcomes.curves
        for least in curve.least
    ]
    return _columns(rows)


def cube(outcomes: Outcomes) -> xr.Dataset:
    """Figures of a grid over case, axes, month and seed; NaN where a run is missing.

    ``found`` and ``at_most`` are the points' intervals, over all seeds and what points lend
    each other.
    """
    import numpy as np
    import xarray as xr

    layout = outcomes.layout
    plot, study = layout.plot, layout.plot.study
    cases = list(dict.fromkeys(point.case for point in plot.points))
    months = list(study.months) or [plot.scenario(plot.points[0]).start.month]
    coords: dict[str, Any] = {"case": cases}
    coords |= {axis_name(axis): list(axis.values or axis.labels) for axis in study.axes}
    coords |= {"month": months}
    shape = tuple(len(values) for values in coords.values())
    by_run = {name: np.full((*shape, len(study.seeds)), np.nan) for name in CUBE}
    by_point = {name: np.full(shape, np.nan) for name in ("found", "at_most")}
    for number, point in enumerate(plot.points):
        month = months.index(point.month) if point.month is not None else 0
        place = (cases.index(point.case), *point.place, month)
        for k, seed in enumerate(study.seeds):
            record = outcomes.worked.records.get(layout.run_of[number, seed])
            for name in CUBE if record else ():
                value = getattr(record, name)
                by_run[name][*place, k] = np.nan if value is None else value
        if number in outcomes.known:
            by_point["found"][place] = outcomes.known[number].detection
            by_point["at_most"][place] = outcomes.known[number].bound
    dims = tuple(coords)
    return xr.Dataset(
        {
            **{name: ((*dims, "seed"), values) for name, values in by_run.items()},
            **{name: (dims, values) for name, values in by_point.items()},
        },
        coords={**coords, "seed": list(study.seeds)},
        attrs={"title": study.title},
    )


def axis_name(axis: Axis) -> str:
    """Name of an axis as a column: one that no other column has, and NetCDF takes."""
    name = axis.name.strip().replace("/", "-")
    return f"{name} (axis)" if name in OWN else name


def _labels(plot: Plot, point: Point) -> dict[str, Any]:
    """Case, place on every axis (numbers where it is ordered), and month."""
    axes = {
        axis_name(axis): float(axis.values[place]) if axis.ordered else label
        for axis, place, label in zip(plot.study.axes, point.place, point.labels, strict=True)
    }
    return {"case": point.case, **axes, "month": point.month}


def _gained(gain: Difference | None) -> dict[str, float | None]:
    """A difference in detection, and its limits for the best plans."""
    return {
        "difference": gain.found if gain else None,
        "difference_low": gain.low if gain else None,
        "difference_high": gain.high if gain else None,
    }


def _money(more_usd: float | None, gain: Difference | None) -> dict[str, float | None]:
    """What hulls cost more than those of the reference, and dollars for each point of that."""
    known = more_usd is not None and gain is not None
    a_point = per_point(more_usd, gain) if more_usd and gain is not None else None
    return {"price_over_reference_usd": more_usd if known else None, **_dollars(a_point)}


def _dollars(a_point: PerPoint | None) -> dict[str, float | None]:
    return {
        "usd_per_point": _finite(a_point.found) if a_point else None,
        "usd_per_point_least": _finite(a_point.least) if a_point else None,
        "usd_per_point_most": _finite(a_point.most) if a_point else None,
    }


def _figures(record: Record | None) -> dict[str, Any]:
    if record is None:
        return dict.fromkeys(FIGURES)
    return {name: _finite(getattr(record, name)) for name in FIGURES}


def _finite(value: Any) -> Any:
    """A value, None for a number without end."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _columns(rows: list[dict[str, Any]]) -> Columns:
    names: Mapping[str, Any] = rows[0] if rows else {}
    return {name: [row[name] for row in rows] for name in names}
