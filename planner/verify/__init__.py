"""Independent check of a plan: every rule, exposure and figure anew, in continuous geometry.

Nothing here knows the optimiser: the plan, its scenario and the geodata are
all that a verification needs.
"""

from __future__ import annotations

from planner.verify.check import RULES, check, verify
from planner.verify.report import Figure, Report, Violation

__all__ = ["RULES", "Figure", "Report", "Violation", "check", "verify"]
