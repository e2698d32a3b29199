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
from planner.simulate.searches import Searches
from planner.simulate.strata import Ints, Strata

Bools = NDArray[np.bool_]

MOST_PAIRS = 2_000_000
"""Pairs of a target and a piece of search that are looked at together: memory's bound."""


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
    """Targets that run along one path, each from its own departure.

    Attributes
    ----------
    path : (v, 2)
        Vertices in the plane.
    after_h : (v,)
        Hours from a departure until a vertex is passed.
    depart_h, appear_h, gone_h : (n,)
        The departure, and the part of the run that falls within the plan.
    """

    strata: Strata
    path: Floats
    after_h: Floats
    depart_h: Floats
    appear_h: Floats
    gone_h: Floats

    def meetings(self, searches: Searches, reach_nm: Floats | None) -> Iterator[Meetings]:
        """Meetings, as :class:`Targets` asks for them."""
        near = None
        if reach_nm is not None:
            path, most = shapely.LineString(self.path), reach_nm.max(initial=0.0)
            near = np.sort(searches.tree.query(path, predicate="dwithin", distance=most))
            near = near[shapely.distance(searches.lines[near], path) <= reach_nm[near]]
        count = searches.n if near is None else len(near)
        for chosen in _lots(self.strata.n, count):
            yield self._met(*_at_once(chosen, self.appear_h, self.gone_h, searches, near), searches)

    def _met(self, target: Ints, piece: Ints, searches: Searches) -> Meetings:
        """Cut the common time of targets and pieces at the vertices of the path."""
        begin = np.maximum(self.appear_h[target], searches.start_h[piece])
        end = np.minimum(self.gone_h[target], searches.end_h[piece])
        depart = self.depart_h[target]
        last = len(self.after_h) - 2
        first = np.clip(np.searchsorted(self.after_h, begin - depart, "right") - 1, 0, last)
        final = np.clip(np.searchsorted(self.after_h, end - depart, "left") - 1, first, last)
        times = final - first + 1
        pair = np.repeat(np.arange(len(target)), times)
        step = np.arange(len(pair)) - np.repeat(np.cumsum(times) - times, times)
        stretch = first[pair] + step
        begin = np.maximum(begin[pair], depart[pair] + self.after_h[stretch])
        hours = np.minimum(end[pair], depart[pair] + self.after_h[stretch + 1]) - begin
        kept = hours > 0.0
        pair, stretch, begin = pair[kept], stretch[kept], begin[kept]
        gone = (begin - depart[pair] - self.after_h[stretch])[:, None]
        velocity = self._velocity[stretch]
        position = self.path[stretch] + gone * velocity
        return Meetings(target[pair], piece[pair], begin, hours[kept], position, velocity)

    @cached_property
    def _velocity(self) -> Floats:
        speed: Floats = np.diff(self.path, axis=0) / np.diff(self.after_h)[:, None]
        return speed

    def can_be_reached(self, which: Ints, start: Floats, start_h: Floats, max_kn: Floats) -> Bools:
        """Whether, on some stretch still to come, the boat's reach overtakes the target."""
        met = np.zeros(len(which), dtype=bool)
        for k, velocity in enumerate(self._velocity):
            begin = np.maximum(start_h, self.depart_h[which] + self.after_h[k])
            end = np.minimum(self.gone_h[which], self.depart_h[which] + self.after_h[k + 1])
            to_come = np.flatnonzero(end >= begin)
            gone = begin[to_come] - self.depart_h[which[to_come]] - self.after_h[k]
            position = self.path[k] + gone[:, None] * velocity
            when = first_within(
                position - start[to_come],
                np.broadcast_to(velocity, position.shape),
                (end - begin)[to_come],
                max_kn[to_come] * (begin - start_h)[to_come],
                max_kn[to_come],
            )
            met[to_come] |= np.isfinite(when)
        return met


def _lots(n: int, pieces: int) -> Iterator[Ints]:
    """Indices of targets in lots that meet at most :data:`MOST_PAIRS` pieces."""
    size = max(1, MOST_PAIRS // max(1, pieces))
    for first in range(0, n, size):
        yield np.arange(first, min(n, first + size), dtype=np.int64)


def _at_once(
    chosen: Ints, appear_h: Floats, gone_h: Floats, searches: Searches, near: Ints | None = None
) -> tuple[Ints, Ints]:
    """Pairs of ``chosen`` targets and pieces of search (of ``near``) that share some time."""
    start_h = searches.start_h if near is None else searches.start_h[near]
    end_h = searches.end_h if near is None else searches.end_h[near]
    shared = (start_h[None, :] < gone_h[chosen, None]) & (end_h[None, :] > appear_h[chosen, None])
    target, piece = np.nonzero(shared)
    return chosen[target], piece if near is None else near[piece]
