"""Integer plans: build hull by hull, then improve by re-planning a few sorties at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from planner.problem.arrays import FloatArray, Instance, IntArray
from planner.solve.pathaware import PathAwarePricer
from planner.solve.pricing import AdditivePricer, Profile
from planner.solve.sorties import Coverage, Pool, Roster, Sortie, make_sortie
from planner.solve.timeline import best_schedule

FREED = (2, 3, 4, 6)
"""How many sorties one neighbourhood frees."""

NEAR_STEPS = 144
"""Re-planned sorties depart at most this many steps from where they did."""

CHAINS = 0.3
"""Share of the moves that re-plan whole schedules before single sorties."""

HAZE = (0.1, 0.3, 0.6)
"""Spread (of the logarithm) of the random factors that blur worth."""

GAIN = 1e-12
"""Smaller gains in detection count as none."""


class Search:
    """A plan under improvement.

    Every change keeps the plan feasible, so ``best`` can be taken at any
    time. All sorties ever proposed are kept in ``pool``.
    """

    def __init__(self, instance: Instance, seed: int, start: Iterable[Sortie] = ()) -> None:
        self.instance = instance
        self.rng = np.random.default_rng(seed)
        self.pool = Pool()
        self._noise: FloatArray | None = None
        self.pricers = [
            PathAwarePricer(
                instance.targets,
                fleet,
                AdditivePricer(instance.targets, fleet).worth(instance.targets.weight),
            )
            for fleet in instance.fleets
        ]
        self._take(list(start))

    @property
    def best(self) -> tuple[Sortie, ...]:
        """Sorties of the best plan so far."""
        return self._best

    def construct(self, stop: Callable[[], bool]) -> None:
        """Fill what is free, a hull's whole schedule at a time, in rounds over the units."""
        waiting = list(range(len(self.instance.fleets)))
        while waiting and not stop():
            for fleet in list(waiting):
                if not self._add_schedule(fleet):
                    waiting.remove(fleet)
                self._keep()
                if stop():
                    break

    def hurry(self) -> None:
        """Leave a plan behind even if there was no time for one: a hull's schedule of each unit."""
        if not self._best:
            self._take([])
            self.construct(lambda: bool(self._best))

    def improve(self, stop: Callable[[], bool]) -> None:
        """Free a few related sorties, plan them anew, keep what is no worse, until stopped."""
        while not stop() and self.roster.sorties:
            freed = self._related(int(self.rng.choice(FREED)))
            before, detection = list(self.roster.sorties), self.coverage.detection()
            for sortie in freed:
                self._drop(sortie)
            self._blur()
            if self.rng.random() < CHAINS:
                for fleet in {sortie.fleet for sortie in freed}:
                    self._add_schedule(fleet, near=freed)
            for k in self.rng.permutation(len(freed)):
                self._replan(freed[k])
            self._noise = None
            for sortie in freed:
                # Gaps that re-planning left are used at true worth.
                self._replan(sortie)
            if self.coverage.detection() < detection - GAIN:
                self._take(before, record=False)
            else:
                self._keep()

    def adopt(self, sorties: Iterable[Sortie]) -> None:
        """Continue from another plan if it detects more."""
        offered = list(sorties)
        if Coverage(self.instance.targets, offered).detection() > self.detection + GAIN:
            self._take(offered)

    # ------------------------------------------------------------------ moves

    def _add_schedule(self, fleet: int, near: Iterable[Sortie] | None = None) -> bool:
        """Add the best schedule of one more hull of a unit; ``False`` if none is free.

        With ``near`` only departures near those of these sorties count.
        """
        net = self.instance.fleets[fleet].network
        longest = self.roster.longest(fleet, net.departures)
        if near is not None:
            away = [np.abs(net.departures - s.depart) for s in near if s.fleet == fleet]
            longest = np.where(np.min(away, axis=0) <= NEAR_STEPS, longest, 0).astype(np.int32)
        profile = self._profile(fleet, net.departures, longest)
        gap = min(row.gap_steps for row in self.instance.fleets[fleet].rows)
        _, chosen = best_schedule(profile, gap)
        added = False
        for d, duration in chosen:
            # Priced again against those already added, with hulls and crews left.
            departure = net.departures[d : d + 1]
            cap = np.minimum(self.roster.longest(fleet, departure), np.int32(duration))
            added |= self._insert(fleet, departure, cap)
        return added

    def _replan(self, gone: Sortie) -> None:
        """Best sortie of the same unit departing near the time of one that was freed."""
        net = self.instance.fleets[gone.fleet].network
        near = net.departures[np.abs(net.departures - gone.depart) <= NEAR_STEPS]
        self._insert(gone.fleet, near, self.roster.longest(gone.fleet, near))

    def _blur(self) -> None:
        """Half of the time, make the next moves see worth through a random haze.

        The same greedy choice at true worth would only find the same plan again.
        """
        if self.rng.random() < 0.5:
            strength = self.rng.choice(HAZE)
            self._noise = np.exp(strength * self.rng.standard_normal(self.coverage.weight.size))

    def _residual(self) -> FloatArray:
        residual = self.coverage.residual()
        return residual if self._noise is None else residual * self._noise

    def _profile(self, fleet: int, departures: IntArray, longest: IntArray) -> Profile:
        return self.pricers[fleet].profile(self._residual(), departures, longest)

    def _insert(self, fleet: int, departures: IntArray, longest: IntArray) -> bool:
        """Add the best sortie that departs at one of these steps, if it gains anything."""
        useful = longest > 0
        departures, longest = departures[useful], longest[useful]
        if departures.size == 0:
            return False
        residual = self._residual()
        profile = self.pricers[fleet].profile(residual, departures, longest)
        d, duration = divmod(int(profile.value.argmax()), profile.value.shape[1])
        if profile.value[d, duration] <= GAIN:
            return False
        departure, cap = int(departures[d]), int(longest[d])
        visits = self.pricers[fleet].visits(residual, departure, cap, duration)
        self._sail(make_sortie(self.instance, fleet, departure, departure + duration, visits))
        return True

    def _related(self, count: int) -> list[Sortie]:
        """A random sortie and those nearest to it in time, in water shared, or in unit."""
        sorties = self.roster.sorties
        seed = sorties[int(self.rng.integers(len(sorties)))]
        kind = int(self.rng.integers(3))
        cells = set(seed.visits[:, 1].tolist())
        scores = []
        for sortie in sorties:
            score = abs(sortie.depart - seed.depart) / 144.0
            if kind == 1:
                score -= 4.0 * len(cells & set(sortie.visits[:, 1].tolist())) / len(cells)
            elif kind == 2 and sortie.fleet != seed.fleet:
                score += 3.0
            scores.append(score + 0.5 * self.rng.random())
        scores[sorties.index(seed)] = -np.inf
        return [sorties[k] for k in np.argsort(scores)[:count]]

    # ------------------------------------------------------------------ state

    def _sail(self, sortie: Sortie) -> None:
        self.pool.add([sortie])
        self.roster.add(sortie)
        self.coverage.add(sortie)

    def _drop(self, sortie: Sortie) -> None:
        self.roster.remove(sortie)
        self.coverage.remove(sortie)

    def _take(self, sorties: list[Sortie], *, record: bool = True) -> None:
        self.roster = Roster(self.instance, sorties)
        self.coverage = Coverage(self.instance.targets, sorties)
        if record:
            self.pool.add(sorties)
            self._keep()

    def _keep(self) -> None:
        self._best = tuple(self.roster.sorties)
        self.detection = self.coverage.detection()
