"""From a choice as its file states it to the menu: a unit for every base and crew, and levels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from planner.scenario import Scenario, Unit
from planner.study.choice.loop import Point
from planner.study.choice.menu import Fleet, Level, Menu
from planner.study.choice.model import Choice, Option
from planner.study.choice.money import yearly


@dataclass(frozen=True)
class Offered:
    """A level in words and money: hulls of a unit, at a base, with so many crews."""

    unit: str
    hulls: int
    base: str
    crews: int
    purchase_usd: float
    yearly_usd: float


@dataclass(frozen=True)
class Offer:
    """The menu with its first limit, money in whole dollars a year, then berths.

    ``scenario`` has a unit for each base and number of crews that an option allows;
    ``offered`` says of each level what it is.
    """

    scenario: Scenario
    menu: Menu
    points: tuple[Point, ...]
    offered: tuple[tuple[Offered, ...], ...]

    def chosen(self, fleet: Fleet) -> tuple[Offered, ...]:
        """What a fleet consists of, an entry an option."""
        return tuple(own[k] for own, k in zip(self.offered, fleet, strict=True))


@dataclass(frozen=True)
class _Copy:
    """A unit as it would be at one base, with so many crews a hull."""

    unit: Unit
    crews_per_hull: float


def offer_of(choice: Choice, scenario: Scenario) -> Offer:
    """Menu and points of a choice.

    Parameters
    ----------
    choice, scenario
        As :func:`~planner.study.choice.model.load_choice` reads them.
    """
    by_name = {unit.name: unit for unit in scenario.unit}
    copies = {each.unit: _copies(by_name[each.unit], each) for each in choice.option}
    units: list[Unit] = []
    for unit in scenario.unit:
        units += [copy.unit for copy in copies[unit.name]] if unit.name in copies else [unit]
    wider = scenario.model_copy(update={"unit": tuple(units)})
    wider = wider.at(scenario.directory, scenario.file_name)
    berths = _berths(scenario, copies)
    made = [_levels(each, copies[each.unit], choice, scenario, berths) for each in choice.option]
    points = tuple(
        Point(f"${budget:,.0f} a year", (math.floor(budget), *berths.values()))
        for budget in choice.budgets_usd
    )
    return Offer(
        wider,
        Menu(tuple(tuple(level for level, _ in own) for own in made)),
        points,
        tuple(tuple(words for _, words in own) for own in made),
    )


def _copies(unit: Unit, option: Option) -> list[_Copy]:
    """The unit at each base with each number of crews; itself if there is one of each."""
    bases = option.bases or (unit.base,)
    ratios = option.crews_per_hull or (unit.crews / unit.count,)
    found = []
    for base in bases:
        for ratio in ratios:
            name = unit.name
            if len(bases) > 1:
                name += f" at {base}"
            if len(ratios) > 1:
                name += f", crews {ratio:g} a hull"
            crews = round(ratio * unit.count)
            update = {"name": name, "base": base, "crews": crews}
            found.append(_Copy(unit.model_copy(update=update), ratio))
    return found


def _berths(scenario: Scenario, copies: Mapping[str, list[_Copy]]) -> dict[str, int]:
    """Berths that units without a choice leave, by base."""
    left = {base.name: base.berths for base in scenario.base}
    for unit in scenario.unit:
        if unit.name not in copies:
            left[unit.base] -= unit.count
    return left


def _levels(
    option: Option,
    copies: list[_Copy],
    choice: Choice,
    scenario: Scenario,
    berths: Mapping[str, int],
) -> list[tuple[Level, Offered]]:
    """Every number of hulls, at every base with every number of crews; no hulls only once."""
    vessel = scenario.vessel[copies[0].unit.vessel]
    price = vessel.purchase_usd if option.purchase_usd is None else option.purchase_usd
    a_year = yearly(price, option.life_years, choice.discount_rate) + option.yearly_running_usd
    found = []
    for count in option.counts:
        for copy in copies[: 1 if count == 0 else None]:
            crews = math.ceil(copy.crews_per_hull * count - 1e-9)
            cost = count * a_year + crews * option.yearly_crew_usd
            hulls = tuple((each.unit.name, count if each is copy else 0) for each in copies)
            lying = tuple(count * (copy.unit.base == base) for base in berths)
            words = Offered(option.unit, count, copy.unit.base, crews, count * price, cost)
            found.append((Level(hulls, (math.ceil(cost - 1e-6), *lying)), words))
    return found
