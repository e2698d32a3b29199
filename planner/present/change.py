"""What a plan made anew changes, as tables for the terminal: sortie by sortie, and in all."""

from __future__ import annotations

from datetime import tzinfo

from rich.table import Table
from rich.text import Text

from planner.plan.model import Plan, Sortie
from planner.present.figures import horizon
from planner.present.frame import framed, plain
from planner.present.text import count, moment, offset, percent, weekday
from planner.replan import Change


def change_table(change: Change, plan: Plan) -> Table:
    """One line for each sortie that sails no more, sails otherwise, or is new.

    Parameters
    ----------
    change
        The difference to the plan before.
    plan
        The new plan.
    """
    start, _ = horizon(plan)
    table = framed(f"What changes (times {offset(start)})", show_header=True)
    table.add_column("", no_wrap=True, min_width=8)
    table.add_column("Sortie", no_wrap=True)
    table.add_column("Hull", min_width=10)
    table.add_column("Departs", no_wrap=True, min_width=16)
    table.add_column("Returns", no_wrap=True, min_width=9)
    table.add_column("Why, or what moved", ratio=1)
    rows = [("dropped", gone.sortie, "", gone.why) for gone in change.dropped]
    rows += [
        (
            "changed",
            moved.after,
            f"{moved.before.id} → " if moved.before.id != moved.after.id else "",
            moved.what,
        )
        for moved in change.moved
    ]
    rows += [("new", sortie, "", "") for sortie in change.new]
    for number, (what, sortie, was, why) in enumerate(rows):
        last = number + 1 == len(rows) or rows[number + 1][0] != what
        table.add_row(what, *_cells(sortie, was, start.tzinfo), plain(why), end_section=last)
    table.add_row("stays", count(len(change.stayed), "sortie"))
    if change.sailed:
        words = f"{len(change.at_sea)} at sea" if change.at_sea else "all back"
        table.add_row("sailed", count(change.sailed, "sortie"), "", "", "", plain(words))
    return table


def worth_table(change: Change) -> Table:
    """Detection before, of what the event leaves, of the new plan, and its bound."""
    table = framed("What it is worth", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1)
    yet = len(change.stayed) + len({moved.before.id for moved in change.moved})
    yet += len(change.dropped)
    for name, figure, words in (
        ("Planned before", change.before, "detection of the earlier plan, before the event"),
        ("If nothing is done", change.left, "what the event leaves of it"),
        ("Planned anew", change.after, "what has sailed included"),
        (
            "Bound",
            change.bound,
            "no plan in which what has sailed stays finds more, whatever else it changes",
        ),
    ):
        table.add_row(name, percent(figure), words)
    table.add_row(
        "Kept",
        f"{len(change.stayed)} of {change.could_stay}",
        f"sorties that could stay; {change.least} had to (keep {change.keep:g}), "
        f"{yet} were yet to sail",
    )
    return table


def _cells(sortie: Sortie, was: str, zone: tzinfo | None) -> tuple[Text, Text, str, str]:
    return (
        plain(f"{was}{sortie.id}"),
        plain(sortie.hull),
        moment(sortie.depart, zone),
        weekday(sortie.return_, zone),
    )
