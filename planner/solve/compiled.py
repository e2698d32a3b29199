"""Compilation of the inner loops: cached on disk, and free of the interpreter's lock.

What is kept on disk goes by the time of the module's file. But a loop takes in what it uses of
other modules: constants, and functions compiled into it. So these go into the name it is kept by.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numba import njit

_MARKS: dict[Callable[..., Any], str] = {}
"""Of each compiled function, what stands for its source and all it uses."""


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of numpy arrays; others may run beside it."""
    return _kernel(function, cache=True, nogil=True)


def brief(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that takes microseconds and keeps the interpreter's lock.

    One that lets go of it may have to wait a thousand times as long to have it back.
    """
    return _kernel(function, cache=True)


def bare(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that makes no arrays, without counting references to those it is given.

    Otherwise each use of an array out of a tuple counts one, which in a loop that reads thirty
    takes half of its time.
    """
    return _kernel(function, cache=True, nogil=True, _nrt=False)


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function into each place of compiled code that calls it."""
    return _kernel(function, inline="always")


def _kernel(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    mark = hashlib.sha256("\n".join(_uses(function)).encode()).hexdigest()[:12]
    function.__qualname__ = f"{function.__qualname__}-{mark}"
    kernel: Callable[..., Any] = njit(**options)(function)
    _MARKS[kernel] = mark
    return kernel


def _uses(function: Callable[..., Any]) -> Iterator[str]:
    """A function's source, and the constants and compiled functions it names."""
    yield inspect.getsource(function)
    for name in sorted(set(function.__code__.co_names)):
        value = function.__globals__.get(name)
        if isinstance(value, int | float | np.generic | np.ndarray):
            yield f"{name} = {value!r}"
        elif callable(value) and value in _MARKS:
            yield f"{name} = {_MARKS[value]}"
