"""Money a year: what a purchase costs in each year of its life."""

from __future__ import annotations


def yearly(purchase: float, life_years: float, discount_rate: float) -> float:
    """Equal yearly payments over a life that are worth a purchase today.

    ``P r / (1 − (1 + r)^−n)``, the annuity of textbooks; ``P / n`` where nothing is discounted.

    Parameters
    ----------
    purchase
        Price, in money of today.
    life_years
        Years that it lasts, above 0; nothing is left of it then.
    discount_rate
        A year, in real terms: 0.04 is 4 %.

    Examples
    --------
    >>> round(yearly(670_000, 15, 0.04))
    60261
    >>> yearly(300, 3, 0.0)
    100.0
    """
    if discount_rate == 0.0:
        return purchase / life_years
    return float(purchase * discount_rate / (1.0 - (1.0 + discount_rate) ** -life_years))
