"""Pages around maps and charts, filled from packaged templates.

Templates escape every value by themselves; only markup made by this package
is passed as such.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, StrictUndefined

from planner.present.offline import asset
from planner.present.wording import t


@cache
def environment() -> Environment:
    """Templates that escape by themselves and complain of missing values."""
    made = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    made.globals["t"] = t
    made.filters["zip"] = lambda left, right: list(zip(left, right, strict=True))
    return made


def fill(template: str, values: dict[str, Any]) -> str:
    """Fill a packaged template."""
    return environment().from_string(asset(template)).render(values)
