"""Driving the bound down: averaging first, then column generation on the linear master."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from planner.problem.arrays import FloatArray, Instance
from planner.solve.bound import Choice, Cut, envelope_of, lagrangian
from planner.solve.pricing import NEVER, AdditivePricer, Profile, visit_worths
from planner.solve.relaxed import Relaxation, RelaxedMaster
from planner.solve.sorties import Pool, Sortie, make_sortie

AVERAGING_ROUNDS = 20
"""Rounds of averaging before the first linear master."""

COLUMNS_PER_UNIT = 20
"""Most sorties a unit adds to the master in one round."""

THREADS = 2
"""Units priced side by side; what comes out does not depend on it."""

SMOOTHING = 0.5
"""Share of the best prices so far in the prices tried next (Wentges smoothing)."""

CUTS_KEPT = 12
"""Latest cuts kept, to bound other fleets of the same sea."""

KNOWN_COLUMNS = 2000
"""Most sorties of an earlier run that the first master holds."""

GAIN = 1e-9
"""Smaller gains in the master count as none."""

SETTLED = 1e-4
"""The bound has settled when it lies within this share of the linear master."""


class Bounding:
    """An upper bound under improvement; ``bound`` is valid at any time."""

    def __init__(
        self,
        instance: Instance,
        known: Pool,
        cuts: Sequence[Cut] = (),
        prices: Sequence[FloatArray] = (),
    ) -> None:
        self.instance = instance
        self.known = _departing(instance, known)
        self.envelope = envelope_of(instance)
        self.cuts = list(cuts)
        self.guesses = list(prices)
        best = min(self.cuts, key=lambda cut: cut.bound(instance), default=None)
        self.bound = instance.targets.detected + float(instance.targets.weight.sum())
        if best is not None:
            self.bound = min(self.bound, best.bound(instance))
            if any(row.taken for rows in instance.rows for row in rows):
                self.guesses.append(best.price)  # which prove more of what is left of the hulls
        self.pool = Pool()
        self.relaxation: Relaxation | None = None
        self._worths = visit_worths(instance)
        self._pricers = [AdditivePricer(fleet) for fleet in instance.fleets]
        self._n_stationary = int(instance.targets.offset[-1])
        self._price = best.price if best else instance.targets.weight

    def run(self, stop: Callable[[], bool], left_s: Callable[[], float]) -> bool:
        """Improve the bound until stopped; ``True`` if it has settled."""
        for price in self.guesses:
            if not stop():
                self.pool.add(self._round(price, None))
        if not self.cuts and not self.guesses:
            self._average(stop)
        master = RelaxedMaster(self.instance, self.envelope)
        master.add(self._first_columns())
        while master.columns and not stop():
            relaxation = master.relax(left_s())
            if relaxation is None:
                return False
            self.relaxation = relaxation
            price = SMOOTHING * self._price + (1 - SMOOTHING) * relaxation.price
            fresh = self._round(price, relaxation)
            if not fresh and not stop():
                fresh = self._round(relaxation.price, relaxation)
            fresh += self._worthwhile(relaxation)
            settled = not fresh or self.bound <= relaxation.value * (1 + SETTLED)
            if settled and not master.tighten():
                return True
            master.add(fresh)
        return not stop()

    def _first_columns(self) -> list[Sortie]:
        self.pool.add(list(self.known)[-KNOWN_COLUMNS:])
        return list(self.pool)

    def _worthwhile(self, relaxation: Relaxation) -> list[Sortie]:
        """Known sorties that would improve the master, the best ones."""
        priced = []
        for sortie in self.known:
            net = self.instance.fleets[sortie.fleet].network
            d = int(np.searchsorted(net.departures, sortie.depart))
            taken = relaxation.occupied[sortie.fleet][d, sortie.return_ - sortie.depart]
            gain = float(relaxation.price[sortie.target] @ sortie.exposure) - taken
            if gain > GAIN and sortie not in self.pool:
                priced.append((gain, sortie))
        priced.sort(key=lambda pair: -pair[0])
        return self.pool.add(sortie for _, sortie in priced[:COLUMNS_PER_UNIT])

    def _average(self, stop: Callable[[], bool]) -> None:
        """Conditional gradient on ``Σ w f̄(u)`` over all mixtures of schedules."""
        weight = self.instance.targets.weight
        exposure = np.zeros(weight.size)
        for k in range(AVERAGING_ROUNDS):
            if stop():
                return
            price = weight * np.exp(-exposure)
            schedule = self._round(price, None)
            self.pool.add(schedule)
            step = 2.0 / (k + 2.0)
            exposure *= 1 - step
            for sortie in schedule:
                hulls = self.instance.fleets[sortie.fleet].rows[0].capacity
                exposure[sortie.target] += step * hulls * sortie.exposure

    def _round(self, price: FloatArray, relaxation: Relaxation | None) -> list[Sortie]:
        """Price all units, lower the bound if these prices give a lower one, return columns."""
        tables = {id(each): each.linear(price) for each in self._worths}
        worth = [tables[id(each)] for each in self._worths]
        with ThreadPoolExecutor(THREADS) as threads:
            profiles = list(threads.map(AdditivePricer.profile, self._pricers, worth))
            cut, bound, schedules = lagrangian(self.instance, price, self.envelope, profiles)
            if bound < self.bound:
                self.bound, self._price = bound, cut.price
                self.cuts = [*self.cuts, cut][-CUTS_KEPT:]
            chosen = [choice for schedule in schedules for choice in schedule]
            picks = [
                sorted(self._scheduled(f, chosen) | self._improving(f, profiles[f], relaxation))
                for f in range(len(profiles))
            ]
            found = list(threads.map(self._sorties, range(len(picks)), worth, picks))
        sorties = [sortie for own in found for sortie in own]
        return self.pool.add(sorties) if relaxation is not None else sorties

    def _sorties(
        self, fleet: int, worth: FloatArray, picks: Sequence[tuple[int, int]]
    ) -> list[Sortie]:
        """The best sorties of these departures (indices) and durations."""
        found = []
        for d, duration in picks:
            depart = int(self.instance.fleets[fleet].network.departures[d])
            visits = self._pricers[fleet].visits(worth, depart, duration)
            found.append(make_sortie(self.instance, fleet, depart, depart + duration, visits))
        return found

    @staticmethod
    def _scheduled(fleet: int, chosen: Sequence[Choice]) -> set[tuple[int, int]]:
        """Departures and durations of a fleet's sorties among those of the best schedules."""
        return {(choice.departure, choice.duration) for choice in chosen if choice.fleet == fleet}

    def _improving(
        self, fleet: int, profile: Profile, relaxation: Relaxation | None
    ) -> set[tuple[int, int]]:
        """Departures and durations of the sorties worth most beyond the time they take."""
        if relaxation is None:
            return set()
        occupied = relaxation.occupied[fleet]
        gain = np.where(profile.value > NEVER, profile.value - occupied, NEVER)
        duration = gain.argmax(axis=1)
        best = gain[np.arange(gain.shape[0]), duration]
        order = np.argsort(-best, kind="stable")[:COLUMNS_PER_UNIT]
        return {(int(d), int(duration[d])) for d in order if best[d] > GAIN}


def _departing(instance: Instance, known: Pool) -> Pool:
    """The known sorties that depart when an instance lets them."""
    when = [frozenset(fleet.network.departures.tolist()) for fleet in instance.fleets]
    return Pool(sortie for sortie in known if sortie.depart in when[sortie.fleet])
