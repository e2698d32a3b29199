"""What a set of sorties detects and serves, kept up to date as they come and go."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import FloatArray, Group, Targets
from planner.solve.sorties import Sortie


class Coverage:
    """Exposure of every target under a set of sorties, and what comes of it.

    ``exposure`` (n_targets,), ``seen`` its ``1 − exp(−u)``; ``left`` (n_targets,)
    what seeing the rest of each target would count: ``w exp(−u)``, and its share
    in every group that is not full yet. All kept up to date where sorties come
    and go.
    """

    def __init__(self, targets: Targets, sorties: Iterable[Sortie] = ()) -> None:
        self.weight, self.targets = targets.weight, targets
        self.exposure = np.zeros(targets.weight.size)
        self.seen = np.zeros(targets.weight.size)
        self.left: FloatArray = targets.weight.copy()
        self._slope = targets.weight
        self._counted = targets.detected + targets.met
        self._filling: list[bool] = [False] * len(targets.groups)
        if targets.groups:
            self._slope = targets.weight.copy()
            self._fill()
        for sortie in sorties:
            self.add(sortie)

    def add(self, sortie: Sortie) -> None:
        """Count a sortie in."""
        self._set(sortie.target, self.exposure[sortie.target] + sortie.exposure)

    def remove(self, sortie: Sortie) -> None:
        """Count a sortie out."""
        rest = self.exposure[sortie.target] - sortie.exposure
        self._set(sortie.target, np.where(rest < 1e-12, 0.0, rest))

    def residual(self) -> FloatArray:
        """A copy of ``left``."""
        return self.left.copy()

    def value(self) -> float:
        """The objective: detection and what is served, added up as sorties come and go."""
        total = self._counted
        for group in self.targets.groups:
            total += group.worth * min(1.0, self.reached(group) / group.level)
        return total

    def detection(self) -> float:
        """``F = Σ w (1 − exp(−u))`` over what is detected, requirements aside."""
        return self.targets.detected + float((self.targets.credit * self.seen).sum())

    def reached(self, group: Group) -> float:
        """What a group has of its level."""
        return group.done + float((group.share * self.seen[group.target]).sum())

    def _set(self, target: NDArray[np.int64], exposure: FloatArray) -> None:
        self.exposure[target] = exposure
        unseen = np.exp(-exposure)
        seen = 1.0 - unseen
        self._counted += float((self.weight[target] * (seen - self.seen[target])).sum())
        self.seen[target] = seen
        if self.targets.groups:
            self._fill()
        self.left[target] = self._slope[target] * unseen

    def _fill(self) -> None:
        """See which groups are full now, and what their targets count from here on."""
        for number, group in enumerate(self.targets.groups):
            filling = self.reached(group) < group.level * (1 - 1e-9)
            if filling != self._filling[number]:
                self._filling[number] = filling
                more = group.share * (group.worth / group.level)
                self._slope[group.target] += more if filling else -more
                unseen = np.exp(-self.exposure[group.target])
                self.left[group.target] = self._slope[group.target] * unseen
