"""Integer plans: build hull by hull, then improve by re-planning a few sorties at a time.

Improving is a large-neighbourhood search with simulated annealing: a change
for the worse is taken with probability ``exp(Δ / T)``, and ``T`` falls to
nothing as the time runs out. Few sorties at a time and few departures tried
for each make many changes a second, and that counts for more than the best
answer to each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from planner.problem.arrays import BoolArray, FloatArray, Instance, IntArray
from planner.solve.combine import combine
from planner.solve.coverage import Coverage
from planner.solve.guess import Guess
from planner.solve.haze import Haze
from planner.solve.keep import NOTHING_KEPT, Keep
from planner.solve.labels import Room
from planner.solve.part import Part, part_of
from planner.solve.pathaware import PathAwarePricer, Priced
from planner.solve.pricing import NEVER, AdditivePricer, Profile, never
from planner.solve.related import related
from planner.solve.schedules import Choice
from planner.solve.sorties import Pool, Roster, Sortie, make_sortie
from planner.solve.thrift import thrifty
from planner.solve.worth import visit_worths

FREED = (1, 2, 2, 3)
"""How many sorties one neighbourhood frees."""

TRIED = 3
"""Departures priced for one re-planned sortie."""

STAYS = 2
"""How many of them are those nearest to its last departure; the others are drawn."""

TEMPERATURE = 0.01
"""Loss that is taken with probability 1/e at first, in mean worths of the plan's sorties."""

NEAR_STEPS = 144
"""Re-planned sorties depart at most this many steps from where they did."""

CHAINS = 0.1
"""Share of the moves that plan whole schedules before single sorties, and of those that fill
what is left free with schedules afterwards."""

WIDE = 0.1
"""Share of the moves that look at all cells within reach.

The others look where some sortie of the unit has searched before, and around
it: mostly a quarter of the cells, so that they take a quarter of the time.
"""

RENEWED = 50
"""Moves after which it is seen again where that is, and all is summed afresh."""

FEW = 3.0
"""In a plan of few sorties that share is this over their number."""

OFTEN = 0.8
"""But no more than this: a schedule's first sortie may leave no room for a better one."""

CHAIN_ROUNDS = 12
"""A schedule's sorties are priced along their paths at most so many times."""

EXHAUSTIVE = 20_000_000
"""Departures that count times cells times steps up to which all are priced along their paths."""

GAIN = 1e-12
"""Smaller gains in detection count as none."""


class Search:
    """A plan under improvement.

    Every change keeps the plan feasible, so ``best`` can be taken at any
    time. All sorties ever proposed are kept in ``pool``. Of those of ``keep``,
    each in the plan to start from, at least so many stay.
    """

    def __init__(
        self, instance: Instance, seed: int, start: Iterable[Sortie] = (), keep: Keep | None = None
    ) -> None:
        self.instance = instance
        self.rng = np.random.default_rng(seed)
        self.pool = Pool()
        self._haze = Haze(self.rng, instance.targets.weight.size)
        self._worths = visit_worths(instance)
        longest = max(fleet.network.max_steps for fleet in instance.fleets)
        room = Room(longest, instance.n_cells, instance.n_steps)
        self.pricers = [
            PathAwarePricer(instance.targets, fleet, worth.allowed, room)
            for fleet, worth in zip(instance.fleets, self._worths, strict=True)
        ]
        self._reach = [pricer.part for pricer in self.pricers]
        self._known = np.zeros((len(instance.units), instance.n_cells), bool)
        self._additive = [AdditivePricer(fleet) for fleet in instance.fleets]
        self._best: tuple[Sortie, ...] = ()
        self._kept = keep or NOTHING_KEPT
        self.value = self.detection = 0.0
        self._take(list(start))

    @property
    def best(self) -> tuple[Sortie, ...]:
        """Sorties of the best plan so far."""
        return self._best

    def construct(self, stop: Callable[[], bool]) -> None:
        """Fill what is free, a hull's whole schedule at a time, in rounds over the units.

        Units that had schedules for all their hulls already, but with gaps to fill, are then
        planned anew together: what fits into gaps is seldom what their hulls had best do.
        """
        began = {
            unit for unit in map(self._unit, self.roster.sorties) if not self.roster.idle(unit)
        }
        patched = began & self.fill(stop)
        if patched and not stop():
            self._renew(sorted(patched), stop)

    def fill(self, stop: Callable[[], bool], units: Iterable[int] | None = None) -> set[int]:
        """Add schedules to units, all unless given, while there is room; returns who got any."""
        waiting = list(range(len(self.instance.units)) if units is None else units)
        filled = set()
        while waiting and not stop():
            for unit in list(waiting):
                if self._add_schedule(unit, stop=stop):
                    filled.add(unit)
                else:
                    waiting.remove(unit)
                self._keep()
                if stop():
                    break
        return filled

    def hurry(self) -> None:
        """Leave a plan behind even if there was no time for one: a hull's schedule of each unit."""
        if not self._best:
            self._take([])
            self.construct(lambda: bool(self._best))

    def choose(self, known: Iterable[Sortie], time_limit_s: float, work: float | None) -> None:
        """Begin again from the best choice among all sorties known, if it counts more."""
        pool = [*self.pool, *known]
        stay = self._kept.staying, self._kept.least
        chosen = combine(self.instance, pool, self._best, time_limit_s, work, *stay)
        if chosen is not None:
            before = list(self._best)
            self._take(self._kept.sailable(chosen))
            if self.coverage.value() < self.value:
                self._take(before, record=False)

    def improve(self, stop: Callable[[], bool], spent: Callable[[], float] = lambda: 1.0) -> None:
        """Free a few related sorties and plan them anew, until stopped.

        ``spent`` tells which share of the time for this is gone: at 0 changes
        for the worse are taken most easily, from 1 on not at all. What is left
        at the end is the best plan met.
        """
        usual = self._usual()
        moves = 0
        while not stop() and self._kept.loose(self.roster.sorties):
            moves += 1
            if moves % RENEWED == 0:
                usual = self._usual()
                # Summed afresh: what is added and taken away again leaves rounding behind.
                self._take(list(self.roster.sorties), record=False)
            self._look(self._reach if self.rng.random() < WIDE else usual)
            loose = self._kept.loose(self.roster.sorties)
            near = related(self.instance, loose, int(self.rng.choice(FREED)), self.rng)
            freed = self._kept.together(near, self.roster.sorties)
            before, value = list(self.roster.sorties), self.coverage.value()
            for sortie in freed:
                self._drop(sortie)
            self._haze.blow()
            units = {self._unit(sortie) for sortie in freed}
            whole = min(OFTEN, max(CHAINS, FEW / len(before)))
            if self.rng.random() < whole:
                for unit in units:
                    self._add_schedule(unit, near=freed)
            for k in self.rng.permutation(len(freed)):
                self._replan(freed[k])
            self._haze.clear()
            if self.rng.random() < whole:
                for unit in units:
                    self._add_schedule(unit, near=freed)
            gain = self.coverage.value() - value
            if self._takes(gain, spent()):
                self._keep()
            else:
                self._restore(before, freed)
        self._look(self._reach)
        self._take(list(self._best), record=False)
        self.value, self.detection = self.coverage.value(), self.coverage.detection()

    # ------------------------------------------------------------------ moves

    def _add_schedule(
        self,
        unit: int,
        near: Iterable[Sortie] | None = None,
        stop: Callable[[], bool] = never,
    ) -> bool:
        """Add the best schedule of one more hull of a unit; ``False`` if none is free.

        With ``near`` only departures near those of these sorties count. Stopped, it adds
        what it has, a sortie at least if there is one.
        """
        departures = self._departures(unit)
        usable = np.ones(departures.size, bool)
        if near is not None:
            away = [np.abs(departures - s.depart) for s in near if self._unit(s) == unit]
            usable = np.min(away, axis=0) <= NEAR_STEPS
        added = False
        for choice in self._chain(unit, usable, shared=near is None, stop=stop):
            if added and stop():
                break
            # Priced again against those already added, with hulls and crews left.
            departure = departures[choice.departure : choice.departure + 1]
            added |= self._insert(unit, departure, choice.duration)
        return added

    def _renew(self, units: Sequence[int], stop: Callable[[], bool]) -> None:
        """Plan units anew beside the others, if the plan gains by it."""
        before, value = list(self.roster.sorties), self.coverage.value()
        own = [sortie for sortie in before if self._unit(sortie) in units]
        gone = self._kept.together(own, before)
        for sortie in gone:
            self._drop(sortie)
        self.fill(stop, units)
        if self.coverage.value() <= value:
            self._restore(before, gone)

    def _unit(self, sortie: Sortie) -> int:
        return self.instance.fleets[sortie.fleet].unit

    def _departures(self, unit: int) -> IntArray:
        """Steps at which the unit's sorties may depart, whatever the sea state."""
        return self.instance.fleets[self.instance.units[unit][0]].network.departures

    def _usual(self) -> list[Part]:
        """Per fleet the cells that its unit's sorties have searched, and those next to them."""
        found = []
        for fleet, reach in zip(self.instance.fleets, self._reach, strict=True):
            known = self._known[fleet.unit]
            around = known.copy()
            next_to = fleet.network.adjacent[known]
            around[next_to[next_to >= 0]] = True
            found.append(part_of(fleet, reach.cell[around[reach.cell]]))
        return found

    def _look(self, parts: list[Part]) -> None:
        """Let each unit's pricing look at these cells only."""
        for pricer, promise, part in zip(self.pricers, self._additive, parts, strict=True):
            pricer.part, promise.active = part, part.cell

    def _takes(self, gain: float, spent: float) -> bool:
        """Whether a change of value is taken; the draw is made in any case."""
        mean = (self.detection or self.value) / max(1, len(self._best))
        temperature = TEMPERATURE * mean * max(0.0, 1.0 - spent)
        chance = -float(np.log1p(-self.rng.random())) * temperature
        return gain >= -GAIN - chance

    def _replan(self, gone: Sortie) -> None:
        """A sortie of the same unit that departs near the time of one that was freed."""
        departures = self._departures(self._unit(gone))
        near = departures[np.abs(departures - gone.depart) <= NEAR_STEPS]
        near = near[self.roster.longest(gone.fleet, near) > 0]
        if near.size > TRIED:
            order = np.argsort(np.abs(near - gone.depart), kind="stable")
            drawn = self.rng.choice(order[STAYS:], TRIED - STAYS, replace=False)
            near = near[np.concatenate([order[:STAYS], drawn])]
        self._insert(self._unit(gone), near)

    def _residual(self) -> FloatArray:
        """Weights undetected, (n_targets,), as the next move sees them; not to be written to."""
        return self._haze.over(self.coverage.left)

    def _promise(self, fleet: int, departures: IntArray, longest: IntArray) -> Profile:
        """What a sortie of each departure and duration could add, were every look a first one."""
        longest_of_all = self.instance.fleets[fleet].network.max_steps
        value = np.full((departures.size, longest_of_all + 1), NEVER)
        can = np.flatnonzero(longest > 0)
        if can.size:
            since, until = int(departures[can[0]]), int(departures[can[-1]]) + longest_of_all + 1
            worth = self._worths[fleet].first_looks(self._residual(), since, until)
            value[can] = self._additive[fleet].profile(worth, departures[can]).value
        too_long = np.arange(value.shape[1])[None, :] > longest[:, None]
        return Profile(departures, np.where(too_long, NEVER, value))

    def _chain(
        self, unit: int, usable: BoolArray, *, shared: bool, stop: Callable[[], bool]
    ) -> list[Choice]:
        """Sorties of a good schedule of one hull, each by the best of the unit's sea states."""
        row = min(self.instance.rows[unit], key=lambda row: (row.least_steps, row.gap_steps))
        guesses = {fleet: self._guess(fleet, usable) for fleet in self.instance.units[unit]}
        chosen: list[Choice] = []
        left = self.roster.budgets
        for _ in range(CHAIN_ROUNDS):
            profiles = {fleet: guess.profile for fleet, guess in guesses.items()}
            chosen = thrifty(self.instance, unit, profiles, row, left, shared=shared)
            if not any([guess.price(chosen) for guess in guesses.values()]) or stop():
                break
        if self.instance.budgets[unit]:
            # Few sorties at a time are priced within a budget: the best schedule of those.
            sure = {fleet: guess.sure() for fleet, guess in guesses.items()}
            chosen = thrifty(self.instance, unit, sure, row, left, shared=shared)
        return [c for c in chosen if guesses[c.fleet].priced[c.departure]]

    def _guess(self, fleet: int, usable: BoolArray) -> Guess:
        """What sorties of a fleet may add, by departure and duration, to be made sure of.

        In a small network, or where few departures count, all are priced along their paths at once.
        """
        departures = self.instance.fleets[fleet].network.departures
        longest = np.where(usable, self.roster.longest(fleet, departures), 0).astype(np.int32)
        residual, pricer = self._residual(), self.pricers[fleet]
        size = np.count_nonzero(longest) * self._reach[fleet].cell.size

        def price(d: IntArray) -> FloatArray:
            return pricer.profile(residual, departures[d], longest[d]).value

        if size * self.instance.fleets[fleet].network.max_steps <= EXHAUSTIVE:
            every = np.arange(departures.size, dtype=np.int32)
            return Guess(fleet, Profile(departures, price(every)), price, sure=True)
        return Guess(fleet, self._promise(fleet, departures, longest), price)

    def _insert(self, unit: int, departures: IntArray, longest: int | None = None) -> bool:
        """Add the best sortie found that departs at one of these steps, if it gains anything.

        It lasts no longer than ``longest`` steps, if given.
        """
        residual, can_sail = self._residual(), self._kept.can_sail
        priced: list[tuple[int, Priced]] = []
        for fleet in self.instance.units[unit]:
            own, pricer = self.instance.fleets[fleet], self.pricers[fleet]
            room = self.roster.longest(fleet, departures)
            caps = room if longest is None else np.minimum(room, longest)
            tank_l = [self.roster.budgets.tank_l(own, depart) for depart in departures.tolist()]
            found = pricer.best(residual, departures, caps, tank_l)
            priced += [(fleet, trip) for trip in found if trip.value > GAIN]
        for fleet, trip in sorted(priced, key=lambda each: -each[1].value):
            back = trip.depart + trip.duration
            sortie = make_sortie(self.instance, fleet, trip.depart, back, trip.visits)
            if can_sail is None or can_sail(self.roster.sorties, sortie):
                self._sail(sortie)
                return True
        return False

    # ------------------------------------------------------------------ state

    def _sail(self, sortie: Sortie) -> None:
        self._propose([sortie])
        self._add(sortie)

    def _add(self, sortie: Sortie) -> None:
        self.roster.add(sortie)
        self.coverage.add(sortie)

    def _drop(self, sortie: Sortie) -> None:
        self.roster.remove(sortie)
        self.coverage.remove(sortie)

    def _restore(self, before: list[Sortie], freed: list[Sortie]) -> None:
        """Take back a move: what it added goes, what it freed returns."""
        kept = set(map(id, before))
        for sortie in [s for s in self.roster.sorties if id(s) not in kept]:
            self._drop(sortie)
        for sortie in freed:
            self._add(sortie)

    def _take(self, sorties: list[Sortie], *, record: bool = True) -> None:
        self.roster = Roster(self.instance, sorties)
        self.coverage = Coverage(self.instance.targets, sorties)
        if record:
            self._propose(sorties)
            self._keep()

    def _propose(self, sorties: list[Sortie]) -> None:
        self.pool.add(sorties)
        for sortie in sorties:
            self._known[self._unit(sortie), sortie.visits[:, 1]] = True

    def _keep(self) -> None:
        """Note the present plan if it is the best so far."""
        if self.coverage.value() <= self.value:
            return
        self._best, self.value = tuple(self.roster.sorties), self.coverage.value()
        self.detection = self.coverage.detection()

    @property
    def served(self) -> float:
        """What the best plan counts beside its detection."""
        return self.value - self.detection if self.instance.targets.requires else 0.0
