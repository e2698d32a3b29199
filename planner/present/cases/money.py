"""What was bought, and what each point of detection cost, in plain words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from planner import geodata
from planner.present.cases.words import gain_words, points
from planner.present.text import clean, money_usd, number, percent
from planner.scenario import Scenario
from planner.study.cases.points import SMALL, Difference
from planner.study.cases.prices import price_sources
from planner.study.cases.purchases import Bought, PerPoint, per_point
from planner.study.cases.run import Outcomes

FIGURES = 2
"""Digits of derived dollars: gaps and trials leave no more to tell."""


@dataclass(frozen=True)
class Spent:
    """One purchase in one view, ready to print."""

    name: str
    view: str
    price: str
    gain: str
    trial: str
    a_point: str
    price_a_year: str
    sailing_a_year: str
    a_point_a_year: str


@dataclass(frozen=True)
class Priced:
    """A price that the figures rest on, and where it is from."""

    what: str
    price: str
    source: str


def spent(bought: Bought) -> Spent:
    """A purchase as a row of a table."""
    a_year = bought.a_year
    return Spent(
        name=clean(bought.purchase.name),
        view=clean(view_name(bought)),
        price=money_usd(bought.cost_usd),
        gain=gain_words(bought.gain),
        trial="–" if bought.trial is None else tried_words(*bought.trial),
        a_point=dollars_words(bought.a_point),
        price_a_year="–" if a_year is None else about(a_year.purchase_usd + a_year.running_usd),
        sailing_a_year="–" if a_year is None else about(a_year.sailing_usd),
        a_point_a_year="–" if a_year is None else dollars_words(per_year(bought)),
    )


def tried_words(gain: float, half: float) -> str:
    """Points found more in the trial, with their 95 % interval."""
    return f"{points(gain)} ± {number(100 * half, 1)}"


def view_name(bought: Bought) -> str:
    """In whose view, and where in the grid."""
    said = bought.having.point.said
    month = bought.having.point.month
    more = (*said, *((f"month {month}",) if month is not None else ()))
    return ", ".join((bought.view.name, *more))


def per_year(bought: Bought) -> PerPoint:
    """Dollars a year for each point, of a purchase whose life is given."""
    a_year = bought.a_year
    assert a_year is not None
    share = a_year.total_usd / bought.cost_usd
    once = bought.a_point
    return PerPoint(share * once.found, share * once.least, share * once.most)


def dollars_words(a_point: PerPoint) -> str:
    """Dollars for each point, between which limits, as far as there are any."""
    if not math.isfinite(a_point.least):
        return "no detection for it"
    least = about(a_point.least, math.floor)
    if not math.isfinite(a_point.most):
        return f"at least {least}"
    return f"{least} to {about(a_point.most, math.ceil)}"


def about(value: float, to: Callable[[float], float] = round) -> str:
    """Dollars with two digits, rounded the way ``to`` does: limits outwards, so that they hold."""
    if value == 0.0 or not math.isfinite(value):
        return money_usd(value)
    scale = 10.0 ** (math.floor(math.log10(abs(value))) - (FIGURES - 1))
    # what a limit exceeds by no more than floating-point noise it does not exceed
    kept = to(round(value / scale, 9)) * scale
    if abs(kept) < 1e6:
        return money_usd(kept)
    return f"${number(kept / 1e6, max(0, round(-math.log10(scale / 1e6))))} M"


def purchase_lines(outcomes: Outcomes) -> list[str]:
    """What each purchase bought, in each view, a sentence each."""
    said, named = [], ""
    for bought in outcomes.purchases:
        words = gained_words(bought)
        if bought.purchase.name != named:
            named = bought.purchase.name
            words = f"{clean(named)}, for {money_usd(bought.cost_usd)}: {words}"
        said.append(_begun(words))
    return said


def gained_words(bought: Bought) -> str:
    """What one purchase added in one view: points, limits, trial, dollars."""
    gain, view = bought.gain, clean(view_name(bought))
    rises = "rises" if gain.found >= 0 else "falls"
    text = (
        f"{view}, detection {rises} from {percent(bought.without.detection)} to "
        f"{percent(bought.having.detection)} between the plans found, by "
        f"{number(abs(100 * gain.found), 1)} points"
    )
    if gain.high <= SMALL:
        text += "; that it does not rise between the best possible plans is proven."
        return f"{text}{_trial_words(bought)}"
    low, high = (number(100 * max(each, 0.0), 1) for each in (gain.low, gain.high))
    text += "; between the best possible plans "
    if gain.low <= SMALL:
        text += f"by {high} points at most, and that it rises at all is not proven"
    else:
        text += f"by {low} to {high} points, which is proven"
    return f"{text}. {_cost_words(bought)}{_trial_words(bought)}"


def _cost_words(bought: Bought) -> str:
    words = dollars_words(bought.a_point)
    once = bought.a_point.found
    found = f" ({about(once)} by the plans found)" if math.isfinite(once) else ""
    return f"So a point of detection cost {words}{found}."


def _trial_words(bought: Bought) -> str:
    """What the trial made of it, and dollars for a point by that; nothing where there was none."""
    if bought.trial is None:
        return ""
    gain, half = bought.trial
    broken = " with breakdowns" if bought.having.record.available is not None else ""
    dollars = per_point(bought.cost_usd, Difference(gain, gain - half, gain + half))
    return (
        f" The trial{broken} found {tried_words(gain, half).removeprefix('+')} points more: "
        f"{dollars_words(dollars)} a point."
    )


def terms_lines(outcomes: Outcomes) -> list[str]:
    """What each purchase cost, from where that is known, and what it comes to a year."""
    said = list[str]()
    for bought in outcomes.purchases:
        each = bought.purchase
        source = each.source or "the prices of its hulls, as below"
        text = (
            f"{_begun(clean(each.name))}: {money_usd(bought.cost_usd)}, paid once "
            f"({clean(source)}). Dollars of price for a point are this sum over the points of "
            "detection that it adds, for as long as it lasts."
        )
        said.append(text if bought.a_year is None else f"{text} {_life_words(bought)}")
        if bought.a_year is not None and bought.having.record.available is None:
            said.append(_year_words(bought))
    return list(dict.fromkeys(said))


def _begun(text: str) -> str:
    """Words that begin a sentence."""
    return text[:1].upper() + text[1:]


def _life_words(bought: Bought) -> str:
    each, a_year = bought.purchase, bought.a_year
    assert a_year is not None
    assert each.life_years is not None
    assert each.discount_rate is not None
    text = (
        f"Spread over {number(each.life_years)} years at a real discount rate of "
        f"{percent(each.discount_rate)} a year that is {about(a_year.purchase_usd)} "
        "a year (life and rate as the study's file states them)"
    )
    if a_year.running_usd:
        return f"{text}, and {money_usd(a_year.running_usd)} a year to keep it."
    return f"{text}; crews, berths and upkeep ashore are not counted."


def _year_words(bought: Bought) -> str:
    """What the plans of one view cost more to sail, and what a point costs a year."""
    a_year = bought.a_year
    assert a_year is not None
    less = "more" if bought.sailing_usd >= 0 else "less"
    return (
        f"{_begun(clean(view_name(bought)))}: sailing the plan found costs "
        f"{about(abs(bought.sailing_usd))} {less} in {number(bought.days)} days, "
        f"{about(abs(a_year.sailing_usd))} {less} a year if all weeks were as this one, at the "
        f"rates below. All in all {about(a_year.total_usd)} a year, for each point kept up all "
        f"year {dollars_words(per_year(bought))}."
    )


def prices(outcomes: Outcomes) -> list[Priced]:
    """Prices of hulls and of an hour under way of all classes of a study, each with its source."""
    layout = outcomes.layout
    found = [
        Priced(
            f"one hull: {clean(_class_name(key))}",
            money_usd(price) if price else "not known",
            clean(source),
        )
        for (key, price), source in price_sources(layout.hulls).items()
    ]
    rates: dict[tuple[str, float], str] = {}
    for number_ in outcomes.known:
        _add_rates(layout.plot.scenario(layout.plot.points[number_]), rates)
    return found + [
        Priced(f"an hour under way: {clean(name)}", money_usd(usd), clean(source))
        for (name, usd), source in sorted(rates.items())
    ]


def _add_rates(scenario: Scenario, rates: dict[tuple[str, float], str]) -> None:
    shipped, sources = geodata.vessels(), geodata.vessel_sources()
    for key in {unit.vessel for unit in scenario.unit}:
        vessel = scenario.vessel[key]
        same = key in shipped and shipped[key].get("cost_per_h_usd") == vessel.cost_per_h_usd
        source = sources[key]["cost_per_h_usd"] if same else "as the scenario has it"
        rates[vessel.name, vessel.cost_per_h_usd] = source


def _class_name(key: str) -> str:
    shipped = geodata.vessels()
    return str(shipped[key]["name"]) if key in shipped else key
