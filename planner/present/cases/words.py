"""A study of cases in plain words: what it found, and what is proven of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from planner.present.text import clean, count, join_words, number, percent
from planner.study.cases.curves import Curve, Knee, Least
from planner.study.cases.points import Difference, Standing
from planner.study.cases.run import Outcomes

MOST_CURVES = 8
"""Curves that are drawn and told; of more the tables have all."""

MOST_NAMED = 5
"""Cases named in a sentence; of more only the number is told."""


def headline(outcomes: Outcomes) -> list[str]:
    """What the study found, in a few sentences."""
    known = outcomes.known
    if not known:
        return ["No run is done yet."]
    best = max(known.values(), key=lambda each: each.detection)
    said = [
        f"Of {count(len(known), 'case')} the plan found for “{clean(best.point.name)}” detects "
        f"most: {percent(best.detection)} of all there is to detect, by weight; no plan of it "
        f"exceeds {percent(best.bound)}."
    ]
    gains = {n: gain for n in known if (gain := outcomes.gain(n)) is not None}
    plot = outcomes.layout.plot
    for reference in dict.fromkeys(plot.reference[n] for n in gains):
        own = {n: gain for n, gain in gains.items() if plot.reference[n] == reference}
        than = f"“{clean(plot.points[reference].name)}”"
        for verdict in ("more", "less"):
            names = [known[n].point.name for n, gain in own.items() if gain.verdict == verdict]
            if names:
                said.append(f"Proven to detect {verdict} than {than}: {_named(names)}.")
        names = [known[n].point.name for n, gain in own.items() if gain.verdict == "found only"]
        if names:
            said.append(
                f"Not proven to detect more or less than {than}: {_named(names)}. The intervals "
                "overlap; narrower gaps (more time for each run) would tell."
            )
    return said + breakdown_lines(known.values())


def breakdown_lines(known: Iterable[Standing]) -> list[str]:
    """What is left of detection where hulls break down, a sentence a case; of many only some."""
    broken = [each for each in known if each.record.available is not None]
    said = [
        f"With breakdowns, “{clean(each.point.name)}” finds "
        f"{interval_words(record.available, record.available_low, record.available_high)} in its "
        f"trial, instead of {interval_words(record.simulated, record.low, record.high)} if no "
        "hull ever broke down."
        for each in broken[:MOST_NAMED]
        if (record := each.record)
    ]
    if len(broken) > MOST_NAMED:
        said.append(f"{len(broken) - MOST_NAMED} more cases have breakdowns: see the table.")
    return said


def interval_words(value: float | None, low: float | None, high: float | None) -> str:
    """What a trial found with its 95 % interval; a dash where there was none."""
    if value is None or low is None or high is None:
        return "–"
    return f"{percent(value)} ± {number(100 * (high - low) / 2, 1)}"


def gain_words(gain: Difference | None) -> str:
    """A difference in percentage points, and in brackets its limits for the best plans."""
    if gain is None:
        return "–"
    return f"{points(gain.found)} ({points(gain.low)} to {points(gain.high)})"


def verdict_words(gain: Difference | None) -> str:
    """Whether a difference is proven."""
    if gain is None:
        return "reference"
    words = {"more": "proven more", "less": "proven less", "same": "the same plan"}
    return words.get(gain.verdict, "found only")


def curve_words(curve: Curve) -> list[str]:
    """What a curve tells: its steps, where it bends, and what is enough for the levels."""
    said = [_step_words(curve)]
    if curve.knee is not None:
        where = f"{number_words(curve.knee.value)} on the axis “{clean(curve.name)}”"
        said.append(
            f"Returns diminish most after {where}: there the plans found lie "
            f"{number(100 * curve.knee.height, 1)} points above the line between the ends. "
            f"{_knee_words(curve.knee)}"
        )
    said += [_level_words(curve, each) for each in curve.least]
    return said


def curve_lines(outcomes: Outcomes) -> list[str]:
    """What the curves of a study tell, each named where there are several."""
    several = len(outcomes.curves) > 1
    return [
        f"{clean(curve.line)}: {line}" if several and curve.line else line
        for curve in outcomes.curves[:MOST_CURVES]
        for line in curve_words(curve)
    ]


def _knee_words(knee: Knee) -> str:
    """What of a bend is proven."""
    if knee.proven:
        return "That is proven: whatever the best plans are, they bend most there."
    if not knee.bends:
        return "That is not proven: the gaps are wider than the bend, so the best may not bend."
    return (
        "That is not proven: the gaps between plans and bounds allow the best plans to bend most "
        f"anywhere from {number_words(knee.first)} to {number_words(knee.last)}."
    )


def _step_words(curve: Curve) -> str:
    sure = [
        f"{number_words(less)} to {number_words(more)}"
        for (less, more), step in zip(pairwise(curve.values), curve.steps, strict=True)
        if step.verdict != "found only"
    ]
    first, last = curve.points[0], curve.points[-1]
    text = (
        f"From {number_words(curve.values[0])} to {number_words(curve.values[-1])} the plans "
        f"found detect {percent(first.detection)} to {percent(last.detection)}."
    )
    if sure:
        return f"{text} Proven to change detection: the {_plural('step', sure)} {join_words(sure)}."
    return (
        f"{text} No single step is proven to change detection: gaps are wider than what one "
        "step adds."
    )


def _level_words(curve: Curve, least: Least) -> str:
    level, name = percent(least.level, 0), clean(curve.name)
    short = "" if least.bound is None else f" (no plan exceeds {percent(least.bound)})"
    if least.value is None and least.impossible == curve.values[-1]:
        most = number_words(curve.values[-1])
        return f"{level} is proven out of reach with up to {most} (“{name}”){short}."
    if least.value is None:
        return f"No plan found reaches {level}; that none can is not proven."
    text = f"{level} is reached with {number_words(least.value)} (“{name}”"
    text += f": a plan of {percent(least.detection)})" if least.detection is not None else ")"
    if least.value == curve.values[0]:
        return f"{text}, the least that was tried."
    if least.impossible is None:
        return f"{text}; whether less is enough is open."
    text += f"; with {number_words(least.impossible)} it is proven impossible{short}"
    if not least.proven:
        return f"{text}, what lies between is open."
    single = least.value - least.impossible == 1
    return f"{text}, so no fewer will do." if single else f"{text}, and nothing between was tried."


def trial_words(known: Sequence[Standing]) -> str | None:
    """How plans and their trials agree; None where none was tried."""
    tried = [each for each in known if each.record.low is not None and each.record.high is not None]
    if not tried:
        return None
    inside = sum(
        (each.record.low or 0.0) <= each.detection <= (each.record.high or 0.0) for each in tried
    )
    return (
        f"Every plan was tried on targets drawn at random: of {count(len(tried), 'plan')}, "
        f"{inside} promised a detection within the 95 % interval of what was then found."
    )


def seed_words(known: Sequence[Standing]) -> str | None:
    """How much luck there is in the search; None with one seed."""
    several = [each.spread for each in known if len(each.by_seed) > 1]
    if not several:
        return None
    return (
        f"Plans of one case found with different seeds differ by up to "
        f"{number(100 * max(several), 1)} points; the best of them counts."
    )


def number_words(value: float) -> str:
    """A value of an axis."""
    return f"{value:g}"


def points(share: float) -> str:
    """A difference in percentage points with its sign."""
    value = round(100 * share, 1) + 0.0
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(abs(value), 1)}"


def _named(names: Sequence[str]) -> str:
    if len(names) > MOST_NAMED:
        return f"{len(names)} cases, “{clean(names[0])}” among them"
    return join_words([f"“{clean(name)}”" for name in names])


def _plural(word: str, things: Sequence[object]) -> str:
    return word if len(things) == 1 else f"{word}s"
