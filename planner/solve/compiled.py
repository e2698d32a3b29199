"""Compilation of the inner loops: cached on disk, and free of the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of numpy arrays; others may run beside it."""
    kernel: Callable[..., Any] = njit(cache=True, nogil=True)(function)
    return kernel


def brief(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that takes microseconds and keeps the interpreter's lock.

    One that lets go of it may have to wait a thousand times as long to have it back.
    """
    kernel: Callable[..., Any] = njit(cache=True)(function)
    return kernel
