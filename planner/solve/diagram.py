"""Relaxed decision diagrams of sorties: labels that remember, a few at each step and cell.

All that paths may remember makes too many states; so each step and cell keeps ``width`` labels,
and where there are more, two become one that is worth as much as the better and remembers
only what the other cannot make up for. What a diagram says is never less than the truth.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import FloatArray
from planner.solve.compiled import bare, compiled, inlined
from planner.solve.memory import TIMES, lowest, remember, searched
from planner.solve.pricing import IMPOSSIBLE, NEVER, may_use
from planner.solve.stretches import after_break, may_rest, one_stretch, way_home


class Scratch(NamedTuple):
    """What is offered to a step and cell: worth, label, steps in between; and what is chosen."""

    offer: FloatArray
    came: NDArray[np.int64]
    since: NDArray[np.int64]
    until: NDArray[np.int64]
    chosen: NDArray[np.int64]


GAIN = 1e-9
"""Smaller gains beyond what a sortie takes count as none."""


@bare
def _recall(mask, into, row, words, keep, since, until):  # type: ignore[no-untyped-def]
    """Copy to a row what another still remembers after some steps."""
    for x in range(words):
        kept = ~np.uint64(0)
        for step in range(since, until + 1):
            kept &= keep[step, x]
        for times in range(TIMES):
            mask[into, times * words + x] = mask[row, times * words + x] & kept


@inlined
def _forgone(mask, held, row, words, cost, s, enough):  # type: ignore[no-untyped-def]
    """What a path may lose by remembering all that is ``held`` and not in a row; cut short."""
    total = 0.0
    for times in range(TIMES):
        for x in range(words):
            more = mask[held, times * words + x] & ~mask[row, times * words + x]
            while more != 0 and total <= enough:
                total += cost[s, times, x * 64 + lowest(more)]
                more &= more - np.uint64(1)
    return total


@inlined
def _forget(mask, held, row, words, cost, s, spare):  # type: ignore[no-untyped-def]
    """Clear what is ``held`` and not in a row, but for what costs no more than ``spare``."""
    total = 0.0
    for times in range(TIMES):
        for x in range(words):
            at = times * words + x
            more = mask[held, at] & ~mask[row, at]
            while more != 0:
                each = cost[s, times, x * 64 + lowest(more)]
                if total + each <= spare:
                    total += each
                else:
                    mask[held, at] ^= more & (~more + np.uint64(1))
                more &= more - np.uint64(1)


@bare
def _shared(mask, mine, ahead, theirs, words, common, s):  # type: ignore[no-untyped-def]
    """What two paths, one after the other, both count of what both remember."""
    total = 0.0
    for x in range(words):
        both = mask[mine, x] & ahead[theirs, x]
        while both != 0:
            total += common[s, x * 64 + lowest(both)]
            both &= both - np.uint64(1)
    return total


@bare
def _sift(  # type: ignore[no-untyped-def]  # noqa: PLR0912
    count, scratch, base, width, value, mask, words, keep, cost, s
):  # fmt: skip
    """Keep ``width`` of so many labels, best first, from ``base`` on; returns how many.

    The offers in ``scratch`` came from labels, −1 for a path's beginning, whose masks outlast
    the steps from ``since`` to ``until``; ``chosen`` (width,) gets those that were kept. The
    last row of masks is free.
    """
    kept, held = 0, mask.shape[0] - 1
    for _ in range(count):
        top = 0
        for o in range(1, count):
            if scratch.offer[o] > scratch.offer[top]:
                top = o
        most, row = scratch.offer[top], scratch.came[top]
        scratch.offer[top] = NEVER
        if words == 0 and kept > 0:
            break
        if row < 0:
            for x in range(mask.shape[1]):
                mask[held, x] = 0
        else:
            _recall(mask, held, row, words, keep, scratch.since[top], scratch.until[top])
        nearest, lacking = -1, np.inf
        for q in range(kept):
            spare = value[base + q] - most
            lost = _forgone(mask, base + q, held, words, cost, s, spare + lacking)
            if lost - spare < lacking:
                nearest, lacking = q, lost - spare
            if lacking <= 0.0:
                break
        if lacking <= 0.0:
            continue
        if kept < width:
            value[base + kept] = most
            for x in range(mask.shape[1]):
                mask[base + kept, x] = mask[held, x]
            scratch.chosen[kept] = row
            kept += 1
        else:
            _forget(mask, base + nearest, held, words, cost, s, value[base + nearest] - most)
    return kept


@bare
def _offered(first, width, since, until, least, value, scratch, count):  # type: ignore[no-untyped-def]
    """Put the labels of a step and cell that may come to something with the others."""
    for label in range(first, first + width):
        if value[label] <= least:
            break
        scratch.offer[count], scratch.came[count] = value[label], label
        scratch.since[count], scratch.until[count] = since, until
        count += 1
    return count


@bare
def backward(  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0915
    t0, horizon, width, worth, taken, active, steps, deploy, back, adjacent, hop_ptr, hop_from,
    hop_steps, epoch, open_cell, open_deploy, open_back, open_hop, phase, rest_steps, rest, home,
    rest_home, number, out_ptr, out_to, out_hop, begin, end, so_far, price, sights, slot, keep,
    cost, value, mask, scratch,
):  # fmt: skip
    """Labels from the returns back: what is still gained, and what will have been searched.

    Those of the end of a visit lie in ``value`` and ``mask``, ``width`` a step and cell, best
    first, and after them there is room for ``depth`` steps and one cell more. ``begin`` and
    ``end`` (horizon + 2, n) are lowered to the best. ``so_far`` (horizon + 1, n) is what was
    gained at most when a visit begins. Returns the most that is gained from the departure on.
    """
    m, n, words, n_steps = active.size, steps.size, keep.shape[1], epoch.size
    rows = value.size // (m * width) - horizon - 1
    depth, ring = rows - 1, (horizon + 1) * m * width
    made = ring + depth * m * width
    value[:] = NEVER
    whole = NEVER
    for s in range(horizon, -1, -1):
        for a in range(m):
            j = active[a]
            base = ring + ((s % depth) * m + a) * width
            for k in range(width):
                value[base + k] = NEVER
            if begin[s, j] <= IMPOSSIBLE or so_far[s, j] <= IMPOSSIBLE:
                begin[s, j] = NEVER
                continue
            least, over, count, fresh = GAIN - so_far[s, j], s + steps[j], 0, 0
            if one_stretch(phase, s, over):
                for k in range(width):
                    label = (over * m + a) * width + k
                    total = value[label] + worth[t0 + s, j]
                    if total <= least:
                        break
                    own = made + fresh
                    _recall(mask, own, label, words, keep, s, over - 1)
                    less, _ = searched(
                        mask, own, words, t0 + s, j, steps[j], n, price, sights, slot
                    )
                    if total - less <= least:
                        continue
                    remember(mask, own, words, t0 + s, j, steps[j], n, sights, slot)
                    scratch.offer[count], scratch.came[count] = total - less, own
                    scratch.since[count], scratch.until[count] = 1, 0
                    count += 1
                    fresh += 1
            if (
                s < horizon
                and one_stretch(phase, s, s + 1)
                and may_use(open_cell, epoch, t0 + s, j)
            ):
                later = ring + (((s + 1) % depth) * m + a) * width
                count = _offered(later, width, s, s, least, value, scratch, count)
            after = s + rest_steps
            if (
                after <= horizon
                and after_break(phase, rest_steps, after)
                and may_rest(rest, t0 + s, j)
            ):
                later = ring + ((after % depth) * m + a) * width
                count = _offered(later, width, s, after - 1, least, value, scratch, count)
            _sift(count, scratch, base, width, value, mask, words, keep, cost, s)
            begin[s, j] = value[base]
            if s == deploy[j] and may_use(open_deploy, epoch, t0, j):
                whole = max(whole, value[base])
        for a in range(m):
            i = active[a]
            start = s - steps[i]
            if end[s, i] <= IMPOSSIBLE or start < 0 or so_far[start, i] <= IMPOSSIBLE:
                end[s, i] = NEVER
                continue
            base, count = (s * m + a) * width, 0
            least = GAIN - so_far[start, i] - worth[t0 + start, i]
            way = way_home(home, rest_home, back[i], t0 + s, s, i)
            if way >= 0 and (s + way > horizon or t0 + s + way > n_steps):
                way = -1
            if way >= 0 and may_use(open_back, epoch, t0 + s, i):
                scratch.offer[0], scratch.came[0] = -taken[s + way], -1
                count = 1
            for q in range(out_ptr[i], out_ptr[i + 1]):
                j, hop = out_to[q], out_hop[q]
                b = number[j]
                if b < 0:
                    continue
                if hop < 0:
                    next_ = ring + ((s % depth) * m + b) * width
                    count = _offered(next_, width, s, s - 1, least, value, scratch, count)
                    continue
                then = s + hop_steps[hop]
                if then > horizon or not one_stretch(phase, s, then):
                    continue
                if may_use(open_hop, epoch, t0 + s, hop):
                    next_ = ring + ((then % depth) * m + b) * width
                    count = _offered(next_, width, s, then - 1, least, value, scratch, count)
            _sift(count, scratch, base, width, value, mask, words, keep, cost, s)
            end[s, i] = value[base]
    return whole


@bare
def forward(  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0915
    t0, horizon, width, worth, taken, active, steps, deploy, back, adjacent, hop_ptr, hop_from,
    hop_steps, epoch, open_cell, open_deploy, open_back, open_hop, phase, rest_steps, rest, home,
    rest_home, number, begin, end, so_far, price, sights, slot, keep, cost, common,
    end_value, end_mask, value, mask, origin, scratch, most_value, via, note,
):  # fmt: skip
    """Labels from the departure on, ``width`` a step and cell.

    A label is ``(step · m + cell) · width + k`` at the end of a visit, ``via`` that of the visit
    before, ``note`` what was remembered of what it saw. ``so_far`` (horizon + 1, n) gets what
    the best has gained when a visit begins, ``most_value`` (horizon + 1,) the most by
    duration. Dropped is what cannot gain with ``begin`` and ``end``, nor with the labels
    ``end_value, end_mask`` of :func:`backward`, if there are any, which know what they search
    again of what a label remembers. Returns the best label, −1 if none gains, what it gains
    beyond what it takes, and its duration.
    """
    m, n, words, n_steps = active.size, steps.size, keep.shape[1], epoch.size
    done = origin.size  # those ready to begin a visit come before those done with one
    depth = done // (m * width)
    value[:] = NEVER
    best, gain, lasts = np.int64(-1), 0.0, 0
    most_value[:] = NEVER
    so_far[:] = NEVER
    for s in range(horizon + 1):
        now = s % depth
        for a in range(m):
            i, start = active[a], s - steps[active[a]]
            base, count = done + (now * m + a) * width, 0
            for k in range(width):
                value[base + k] = NEVER
            if start < deploy[i] or end[s, i] <= IMPOSSIBLE or not one_stretch(phase, start, s):
                continue
            way = way_home(home, rest_home, back[i], t0 + s, s, i)
            if way >= 0 and (s + way > horizon or t0 + s + way > n_steps):
                way = -1
            if way >= 0 and not may_use(open_back, epoch, t0 + s, i):
                way = -1
            for k in range(width):
                label = ((start % depth) * m + a) * width + k
                total = value[label] + worth[t0 + start, i]
                if total + end[s, i] <= GAIN:
                    break
                own, seen = base + count, np.int64(0)
                if words > 0:
                    less, seen = searched(
                        mask, label, words, t0 + start, i, steps[i], n, price, sights, slot
                    )
                    total -= less
                    if total + end[s, i] <= GAIN:
                        continue
                    _recall(mask, own, label, words, keep, 1, 0)
                    remember(mask, own, words, t0 + start, i, steps[i], n, sights, slot)
                    _recall(mask, own, own, words, keep, start + 1, s)
                if end_value.size:
                    hopeful = False
                    for q in range((s * m + a) * width, (s * m + a + 1) * width):
                        if total + end_value[q] <= GAIN:
                            break
                        again = _shared(mask, own, end_mask, q, words, common, s)
                        if total + end_value[q] - again > GAIN:
                            hopeful = True
                            break
                    if not hopeful:
                        continue
                value[base + count] = total
                at = (s * m + a) * width + count
                via[at], note[at] = origin[label], seen
                count += 1
                if way >= 0:
                    most_value[s + way] = max(most_value[s + way], total)
                    if total - taken[s + way] > gain:
                        best, gain, lasts = at, total - taken[s + way], s + way
            # Best first, as they were before what they searched again was taken off.
            for k in range(1, count):
                for q in range(k, 0, -1):
                    if value[base + q] <= value[base + q - 1]:
                        break
                    _swap(base + q, (s * m + a) * width + q, value, mask, via, note)
                    best = _swapped(best, (s * m + a) * width + q)
        for a in range(m):
            j = active[a]
            base, count = (now * m + a) * width, 0
            for k in range(width):
                value[base + k] = NEVER
            if begin[s, j] <= IMPOSSIBLE:
                continue
            least = GAIN - begin[s, j]
            if s == deploy[j]:
                if least < 0.0 and may_use(open_deploy, epoch, t0, j):
                    scratch.offer[0], scratch.came[0] = 0.0, -1
                    count = 1
            elif one_stretch(phase, s - 1, s) and may_use(open_cell, epoch, t0 + s - 1, j):
                before = (((s - 1) % depth) * m + a) * width
                count = _offered(before, width, s, s, least, value, scratch, count)
            if after_break(phase, rest_steps, s) and may_rest(rest, t0 + s - rest_steps, j):
                then = s - rest_steps
                before = ((then % depth) * m + a) * width
                count = _offered(before, width, then + 1, s, least, value, scratch, count)
            for k in range(adjacent.shape[1]):
                if adjacent[j, k] < 0:
                    break
                b = number[adjacent[j, k]]
                if b >= 0:
                    before = done + (now * m + b) * width
                    count = _offered(before, width, s + 1, s, least, value, scratch, count)
            for k in range(hop_ptr[j], hop_ptr[j + 1]):
                left, b = s - hop_steps[k], number[hop_from[k]]
                if left < 0 or b < 0 or not one_stretch(phase, left, s):
                    continue
                if may_use(open_hop, epoch, t0 + left, k):
                    before = done + ((left % depth) * m + b) * width
                    count = _offered(before, width, left + 1, s, least, value, scratch, count)
            if count == 0:
                continue
            kept = _sift(count, scratch, base, width, value, mask, words, keep, cost, s)
            so_far[s, j] = value[base]
            for k in range(kept):
                if scratch.chosen[k] < done:
                    origin[base + k] = -1 if scratch.chosen[k] < 0 else origin[scratch.chosen[k]]
                    continue
                row, left = (scratch.chosen[k] - done) // (m * width), s
                while left % depth != row:
                    left -= 1
                origin[base + k] = left * m * width + (scratch.chosen[k] - done) % (m * width)
    return best, gain, lasts


@bare
def _swap(label, at, value, mask, via, note) -> None:  # type: ignore[no-untyped-def]
    """Change places with the label before."""
    value[label], value[label - 1] = value[label - 1], value[label]
    via[at], via[at - 1] = via[at - 1], via[at]
    note[at], note[at - 1] = note[at - 1], note[at]
    for x in range(mask.shape[1]):
        mask[label, x], mask[label - 1, x] = mask[label - 1, x], mask[label, x]


@inlined
def _swapped(best, at):  # type: ignore[no-untyped-def]
    """Where a label is after that at a place changed places with the one before."""
    if best == at:
        return at - 1
    if best == at - 1:
        return at
    return best


@compiled
def trace(via, note, label, width, active, steps):  # type: ignore[no-untyped-def]
    """Visits ``(step after departure, cell)``, in order, of a label's path, and their notes."""
    visits, notes = [], []
    m = active.size
    while label >= 0:
        s, a = label // (m * width), (label // width) % m
        visits.append((s - steps[active[a]], active[a]))
        notes.append(note[label])
        label = via[label]
    return visits[::-1], notes[::-1]
