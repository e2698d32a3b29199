"""Times in which a hull does not sail though it could be wanted: repairs, upkeep, the road."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from planner.plan.model import Plan
from planner.present.figures import outages_of, road_moves_of, road_words
from planner.present.text import clean
from planner.present.wording import noted, t

USUAL_REASON = noted("upkeep")
"""Why a hull is out of service where the scenario does not say (``Outage.reason``)."""


@dataclass(frozen=True)
class Ashore:
    """One such time: what for, in words the reason, and the base it ends at where it moves."""

    start: datetime
    end: datetime
    what: Literal["out", "upkeep", "road"]
    reason: str
    base: str = ""


def ashore(plan: Plan, hull: str) -> list[Ashore]:
    """Times ashore of a hull, in their order."""
    found = [Ashore(o.start, o.end, "out", t(clean(o.reason))) for o in outages_of(plan, hull)]
    found += [Ashore(u.start, u.end, "upkeep", "") for u in plan.upkeep if u.hull == hull]
    found += [
        Ashore(move.depart, move.arrive, "road", road_words(move), clean(move.arrive_base))
        for move in road_moves_of(plan, hull)
    ]
    return sorted(found, key=lambda each: (each.start, each.end))
