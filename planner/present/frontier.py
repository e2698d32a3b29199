"""The efficient frontier of detection against money: chart, page, table on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.figure import Figure
from rich.table import Table

from planner.files import write_file
from planner.present.chart import BAND_COLOUR, BOUND_COLOUR, PLAN_COLOUR, STYLE, svg_of
from planner.present.frame import framed, plain
from planner.present.offline import POLICY_META, asset, sealed
from planner.present.page import fill
from planner.present.text import clean, count, join_words, money_usd, number, percent
from planner.study.choice import Frontier, FrontierRow, Step

MILLION = 1e6


@dataclass(frozen=True)
class Line:
    """One budget in words."""

    budget: str
    fleet: str
    yearly: str
    purchase: str
    detection: str
    bound: str
    gap: str
    adds: str
    between: str
    per_million: str


def frontier_chart(
    budget_usd: Sequence[float], detection: Sequence[float], bound: Sequence[float]
) -> str:
    """Detection found and bounded over money a year, as SVG.

    A fleet for one budget is one for every larger budget too, so what is found stays until a
    better one can be paid; the best fleet for each budget lies in the band.

    Parameters
    ----------
    budget_usd
        Ascending.
    detection, bound
        Shares from 0 to 1, one for each budget.
    """
    money = [usd / MILLION for usd in budget_usd]
    found, most = [100 * value for value in detection], [100 * value for value in bound]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(5.4, 3.4), layout="constrained")
        axes = figure.add_subplot()
        axes.vlines(money, found, most, color=BAND_COLOUR, linewidth=9)
        axes.plot(
            money, most, color=BOUND_COLOUR, linestyle="none", marker="_", markersize=12,
            markeredgewidth=2, gid="bound",
        )  # fmt: skip
        axes.step(money, found, where="post", color=PLAN_COLOUR, linewidth=1.2)
        axes.plot(money, found, color=PLAN_COLOUR, linestyle="none", marker="o", gid="plan")
        below, above = (found, (5, -13), "left"), (most, (0, 6), "center")
        for (values, shift, side), colour in ((below, PLAN_COLOUR), (above, BOUND_COLOUR)):
            for at, value in zip(money, values, strict=True):
                axes.annotate(
                    percent(value / 100), (at, value), xytext=shift, ha=side,
                    textcoords="offset points", color=colour, fontsize=9,
                )  # fmt: skip
        axes.set_xlabel("Budget, $ million a year")
        axes.set_ylabel("Detection, %")
        axes.margins(x=0.1)
        axes.set_ylim(0, 1.18 * max(most, default=1.0) or 1.0)
        axes.grid(axis="y", color="#e3e9ed", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(length=0)
        return svg_of(figure)


def write_frontier_page(frontier: Frontier, path: Path) -> None:
    """Write a choice as one self-contained HTML file, under a temporary name, then renamed.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    write_file(path, frontier_page(frontier))


def frontier_page(frontier: Frontier) -> str:
    """HTML of a choice: chart, table, and what they rest on."""
    rows = frontier.rows
    chart = frontier_chart(
        [row.budget_usd for row in rows],
        [row.detection for row in rows],
        [row.bound for row in rows],
    )
    words = "; ".join(
        f"{money_usd(row.budget_usd)}: found {percent(row.detection)}, bound {percent(row.bound)}"
        for row in rows
    )
    page = fill(
        "choice.html.j2",
        {
            "policy": Markup(POLICY_META),
            "title": clean(frontier.title),
            "when": f"{clean(frontier.scenario_title)} · {number(frontier.days, 1)} days",
            "headline": frontier_headline(frontier),
            "interrupted": frontier.interrupted,
            "chart": Markup(chart),
            "chart_words": f"Detection by budget. {words}.",
            "lines": frontier_lines(frontier),
            "assumptions": frontier_assumptions(frontier),
            "style": Markup(asset("study.css")),
        },
    )
    return sealed(page)


def frontier_table(frontier: Frontier) -> Table:
    """The frontier for the terminal: a row a budget."""
    table = framed(clean(frontier.title))
    table.add_column("Budget", justify="right", no_wrap=True)
    table.add_column("Fleet found")
    for title in ("a year", "Detection", "Bound", "Gap", "Adds", "between", "per $ M a year"):
        table.add_column(title, justify="right", no_wrap=True)
    for line in frontier_lines(frontier):
        table.add_row(
            line.budget, plain(line.fleet), line.yearly, line.detection, line.bound, line.gap,
            line.adds, line.between, line.per_million,
        )  # fmt: skip
    return table


def frontier_lines(frontier: Frontier) -> list[Line]:
    """Rows of a frontier, ready to print."""
    return [_line(row, step) for row, step in zip(frontier.rows, frontier.steps, strict=True)]


def frontier_headline(frontier: Frontier) -> str:
    """What was found, in a sentence or two."""
    first, last = frontier.rows[0], frontier.rows[-1]
    text = f"For {money_usd(last.budget_usd)} a year the best fleet found, {_fleet(last)}, "
    text += f"detects {percent(last.detection)}; no fleet for that money detects more than "
    text += f"{percent(last.bound)}."
    if len(frontier.rows) > 1:
        text += f" For {money_usd(first.budget_usd)} it is {percent(first.detection)} of at most "
        text += f"{percent(first.bound)}."
    sure = [
        money_usd(row.budget_usd)
        for row, step in zip(frontier.rows, frontier.steps, strict=True)
        if step is not None and step.proven
    ]
    if sure:
        return f"{text} It is proven that detection rises with the step to {join_words(sure)}."
    if len(frontier.rows) > 1:
        text += " That any step buys detection is found but not proven: the intervals meet."
    return text


def frontier_assumptions(frontier: Frontier) -> list[str]:
    """What the figures rest on, in plain words."""
    rate = number(100 * frontier.discount_rate, 1)
    return [
        f"Everything but the hulls chosen is the scenario “{clean(frontier.scenario_title)}”; "
        "units that are not chosen are taken as paid for.",
        "Money is US dollars a year: the yearly running cost of each hull and crew, and the "
        "purchase as equal yearly payments over the hull’s life, "
        f"P·r / (1 − (1 + r)^−n), discounted at {rate} % a year. Prices of different years are not "
        "brought to one year.",
        "Detection is that of the best plan found with a fleet that the budget pays. The bound is "
        "proven over all fleets that it pays, planned or not: prices of the targets that bound one "
        "fleet bound every other, and fewer hulls never detect more.",
        f"{count(frontier.fleets_planned, 'plan')} were made, of {number(frontier.fleets_possible)}"
        f" fleets that can be named, in {number(frontier.time_s)} s, seed {frontier.seed}; asked "
        f"for was a gap of {percent(frontier.gap)}.",
        "What a step adds is the difference of the plans found. Between the best plans it lies in "
        "the range beside it. Points per $ million are given only where the ranges of both budgets "
        "part, as the range that is proven.",
    ]


def _line(row: FrontierRow, step: Step | None) -> Line:
    found = "–" if step is None else f"+{number(100 * step.found, 1)}"
    between = "–" if step is None else _range(100 * step.low, 100 * step.high)
    worth = "–"
    if step is not None and step.proven:
        worth = _range(step.per_million(step.low), step.per_million(step.high))
    return Line(
        budget=money_usd(row.budget_usd),
        fleet=_fleet(row),
        yearly=money_usd(row.yearly_usd),
        purchase=money_usd(row.purchase_usd),
        detection=percent(row.detection),
        bound=percent(row.bound),
        gap=percent(row.gap),
        adds=found,
        between=between,
        per_million=worth,
    )


def _range(low: float, high: float) -> str:
    return f"{number(low, 1)} to {number(high, 1)}"


def _fleet(row: FrontierRow) -> str:
    """Hulls by option; base and crews where they are."""
    words = [
        f"{each.hulls} × {clean(each.unit)} ({clean(each.base)}, {count(each.crews, 'crew')})"
        for each in row.fleet
        if each.hulls
    ]
    return join_words(words) or "none of the options"
