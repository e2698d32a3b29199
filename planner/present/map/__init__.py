"""The map of a plan: one HTML file that opens anywhere, with or without internet.

::

    content    what is shown beside the plan's tables: light, weather, time to reach
    payload    the plan as data; features: tracks and bases
    draw       folium's layers and control, each drawn by the packaged script
    trial      planned beside simulated
    page       legend, tables and notes around it
    deliver    what the page holds itself, loads from beside it, or from elsewhere

What is drawn travels as JSON and is drawn by the packaged script
(``assets/map/*.js``), which writes the scenario's words as text nodes only. The
same plan always gives the same bytes.
"""

from __future__ import annotations

from planner.present.map.deliver import Assets, render_map, tiles_address, write_map

__all__ = ["Assets", "render_map", "tiles_address", "write_map"]
