"""Driving the bound down: by mixtures of known sorties, then by the linear master.

At first sorties are priced as if each visit found what it would alone. Once that lowers the
bound no more, pricing remembers what a sortie has searched (``remembering``): slower, and lower.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from planner.problem.arrays import FloatArray, Instance
from planner.solve.aims import Aims, aims_at, at_first
from planner.solve.bound import Cut, lagrangian
from planner.solve.envelope import envelope_of, slope
from planner.solve.mixture import MOST_PASSES, Mixture
from planner.solve.pricing import LANES, NEVER, AdditivePricer, Halted, Profile, never
from planner.solve.recall import Recall, parts_of
from planner.solve.relaxed import Relaxation, RelaxedMaster
from planner.solve.remembering import GAIN
from planner.solve.schedules import Choice
from planner.solve.sorties import Pool, Sortie, make_sortie
from planner.solve.worth import visit_worths

LEAST_ROUNDS = 10
"""Rounds of pricing and mixing before it is asked whether they still get anywhere."""

STALL_ROUNDS, STALL = 5, 2e-4
"""They do not if the bound falls, and what is mixed rises, by less than this share in so many
rounds."""

FAR, PARTS = 0.09, 8
"""While the mixture lies further below the bound than this share of it, between two rounds that
price all departures these are priced in so many parts, each at the prices of the mixture by then.
"""

PASSES_OF_PARTS = 20
"""Most passes of mixing before each."""

ENOUGH = 0.1
"""A mixture is good enough when what a pass can gain is this share of its distance from the
bound."""

THREADS = 2
"""Units priced side by side; what comes out does not depend on it."""

SMOOTHING = 0.5
"""Share of the best prices so far in the prices tried next (Wentges smoothing)."""

CUTS_KEPT = 12
"""Latest cuts kept, to bound other fleets of the same sea."""

KNOWN_SORTIES = 20_000
"""Most sorties of an earlier run that are mixed from the start, the latest ones."""

FIRST_COLUMNS = 3000
"""Most known sorties that the first master holds: those that gain most at the mixture's prices."""

MORE_COLUMNS = 200
"""Most known sorties added to it at a time."""

EVERY = slice(None)
"""All departures."""

APART = 4
"""Rounds after which detection is bounded apart from what is required."""

SETTLED = 1e-4
"""The bound has settled when it lies within this share of the linear master."""


class Bounding:
    """An upper bound under improvement; ``bound`` is valid at any time.

    Where something is required, ``of_detection`` bounds detection alone, whatever is served,
    and ``apart`` are the cuts that do; ``cuts`` are those of the whole objective.
    ``offered`` is asked between rounds for sorties found elsewhere.
    """

    def __init__(
        self,
        instance: Instance,
        known: Pool,
        cuts: Sequence[Cut] = (),
        prices: Sequence[FloatArray] = (),
        offered: Callable[[], Iterable[Sortie]] = tuple,
    ) -> None:
        self.instance = instance
        self.known = _departing(instance, known)
        self._recall = Recall(instance)
        self._offered = offered
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
        self.mixture = Mixture(instance, self.envelope)
        self._cut = best
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
            self.mixture.add(self.pool.add(list(self.known)[-KNOWN_SORTIES:]))
            for guess in self.guesses:
                if not stop():
                    self.mixture.add(self._round(guess, self._aims, None))
            while self._mix(stop) and self._master(stop, left_s):
                if not self._recall.deepen(self.pool):
                    return True
            return False
        except Halted:
            return False

    def ranked(self) -> list[Sortie]:
        """The sorties known, those last that gain most at the last prices beyond what they take."""
        if self.relaxation is None:
            return list(self.pool)
        once = Pool(sortie for _, sortie in self.mixture.foremost(self.relaxation))
        return list(once)[::-1]

    def _mix(self, stop: Callable[[], bool]) -> bool:
        """Price and mix in turn until that gets nowhere; ``False`` if stopped before."""
        bounds, values = [self.bound], [0.0]
        while not stop():
            if self._recall.recounts:
                self.mixture = Mixture(self.instance, self.envelope)
                self.mixture.add(self._recall.recount())
            self.mixture.add(self._recall.counted(self.pool.add(self._offered())))
            if self.mixture.size:
                self._price_in_parts(stop)
                self.relaxation = self._mixed(MOST_PASSES)
                fresh = self._near(self.relaxation, stop)
            else:
                fresh = self._round(self._price, self._aims, None)
            recounts = self._recall.recounts
            if not (fresh or recounts):
                return True
            self.mixture.add(fresh)
            bounds.append(self.bound)
            values.append(self.relaxation.value if self.relaxation else 0.0)
            if (
                len(bounds) > LEAST_ROUNDS
                and not recounts
                and bounds[-1] > bounds[-1 - STALL_ROUNDS] * (1 - STALL)
                and values[-1] < values[-1 - STALL_ROUNDS] * (1 + STALL)
            ):
                return True
        return False

    def _mixed(self, passes: int) -> Relaxation:
        """The mixture of what is known, improved."""
        apart = self.bound - (self.relaxation.value if self.relaxation else 0.0)
        return self.mixture.improve(max(0.0, ENOUGH * apart), passes, self._cut)

    def _price_in_parts(self, stop: Callable[[], bool]) -> None:
        """Partial pricing while the mixture is far from what it can be: it bounds nothing.

        Sorties of one pricing are much alike; those of the next part know of them already.
        """
        most = max(fleet.network.departures.size for fleet in self.instance.fleets)
        parts = min(PARTS, most // LANES)
        if self._recall.pricers or parts < 2:
            return
        for first in range(parts):
            self.relaxation = self._mixed(PASSES_OF_PARTS)
            if stop() or self.bound - self.relaxation.value < FAR * self.bound:
                return
            part = slice(first, None, parts)
            worth = self._tables(self.relaxation.price)
            with ThreadPoolExecutor(THREADS) as threads:
                profiles = self._profiles(threads, worth, part)
                picks = {
                    f: self._improving(f, profile, self.relaxation)
                    for f, profile in enumerate(profiles)
                }
                self.mixture.add(self._columns(threads, worth, picks))

    def _master(self, stop: Callable[[], bool], left_s: Callable[[], float]) -> bool:
        """Column generation on the linear master; ``True`` if the bound has settled.

        Or if it falls too little, and paths can be made to remember more.
        """
        if self.relaxation is None:
            return True  # nothing can sail
        master = RelaxedMaster(self.instance, self.envelope)
        known = self.mixture.foremost(self.relaxation)
        master.add([sortie for _, sortie in known[:FIRST_COLUMNS]])
        master.begin(self.relaxation.price, self.mixture.worth)
        bounds = [self.bound]
        while not stop():
            found = master.relax(left_s())
            if found is None:
                return False
            self.relaxation = found
            fresh = self._near(found, stop)
            better = self._worthwhile(master, found)
            self.mixture.add(fresh)
            fresh += better
            settled = not fresh or self.bound <= found.value * (1 + SETTLED)
            if settled and not master.tighten():
                return True
            master.add(fresh)
            bounds.append(self.bound)
            if (
                len(bounds) > LEAST_ROUNDS
                and not self._recall.deepest
                and bounds[-1] > bounds[-1 - STALL_ROUNDS] * (1 - STALL)
            ):
                return True
        return False

    def _worthwhile(self, master: RelaxedMaster, relaxation: Relaxation) -> list[Sortie]:
        """Sorties known before the master was begun that would improve it, the best ones."""
        held = set(map(id, master.columns))
        better = (pair for pair in self.mixture.foremost(relaxation) if pair[0] > GAIN)
        return [sortie for _, sortie in better if id(sortie) not in held][:MORE_COLUMNS]

    def _near(self, relaxation: Relaxation, stop: Callable[[], bool]) -> list[Sortie]:
        """Price between the best prices so far and a relaxation's; if that finds none, at these."""
        fresh = self._round(*self._smoothed(relaxation), relaxation)
        if not fresh and not stop():
            fresh = self._round(relaxation.price, relaxation.aims, relaxation)
        return fresh

    def _smoothed(self, relaxation: Relaxation) -> tuple[FloatArray, Aims]:
        """Prices and aims between the best so far, if any proved something, and a relaxation's."""
        if not self.cuts:
            return relaxation.price, relaxation.aims
        kept, new = SMOOTHING, 1 - SMOOTHING
        price = kept * self._price + new * relaxation.price
        if not self.instance.targets.groups:
            return price, relaxation.aims
        weight = kept * self._aims.weight + new * relaxation.aims.weight
        constant = kept * self._aims.constant + new * relaxation.aims.constant
        return price, Aims(weight, constant)

    def _round(self, price: FloatArray, aims: Aims, relaxation: Relaxation | None) -> list[Sortie]:
        """Price all units, lower the bound if these prices give a lower one, return columns."""
        worth = self._tables(price)
        with ThreadPoolExecutor(THREADS) as threads:
            profiles = self._profiles(threads, worth)
            foremost: list[Sortie] = []
            if self._recall.pricers:
                taken = self.mixture.occupied(price, self._cut)
                asked = (threads, price, worth, taken, profiles, self._halt)
                profiles, foremost = self._recall.price(*asked)
            cut, bound, schedules = lagrangian(self.instance, price, self.envelope, profiles, aims)
            self._cut = cut
            if bound < self.bound:
                self.bound, self._price, self._aims = bound, cut.price, aims
                self.cuts = [*self.cuts, cut][-CUTS_KEPT:]
            chosen = [choice for schedule in schedules for choice in schedule]
            plain = [f for f in range(len(profiles)) if f not in self._recall.pricers]
            picks = {
                f: self._scheduled(f, chosen) | self._improving(f, profiles[f], relaxation)
                for f in plain
            }
            fresh = self._columns(threads, worth, picks)
            self.pool.add(foremost)
            self._recall.keep(fresh, foremost)
            if self.instance.targets.requires and self._rounds % APART == 0:
                self._detect(price, threads)
        self._rounds += 1
        return fresh + foremost

    def _detect(self, price: FloatArray, threads: ThreadPoolExecutor) -> None:
        """Bound detection by the same prices of what is detected, and none of what is required."""
        targets = self.instance.targets
        alone = Aims(targets.credit, targets.detected)
        most = slope(alone.weight, np.zeros_like(price[0]), self.envelope)
        looks = np.minimum(price[1], alone.weight)
        price = np.stack([np.minimum(price[0], most), looks])
        worth = self._tables(price)
        profiles = self._profiles(threads, worth)
        cut, bound, _ = lagrangian(self.instance, price, self.envelope, profiles, alone)
        if bound < self.of_detection:
            self.of_detection = bound
            self.apart = [*self.apart, cut][-CUTS_KEPT:]

    def _tables(self, price: FloatArray) -> list[FloatArray]:
        """What visits are worth at a price, by fleet; fleets of one class share a table."""
        tables = {each: each.linear(price) for each in set(self._worths)}
        return [tables[each] for each in self._worths]

    def _profiles(
        self, threads: ThreadPoolExecutor, worth: Sequence[FloatArray], part: slice = EVERY
    ) -> list[Profile]:
        def priced(pricer: AdditivePricer, table: FloatArray) -> Profile:
            # In a row: for every other layout the kernel would be compiled anew.
            departures = np.ascontiguousarray(pricer.fleet.network.departures[part])
            return pricer.profile(table, departures, self._halt)

        return list(threads.map(priced, self._pricers, worth))

    def _columns(
        self,
        threads: ThreadPoolExecutor,
        worth: Sequence[FloatArray],
        picks: Mapping[int, set[tuple[int, int]]],
    ) -> list[Sortie]:
        """The best sorties of what is picked of each fleet that were not known."""
        own = [(f, worth[f], sorted(picked)) for f, picked in picks.items()]
        each = threads.map(self._sorties, *zip(*own, strict=True)) if own else ()
        return self.pool.add(sortie for found in each for sortie in found)

    def _sorties(
        self, fleet: int, worth: FloatArray, picks: Sequence[tuple[int, int]]
    ) -> list[Sortie]:
        """The best sorties of these departures (indices) and durations."""
        if self._halt():
            raise Halted
        departures = self.instance.fleets[fleet].network.departures
        ways = [(int(departures[d]), duration) for d, duration in picks]
        return [
            make_sortie(self.instance, fleet, depart, depart + duration, visits)
            for (depart, duration), visits in zip(
                ways, self._pricers[fleet].all_visits(worth, ways), strict=True
            )
        ]

    @staticmethod
    def _scheduled(fleet: int, chosen: Sequence[Choice]) -> set[tuple[int, int]]:
        """Departures and durations of a fleet's sorties among those of the best schedules."""
        return {(choice.departure, choice.duration) for choice in chosen if choice.fleet == fleet}

    def _improving(
        self, fleet: int, profile: Profile, relaxation: Relaxation | None
    ) -> set[tuple[int, int]]:
        """Departures and durations of sorties worth more than the time they take.

        The best of each part of the plan's time: those worth most of all would be much alike.
        Departures are indices among all of the fleet; ``profile`` may be of some.
        """
        if relaxation is None:
            return set()
        every = self.instance.fleets[fleet].network.departures
        number = np.searchsorted(every, profile.departures)
        taken = relaxation.occupied[fleet][number]
        gain = np.where(profile.value > NEVER, profile.value - taken, NEVER)
        duration = gain.argmax(axis=1)
        best = gain[np.arange(gain.shape[0]), duration]
        leading = [part[best[part].argmax()] for part in parts_of(best.size)]
        return {(int(number[d]), int(duration[d])) for d in leading if best[d] > GAIN}


def _departing(instance: Instance, known: Pool) -> Pool:
    """The known sorties that depart when an instance lets them."""
    when = [frozenset(fleet.network.departures.tolist()) for fleet in instance.fleets]
    plain = (each if each.counted is None else replace(each, counted=None) for each in known)
    return Pool(sortie for sortie in plain if sortie.depart in when[sortie.fleet])
