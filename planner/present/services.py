"""A study of several services for the terminal: plans, what working together is worth, words."""

from __future__ import annotations

from collections.abc import Callable

from rich import box
from rich.table import Table
from rich.text import Text

from planner.present.study_words import needs_words
from planner.present.text import clean, count, join_words, number, percent
from planner.study.cooperation import Cooperation, Interval, Shared


def plans_table(study: Cooperation) -> Table:
    """Every kind of plan with what it was made for and the bound that holds for it.

    That is detection; where something is required the value, with detection beside it.
    """
    table = _table(f"Services: {clean(study.title)}")
    table.add_column("Plans")
    weighs = study.value is not None
    columns = ("Value", "Bound", "Points over apart", "Detection")
    for name in columns if weighs else ("Detection", *columns[1:3]):
        table.add_column(name, justify="right", no_wrap=True)

    told: Callable[[float], str] = _value if weighs else percent

    def add(words: str, counts: float, bound: float | None, detection: float, over: str) -> None:
        cells = [told(counts), "" if bound is None else told(bound), over]
        table.add_row(Text(words), *cells, *([percent(detection)] if weighs else []))

    apart = study.apart
    for name, hulls, seed in zip(study.agencies, study.hulls, apart.seeds, strict=True):
        own = next(plan for plan in study.own if (plan.agency, plan.seed) == (name, seed))
        add(
            f"{clean(name)} alone, {count(hulls, 'hull')}", own.counts, own.bound, own.detection, ""
        )
    words = f"… promise together ({number(100 * apart.double_counted, 1)} points counted twice)"
    claimed = ["", "", "", percent(apart.claimed)] if weighs else [percent(apart.claimed), "", ""]
    table.add_row(Text(words), *claimed, end_section=True)
    add("Apart, all sailed", apart.counts, None, apart.detection, "")
    for plan in study.informed:
        first, rest = clean(plan.order[0]), join_words([clean(name) for name in plan.order[1:]])
        over = _points(plan.counts - apart.counts)
        words = f"In turn: {first} first, {rest} knowing its plan"
        add(words, plan.counts, plan.bound, plan.detection, over)
    add("Joint", study.counts, study.bound, study.joint, _points(study.counts - apart.counts))
    return table


def needs_table(study: Cooperation, shared: Shared) -> Table:
    """Requirements: whom each is asked of, and the share that plans serve."""
    table = _table("What is required: share met")
    table.add_column("Requirement")
    table.add_column("Asked of")
    table.add_column("Alone", justify="right")
    turns = [f"{clean(plan.order[0])} first" for plan in study.informed]
    for name in ("Apart", *turns, "Joint", "At most"):
        table.add_column(Text(name), justify="right")
    for k, need in enumerate(shared.needs):
        asked = [
            (clean(name), alone[k])
            for name, asked, alone in zip(
                study.agencies, shared.asked_of, shared.alone, strict=True
            )
            if asked[k]
        ]
        plans = [shared.apart, *shared.informed, shared.joint, shared.at_most]
        table.add_row(
            Text(f"{clean(need.name)}{' (hard)' if need.hard else ''}"),
            Text("\n".join(name for name, _ in asked)),
            Text("\n".join(percent(share) for _, share in asked)),
            *(percent(shares[k]) for shares in plans),
        )
    return table


def value_table(study: Cooperation) -> Table:
    """What knowing each other's plans, and planning jointly, add: found, and proven limits."""
    unit = "detection" if study.value is None else "value"
    table = _table(f"What working together is worth, in points of {unit}")
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
    does, what = ("find", "detection") if study.value is None else ("are worth", "value")
    told: Callable[[float], str] = percent if study.value is None else _value
    lines = [
        *([] if study.shared is None else _value_words(study, study.shared)),
        f"Planned jointly the boats {does} at least {number(100 * gain.low, 1)} points more than "
        f"with these plans made apart, and by no plan more than {number(100 * gain.high, 1)} "
        "points more. The plans made apart are definite and their "
        f"{what} is exact, so these limits owe nothing to what the optimiser missed. In turn, "
        "the first service’s plan stays as it is, and the limits hold beside it.",
    ]
    if len(study.unions) > 1:
        lines.append(
            f"Plans about as good for each service by itself meet in {len(study.unions)} ways and "
            f"{does} {told(worst.counts)} to {told(best.counts)}; the best of them "
            "stands in the tables, so cooperation is not made to look better than it is."
        )
    lines.append(
        f"Other plans made apart could be luckier; the {what} of none is more than "
        f"{told(study.apart_at_most)}. A service’s own plan is the best for itself up to its "
        "own bound only."
    )
    short = [plan for plan in study.own if plan.bound - plan.counts > 0.1 * plan.detection]
    if short:
        lines.append(
            "Some plans made alone are more than 10 % from their bound: part of what cooperation "
            "seems to add may be a longer search. Give a longer --time-limit."
        )
    return lines


def _value_words(study: Cooperation, shared: Shared) -> list[str]:
    """What value is, and how requirements are shared out."""
    lines = [
        f"Value, in points: {needs_words(shared.needs)}. Apart, each service plans for all that "
        "is asked of it as if no one else served it; what those that sail serve is counted once. "
        "‘At most’ is what no plan of all units serves, even if it did nothing else.",
    ]
    if study.always > 0:
        lines.append("What hulls on alert serve counts in every plan, whoever’s they are.")
    return lines


def _value(share: float) -> str:
    """A value in points."""
    return number(100 * share, 1)


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
