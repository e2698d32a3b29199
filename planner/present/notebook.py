"""Pages in a notebook: whole, in a frame of their own.

A notebook would run none of a page's scripts under the page's own policy, and
its styles would mix with the notebook's. So the page travels as the ``srcdoc``
of a sandboxed frame: its policy holds, its scripts run and may print, and whatever a
scenario's names may be, nothing of it reaches the notebook.
"""

from __future__ import annotations

import html
import logging
from pathlib import Path

from planner.errors import PlannerError
from planner.plan.model import Plan
from planner.present.text import escape

logger = logging.getLogger(__name__)

HEIGHT_PX = 760


def framed_page(page: str, title: str, height_px: int = HEIGHT_PX) -> str:
    """HTML of a frame that holds a whole page.

    Parameters
    ----------
    page
        A page that is self-contained, as :func:`planner.present.offline.sealed` makes it.
    title
        What the frame is called by who reads it aloud.
    height_px
        Height of the frame; it is as wide as there is room.
    """
    return (
        f'<iframe title="{escape(title)}" sandbox="allow-scripts allow-modals" width="100%" '
        f'height="{height_px:d}" style="border:1px solid #d5dde2" '
        f'srcdoc="{html.escape(page, quote=True)}"></iframe>'
    )


def plan_html(plan: Plan) -> str | None:
    """Map of a plan in a frame; None, and a line in the log, where it cannot be drawn."""
    from planner.present.map import render_map
    from planner.present.report.case import known_trial
    from planner.scenario import from_dict
    from planner.sea import build_sea

    try:
        scenario = plan.source or from_dict(plan.scenario, Path())
        trial = known_trial(plan, scenario.directory)
        page = render_map(plan, build_sea(scenario), trial)
    except (PlannerError, OSError) as error:
        logger.warning("the plan's map cannot be drawn: %s", error)
        return None
    return framed_page(page, f"Map of {scenario.title}")
