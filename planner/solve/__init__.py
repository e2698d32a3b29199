"""The optimiser: sorties for identical hulls against targets, with a proven bound.

Sets: units ``k`` (``n_k`` identical hulls at one base), sorties ``r``, targets
``j``, cells ``i``. A sortie departs on a departure step, visits cells, each
visit lasting whole steps and giving its cell's targets the coverage factor
``a_ki``, and returns within the unit's endurance.

1. Plan: choose sorties ``x_r ∈ {0, 1, …}`` with
   ``Σ_{r of k sailing or made ready at t} x_r ≤ n_k`` at every departure step ``t``.
2. Exposure: ``u_j = Σ_r u_rj x_r``.
3. Detection: ``F = Σ_j w_j (1 − exp(−u_j))``, to be maximised.
4. Envelope: ``f̄_j ≥ 1 − exp(−u)`` is linear between the exposures that whole
   visits can sum to, and equal to ``1 − exp(−u)`` there (``bound``).
5. Bound, for any prices ``π ≥ 0``:
   ``F ≤ Σ_j max_u [w_j f̄_j(u) − π_j u] + Σ_k n_k V_k(π)``.
6. ``V_k(π)``, the worth of the best schedule of one hull, by two dynamic
   programmes: the best sortie per departure and duration in the time-expanded
   network (``pricing``), and the best chain of those (``timeline``).
7. Prices: first ``π_j = w_j exp(−ū_j)`` at a running mean ``ū`` of the best
   schedules (conditional gradient on the smooth relaxation), then the duals
   of the linear master ``max Σ_j f̄_j`` over the sorties priced so far, with
   hulls and crews as flows from departure to departure, solved loosely by a
   primal-dual first-order method from where it last stood (``relaxed``) and
   smoothed by half towards the prices of the best bound (``bounding``).
8. Plan: schedules are added hull by hull by path-aware pricing, where a visit
   earns ``w_j exp(−u_j) (1 − exp(−a))`` less what the same sortie has already
   searched (``pathaware``); then a few related sorties at a time are freed and
   planned anew (``search``), and once the whole-number master chooses among
   the sorties proposed (``master``). Where a sortie's promise, every look
   counted as a first one, is no better than what is found, its path is not
   priced; in large networks only the sorties of the best chain are.

where
    ``w_j`` weight of target ``j``; all weights sum to 1;
    ``u_rj`` exposure that sortie ``r`` gives to target ``j``;
    ``π_j`` price of one unit of exposure of target ``j``.

Fuel is left out of pricing in 6, which only raises the bound. A visit may not
straddle the end of a window that matters in its cell; plan and bound share
that rule.

Sources: Koopman's random search for 3; column generation and its Lagrangian
bound for 5; Wentges (1997) for the smoothing and Applegate et al. (2021, PDLP)
for the first-order method in 7.
"""

from __future__ import annotations

from planner.solve.bound import Cut
from planner.solve.solver import PROVEN, Progress, Result, solve
from planner.solve.sorties import Pool, Sortie

__all__ = ["PROVEN", "Cut", "Pool", "Progress", "Result", "Sortie", "solve"]
