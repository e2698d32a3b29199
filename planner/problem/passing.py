"""What a search gives to a target: one pass of a laid lane, and targets that move.

**One pass.** A boat that searches a lane of ``L`` nm with sweep width ``W`` in a
cell of ``A`` nm² sweeps the coverage factor ``C = W L / A``. Random search finds
``1 - exp(-C)`` of what lies there, a sensor of definite range that looks at no
water twice finds ``min(1, C)`` (B. O. Koopman, *Search and Screening*, OEG Report
56, 1946, chapters 2 and 3). A lane laid inside one hexagon comes near the second
as long as it is narrow beside the cell, and loses to its bends and over the edge
as it grows wide; measured on the lanes that plans are drawn with, for ``C`` from
0.2 to 2, it finds::

    p(C) = C / (1 + C⁵)^(1/5)

Passes of one cell, laid apart but between gates that are given, find as passes
independent of each other do, ``1 - Π (1 - p_k)``. So the exposure that one pass
adds is::

    a(C) = -ln(1 - p(C))          1 - exp(-Σ a(C_k)) = 1 - Π (1 - p(C_k))

``tests/benchmarks/calibration.py`` prints how this compares with simulated finds.

**Targets that move.** A boat that searches at ``a`` knots sweeps water at ``W a``.
A target that moves at ``b`` knots itself is swept at the speed of the one relative
to the other, which for courses at any angle alike has the mean::

    w = (1/2π) ∫ √(a² + b² - 2ab cos φ) dφ = (2/π) (a + b) E(4ab / (a + b)²)

where
    ``φ``  angle between the two courses, even over the circle
    ``E``  complete elliptic integral of the second kind, of the parameter ``m``

(Koopman 1946, chapter 1). In ``h`` hours together in a cell the pass sweeps
``C = W w h / A``; for a target that stands still ``w = a`` and ``w h = L``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ellipe

from planner.problem.arrays import FloatArray, IntArray
from planner.problem.tracks import Track

SHORTEST_H = 1e-9
"""Time together that is none."""


SHARP = 5.0
"""How closely a pass keeps to ``min(1, C)``, fitted to laid lanes and rounded (see the module)."""

MOST = 10.0
"""Coverage factor beyond which a pass counts no more: it misses one in 500,000."""


def pass_exposure(coverage: ArrayLike) -> FloatArray:
    """Exposure ``a(C)`` that one pass gives to a target, see the module.

    Parameters
    ----------
    coverage
        Coverage factors ``C`` of any shape, not negative.

    Examples
    --------
    >>> pass_exposure([0.0, 0.1, 0.5, 1.0]).round(3).tolist()
    [0.0, 0.105, 0.687, 2.044]
    """
    capped = np.minimum(np.asarray(coverage, dtype=np.float64), MOST)
    found: FloatArray = -np.log1p(-capped * (1.0 + capped**SHARP) ** (-1.0 / SHARP))
    return found


def mean_relative_kn(search_kn: ArrayLike, target_kn: ArrayLike) -> FloatArray:
    """Mean speed of a target relative to a boat, their courses at any angle alike.

    Parameters
    ----------
    search_kn, target_kn
        Speeds in knots, not negative; arrays broadcast.

    Examples
    --------
    >>> float(mean_relative_kn(12.0, 0.0))
    12.0
    >>> round(float(mean_relative_kn(12.0, 20.0)), 3)
    21.845
    """
    search, target = (np.asarray(speed, dtype=np.float64) for speed in (search_kn, target_kn))
    both = np.asarray(search + target)
    square = np.divide(
        4.0 * search * target,
        both**2,
        out=np.zeros_like(both),
        where=both > 0,
    )
    found: FloatArray = 2.0 / math.pi * both * ellipe(square)
    return found


def track_rows(
    moving: Sequence[Track],
    width_nm: Mapping[str, FloatArray],
    epoch: IntArray,
    search_kn: float,
    visit_steps: NDArray[np.integer],
    area_nm2: FloatArray,
    steps_h: float,
    n_steps: int,
) -> tuple[NDArray[np.int64], IntArray, FloatArray]:
    """Exposure of tracks by visits, in compressed rows: ``a(W w h / A)`` of each stay together.

    Parameters
    ----------
    moving : sequence of Track
        The sampled tracks; target ``k`` is ``moving[k]``.
    width_nm : mapping of str to (n_epochs, n) or (n_epochs, 1) or (1, n)
        Sweep width of this class against the targets of a threat, by epoch and cell.
    epoch : (n_steps,)
        Epoch of each time step; a visit has the width of its middle step.
    search_kn : float
        Speed of the boat while it searches.
    visit_steps : (n,)
        Steps that a visit to a cell lasts; 0 where there is none.
    area_nm2 : (n,)
        Water of the cells.
    steps_h : float
        Hours of a step.
    n_steps : int
        Steps of the plan.

    Returns
    -------
    ptr : (n_steps * n + 1,) int64
        A visit that starts at step ``t`` in cell ``i`` is row ``t * n + i``.
    target : (k,) int32
    value : (k,) float64
        ``a(W w h / A)``, see the module.
    """
    n, visit = len(visit_steps), np.asarray(visit_steps, dtype=np.int64)
    stays = _Stays.of(moving, visit)
    stay, start, together_h = stays.met(visit, steps_h, n_steps)
    cell, target = stays.cell[stay], stays.target[stay]
    middle = epoch[start + visit[cell] // 2]
    swept_nm2 = _width_nm(moving, width_nm, target, middle, cell, n) * together_h
    relative_kn = mean_relative_kn(search_kn, np.array([track.speed_kn for track in moving]))
    value = pass_exposure(swept_nm2 * relative_kn[target] / area_nm2[cell])
    # in place: at 10,000 cells and two weeks this array alone takes 160 MB
    ptr = np.zeros(n_steps * n + 1, np.int64)
    np.add.at(ptr, start * n + cell + 1, 1)
    np.cumsum(ptr, out=ptr)
    return ptr, target.astype(np.int32), value


@dataclass(frozen=True)
class _Stays:
    """Passages of all tracks through cells that can be searched; arrays of k, hours."""

    target: NDArray[np.int64]
    cell: NDArray[np.int64]
    enter_h: FloatArray
    leave_h: FloatArray

    @classmethod
    def of(cls, moving: Sequence[Track], visit: NDArray[np.int64]) -> _Stays:
        cell = np.concatenate([np.zeros(0, np.int64), *(track.cell for track in moving)])
        enter_h = np.concatenate([np.zeros(0), *(track.enter_h for track in moving)])
        leave_h = np.concatenate([np.zeros(0), *(track.leave_h for track in moving)])
        target = np.repeat(np.arange(len(moving)), [track.cell.size for track in moving])
        kept = visit[cell] > 0
        return cls(target[kept], cell[kept], enter_h[kept], leave_h[kept])

    def met(
        self, visit: NDArray[np.int64], steps_h: float, n_steps: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], FloatArray]:
        """Stays, starts of visits and hours together (q,) of all that meet, row by row."""
        lasts = visit[self.cell]
        first = np.maximum(0, (self.enter_h / steps_h).astype(np.int64) - lasts)
        final = np.minimum(n_steps - lasts, (self.leave_h / steps_h).astype(np.int64))
        count = np.maximum(final - first + 1, 0)
        stay = np.repeat(np.arange(len(count)), count)
        start = first[stay] + np.arange(len(stay)) - np.repeat(np.cumsum(count) - count, count)
        begin_h = np.maximum(self.enter_h[stay], start * steps_h)
        together_h = np.minimum(self.leave_h[stay], (start + lasts[stay]) * steps_h) - begin_h
        met = np.flatnonzero(together_h > SHORTEST_H)
        order = met[np.argsort(start[met] * len(visit) + self.cell[stay[met]], kind="stable")]
        return stay[order], start[order], together_h[order]


def _width_nm(
    moving: Sequence[Track],
    width_nm: Mapping[str, FloatArray],
    target: NDArray[np.int64],
    epoch: IntArray,
    cell: NDArray[np.int64],
    n: int,
) -> FloatArray:
    """Sweep width (q,) against each ``target`` in its ``epoch`` and ``cell``."""
    names = list(dict.fromkeys(track.threat for track in moving))
    threat = np.array([names.index(track.threat) for track in moving], dtype=np.int64)[target]
    found = np.zeros(len(target))
    for number, name in enumerate(names):
        own = threat == number
        table = width_nm[name]
        table = np.broadcast_to(table, (len(table), n))
        # one row stands for all epochs
        row = epoch[own] if len(table) > 1 else np.zeros(own.sum(), np.int64)
        found[own] = table[row, cell[own]]
    return found
