"""Driving the bound down: averaging first, then column generation on the linear master."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from planner.problem.arrays import FloatArray, Instance
from planner.solve.aims import Aims, aims_at, at_first, of_exposure, pressed_at
from planner.solve.bound import Cut, lagrangian
from planner.solve.combine import at_once_of
from planner.solve.envelope import envelope_of, slope
from planner.solve.pricing import NEVER, AdditivePricer, Halted, Profile, never
from planner.solve.relaxed import Relaxation, RelaxedMaster
from planner.solve.schedules import Choice
from planner.solve.sorties import Budgets, Pool, Sortie, looks_of, make_sortie
from planner.solve.worth import visit_worths

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

APART = 4
"""Rounds after which detection is bounded apart from what is required."""

SETTLED = 1e-4
"""The bound has settled when it lies within this share of the linear master."""


class Bounding:
    """An upper bound under improvement; ``bound`` is valid at any time.

    Where something is required, ``of_detection`` bounds detection alone, whatever is served,
    and ``apart`` are the cuts that do; ``cuts`` are those of the whole objective.
    """

    def __init__(
        self,
        instance: Instance,
        known: Pool,
        cuts: Sequence[Cut] = (),
        prices: Sequence[FloatArray] = (),
    ) -> None:
        self.instance = instance
        self.known = _departing(instance, known)
        self._known_looks: list[FloatArray] = []
        self.envelope = envelope_of(instance)
        self.cuts = list(cuts)
        self.guesses = list(prices)
        best = min(self.cuts, key=lambda cut: cut.bound(instance), default=None)
        self._aims = aims_at(instance.targets)
        self.bound = self._aims.constant + float(self._aims.weight.sum())
        if best is not None:
            self.bound = min(self.bound, best.bound(instance))
            if any(row.taken for rows in instance.rows for row in rows):
                self.guesses.append(best.price)  # which prove more of what is left of the hulls
        self.of_detection = instance.targets.detected + float(instance.targets.credit.sum())
        self.apart: list[Cut] = []
        self._rounds = 0
        self._halt: Callable[[], bool] = never
        self.pool = Pool()
        self.relaxation: Relaxation | None = None
        self._worths = visit_worths(instance)
        self._pricers = [AdditivePricer(fleet) for fleet in instance.fleets]
        self._price = best.price if best else at_first(self._aims)

    def run(
        self,
        stop: Callable[[], bool],
        left_s: Callable[[], float],
        halt: Callable[[], bool] = never,
    ) -> bool:
        """Improve the bound until stopped; ``True`` if it has settled.

        ``stop`` is asked between rounds; ``halt`` often, and what a round had by then is lost.
        """
        self._halt = halt
        try:
            return self._improve(stop, left_s)
        except Halted:
            return False

    def _improve(self, stop: Callable[[], bool], left_s: Callable[[], float]) -> bool:
        for price in self.guesses:
            if not stop():
                self.pool.add(self._round(price, self._aims, None))
        if not self.cuts and not self.guesses:
            self._average(stop)
        master = RelaxedMaster(self.instance, self.envelope)
        master.add(self._first_columns())
        while master.columns and not stop():
            relaxation = master.relax(left_s())
            if relaxation is None:
                return False
            self.relaxation = relaxation
            price, aims = self._smoothed(relaxation)
            fresh = self._round(price, aims, relaxation)
            if not fresh and not stop():
                fresh = self._round(relaxation.price, relaxation.aims, relaxation)
            fresh += self._worthwhile(relaxation)
            settled = not fresh or self.bound <= relaxation.value * (1 + SETTLED)
            if settled and not master.tighten():
                return True
            master.add(fresh)
        return not stop()

    def _smoothed(self, relaxation: Relaxation) -> tuple[FloatArray, Aims]:
        """Prices and aims between the best so far and those of the master."""
        kept, new = SMOOTHING, 1 - SMOOTHING
        price = kept * self._price + new * relaxation.price
        if not self.instance.targets.groups:
            return price, relaxation.aims
        weight = kept * self._aims.weight + new * relaxation.aims.weight
        constant = kept * self._aims.constant + new * relaxation.aims.constant
        return price, Aims(weight, constant)

    def _first_columns(self) -> list[Sortie]:
        self.pool.add(list(self.known)[-KNOWN_COLUMNS:])
        return list(self.pool)

    def _worthwhile(self, relaxation: Relaxation) -> list[Sortie]:
        """Known sorties that would improve the master, the best ones."""
        priced = []
        if not self._known_looks:
            self._known_looks = [looks_of(self.instance, sortie) for sortie in self.known]
        for sortie, looks in zip(self.known, self._known_looks, strict=True):
            net = self.instance.fleets[sortie.fleet].network
            d = int(np.searchsorted(net.departures, sortie.depart))
            taken = relaxation.occupied[sortie.fleet][d, sortie.return_ - sortie.depart]
            exposed, seen = relaxation.price[:, sortie.target]
            gain = float(exposed @ sortie.exposure + seen @ looks) - taken
            if gain > GAIN and sortie not in self.pool:
                priced.append((gain, sortie))
        priced.sort(key=lambda pair: -pair[0])
        return self.pool.add(sortie for _, sortie in priced[:COLUMNS_PER_UNIT])

    def _average(self, stop: Callable[[], bool]) -> None:
        """Conditional gradient on ``Σ w f̄(u)`` over all mixtures of schedules.

        The slope is that of the smooth curve, which looks ahead; where one visit
        gives all there is, it is that of the chord.
        """
        targets = self.instance.targets
        at_once = at_once_of(self.instance)
        exposure = np.zeros(targets.weight.size)
        for k in range(AVERAGING_ROUNDS):
            if stop():
                return
            aims = aims_at(targets, pressed_at(targets, exposure))
            price = aims.weight * np.exp(-exposure)
            if targets.requires:
                price[at_once] = slope(aims.weight, exposure, self.envelope)[at_once]
            schedule = self._round(of_exposure(price), aims, None)
            self.pool.add(schedule)
            step = 2.0 / (k + 2.0)
            exposure *= 1 - step
            hulls = self._hulls(schedule)
            for sortie in schedule:
                number = hulls[self.instance.unit(sortie.fleet)]
                exposure[sortie.target] += step * number * sortie.exposure

    def _hulls(self, schedule: list[Sortie]) -> list[float]:
        """How many hulls of each unit can sail its part of a schedule within its budgets."""
        one = Budgets(self.instance)
        for sortie in schedule:
            one.book(sortie)
        found = []
        for rows, budgets, left in zip(
            self.instance.rows, self.instance.budgets, one.left, strict=True
        ):
            uses = [(b.limit, b.limit - rest) for b, rest in zip(budgets, left, strict=True)]
            most = [limit / use for limit, use in uses if use > 0.0]
            found.append(min([float(rows[0].capacity), *most]))
        return found

    def _round(self, price: FloatArray, aims: Aims, relaxation: Relaxation | None) -> list[Sortie]:
        """Price all units, lower the bound if these prices give a lower one, return columns."""
        tables = {id(each): each.linear(price) for each in self._worths}
        worth = [tables[id(each)] for each in self._worths]
        with ThreadPoolExecutor(THREADS) as threads:
            profiles = self._profiles(threads, worth)
            cut, bound, schedules = lagrangian(self.instance, price, self.envelope, profiles, aims)
            if bound < self.bound:
                self.bound, self._price, self._aims = bound, cut.price, aims
                self.cuts = [*self.cuts, cut][-CUTS_KEPT:]
            chosen = [choice for schedule in schedules for choice in schedule]
            picks = [
                sorted(self._scheduled(f, chosen) | self._improving(f, profiles[f], relaxation))
                for f in range(len(profiles))
            ]
            found = list(threads.map(self._sorties, range(len(picks)), worth, picks))
            if self.instance.targets.requires and self._rounds % APART == 0:
                self._detect(price, threads)
        self._rounds += 1
        sorties = [sortie for own in found for sortie in own]
        return self.pool.add(sorties) if relaxation is not None else sorties

    def _detect(self, price: FloatArray, threads: ThreadPoolExecutor) -> None:
        """Bound detection by the same prices of what is detected, and none of what is required."""
        targets = self.instance.targets
        alone = Aims(targets.credit, targets.detected)
        most = slope(alone.weight, np.zeros_like(price[0]), self.envelope)
        looks = np.minimum(price[1], alone.weight)
        price = np.stack([np.minimum(price[0], most), looks])
        tables = {id(each): each.linear(price) for each in self._worths}
        worth = [tables[id(each)] for each in self._worths]
        profiles = self._profiles(threads, worth)
        cut, bound, _ = lagrangian(self.instance, price, self.envelope, profiles, alone)
        if bound < self.of_detection:
            self.of_detection = bound
            self.apart = [*self.apart, cut][-CUTS_KEPT:]

    def _profiles(self, threads: ThreadPoolExecutor, worth: Sequence[FloatArray]) -> list[Profile]:
        def priced(pricer: AdditivePricer, table: FloatArray) -> Profile:
            return pricer.profile(table, halt=self._halt)

        return list(threads.map(priced, self._pricers, worth))

    def _sorties(
        self, fleet: int, worth: FloatArray, picks: Sequence[tuple[int, int]]
    ) -> list[Sortie]:
        """The best sorties of these departures (indices) and durations."""
        found = []
        for d, duration in picks:
            if self._halt():
                raise Halted
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
