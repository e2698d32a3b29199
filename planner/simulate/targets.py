"""Targets drawn at random: standing in the water for a while, or running along a path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.simulate.encounter import first_within
from planner.simulate.plane import Floats
from planner.simulate.rows import Rows
from planner.simulate.searches import Searches
from planner.simulate.strata import Ints, Strata

Bools = NDArray[np.bool_]

MOST_PAIRS = 2_000_000
"""Pairs of a target and a piece of search that are looked at together: memory's bound."""

SLACK_H = 1e-6
"""By so much more is looked for than is asked: rounding then leaves out nothing.

What was found too much lasts no time, and is left out in its turn.
"""


@dataclass(frozen=True)
class Meetings:
    """Times at which a target and a piece of search both go straight; arrays of q.

    ``target`` and ``piece`` are indices, ``begin_h`` and ``hours`` say when and
    how long, ``position`` (q, 2) and ``velocity`` (q, 2) are the target's.
    """

    target: Ints
    piece: Ints
    begin_h: Floats
    hours: Floats
    position: Floats
    velocity: Floats

    def relative(self, searches: Searches) -> tuple[Floats, Floats]:
        """Offset and velocity (q, 2) of the targets from the hulls, at the beginning."""
        offset = self.position - searches.at(self.piece, self.begin_h)
        return offset, self.velocity - searches.velocity[self.piece]


class Targets(Protocol):
    """Targets drawn of one threat; arrays of n, times in hours from the plan's start."""

    @property
    def strata(self) -> Strata:
        """How they were drawn."""

    @property
    def appear_h(self) -> Floats:
        """When each can first be found (n,)."""

    @property
    def gone_h(self) -> Floats:
        """When each is gone (n,)."""

    def meetings(self, searches: Searches, reach_nm: Floats | None) -> Iterator[Meetings]:
        """Meetings with pieces of search, all of a target in one lot.

        With ``reach_nm`` (k,) those may be left out in which a target stays
        farther than that from the piece; without it, none.
        """

    def can_be_reached(self, which: Ints, start: Floats, start_h: Floats, max_kn: Floats) -> Bools:
        """Whether a boat at ``start`` (q, 2) at ``start_h`` meets targets (q,) before they go.

        It steers straight for where they will be; land is not looked at.
        """


@dataclass(frozen=True)
class Standing:
    """Targets that stay at ``point`` (n, 2) of the plane for a window of time."""

    strata: Strata
    point: Floats
    appear_h: Floats
    gone_h: Floats

    def meetings(self, searches: Searches, reach_nm: Floats | None) -> Iterator[Meetings]:
        """Meetings, as :class:`Targets` asks for them."""
        if reach_nm is None:
            for chosen in _lots(self.strata.n, searches.n):
                yield self._met(*_at_once(chosen, self.appear_h, self.gone_h, searches), searches)
        elif searches.n:
            tree = shapely.STRtree(np.asarray(shapely.points(self.point), dtype=object))
            piece, target = tree.query(searches.lines, predicate="dwithin", distance=reach_nm)
            yield self._met(target, piece, searches)

    def _met(self, target: Ints, piece: Ints, searches: Searches) -> Meetings:
        begin = np.maximum(self.appear_h[target], searches.start_h[piece])
        hours = np.minimum(self.gone_h[target], searches.end_h[piece]) - begin
        kept = hours > 0.0
        target, piece = target[kept], piece[kept]
        point = self.point[target]
        return Meetings(target, piece, begin[kept], hours[kept], point, np.zeros_like(point))

    def can_be_reached(self, which: Ints, start: Floats, start_h: Floats, max_kn: Floats) -> Bools:
        """Whether the way there is short enough, as :class:`Targets` asks."""
        away = np.hypot(*(self.point[which] - start).T)
        return np.asarray(away <= max_kn * (self.gone_h[which] - start_h))


@dataclass(frozen=True)
class Moving:
    """Targets that run along paths, each from its own departure.

    Attributes
    ----------
    path : (v, 2)
        Vertices in the plane, path after path.
    after_h : (v,)
        Hours from a departure until a vertex is passed; more at each vertex of a path.
    first : (p + 1,)
        Where the vertices of each of p paths begin, and v.
    way : (n,)
        The path of each target.
    depart_h, appear_h, gone_h : (n,)
        The departure, and the part of the run that falls within the plan.
    """

    strata: Strata
    path: Floats
    after_h: Floats
    first: Ints
    way: Ints
    depart_h: Floats
    appear_h: Floats
    gone_h: Floats

    def meetings(self, searches: Searches, reach_nm: Floats | None) -> Iterator[Meetings]:
        """Meetings, as :class:`Targets` asks for them."""
        if reach_nm is not None:
            for stretch in self._some(searches.n):
                yield self._passing(*self._near(stretch, searches, reach_nm), searches)
            return
        order = np.argsort(self.way, kind="stable")
        for lot in _lots(self.strata.n, searches.n):
            target, piece = _at_once(order[lot], self.appear_h, self.gone_h, searches)
            begin = np.maximum(self.appear_h[target], searches.start_h[piece])
            end = np.minimum(self.gone_h[target], searches.end_h[piece])
            first, final = self._stretches(target, begin, end)
            pair, stretch = _ranges(first, final + 1)
            yield self._met(target[pair], piece[pair], stretch, searches)

    def _some(self, pieces: int) -> Iterator[Ints]:
        """Stretches of some paths at a time, whose pairs with pieces are few enough."""
        ways = len(self.first) - 1
        for lot in _lots(ways, pieces * int(np.diff(self.first).max(initial=1))):
            stretch = np.arange(self.first[lot[0]], self.first[lot[-1] + 1])
            yield stretch[~self._last[stretch]]

    def _near(self, stretch: Ints, searches: Searches, reach_nm: Floats) -> tuple[Ints, Ints]:
        """Pairs of a stretch and a piece that may come within reach, by their boxes."""
        ends = np.stack([self.path[stretch], self.path[stretch + 1]])
        most = reach_nm.max(initial=0.0)
        boxes = shapely.box(*(ends.min(axis=0) - most).T, *(ends.max(axis=0) + most).T)
        found, piece = searches.tree.query(np.asarray(boxes, dtype=object))
        return stretch[found], piece

    def _passing(self, stretch: Ints, piece: Ints, searches: Searches) -> Meetings:
        """Meetings of all targets that are on the stretches while the pieces last."""
        order, departures = self._departures
        way = self._way_of[stretch]
        # departures from which a target is on the stretch at some time of the piece
        from_h = searches.start_h[piece] - self.after_h[stretch + 1]
        to_h = searches.end_h[piece] - self.after_h[stretch]
        pair, place = _ranges(*departures.between(way, from_h - SLACK_H, to_h + SLACK_H))
        return self._met(order[place], piece[pair], stretch[pair], searches)

    def _met(self, target: Ints, piece: Ints, stretch: Ints, searches: Searches) -> Meetings:
        """Meetings of targets with pieces on stretches (q,), those that last no time left out."""
        depart = self.depart_h[target]
        begin = np.maximum(self.appear_h[target], searches.start_h[piece])
        begin = np.maximum(begin, depart + self.after_h[stretch])
        end = np.minimum(self.gone_h[target], searches.end_h[piece])
        hours = np.minimum(end, depart + self.after_h[stretch + 1]) - begin
        kept = hours > 0.0
        target, piece, stretch, begin = target[kept], piece[kept], stretch[kept], begin[kept]
        gone = (begin - depart[kept] - self.after_h[stretch])[:, None]
        velocity = self._velocity[stretch]
        position = self.path[stretch] + gone * velocity
        return Meetings(target, piece, begin, hours[kept], position, velocity)

    def _stretches(self, target: Ints, begin_h: Floats, end_h: Floats) -> tuple[Ints, Ints]:
        """First and last stretch (q,) on which targets are between two times."""
        way, depart = self.way[target], self.depart_h[target]
        least, most = self.first[way], self.first[way + 1] - 2
        passed = Rows(self.after_h, self.first)
        found = passed.between(way, begin_h - depart - SLACK_H, end_h - depart + SLACK_H)
        first = np.clip(found[0] - 1, least, most)
        return first, np.clip(found[1] - 1, first, most)

    @cached_property
    def _way_of(self) -> Ints:
        """Path of each vertex (v,), which is that of the stretch after it."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))

    @cached_property
    def _last(self) -> Bools:
        """Whether each vertex (v,) is the last of its path: no stretch begins there."""
        last = np.zeros(len(self.path), dtype=bool)
        last[self.first[1:] - 1] = True
        return last

    @cached_property
    def _departures(self) -> tuple[Ints, Rows]:
        """Targets path by path in the order of departure, and their departures in that order."""
        order = np.lexsort((self.depart_h, self.way))
        first = np.searchsorted(self.way[order], np.arange(len(self.first)))
        return order, Rows(self.depart_h[order], first)

    @cached_property
    def _velocity(self) -> Floats:
        """Velocity (v, 2) on the stretch after each vertex; of the last of a path it is nothing."""
        shift, hours = np.diff(self.path, axis=0), np.diff(self.after_h)
        within = ~self._last[:-1]
        speed = np.zeros_like(self.path)
        speed[:-1][within] = shift[within] / hours[within, None]
        return speed

    def can_be_reached(self, which: Ints, start: Floats, start_h: Floats, max_kn: Floats) -> Bools:
        """Whether, on some stretch still to come, the boat's reach overtakes the target."""
        met = np.zeros(len(which), dtype=bool)
        for lot in _lots(len(which), int(np.diff(self.first).max(initial=1))):
            way = self.way[which[lot]]
            among, stretch = _ranges(self.first[way], self.first[way + 1] - 1)
            asked = lot[among]
            depart = self.depart_h[which[asked]]
            begin = np.maximum(start_h[asked], depart + self.after_h[stretch])
            end = np.minimum(self.gone_h[which[asked]], depart + self.after_h[stretch + 1])
            to_come = end >= begin
            asked, stretch = asked[to_come], stretch[to_come]
            begin, end = begin[to_come], end[to_come]
            gone = begin - depart[to_come] - self.after_h[stretch]
            velocity = self._velocity[stretch]
            position = self.path[stretch] + gone[:, None] * velocity
            when = first_within(
                position - start[asked],
                velocity,
                end - begin,
                max_kn[asked] * (begin - start_h[asked]),
                max_kn[asked],
            )
            met[asked[np.isfinite(when)]] = True
        return met


def _ranges(first: Ints, end: Ints) -> tuple[Ints, Ints]:
    """All numbers from ``first`` (k,) up to ``end`` (k,), each with the range it is of."""
    count = np.maximum(end - first, 0)
    of = np.repeat(np.arange(len(first)), count)
    return of, np.arange(len(of)) - np.repeat(np.cumsum(count) - count - first, count)


def _lots(n: int, pieces: int) -> Iterator[Ints]:
    """Indices of targets in lots that meet at most :data:`MOST_PAIRS` pieces."""
    size = max(1, MOST_PAIRS // max(1, pieces))
    for first in range(0, n, size):
        yield np.arange(first, min(n, first + size), dtype=np.int64)


def _at_once(
    chosen: Ints, appear_h: Floats, gone_h: Floats, searches: Searches
) -> tuple[Ints, Ints]:
    """Pairs of ``chosen`` targets and pieces of search that share some time."""
    shared = (searches.start_h[None, :] < gone_h[chosen, None]) & (
        searches.end_h[None, :] > appear_h[chosen, None]
    )
    target, piece = np.nonzero(shared)
    return chosen[target], piece
