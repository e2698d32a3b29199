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


def bare(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that makes no arrays, without counting references to those it is given.

    Otherwise each use of an array out of a tuple counts one, which in a loop that reads thirty
    takes half of its time.
    """
    uncounted: dict[str, Any] = {"_nrt": False}
    kernel: Callable[..., Any] = njit(cache=True, nogil=True, **uncounted)(function)
    return kernel


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function into each place of compiled code that calls it."""
    kernel: Callable[..., Any] = njit(inline="always")(function)
    return kernel
