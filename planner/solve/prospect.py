"""What is still to come at most: additive pricing backwards from the returns of one departure."""

from __future__ import annotations

from planner.solve.compiled import compiled
from planner.solve.pricing import IMPOSSIBLE, NEVER, may_use
from planner.solve.stretches import after_break, may_rest, one_stretch, way_home


@compiled
def to_come(  # type: ignore[no-untyped-def]  # noqa: PLR0912
    t0, horizon, worth, taken, active, steps, deploy, back, adjacent, hop_ptr, hop_from,
    hop_steps, epoch, open_cell, open_deploy, open_back, open_hop, phase, rest_steps, rest, home,
    rest_home, begin, end,
) -> None:  # fmt: skip
    """What is gained at most from when a visit may begin, or has ended, less what is ``taken``.

    ``begin`` and ``end`` are (horizon + 1, n), the latter with room for ways that end before.
    """
    begin[:], end[:] = NEVER, NEVER
    n_steps = epoch.size
    for s in range(horizon, -1, -1):
        for j in active:
            if s < deploy[j] or s + steps[j] + back[j] > horizon:
                continue
            most, over = NEVER, s + steps[j]
            if one_stretch(phase, s, over):
                most = worth[t0 + s, j] + end[over, j]
            if (
                begin[s + 1, j] > most
                and one_stretch(phase, s, s + 1)
                and may_use(open_cell, epoch, t0 + s, j)
            ):
                most = begin[s + 1, j]
            after = s + rest_steps
            if (
                after <= horizon
                and after_break(phase, rest_steps, after)
                and may_rest(rest, t0 + s, j)
            ):
                most = max(most, begin[after, j])
            if most <= IMPOSSIBLE:
                continue
            begin[s, j] = most
            for k in range(adjacent.shape[1]):
                i = adjacent[j, k]
                if i < 0:
                    break
                end[s, i] = max(end[s, i], most)
            for k in range(hop_ptr[j], hop_ptr[j + 1]):
                left = s - hop_steps[k]
                if left < 0 or not one_stretch(phase, left, s):
                    continue
                if may_use(open_hop, epoch, t0 + left, k):
                    end[left, hop_from[k]] = max(end[left, hop_from[k]], most)
        for i in active:
            way = way_home(home, rest_home, back[i], t0 + s, s, i)
            if way < 0 or s + way > horizon or t0 + s + way > n_steps:
                continue
            if may_use(open_back, epoch, t0 + s, i):
                end[s, i] = max(end[s, i], -taken[s + way])
