"""Prices of things for the terminal and as a tidy table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from planner.present.study_words import needs_words
from planner.present.text import clean, inert, join_words, money_usd, number, percent
from planner.study.price_file import PriceList, PriceRow
from planner.study.prices import NOTHING, Effect, Price, Prices

MOST_LINES = 40
"""Rows of the table for the terminal; the file has all."""

CSV_COLUMNS = (
    "where", "what", "per", "estimate", "estimate_is_upper_limit", "found", "low", "high",
    "purchase_usd", "running_usd", "points_per_million_usd",
)  # fmt: skip


COLUMNS = ("Whose", "What", "Estimate", "Found", "between", "Points per", "Costs", "Per $ M")
"""What :func:`price_cells` gives, in this order."""

WORD_COLUMNS = (0, 1, 5)
"""Places of those that hold words; the others hold figures."""


def prices_table(prices: Prices | PriceList) -> Table:
    """Every change with its estimate; those solved again with what they gained and cost."""
    table = Table(
        title=Text(f"What one more is worth: {clean(prices.title)}"),
        caption=_caption(prices),
        title_justify="left",
        caption_justify="left",
        title_style="bold",
        header_style="bold",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    for place, name in enumerate(COLUMNS):
        words = place in WORD_COLUMNS
        table.add_column(name, justify="left" if words else "right", no_wrap=place > 1)
    for row in prices.rows[:MOST_LINES]:
        table.add_row(*(Text(cell) for cell in price_cells(row)))
    return table


def effects_table(prices: Prices | PriceList) -> Table:
    """What changes that were solved again do to detection and to each requirement."""
    table = Table(
        title="What they do to detection and to requirements: found (at most)",
        caption="Points of detection; share of each requirement that is met, in percentage points.",
        title_justify="left",
        caption_justify="left",
        title_style="bold",
        header_style="bold",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("Whose")
    table.add_column("What")
    for name in effect_columns(prices):
        table.add_column(Text(name), justify="right")
    for row in prices.rows:
        if row.effect is not None:
            cells = (clean(row.where), clean(row.what), *effect_cells(row.effect))
            table.add_row(*(Text(cell) for cell in cells))
    return table


def effect_columns(prices: Prices | PriceList) -> list[str]:
    """What :func:`effect_cells` gives, in this order: detection, then each requirement."""
    return ["Detection", *(clean(need.name) for need in prices.needs)]


def effect_cells(effect: Effect) -> list[str]:
    """What a change does, found and at most."""
    pairs = [(effect.detection, effect.detection_at_most)]
    pairs += zip(effect.met, effect.met_at_most, strict=True)
    return [f"{_signed(found)} ({_signed(most)})" for found, most in pairs]


def _signed(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−").replace("+0.0", "0").replace("−0.0", "0")


def _caption(prices: Prices | PriceList) -> str:
    if not prices.needs:
        return "Points: percentage points of detection, over the whole plan."
    return f"Points of value, over the whole plan: {needs_words(prices.needs)}."


def price_words(prices: Prices | PriceList) -> list[str]:
    """What the figures rest on."""
    again = [row for row in prices.rows if row.gain is not None]
    lines = [
        f"The plan as it is finds {percent(prices.detection)}, no plan more than "
        f"{percent(prices.bound)}{_value(prices)}. Estimates come from the prices of that bound: "
        "with the change it rises by at most so much (≤). Fuel has no price there: where the "
        "tank can run dry within a sortie, its estimate (~) is the unit planned anew with and "
        "without. A hull without a crew, or a crew without a hull, adds nothing where the other "
        "is short."
    ]
    if again:
        lines.append(
            "Found: the changed scenario solved again from the same plan, less the plan as it is "
            "searched as long once more, which gained "
            f"{number(100 * prices.by_search, 2)} points by the search alone; smaller gains are "
            "noise. The best plans differ by no less and no more than ‘between’ says."
        )
        lines.append(
            "Costs: purchase of the hull, in full although it lasts for years, and the hours "
            "under way that the new plan has more; crews, engines and tanks have no price here."
        )
    if again and prices.needs:
        lines.append(
            "Plans are made for value, so detection may fall where boats serve a requirement "
            "instead. ‘At most’: over the plan as it is no plan with the change has more of "
            "detection, whatever it serves, nor of a requirement, even if it did nothing else."
        )
    left_out = [
        each if isinstance(each, str) else f"{each.what} of {each.where}"
        for each in prices.left_out
    ]
    if left_out:
        lines.append(
            f"Not priced: {join_words([clean(each) for each in left_out])}. It changes what hulls "
            "on alert serve, or what can be found on the way of a posting, so the prices of the "
            "plan as it is say nothing of it; plan the changed scenario with 'patrol plan'."
        )
    sure = [row for row in again if row.gain is not None and row.gain.low > 0]
    if again and not sure:
        lines.append(
            "No gain is proven: what lies between plan and bound is wider than what one more "
            "adds. A longer --time-limit narrows it."
        )
    return lines


def _value(prices: Prices | PriceList) -> str:
    """What the plan serves, and its value, where something is required."""
    if not prices.needs:
        return ""
    met = [
        f"{percent(share)} of “{clean(need.name)}”"
        for need, share in zip(prices.needs, prices.met, strict=True)
    ]
    return (
        f", whatever it serves; it meets {join_words(met)}. Its value is "
        f"{number(100 * prices.value, 1)} points, that of no plan more than "
        f"{number(100 * prices.value_bound, 1)}"
    )


def prices_csv(prices: Prices) -> str:
    """All changes as a tidy table: shares from 0 to 1 of detection, or of value; dollars."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*CSV_COLUMNS, *_effect_csv_columns(prices)])
    for row in prices.rows:
        gain = row.gain
        found: Sequence[float | None] = (
            (None,) * 3 if gain is None else (gain.found, gain.low, gain.high)
        )
        figures = [*found, row.purchase_usd or None, row.running_usd, row.points_per_million]
        if row.effect is not None:
            effect = row.effect
            pairs = [(effect.detection, effect.detection_at_most)]
            pairs += zip(effect.met, effect.met_at_most, strict=True)
            figures += [share for pair in pairs for share in pair]
        elif prices.needs:
            figures += [None] * (2 + 2 * len(prices.needs))
        words = [inert(row.where), inert(row.what), inert(row.per)]
        stated = [*words, f"{row.estimate:.6g}", int(row.proven)]
        writer.writerow([*stated, *("" if x is None else f"{x:.6g}" for x in figures)])
    return out.getvalue()


def _effect_csv_columns(prices: Prices) -> list[str]:
    if not prices.needs:
        return []
    names = ["detection", *(f"met: {need.name}" for need in prices.needs)]
    return [column for name in names for column in (name, f"{name}, at most")]


def price_cells(row: Price | PriceRow) -> tuple[str, ...]:
    """One change in words and figures, a cell for each of :data:`COLUMNS`."""
    gain, per_million = row.gain, row.points_per_million
    sign = "≤ " if row.proven else "~ "
    estimate = number(100 * row.estimate, 2)
    return (
        clean(row.where),
        clean(row.what),
        "0" if row.proven and row.estimate < NOTHING else sign + estimate,
        "" if gain is None else f"{100 * gain.found:+.2f}".replace("-", "−"),
        "" if gain is None else f"{100 * gain.low:.1f} to {100 * gain.high:.1f}".replace("-", "−"),
        row.per,
        _cost(row),
        "" if per_million is None else number(per_million, 1),
    )


def _cost(row: Price | PriceRow) -> str:
    """Purchase where it is known, and what the plan's hours cost more where there is one."""
    price = row.purchase_usd
    bought = "a hull" if price is None else money_usd(price) if price > 0 else ""
    if row.running_usd is None:
        return bought
    running = ("−" if row.running_usd < 0 else "") + money_usd(abs(row.running_usd))
    return f"{bought} + {running}" if bought else running
