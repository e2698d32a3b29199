"""Siting bases: maximal covering by response time, and by what plans detect."""

from __future__ import annotations

from planner.study.siting.covering import Cover, best_cover, best_covers
from planner.study.siting.run import Siting, site

__all__ = ["Cover", "Siting", "best_cover", "best_covers", "site"]
