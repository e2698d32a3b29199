"""``python -m planner.cli``."""

from __future__ import annotations

from planner.cli import main

main()
