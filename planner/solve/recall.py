"""Which fleets are priced remembering what a sortie has searched, and what known sorties count.

Pricing that remembers lowers what the linear master can have, but where prices are far from
their best it follows many paths. So it comes once additive pricing gets nowhere, first for
fleets of few steps and cells; what the sorties known by then count too much is taken off little
by little, so that prices move no further from one round to the next than paths can follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import FloatArray, Instance
from planner.solve.pricing import Profile
from planner.solve.remembering import GAIN, Found, RememberingPricer
from planner.solve.sorties import Sortie, looks_of

STAGES = (60_000, None)
"""The most steps and cells that sorties of the fleets may have that remember, if not all do."""

KEPT, NEXT_TO_NOTHING = 0.75, 0.02
"""Share that a round leaves of what known sorties count too much, and below which it is nothing."""

COLUMNS_PER_FLEET = 42
"""Most sorties that gain beyond what they take a fleet adds in one round, each of a time
of its own."""

AT_ONCE = 8
"""Departures that one thread prices before it takes others."""


def parts_of(departures: int) -> list[NDArray[np.intp]]:
    """Departures (indices) by part of the plan's time."""
    parts = np.array_split(np.arange(departures), min(COLUMNS_PER_FLEET, max(1, departures)))
    return [part for part in parts if part.size]


class Recall:
    """The fleets whose sorties remember, by stages; ``pricers`` by fleet, none at first."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.pricers: dict[int, RememberingPricer] = {}
        self._stages = list(STAGES)
        self._share: dict[int, float] = {}
        self._known: list[Sortie] = []
        self._priced: list[Sortie] = []

    def deepen(self, pool: Iterable[Sortie]) -> bool:
        """Go on to the next stage, with all sorties known; ``False`` after the last."""
        if not self.pricers:
            self._known = list(pool)
        before = len(self.pricers)
        while self._stages and len(self.pricers) == before:
            most = self._stages.pop(0)
            for f, fleet in enumerate(self.instance.fleets):
                states = fleet.network.active().size * fleet.network.max_steps
                if f not in self.pricers and states and (most is None or states <= most):
                    self.pricers[f] = RememberingPricer(self.instance, f)
                    self._share[f] = 1.0
        return len(self.pricers) > before

    @property
    def deepest(self) -> bool:
        """Whether there is no further stage."""
        return not self._stages

    @property
    def recounts(self) -> bool:
        """Whether some known sorties count more than they find yet."""
        return any(self._share.values())

    def recount(self) -> list[Sortie]:
        """All sorties known, counting less of what they search again than before."""
        for f, share in self._share.items():
            self._share[f] = share * KEPT if share > NEXT_TO_NOTHING else 0.0
        return self._counted(self._known) + self._priced

    def counted(self, sorties: Iterable[Sortie]) -> list[Sortie]:
        """Sorties from elsewhere, as they count now; they are known from now on."""
        found = list(sorties)
        if self.pricers:
            self._known += found
        return self._counted(found)

    def keep(self, plain: Iterable[Sortie], priced: Iterable[Sortie]) -> None:
        """Know sorties of one round, too: of additive pricing, and of pricing that remembers."""
        if self.pricers:
            self._known += plain
            self._priced += priced

    def _counted(self, sorties: Iterable[Sortie]) -> list[Sortie]:
        """Between every visit by itself and what they find."""
        found = []
        for each in sorties:
            share = self._share.get(each.fleet, 1.0)
            if share == 1.0:
                found.append(each)
                continue
            truly = -np.expm1(-each.exposure)
            again = share * (looks_of(self.instance, each) - truly) if share else 0.0
            found.append(replace(each, counted=truly + again))
        return found

    def price(
        self,
        threads: ThreadPoolExecutor,
        price: FloatArray,
        worth: Sequence[FloatArray],
        taken: Sequence[FloatArray],
        profiles: Sequence[Profile],
        halt: Callable[[], bool],
    ) -> tuple[list[Profile], list[Sortie]]:
        """Lower profiles of the fleets that remember, and the sorties that gain most.

        ``worth`` are the tables that ``profiles`` were priced with at ``price``; ``taken`` by
        fleet is what a sortie of each departure and duration takes.

        Raises
        ------
        Halted
            When ``halt`` says so.
        """
        parts = [
            (f, range(first, min(first + AT_ONCE, profiles[f].departures.size)))
            for f in self.pricers
            for first in range(0, profiles[f].departures.size, AT_ONCE)
        ]

        def priced(part: tuple[int, range]) -> list[Found]:
            f, departures = part
            return self.pricers[f].each(price, worth[f], taken[f], departures, halt)

        found: dict[int, list[Found]] = {f: [] for f in self.pricers}
        for (f, _), each in zip(parts, threads.map(priced, parts), strict=True):
            found[f] += each
        lower, foremost = list(profiles), []
        for f, each in found.items():
            most = np.array([one.value for one in each]).reshape(profiles[f].value.shape)
            value = np.minimum(profiles[f].value, np.maximum(most, taken[f] + GAIN))
            lower[f] = Profile(profiles[f].departures, value)
            for part in parts_of(len(each)):
                best = max((each[d] for d in part), key=lambda one: one.gain)
                if best.sortie is not None:
                    foremost.append(best.sortie)
        return lower, foremost
