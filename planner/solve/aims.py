"""What detecting each target counts at prices of the groups: requirements met by many together.

A group counts ``worth · min(1, (done + G) / level)``, which for every ``m`` in
[0, 1] is at most ``worth (1 − m) + m · worth (done + G) / level``: a constant
and a weight more on each of its targets. So the bound holds for any ``m``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.problem.arrays import FloatArray, Targets


@dataclass(frozen=True, eq=False)
class Aims:
    """Weights (n_targets,) and a constant that together bound the objective's form."""

    weight: FloatArray
    constant: float


def aims_at(targets: Targets, pressed: FloatArray | None = None) -> Aims:
    """The aims at ``pressed`` (n_groups,) in [0, 1], ``m`` of every group; 1 unless given."""
    constant = targets.detected + targets.met
    if not targets.groups:
        return Aims(targets.weight, constant)
    at = np.ones(len(targets.groups)) if pressed is None else pressed
    weight = targets.weight.copy()
    for m, group in zip(at.tolist(), targets.groups, strict=True):
        each = m * group.worth / group.level
        weight[group.target] += each * group.share
        constant += group.worth * (1.0 - m) + each * group.done
    return Aims(weight, constant)


def of_exposure(price: FloatArray) -> FloatArray:
    """Prices (2, n_targets) of exposure alone, from such ones (n_targets,)."""
    return np.stack([price, np.zeros_like(price)])


def at_first(aims: Aims) -> FloatArray:
    """Prices (2, n_targets) at which a visit earns all that its look would find, were it the first.

    The first row is of exposure, the second of detection by each visit alone.
    """
    return np.stack([np.zeros_like(aims.weight), aims.weight])
