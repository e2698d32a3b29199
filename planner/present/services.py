"""A study of several services for the terminal: plans, what working together is worth, words."""

from __future__ import annotations

from rich import box
from rich.table import Table
from rich.text import Text

from planner.present.text import clean, count, join_words, number, percent
from planner.study.cooperation import Cooperation, Interval


def plans_table(study: Cooperation) -> Table:
    """Every kind of plan with its detection and the bound that holds for it."""
    table = _table(f"Services: {clean(study.title)}")
    table.add_column("Plans")
    for name in ("Detection", "Bound", "Points over apart"):
        table.add_column(name, justify="right", no_wrap=True)
    apart = study.apart
    for name, hulls, seed in zip(study.agencies, study.hulls, apart.seeds, strict=True):
        own = next(plan for plan in study.own if (plan.agency, plan.seed) == (name, seed))
        alone = f"{clean(name)} alone, {count(hulls, 'hull')}"
        table.add_row(Text(alone), percent(own.detection), percent(own.bound), "")
    words = f"… promise together ({number(100 * apart.double_counted, 1)} points counted twice)"
    table.add_row(Text(words), percent(apart.claimed), "", "", end_section=True)
    table.add_row("Apart, all sailed", percent(apart.detection), "", "")
    for plan in study.informed:
        first, rest = clean(plan.order[0]), join_words([clean(name) for name in plan.order[1:]])
        table.add_row(
            Text(f"In turn: {first} first, {rest} knowing its plan"),
            percent(plan.detection),
            percent(plan.bound),
            _points(plan.detection - apart.detection),
        )
    found = _points(study.joint - apart.detection)
    table.add_row("Joint", percent(study.joint), percent(study.bound), found)
    return table


def value_table(study: Cooperation) -> Table:
    """What knowing each other's plans, and planning jointly, add: found, and proven limits."""
    table = _table("What working together is worth, in points of detection")
    table.add_column("")
    table.add_column("Found", justify="right", no_wrap=True)
    table.add_column("Best plan adds", justify="right", no_wrap=True)
    pairs = len(study.unions)
    rows = [
        ("Knowing the other’s plan, over apart", study.informed_over_apart()),
        ("Planning jointly, over knowing the other’s plan", study.joint_over_informed()),
        ("Planning jointly, over apart", study.joint_over_apart()),
    ]
    if pairs > 1:
        rows.append((f"… over any of {pairs} choices of plans apart", study.over_all_apart()))
    for words, gain in rows:
        table.add_row(words, _points(gain.found), _between(gain))
    return table


def service_words(study: Cooperation) -> list[str]:
    """What the figures say and what they do not."""
    best, worst, gain = study.apart, study.worst_apart, study.joint_over_apart()
    lines = [
        f"Planned jointly the boats find at least {number(100 * gain.low, 1)} points more than "
        "with these plans made apart, and no plan could find more than "
        f"{number(100 * gain.high, 1)} points more. The plans made apart are definite and their "
        "detection is exact, so these limits owe nothing to what the optimiser missed. In turn, "
        "the first service’s plan stays as it is, and the limits hold beside it.",
    ]
    if len(study.unions) > 1:
        lines.append(
            f"Plans about as good for each service by itself meet in {len(study.unions)} ways and "
            f"find {percent(worst.detection)} to {percent(best.detection)}; the best of them "
            "stands in the tables, so cooperation is not made to look better than it is."
        )
    lines.append(
        f"Other plans made apart could be luckier; none finds more than "
        f"{percent(study.apart_at_most)}. A service’s own plan is the best for itself up to its "
        "own bound only."
    )
    short = [plan for plan in study.own if plan.bound > 1.1 * plan.detection]
    if short:
        lines.append(
            "Some plans made alone are more than 10 % from their bound: part of what cooperation "
            "seems to add may be a longer search. Give a longer --time-limit."
        )
    return lines


def _points(gain: float) -> str:
    return f"{100 * gain:+.1f}"


def _between(gain: Interval) -> str:
    return f"{number(100 * gain.low, 1)} to {number(100 * gain.high, 1)}"


def _table(title: str) -> Table:
    return Table(
        title=Text(title),
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
