"""Moving targets that are drawn once for many plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.simulate.targets import Moving


@dataclass(frozen=True)
class _Drawn:
    targets: Moving
    scale_error: float
    after: Mapping[str, Any]
    """State of the generator once they were drawn."""


class Draws:
    """Moving targets of the threats of one sea and one time, drawn once for all its plans.

    Where and when runs go is no matter of who sails: plans that differ in their units
    meet the same targets, which are the very ones that each would draw by itself.
    """

    def __init__(self) -> None:
        self._drawn: dict[tuple[int, int, int], _Drawn] = {}

    def moving(
        self,
        threat: int,
        count: int,
        seed: int,
        rng: np.random.Generator,
        draw: Callable[[], tuple[Moving, float]],
    ) -> tuple[Moving, float]:
        """``count`` targets of a threat, and how far lengths of their paths are off in the plane.

        Parameters
        ----------
        threat
            Its number.
        rng
            The generator made of ``seed`` and the threat; left as drawing leaves it.
        draw
            Draws the targets with ``rng``.
        """
        key = threat, count, seed
        if key not in self._drawn:
            targets, error = draw()
            self._drawn[key] = _Drawn(targets, error, rng.bit_generator.state)
        known = self._drawn[key]
        rng.bit_generator.state = known.after
        return known.targets, known.scale_error
