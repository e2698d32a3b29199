"""Sorties of a plan to start from that stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from planner.solve.sorties import Sortie


@dataclass(frozen=True, eq=False)
class Keep:
    """Sorties of a plan to start from, of which at least ``least`` stay as they are.

    ``can_sail`` tells whether another one can be added to the sorties of a plan,
    where more than numbers of hulls and crews is to be heeded: those that stay
    have theirs already.
    """

    sorties: tuple[Sortie, ...]
    least: int
    can_sail: Callable[[Sequence[Sortie], Sortie], bool] | None = None

    @cached_property
    def staying(self) -> frozenset[int]:
        """What tells its sorties: their ``id``."""
        return frozenset(id(sortie) for sortie in self.sorties)

    def count(self, sorties: Iterable[Sortie]) -> int:
        """How many of its sorties are among these."""
        return sum(id(sortie) in self.staying for sortie in sorties)

    def loose(self, planned: list[Sortie]) -> list[Sortie]:
        """Sorties of a plan that may go, one at a time."""
        if not self.sorties or self.count(planned) > self.least:
            return planned
        return [sortie for sortie in planned if id(sortie) not in self.staying]

    def together(self, chosen: Iterable[Sortie], planned: list[Sortie]) -> list[Sortie]:
        """Those of the chosen sorties of a plan, the first ones, that may go together."""
        spare = self.count(planned) - self.least
        freed = []
        for sortie in chosen:
            if id(sortie) in self.staying:
                if spare <= 0:
                    continue
                spare -= 1
            freed.append(sortie)
        return freed

    def sailable(self, chosen: Sequence[Sortie]) -> list[Sortie]:
        """Those of a choice that can sail beside each other, those that stay first."""
        if self.can_sail is None:
            return list(chosen)
        found = [sortie for sortie in chosen if id(sortie) in self.staying]
        for sortie in chosen:
            if id(sortie) not in self.staying and self.can_sail(found, sortie):
                found.append(sortie)
        return found


NOTHING_KEPT = Keep((), 0)
"""All may go."""
