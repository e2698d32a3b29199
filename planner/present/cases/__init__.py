"""A study of cases for people: a page, tables, words, charts."""

from __future__ import annotations

from planner.present.cases.files import write_results
from planner.present.cases.page import cases_page

__all__ = ["cases_page", "write_results"]
