"""What would help most: prices of one more of each thing, as ``patrol worth`` found them."""

from __future__ import annotations

from planner.present.prices import (
    COLUMNS,
    WORD_COLUMNS,
    effect_cells,
    effect_columns,
    price_cells,
    price_words,
)
from planner.present.report.blocks import Points, Row, Section, Table, Words, table
from planner.present.report.case import Case
from planner.present.text import clean, count
from planner.study.price_file import PriceList, PriceRow
from planner.study.prices import NOTHING

MOST_ROWS = 12
"""The file beside the plan has all."""


def help_most(case: Case) -> Section | None:
    """Section on what one more of each thing is worth; None where nobody asked."""
    prices = case.worth
    if prices is None:
        return None
    useful = [row for row in prices.rows if row.estimate >= NOTHING or row.gain is not None]
    rows = [Row(price_cells(row)) for row in useful[:MOST_ROWS]]
    idle = len(prices.rows) - len(useful)
    left = len(useful) - len(rows)
    made = table(
        f"One more of each thing, in points of {_unit(prices)} over the whole plan",
        COLUMNS,
        rows,
        words=WORD_COLUMNS,
        note=" ".join(
            [
                *([f"With less to gain, in worth.csv: {count(left, 'change')}."] if left else []),
                *([f"{count(idle, 'change')} more would add nothing."] if idle else []),
            ]
        ),
    )
    words = Points(tuple(price_words(prices)), "How to read it")
    first = _first(useful, _unit(prices))
    return Section("help", "What would help most", (*first, made, *_effects(prices), words))


def _unit(prices: PriceList) -> str:
    return "value" if prices.needs else "detection"


def _effects(prices: PriceList) -> tuple[Table, ...]:
    """What changes that were solved again do to each requirement, where there are any."""
    rows = [
        Row((clean(row.where), clean(row.what), *effect_cells(row.effect)))
        for row in prices.rows
        if row.effect is not None
    ]
    if not rows:
        return ()
    title = "What they do to detection and to requirements, in points: found (at most)"
    return (table(title, ("Whose", "What", *effect_columns(prices)), rows, words=(0, 1)),)


def _first(rows: list[PriceRow], unit: str) -> tuple[Words, ...]:
    """A sentence on the change that was found to add most, if any was solved again."""
    found = [(row.gain, row) for row in rows if row.gain is not None]
    if not found:
        return ()
    gain, row = max(found, key=lambda pair: pair[0].found)
    if gain.found <= 0:
        return (Words("Of the changes planned anew none added anything in the time given."),)
    proven = f", of it {100 * gain.low:.1f} proven" if gain.low > 0 else ""
    return (
        Words(
            f"Of the changes planned anew, {clean(row.what)} for {clean(row.where)} added most: "
            f"{100 * gain.found:.1f} points of {unit}{proven}."
        ),
    )
