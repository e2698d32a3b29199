"""A study of cases in plain words: what it found, and what is proven of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from planner.present.text import clean, count, join_words, number, percent
from planner.study.cases.curves import Curve, Least
from planner.study.cases.points import Difference, Standing
from planner.study.cases.run import Outcomes

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
    named = {outcomes.layout.plot.points[n].name for n in outcomes.layout.plot.reference}
    than = f"the reference (“{clean(named.pop())}”)" if len(named) == 1 else "their reference"
    gains = {number: gain for number in known if (gain := outcomes.gain(number)) is not None}
    for verdict, words in (("more", "more"), ("less", "less")):
        names = [known[n].point.name for n, gain in gains.items() if gain.verdict == verdict]
        if names:
            said.append(f"Proven to detect {words} than {than}: {_named(names)}.")
    open_ = sum(gain.verdict == "found only" for gain in gains.values())
    if open_:
        plural = "cases differ" if open_ > 1 else "case differs"
        said.append(
            f"{open_} {plural} from {than} only in the plans found: the intervals overlap, "
            "so that better plans could undo the difference. Narrower gaps (more time for each "
            "run) would tell."
        )
    return said


def gain_words(gain: Difference | None) -> str:
    """A difference in percentage points, and in brackets its limits for the best plans."""
    if gain is None:
        return "–"
    return f"{points(gain.found)} ({points(gain.low)} to {points(gain.high)})"


def verdict_words(gain: Difference | None) -> str:
    """Whether a difference is proven."""
    if gain is None:
        return "reference"
    words = {"more": "proven more", "less": "proven less"}
    return words.get(gain.verdict, "found only")


def curve_words(curve: Curve) -> list[str]:
    """What a curve tells: its steps, where it bends, and what is enough for the levels."""
    said = [_step_words(curve)]
    if curve.knee is not None:
        where = f"{number_words(curve.knee.value)} on the axis “{clean(curve.name)}”"
        sure = (
            "The bend is larger than the gaps between plans and bounds."
            if curve.knee.clear
            else "The gaps between plans and bounds are wider than the bend, so that the best "
            "plans may bend elsewhere."
        )
        said.append(
            f"Returns diminish most after {where}: there the plans found lie "
            f"{number(100 * curve.knee.height, 1)} points above the line between the ends. {sure}"
        )
    said += [_level_words(curve, each) for each in curve.least]
    return said


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
    if least.value is None and least.impossible == curve.values[-1]:
        return f"{level} is proven out of reach with up to {number_words(curve.values[-1])}."
    if least.value is None:
        return f"No plan found reaches {level}; that none can is not proven."
    text = f"{level} is reached with {number_words(least.value)} (“{name}”)"
    if least.value == curve.values[0]:
        return f"{text}, the least that was tried."
    if least.proven:
        return f"{text}; that nothing less of what was tried is enough is proven."
    if least.impossible is not None:
        return (
            f"{text}; that {number_words(least.impossible)} is not enough is proven, what lies "
            "between is open."
        )
    return f"{text}; whether less is enough is open."


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
