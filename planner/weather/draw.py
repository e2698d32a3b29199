"""One weather out of many: winds that wander about their mean, the same for the same seed."""

from __future__ import annotations

import numpy as np
from scipy.special import gamma, log_ndtr

from planner.weather.model import FloatArray

WEIBULL_SHAPE = 2.0
"""Shape of the winds' Weibull distribution: 2, the Rayleigh distribution, which IEC 61400-1
takes where no measured one is at hand. For the Caspian an assumption."""

CORRELATION_H = 36.0
"""Hours over which the wind's correlation falls to 1/e (assumption: the passing of weather
systems, a day or two)."""

CORRELATION_KM = 500.0
"""Kilometres from north to south over which it falls to 1/e (assumption: the size of weather
systems). From west to east the sea is narrow, and all of a latitude has the same."""

NODES_LAT = np.arange(36.0, 49.0, 2.0)
KM_PER_DEGREE = 111.2


def factors(seed: int, hours: int, lat: FloatArray) -> FloatArray:
    """Return a draw of the wind over its mean: Weibull, mean 1, correlated.

    ``x(t) = ρ·x(t−1) + √(1 − ρ²)·ε`` with ``ρ = exp(−1 h/36 h)`` is Gaussian; its quantile
    is taken to that of a Weibull distribution, so that each hour's factor has the mean 1
    and the shape :data:`WEIBULL_SHAPE`. The series stand at latitudes 2° apart with the
    correlation ``exp(−distance/500 km)``; between two the series are mixed linearly and
    brought back to the variance 1.

    Parameters
    ----------
    seed : int
        Same seed, same weather: at a place and hour it depends on nothing else.
    hours : int
        e, from the plan's start.
    lat : ndarray
        (n,) degrees north.

    Returns
    -------
    ndarray
        (e, n), no unit.
    """
    gaps_km = abs(NODES_LAT[:, None] - NODES_LAT) * KM_PER_DEGREE
    correlation = np.exp(-gaps_km / CORRELATION_KM)
    weights = np.array([np.interp(lat, NODES_LAT, unit) for unit in np.eye(len(NODES_LAT))])
    weights /= np.sqrt(np.einsum("kn,kl,ln->n", weights, correlation, weights))
    return weibull_of(_series(seed, hours) @ np.linalg.cholesky(correlation).T @ weights)


def quantiles(count: int) -> FloatArray:
    """Return the middles of ``count`` equally likely parts of that distribution, (count,)."""
    return unit_weibull(-np.log1p(-(np.arange(count) + 0.5) / count))


def weibull_of(normal: FloatArray) -> FloatArray:
    """Return standard normal values as Weibull ones of mean 1, quantile by quantile."""
    return unit_weibull(-log_ndtr(-normal))


def unit_weibull(exponential: FloatArray) -> FloatArray:
    """Return values of the unit exponential distribution as Weibull ones of mean 1."""
    shape = 1.0 / WEIBULL_SHAPE
    return np.asarray(exponential**shape / gamma(1.0 + shape))


def _series(seed: int, hours: int) -> FloatArray:
    """Independent AR(1) series of variance 1, (hours, nodes)."""
    series = np.random.default_rng(seed).standard_normal((hours, len(NODES_LAT)))
    keep = np.exp(-1.0 / CORRELATION_H)
    series[1:] *= np.sqrt(1.0 - keep**2)
    for hour in range(1, hours):
        series[hour] += keep * series[hour - 1]
    return series
