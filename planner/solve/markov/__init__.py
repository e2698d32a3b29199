"""Identical searchers against one Markov target on a network, with a proven bound.

Sets: cells ``c``, looks ``t = 1 … T``, searchers ``j = 1 … J``, ways ``w`` of
the target, ``w = (w_1, …, w_T)``.

1. Plan: paths of cells, one move of the network between two looks; effort
   ``Z_t(c) ∈ {0, 1, …, J}``, the searchers looking into ``c`` at look ``t``.
2. Non-detection, to be minimised:
   ``f(Z) = Σ_w p(w) exp(−α u_w)``, ``u_w = Σ_t Z_t(w_t)``.
3. Its value and gradient by forward-backward recursion (``model``):
   ``F_t(c) = e^{−α Z_t(c)} Σ_i F_{t−1}(i) Γ(i, c)``,
   ``B_t(c) = Σ_k Γ(c, k) e^{−α Z_{t+1}(k)} B_{t+1}(k)``, ``B_T = 1``,
   ``f = Σ_c F_t(c) B_t(c)`` and ``∂f/∂Z_t(c) = −α F_t(c) B_t(c)`` at every ``t``.
4. Chords: ``u_w`` is a whole number in every plan. So replace ``e^{−αu}`` by
   ``h(u)``, equal to it at whole ``u`` and linear between them:
   ``h(k + θ) = a^k (1 − (1 − a) θ)``, ``a = e^{−α}``, ``0 ≤ θ < 1``. The
   relaxation ``f̄(Z) = Σ_w p(w) h(u_w) ≥ f(Z)`` over fractional flows of
   searchers is convex, equal to ``f`` at plans, and bounds them all from below.
5. Cut at any reference effort ``ζ`` (``chords``), for all plans ``Z``:
   ``f(Z) ≥ f̄(ζ) + Σ g_t(c) ζ_t(c) − Σ g_t(c) Z_t(c)``,
   ``g_t(c) = Σ_{w: w_t = c} p(w) a^{⌊u_w(ζ)⌋} (1 − a)``.
6. ``ζ`` counts in parts of ``1/K``. Then ``f̄`` and ``g`` come exactly from a
   forward-backward recursion over (cell, ``K u mod K``): a part carried over
   ``K`` is a factor ``a``, the remainder selects ``θ`` at the end.
7. Searchers' side: ``max_Z Σ g Z = Σ_j V(start_j)``, ``V`` by a dynamic
   programme over (look, cell), as the searchers do not hinder each other in a
   linear function. Hence ``bound = f̄(ζ) + Σ g ζ − Σ_j V(start_j)``.
8. Mixing: any average of cuts is a cut. Conditional-gradient rounds lead one
   part of ``ζ`` after another along the searchers' best way under the mean
   cut, and mix the new cut in with the better of two shares (``tree``).
9. Branching: a node fixes the looks before ``t``; what is left is the same
   problem from ``t`` on with start cells ``z`` and start masses ``F``. A child
   inherits its parent's cut and reference effort, so that most children are
   cut off after some rounds; up to hundreds are spent before a node is
   opened. Searchers are identical: a child is a multiset of cells. The last
   look is enumerated.
10. Passes (``solver``): beginnings of the plan, one for all with the same
   effective looks and last cells or mirrored ones (``beginnings``), are each
   searched to the end with everything cut off that provably reaches a limit
   ``L``. A pass proves ``L``; the next takes off as much more of the gap as
   makes it cost about two and a half times as much. Broken off, the bound is
   the least of what its beginnings have proven.
11. First plans by simulated annealing on pieces of paths (``plans``).

where
    ``Γ`` the target's step, ``p(w) = p_1(w_1) Π_t Γ(w_t, w_{t+1})``;
    ``α`` detection rate of one look;
    ``F_t`` mass undetected, ``B_t`` chance to stay so.

Sources: convexity of 2 and its recursion, Brown, "Optimal search for a moving
target in discrete time and space", Operations Research 28(6), 1980; bounds in
a tree search by relaxing to expected detections, Martins (1993), and Lau,
Huang and Dissanayake, "Discounted mean bound for the optimal searcher path
problem with non-uniform travel times", European Journal of Operational
Research 190(2), 2008. The chords of 4 and the recursion of 6 are this
package's own.
"""

from __future__ import annotations

from planner.solve.markov.model import MarkovSearch, grid
from planner.solve.markov.solver import MarkovResult, solve_markov

__all__ = ["MarkovResult", "MarkovSearch", "grid", "solve_markov"]
