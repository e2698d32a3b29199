"""Stable re-planning: what has sailed stays, the rest changes as little as asked.

At a time within a plan something happens: a hull is lost, a storm is forecast,
a new threat is reported (``event``). Then

1. the plan's sorties are read back as those of the optimiser, on the changed
   problem; one that does not fit it any more says why (``columns``);
2. those that departed earlier are settled: they are taken from the problem's
   weights and hulls, and only later departures are planned;
3. the search starts from the later ones that still fit, and at least a share of
   them stays to the end (``run``); it adds only what finds a hull and a crew beside
   those that have theirs already (``naming``);
4. new sorties are named, and drawn on lanes beside those laid already (``state``);
5. the difference is told sortie by sortie (``difference``).

The bound holds over all plans with the settled sorties given, whatever else
they change.
"""

from __future__ import annotations

from planner.replan.columns import columns_of
from planner.replan.difference import Change, Dropped, Moved
from planner.replan.event import Event, parse_time
from planner.replan.run import KEEP, Replanned, replan

__all__ = [
    "KEEP",
    "Change",
    "Dropped",
    "Event",
    "Moved",
    "Replanned",
    "columns_of",
    "parse_time",
    "replan",
]
