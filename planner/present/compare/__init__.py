"""Two plans side by side: what differs, what it is worth, and whether that is proven.

``sides`` holds both and refuses what cannot be compared; ``targets`` reduces
them to what both watch for; ``figures`` and ``sorties`` compare; ``terminal``
and ``page`` show it.
"""

from __future__ import annotations

from planner.present.compare.comparison import Comparison, compare
from planner.present.compare.sides import Side, side_of

__all__ = ["Comparison", "Side", "compare", "side_of"]
