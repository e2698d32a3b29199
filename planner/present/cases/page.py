"""The page of a study of cases: one HTML file that needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from planner.present.cases import charts, maps
from planner.present.cases.charts import Bar
from planner.present.cases.cooperation import instead_lines, teamwork, teamwork_words
from planner.present.cases.money import (
    Spent,
    dollars_words,
    prices,
    purchase_lines,
    spent,
    terms_lines,
    tried_words,
)
from planner.present.cases.words import (
    MOST_CURVES,
    curve_words,
    gain_words,
    headline,
    interval_words,
    seed_words,
    trial_words,
    verdict_words,
)
from planner.present.offline import POLICY_META, asset, sealed
from planner.present.page import fill
from planner.present.text import clean, count, money_usd, number, percent
from planner.study.cases.assumptions import assumed, overrides
from planner.study.cases.points import Standing
from planner.study.cases.purchases import over_reference, per_point, trial_gain
from planner.study.cases.run import Outcomes

MOST_ROWS = 40
"""Rows of the chart of intervals; more stand in the table only."""


@dataclass(frozen=True)
class Line:
    """One point in words."""

    name: str
    detection: str
    bound: str
    gap: str
    simulated: str
    available: str
    gain: str
    verdict: str
    hulls: str
    price: str
    a_point: str
    cost: str
    over: str
    notes: str


def cases_page(outcomes: Outcomes) -> str:
    """HTML of a study: plain words, charts, tables, and what they rest on.

    Parameters
    ----------
    outcomes
        All that is known; runs that failed or are missing are named.
    """
    plot, known = outcomes.layout.plot, outcomes.known
    lines = [line_of(outcomes, standing) for standing in known.values()]
    page = fill(
        "cases.html.j2",
        {
            "policy": Markup(POLICY_META),
            "style": Markup(asset("study.css") + asset("cases.css")),
            "title": clean(plot.study.title),
            "when": f"{clean(plot.data['title'])} · {count(len(known), 'case')}",
            "interrupted": not outcomes.complete and not outcomes.worked.failures,
            "answer": answer(outcomes),
            "headline": headline(outcomes),
            "failures": failures(outcomes),
            "chart": _intervals(outcomes),
            "curves": _curves(outcomes),
            "tornado": _tornado(outcomes),
            "teamwork": _teamwork(outcomes),
            "spent": _spent(outcomes),
            "terms": terms_lines(outcomes),
            "prices": prices(outcomes) if _with_money(outcomes, lines) else [],
            "maps": maps.detection_maps(outcomes),
            "lines": lines,
            "with_available": any(line.available != "–" for line in lines),
            "with_price": any(line.price != "–" for line in lines),
            "with_a_point": any(line.a_point != "–" for line in lines),
            "with_over": len({plot.reference[n] for n in known if plot.reference[n] != n}) > 1,
            "remarks": _remarks(outcomes),
            "overrides": [
                {name: clean(value) for name, value in vars(each).items()}
                for each in overrides(plot)
            ],
            "assumed": [
                {name: clean(value) for name, value in vars(each).items()}
                for file in (plot.directory / Path(plot.study.scenario).name, Path(plot.file))
                for each in assumed(file)
            ],
        },
    )
    return sealed(page)


def answer(outcomes: Outcomes) -> list[str]:
    """What was asked about money, in a few sentences; nothing where nothing was."""
    said = [*purchase_lines(outcomes), *instead_lines(outcomes)]
    if said:
        days = number(float(outcomes.layout.plot.data["days"]))
        said.append(
            f"All of this holds for the {days} days planned, under the assumptions listed below; "
            "proven means proven in the model."
        )
    return said


def line_of(outcomes: Outcomes, standing: Standing) -> Line:
    """One point, ready to print."""
    record, own = standing.record, standing.own
    gain = outcomes.gain(standing.number)
    return Line(
        name=clean(standing.point.name),
        detection=percent(standing.detection),
        bound=percent(standing.bound),
        gap=percent(standing.gap),
        simulated=interval_words(record.simulated, record.low, record.high),
        available=interval_words(record.available, record.available_low, record.available_high),
        gain=gain_words(gain),
        verdict=verdict_words(gain),
        hulls=number(own.hulls),
        price=money_usd(own.purchase_usd) if own.purchase_usd else "–",
        a_point=_a_point(outcomes, standing.number),
        cost=money_usd(record.cost_usd),
        over="" if gain is None else _over(outcomes, standing.number),
        notes=_notes(outcomes, standing),
    )


def _a_point(outcomes: Outcomes, number: int) -> str:
    """Dollars for each point that a case's hulls cost more, or less, than its reference's."""
    gain, cost = outcomes.gain(number), over_reference(outcomes.layout, number)
    if gain is None or not cost:
        return "–"
    return dollars_words(per_point(cost, gain))


def _over(outcomes: Outcomes, number: int) -> str:
    """Name of the point that one is compared with."""
    points = outcomes.layout.plot.points
    return clean(points[outcomes.layout.plot.reference[number]].name)


def _spent(outcomes: Outcomes) -> list[Spent]:
    """Purchases by view; a purchase is named in its first row only."""
    rows, named = [spent(bought) for bought in outcomes.purchases], ""
    found = []
    for row in rows:
        found.append(replace(row, name="") if row.name == named else row)
        named = row.name
    return found


def _with_money(outcomes: Outcomes, lines: Sequence[Line]) -> bool:
    return bool(outcomes.purchases) or any(line.a_point != "–" for line in lines)


def failures(outcomes: Outcomes) -> list[str]:
    """Runs that could not be done, a line each."""
    layout = outcomes.layout
    return [
        f"{clean(layout.plot.points[layout.runs[number].point].name)}, "
        f"seed {layout.runs[number].options.seed}: {clean(reason)}"
        for number, reason in outcomes.worked.failures.items()
    ]


def _notes(outcomes: Outcomes, standing: Standing) -> str:
    """Whose plan or bound a point has, where it is not its own."""
    points, said = outcomes.layout.plot.points, []
    if standing.plan_of != standing.number:
        said.append(f"plan of “{clean(points[standing.plan_of].name)}”")
    if standing.bound_of != standing.number:
        said.append(f"bound of “{clean(points[standing.bound_of].name)}”")
    return "; ".join(said)


def _intervals(outcomes: Outcomes) -> dict[str, Any] | None:
    """Chart of all points; None where there are too many to draw, or one only."""
    known = list(outcomes.known.values())
    if not 1 < len(known) <= MOST_ROWS:
        return None
    references = {outcomes.layout.plot.reference[each.number] for each in known}
    reference = references.pop() if len(references) == 1 else None
    names = [each.point.name for each in known]
    said = "; ".join(
        f"{clean(each.point.name)}: plan {percent(each.detection)}, bound {percent(each.bound)}"
        for each in known
    )
    return {
        "svg": Markup(charts.interval_chart(known, names, reference)),
        "words": said,
        "lined": reference is not None,
    }


def _curves(outcomes: Outcomes) -> list[dict[str, Any]]:
    """A chart and sentences for each curve."""
    found = []
    for curve in outcomes.curves[:MOST_CURVES]:
        same = [other for other in outcomes.curves if other.axis == curve.axis]
        most = max(each.bound for other in same for each in other.points)
        found.append(
            {
                "name": clean(curve.name),
                "line": clean(curve.line),
                "svg": Markup(charts.curve_chart(curve, most, outcomes.layout.plot.study.levels)),
                "lines": curve_words(curve),
                "words": "; ".join(
                    f"{value:g}: plan {percent(each.detection)}, bound {percent(each.bound)}"
                    for value, each in zip(curve.values, curve.points, strict=True)
                ),
            }
        )
    return found


def bars(outcomes: Outcomes) -> list[Bar]:
    """Cases that change the scenario in one way, all agencies planning jointly."""
    study = outcomes.layout.plot.study
    factor = {case.name: case.factor or case.name for case in study.case}
    found = []
    for place, standing in outcomes.known.items():
        gain, point = outcomes.gain(place), standing.point
        if gain is not None and point.case in factor and point.agencies == "joint":
            rest = ", ".join(point.said) + (f", month {point.month}" if point.month else "")
            name = factor[point.case] + (f" ({rest.strip(', ')})" if rest else "")
            found.append(Bar(name, point.case, gain, _trial_gain(outcomes, place)))
    return found


def _trial_gain(outcomes: Outcomes, place: int) -> tuple[float, float] | None:
    """By how much more a point's trial found, where its plan is the reference's; its half width."""
    gain = outcomes.gain(place)
    if gain is None or gain.verdict != "same":
        return None
    reference = outcomes.known[outcomes.layout.plot.reference[place]]
    return trial_gain(outcomes.known[place].record, reference.record)


def _tornado(outcomes: Outcomes) -> dict[str, Any] | None:
    found = bars(outcomes)
    if len({bar.factor for bar in found}) < 2 or len(found) > MOST_ROWS:
        return None
    said = "; ".join(f"{clean(bar.case)}: {_bar_words(bar)}" for bar in found)
    return {
        "svg": Markup(charts.tornado_chart(found)),
        "words": said,
        "tried": any(bar.trial is not None for bar in found),
    }


def _bar_words(bar: Bar) -> str:
    if bar.trial is None:
        return gain_words(bar.gain)
    return f"the same plan, {tried_words(*bar.trial)} in the trial"


def _teamwork(outcomes: Outcomes) -> dict[str, Any] | None:
    rows = teamwork(outcomes)
    if not rows:
        return None
    return {
        "svg": Markup(charts.teamwork_chart(rows)),
        "lines": [words for row in rows[:MOST_CURVES] for words in teamwork_words(row)],
    }


def _remarks(outcomes: Outcomes) -> list[str]:
    """How the figures were made, in plain words."""
    study, known = outcomes.layout.plot.study, list(outcomes.known.values())
    limit = (
        f"{count(study.work_limit, 'round')} of work"
        if study.work_limit is not None
        else f"{number(study.time_limit_s)} s"
    )
    gap = f", or less where a plan was proven within {percent(study.gap)}" if study.gap else ""
    said: Sequence[str | None] = (
        "Detection is that of the best plan found. The bound is proven: no plan of that case, in "
        "the model, can detect more. The best possible plan lies between the two.",
        "A difference is called proven only where the two intervals, from plan to bound, do not "
        "overlap. In brackets: what the best possible plans differ by at least and at most.",
        f"Each run was planned for {limit}{gap}; seeds {', '.join(map(str, study.seeds))}.",
        "Runs of one sea begin with the sorties and bounds of those nearest to them."
        if study.share
        else "Each run begins with nothing known.",
        "A plan of fewer hulls and crews is a plan of more, and what bounds more bounds fewer, "
        "all else the same; the table says where use is made of that."
        if any(_notes(outcomes, each) for each in known)
        else None,
        trial_words(known),
        seed_words(known),
        "With breakdowns: the same trial with hulls that are up only as much of the time as the "
        "scenario says. Plans do not know of breakdowns."
        if any(each.record.available is not None for each in known)
        else None,
        "Plans made apart or in turn: each agency plans for its part of the time. Their own bound "
        "is the sum of what each can find alone, far above what they find together; the bound of "
        "the joint plan holds for them too, and counts where it is lower."
        if any(each.point.agencies != "joint" for each in known)
        else None,
    )
    return [sentence for sentence in said if sentence is not None]
