"""A fleet-size study in words: rows ready to print, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass

from planner.present.text import clean, join_words, money_usd, number, percent
from planner.study.table import FleetRow, Gain, StudyTable


@dataclass(frozen=True)
class StudyLine:
    """One fleet in words."""

    boats: str
    split: str
    detection: str
    bound: str
    gap: str
    purchase: str
    running: str
    per_million: str
    adds: str
    between: str
    adds_per_million: str


def study_lines(table: StudyTable) -> list[StudyLine]:
    """Rows of a study, ready to print."""
    return [
        _line(row, gain, known_price=table.price_usd > 0)
        for row, gain in zip(table.rows, table.gains(), strict=True)
    ]


def headline(table: StudyTable) -> str:
    """What the study found, in a sentence or two."""
    first, last = table.rows[0], table.rows[-1]
    text = (
        f"From {_boats(first.boats)} to {_boats(last.boats)} the plans found detect "
        f"{percent(first.detection)} to {percent(last.detection)} of all there is to detect, "
        "by weight."
    )
    gains = [gain for gain in table.gains() if gain is not None]
    if not gains:
        return f"With {_boats(first.boats)} the plan found detects {percent(first.detection)}."
    sure = [row.boats for row, gain in zip(table.rows[1:], gains, strict=True) if gain.low > 0]
    if sure:
        text += " It is proven that detection rises with " + join_words(
            [f"boat {count}" for count in sure]
        )
        return text + "."
    return text + (
        " The gap between plan and bound is wider than what one boat adds: give each fleet more "
        "time before deciding on the figures."
    )


def assumptions(table: StudyTable) -> list[str]:
    """What the figures rest on, in plain words."""
    units = [f"“{clean(name)}”" for name in table.units]
    vessel = clean(table.vessel)
    shared = (
        f"Boats are dealt in turn to {join_words(units)}, in this order; crews grow with them."
        if len(units) > 1
        else f"The boats belong to {units[0]}; crews grow with them."
    )
    price = (
        f"Purchase: {money_usd(table.price_usd)} for one {vessel}, counted in full although a "
        "boat lasts for years; other boats of the scenario are taken as paid for."
        if table.price_usd > 0
        else f"No purchase price of a {vessel} is known, so purchase is left out."
    )
    return [
        f"Everything but the number of boats is the scenario “{clean(table.scenario_title)}”. "
        + shared,
        "Detection is that of the best plan found for the fleet. The bound is proven: no plan of "
        "that fleet, in the model, can detect more. The best possible plan lies between the two.",
        "A plan of a smaller fleet is also a plan of a larger one, and what bounds a larger fleet "
        "bounds a smaller one; the table makes use of both.",
        "What the last boat adds is the difference of two plans. For the best possible plans it "
        "lies between this plan less the smaller fleet’s bound (or nothing) and this bound less "
        "the smaller fleet’s plan.",
        price,
        f"Running cost: hours under way of every boat in the plan, over {number(table.days)} "
        "days, at the hourly cost of its class.",
        "Points per $ million: percentage points of detection by the whole fleet, divided by "
        "purchase and running cost together; for the last step, the points it adds divided by what "
        "it costs more. Use them to compare rows, not as a price of detection.",
        f"Each fleet was planned for {number(table.time_limit_s)} s, {table.workers} at a time, "
        f"seed {table.seed}: from the smallest to the largest and back again, each starting from "
        "the best plan known for it and knowing every sortie found before.",
    ]


def _line(row: FleetRow, gain: Gain | None, *, known_price: bool) -> StudyLine:
    return StudyLine(
        boats=number(row.boats),
        split=clean(row.split),
        detection=percent(row.detection),
        bound=percent(row.bound),
        gap=percent(row.gap),
        purchase=money_usd(row.purchase_usd) if known_price else "–",
        running=money_usd(row.running_usd),
        per_million=number(row.detection_per_million, 1),
        adds="–" if gain is None else f"+{number(100 * gain.found, 1)}",
        between="–"
        if gain is None
        else f"{number(100 * gain.low, 1)} to {number(100 * gain.high, 1)}",
        adds_per_million="–" if gain is None else number(gain.points_per_million, 1),
    )


def _boats(count: int) -> str:
    return f"{count} boat{'s' if count != 1 else ''}"
