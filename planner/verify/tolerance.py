"""How far a plan may be from a rule before it breaks it.

A plan file rounds times and positions, a path is a chain of straight lines
in longitude and latitude, and polygons meet in points that no float hits.
Each tolerance is far below what matters at sea.
"""

from __future__ import annotations

TIME_S = 1.0
"""Seconds between two times that count as one; plan files may round to seconds."""

TIME_H = TIME_S / 3600.0

JOIN_NM = 0.02
"""Gap between legs, or between a leg and the base it starts from (37 m)."""

LENGTH_SHARE = 0.002
"""Share of a leg's length by which it may exceed ``speed × time`` (lanes keep 0.1%)."""

LENGTH_NM = 0.02
"""Length of a line that is nothing: on land, in a closed area, beyond a limit."""

EDGE_DEG = 2e-4
"""Width by which a cell is widened when a lane is cut with it (about 20 m).

Lanes start and end on the edge of their cell.
"""

SHAVE_DEG = 1e-4
"""Width by which a path may shave a shore, a shoal or a closed area (about 10 m).

Shortest ways run along edges and round corners, in another plane than lon/lat.
"""

WEATHER_NM = 1.0
"""Where two cells are as near as this to each other's distance, the weather of either may hold."""

VERTEX_NM = 5.05
"""Longest stretch between two vertices of a path (5 nm, rounded up)."""

SHARE = 0.01
"""Relative difference between a stated and a recomputed exposure or amount."""

EXPOSURE = 5e-4
"""Absolute difference between a stated and a recomputed exposure."""

WEIGHT_SHARE = 0.005
"""Relative difference between a stated and a recomputed weight."""

WEIGHT_TAIL = 1e-5
"""... or in shares of the threat's heaviest target: the far tails of a kernel weigh nothing."""

EXACT = 2e-6
"""Difference between numbers of the plan that follow from each other."""
