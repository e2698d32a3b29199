"""A study of cases on the terminal."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from planner.present.cases.money import spent
from planner.present.cases.page import line_of
from planner.present.frame import framed, plain
from planner.present.text import clean, count, duration
from planner.study.cases.layout import Layout
from planner.study.cases.run import Outcomes

MOST_LINES = 60
"""Points listed; of more the first are, and the page has all."""


def cases_table(outcomes: Outcomes) -> Table:
    """Every point with its interval, its trials, how it differs, and what a point costs."""
    known = list(outcomes.known.values())
    lines = [line_of(outcomes, standing) for standing in known]
    broken = any(line.available != "–" for line in lines)
    # with purchases a table of their own says it
    paid = not outcomes.purchases and any(line.a_point != "–" for line in lines)
    shown = framed(clean(outcomes.layout.plot.study.title))
    shown.add_column("Case", min_width=20)
    for name in ("Plan", "Bound", "Simulated"):
        shown.add_column(name, justify="right", no_wrap=True)
    if broken:
        shown.add_column("With breakdowns", justify="right")
    shown.add_column("Points over reference", justify="right")
    shown.add_column("So")
    if paid:
        shown.add_column("$ a point", justify="right")
    for line in lines[:MOST_LINES]:
        cells: list[str | Text] = [plain(line.name), line.detection, line.bound, line.simulated]
        cells += [line.available] if broken else []
        cells += [line.gain, line.verdict]
        shown.add_row(*cells, *([line.a_point] if paid else []))
    if len(known) > MOST_LINES:
        shown.caption = f"and {count(len(known) - MOST_LINES, 'case')} more: see the page"
        shown.caption_justify = "left"
    return shown


def purchases_table(outcomes: Outcomes) -> Table:
    """What was bought, in each view: points more, in plans and trials, and dollars a point."""
    shown = framed("What was bought")
    shown.add_column("Purchase")
    shown.add_column("View")
    names = ("Price", "Points more", "In the trial", "$ a point", "Price a year", "Sailing a year")
    for name in names:
        shown.add_column(name, justify="right")
    for bought in outcomes.purchases:
        row = spent(bought)
        shown.add_row(
            plain(row.name), plain(row.view), row.price, row.gain, row.trial, row.a_point,
            row.price_a_year, row.sailing_a_year,
        )  # fmt: skip
    return shown


def runs_table(layout: Layout) -> Table:
    """Every run that is to be made, and what it learns from."""
    shown = framed(clean(layout.plot.study.title))
    shown.add_column("Run", justify="right")
    shown.add_column("Case")
    shown.add_column("Seed", justify="right")
    shown.add_column("Agencies")
    shown.add_column("Begins with what was found in run", justify="right")
    for number, run in enumerate(layout.runs):
        shown.add_row(
            str(number + 1),
            plain(layout.plot.points[run.point].name),
            str(run.options.seed),
            run.options.agencies,
            ", ".join(str(lender + 1) for lender in run.lenders) or "–",
        )
    return shown


def expected_words(layout: Layout, done: int, seats: int) -> str:
    """How many runs there are, and how long they take."""
    points, runs = len(layout.plot.points), len(layout.runs)
    text = f"{count(points, 'case')}, {count(runs, 'run')}"
    if runs < points * len(layout.plot.study.seeds):
        text += " (cases that come to the same share one)"
    if done == runs:
        return f"{text}, all done before"
    if done:
        text += f", {done} done before"
    left = layout.expected_s(seats)
    if left is None:
        return f"{text}; each takes as long as its rounds of work do"
    share = (runs - done) / runs
    took = duration(left * share / 3600) if left * share >= 60 else f"{left * share:.0f} s"
    return (
        f"{text}; at most about {took} with {seats} at a time, and some seconds a run for its sea "
        "and its trial"
    )
