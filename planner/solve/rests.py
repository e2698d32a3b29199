"""Breaks of one sortie: where they fall in its waits and on its ways, and whether they can."""

from __future__ import annotations

from planner.problem.arrays import Breaks, Fleet


def rests_before(
    fleet: Fleet, depart: int, clock: int, start: int, cell: int
) -> tuple[int, ...] | None:
    """Steps at which breaks begin in the wait for a visit, each as early as it can.

    Parameters
    ----------
    fleet, depart
        Whose sortie, and its departure.
    clock, start, cell
        Steps from which it waits to search the cell, and at which it does.

    Returns
    -------
    tuple of int or None
        None if the wait leaves no room for the breaks due by its end.
    """
    own = fleet.breaks
    if own is None:
        return ()
    found: list[int] = []
    for due in range(int(own.phase[clock - depart]), int(own.phase[start - depart])):
        begin = next(
            (
                step
                for step in range(clock, start - own.lasts + 1)
                if own.phase[step - depart] == due
                and own.phase[step + own.lasts - depart] == due + 1
                and _free(own, step, cell)
            ),
            None,
        )
        if begin is None:
            return None
        found.append(begin)
        clock = begin + own.lasts
    in_stretches = own.phase[clock - depart] == own.phase[start - depart] >= 0
    return tuple(found) if in_stretches else None


def one_stretch(fleet: Fleet, depart: int, first: int, last: int) -> bool:
    """Whether a sortie can search, or be on its way to a cell, between two steps."""
    own = fleet.breaks
    return own is None or bool(own.phase[first - depart] == own.phase[last - depart] >= 0)


def return_step(fleet: Fleet, depart: int, leave: int, cell: int) -> int | None:
    """When a sortie is back that has ended its last visit; None if it has no way home then."""
    own = fleet.breaks
    lasts = int(fleet.network.return_steps[cell])
    if own is None:
        return leave + lasts
    home = int(own.home[leave - depart, cell])
    if home < 0 or (own.anchored and home > lasts and not _free(own, leave, cell)):
        return None
    return leave + home


def rests_out(fleet: Fleet, depart: int, cell: int) -> tuple[int, ...]:
    """Steps at which breaks begin on the way out to a cell."""
    own = fleet.breaks
    if own is None:
        return ()
    until = int(fleet.network.deploy_steps[cell])
    return tuple(depart + step for step in own.latest if step < until)


def rests_home(fleet: Fleet, depart: int, leave: int, return_: int) -> tuple[int, ...]:
    """Steps at which breaks begin on the way home; one at anchor before it is begun."""
    own = fleet.breaks
    if own is None:
        return ()
    if own.anchored:
        due = own.latest[own.phase[leave - depart] :]
        return (leave,) if due and return_ > depart + due[0] else ()
    return tuple(depart + step for step in own.latest if leave <= depart + step < return_)


def _free(own: Breaks, step: int, cell: int) -> bool:
    return own.rest is None or step >= len(own.rest) or bool(own.rest[step, cell])
