"""A fleet-size study in words: rows ready to print, and what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.present.text import clean, join_words, money_usd, number, percent
from planner.study.served import Need, is_met
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
    value: str
    met: tuple[tuple[str, str], ...]
    """Share of each requirement that the plan serves, and that no plan exceeds."""


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
    text += "".join(f" {_met_by(table, number)}" for number in range(len(table.needs)))
    gains = [gain for gain in table.gains() if gain is not None]
    if not gains:
        return f"With {_boats(first.boats)} the plan found detects {percent(first.detection)}."
    sure = [row.boats for row, gain in zip(table.rows[1:], gains, strict=True) if gain.low > 0]
    if sure:
        what = "the value of the best plan" if table.needs else "detection"
        text += f" It is proven that {what} rises with " + join_words(
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
        *(_required(table) if table.needs else (_DETECTION,)),
        "A plan of a smaller fleet is also a plan of a larger one, and what bounds a larger fleet "
        "bounds a smaller one; the table makes use of both.",
        f"What the last boat adds{' in value' if table.needs else ''} is the difference of two "
        "plans. For the best possible plans it lies between this plan less the smaller fleet’s "
        "bound (or nothing) and this bound less the smaller fleet’s plan.",
        price,
        f"Running cost: hours under way of every boat in the plan, over {number(table.days)} "
        "days, at the hourly cost of its class.",
        "Points per $ million: percentage points of detection by the whole fleet, divided by "
        "purchase and running cost together; for the last step, the points it adds divided by what "
        "it costs more. Use them to compare rows, not as a price of detection.",
        f"Each fleet was planned for {number(table.time_limit_s)} s"
        f"{' (a tenth of it for what can be met)' if table.needs else ''}, "
        f"{table.workers} at a time, seed {table.seed}: from the smallest to the largest and back "
        "again, each starting from the best plan known for it and knowing every sortie found "
        "before.",
    ]


def _line(row: FleetRow, gain: Gain | None, *, known_price: bool) -> StudyLine:
    return StudyLine(
        boats=number(row.boats),
        split=clean(row.split),
        detection=percent(row.detection),
        bound=percent(row.bound_alike),
        gap=percent(row.gap),
        purchase=money_usd(row.purchase_usd) if known_price else "–",
        running=money_usd(row.running_usd),
        per_million=number(row.detection_per_million, 1),
        adds="–" if gain is None else f"+{number(100 * gain.found, 1)}",
        between="–"
        if gain is None
        else f"{number(100 * gain.low, 1)} to {number(100 * gain.high, 1)}",
        adds_per_million="–" if gain is None else number(gain.points_per_million, 1),
        value=f"{number(100 * row.value, 1)} / {number(100 * row.value_bound, 1)}",
        met=()
        if row.service is None
        else tuple(
            (percent(met), percent(most))
            for met, most in zip(row.service.met, row.service.met_at_most, strict=True)
        ),
    )


_DETECTION = (
    "Detection is that of the best plan found for the fleet. The bound is proven: no plan of "
    "that fleet, in the model, can detect more. The best possible plan lies between the two."
)


def needs_words(needs: Sequence[Need]) -> str:
    """What each requirement counts, in points."""
    each = [
        f"“{clean(need.name)}” {number(100 * need.worth, 1)}{' (hard)' if need.hard else ''}"
        for need in needs
    ]
    return f"detecting everything counts 100 points, and meeting in full {join_words(each)}"


def _required(table: StudyTable) -> tuple[str, ...]:
    """What the figures of requirements say."""
    return (
        f"Plans are made for their value: {needs_words(table.needs)}. What is met in part counts "
        "in part. ‘Value’ is that of the plan / what no plan of the fleet exceeds.",
        "Detection is that of the best plan found for the fleet by value. Its bound is proven: no "
        "plan of that fleet that serves the requirements as well can detect more. A larger fleet "
        "may detect less than a smaller one where its boats serve more.",
        "Of each requirement ‘met’ is the share that the plan serves, ‘at most’ what no plan of "
        "the fleet exceeds, even if it did nothing else: below 100 % it cannot be met.",
    )


def _met_by(table: StudyTable, number: int) -> str:
    """From how many boats on a requirement is met, and how few cannot, in a sentence."""
    name = f"“{clean(table.needs[number].name)}”"
    shares = [
        (row.boats, row.service.met[number], row.service.met_at_most[number])
        for row in table.rows
        if row.service is not None
    ]
    enough = [boats for boats, met, _ in shares if is_met(met)]
    short = [boats for boats, _, most in shares if not is_met(most)]
    text = f"{name} is met with {_boats(min(enough))}" if enough else f"No plan found meets {name}"
    if short:
        text += f"; that {_boats(max(short))} cannot meet it is proven"
    return text + "."


def _boats(count: int) -> str:
    return f"{count} boat{'s' if count != 1 else ''}"
