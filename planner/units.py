"""Units: the one place that knows how long a nautical mile is.

Names carry their unit (``speed_kn``, ``range_nm``, ``draft_m``); everything
in between is nautical miles, knots, hours, metres and litres.
"""

from __future__ import annotations

NM_M = 1852.0
"""Metres in one international nautical mile (SI brochure, 9th ed., table 8)."""

NM2_KM2 = (NM_M / 1000.0) ** 2
"""Square kilometres in one square nautical mile."""

US_GALLON_L = 3.785411784
"""Litres in one US gallon (NIST SP 811)."""

FOOT_M = 0.3048
"""Metres in one international foot."""


def nm_from_m(metres: float) -> float:
    """Nautical miles in ``metres``."""
    return metres / NM_M


def m_from_nm(nautical_miles: float) -> float:
    """Metres in ``nautical_miles``."""
    return nautical_miles * NM_M


def nm2_from_m2(square_metres: float) -> float:
    """Square nautical miles in ``square_metres``."""
    return square_metres / (NM_M * NM_M)
