"""What a fleet's sorties may add, looked into only as far as it matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from planner.problem.arrays import BoolArray, FloatArray, IntArray
from planner.solve.pricing import NEVER, Profile
from planner.solve.schedules import Choice


class Guess:
    """Worth of a fleet's sorties by departure and duration: promised first, then priced.

    Promises not yet looked into are cut by as much as those priced fell short
    of theirs. ``price`` gives the values (k, max_steps + 1) of departures
    (indices, (k,)) priced along their paths; with ``sure`` the promise is that
    already.
    """

    def __init__(
        self,
        fleet: int,
        promise: Profile,
        price: Callable[[IntArray], FloatArray],
        *,
        sure: bool = False,
    ) -> None:
        self.fleet, self.promise, self._price = fleet, promise, price
        self.priced: BoolArray = np.full(promise.departures.size, sure)
        self.profile = Profile(promise.departures, promise.value.copy())
        self._kept: list[float] = []

    def sure(self) -> Profile:
        """Worth of the sorties priced so far alone."""
        known = np.where(self.priced[:, None], self.profile.value, NEVER)
        return Profile(self.profile.departures, known)

    def price(self, chosen: Iterable[Choice]) -> bool:
        """Price those of the chosen sorties that are not yet; ``False`` if there are none."""
        fresh = np.array(
            [c.departure for c in chosen if c.fleet == self.fleet and not self.priced[c.departure]],
            np.int32,
        )
        if not fresh.size:
            return False
        value, promise = self.profile.value, self.promise.value
        value[fresh] = self._price(fresh)
        self.priced[fresh] = True
        # There may be no path at all where there was a promise: too little fuel, or a
        # view too narrow.
        found = np.maximum(value[fresh].max(axis=1), 0.0)
        self._kept += (found / promise[fresh].max(axis=1)).tolist()
        guessed = ~self.priced[:, None] & (promise > 0.0)
        value[guessed] = promise[guessed] * np.mean(self._kept)
        return True
