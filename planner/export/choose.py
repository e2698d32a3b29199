"""Which sorties of a plan are exported."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from planner.errors import PlanError
from planner.plan.model import Hull, Plan
from planner.present.figures import SortieFigures, Zones, sortie_figures
from planner.present.text import clean
from planner.scenario.explain import nearest

MOST_NAMES = 16
"""A message lists no more names than this."""


@dataclass(frozen=True)
class Choice:
    """A plan and the sorties of it that are exported, hull by hull in order of departure.

    ``whole`` says that nothing was left out, so that figures of the whole
    plan (cells, targets) belong to what is exported.
    """

    plan: Plan
    trips: tuple[SortieFigures, ...]
    whole: bool

    def hulls(self) -> tuple[tuple[int, Hull], ...]:
        """Hulls that sail, with their numbers in the plan, which give them their colours."""
        sailing = {trip.hull.id for trip in self.trips}
        return tuple(
            (number, hull) for number, hull in enumerate(self.plan.hulls) if hull.id in sailing
        )

    def of(self, hull: Hull) -> tuple[SortieFigures, ...]:
        """Sorties of one hull."""
        return tuple(trip for trip in self.trips if trip.hull.id == hull.id)


def choose(
    plan: Plan, zones: Zones, sorties: Collection[str] = (), hulls: Collection[str] = ()
) -> Choice:
    """Choose sorties by their names and by their hulls; all where neither is named.

    Raises
    ------
    PlanError
        The plan has no sortie or hull of a name, or none that fits both.
    """
    _known("sortie", sorties, [sortie.id for sortie in plan.sorties])
    _known("hull", hulls, [hull.id for hull in plan.hulls])
    trips = tuple(
        trip
        for trip in sortie_figures(plan, zones)
        if (not sorties or trip.sortie.id in sorties) and (not hulls or trip.hull.id in hulls)
    )
    if (sorties or hulls) and not trips:
        raise PlanError(
            "no sortie is left: none of those chosen is sailed by a hull chosen; "
            "leave out --sortie or --hull"
        )
    return Choice(plan, trips, whole=len(trips) == len(plan.sorties))


def _known(word: str, wanted: Collection[str], known: Sequence[str]) -> None:
    """Refuse a name that the plan does not have, in one line."""
    for name in wanted:
        if name not in known:
            some = ", ".join(clean(item) for item in known[:MOST_NAMES]) or "none"
            more = f" and {len(known) - MOST_NAMES} more" if len(known) > MOST_NAMES else ""
            remedy = clean(nearest(name, known, f"name one of them with --{word}"))
            raise PlanError(
                f"the plan has no {word} '{clean(name)}'; it has {some}{more}; {remedy}"
            )
