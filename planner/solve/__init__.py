"""The optimiser: sorties for identical hulls against targets, with a proven bound.

Sets: units ``k`` (``n_k`` identical hulls at one base), sorties ``r``, targets
``j``, cells ``i``. A sortie departs on a departure step, visits cells, each
visit lasting whole steps and giving its cell's targets the exposure
``a_ki``, and returns within the unit's endurance. Where crews have breaks, hulls lie still in
spans counted from the departure, which no visit reaches into (``stretches``).

1. Plan: choose sorties ``x_r ∈ {0, 1, …}`` with
   ``Σ_{r of k sailing or made ready at t} x_r ≤ n_k`` at every departure step ``t``.
   What the sorties of a unit share, hours under way or litres, is
   ``Σ_{r of k} c_br x_r ≤ B_b`` for every budget ``b``.
2. Exposure: ``u_j = Σ_r u_rj x_r``.
3. Detection: ``F = Σ_j w_j (1 − exp(−u_j))``, to be maximised.
4. Envelope: ``f̄_j ≥ 1 − exp(−u)`` is linear between the exposures that whole
   visits can sum to, and equal to ``1 − exp(−u)`` there (``bound``).
5. Bound, for any prices ``π, φ ≥ 0``:
   ``F ≤ Σ_j max_u [(w_j − φ_j) f̄_j(u) − π_j u] + Σ_k n_k V_k(π, φ)``, where a visit
   earns ``π_j a + φ_j (1 − exp(−a))`` for the exposure ``a`` it gives target ``j``:
   visits together detect no more than the sum of what each would alone. For the visits of
   one sortie together it earns ``π_j u_rj + φ_j (1 − exp(−u_rj))``, which is less where it
   searches again.
   With multipliers ``λ_b ≥ 0`` of unit ``k``'s budgets, which are the best for
   these prices, ``n_k V_k(π)`` becomes ``n_k V_k(π, λ) + Σ_b λ_b B_b``: a sortie
   of the schedule earns ``Σ_b λ_b c_br`` less (``budget``). Units that share a budget are
   charged at one multiplier, and ``λ_b B_b`` counts once.
6. ``V_k(π)``, the worth of the best schedule of one hull, by two dynamic
   programmes: the best sortie per departure and duration in the time-expanded
   network (``pricing``), and the best chain of those (``timeline``). The first pays for
   every visit alone. Once 7 gets nowhere by that, what a sortie of departure ``d`` and duration
   ``l`` is worth beyond ``θ_dl``, what it takes of the hull's time, is bounded by relaxed decision
   diagrams: labels of the same network with what their paths have searched, of which ``W`` are
   kept at each step and cell (``remembering``, ``diagram``, ``memory``). A label of worth
   ``v'`` and memory ``M'`` yields to one of ``v, M`` if ``v − v' ≥ Σ_{j ∈ M∖M'} φ_j p_j q_j``;
   where there are more than ``W``, two become one of worth ``v`` that has forgotten what keeps it
   from that. So ``V`` lies between the truth and what pricing without memory gives.
7. Prices: the slopes of ``Σ_j w_j min(1 − exp(−U_j), E_j)``, its minimum rounded off, at a
   mixture of schedules of the sorties known so far, with their exposures ``U`` and looks
   ``E = Σ (1 − exp(−a))``. Between two rounds of 6 the mixture is improved by hundreds of passes
   of conditional gradients, a unit at a time, over the sorties known: those priced and those of
   the best plan (``mixture``). Each round adds, of every part of the plan's time, the sortie
   that gains most. The prices of a pricing lie half way from these slopes to the prices of the
   best bound so far (``bounding``). As long as the mixture lies far below the bound, departures
   are priced in parts between two rounds, each at the slopes by then (partial pricing): that
   bounds nothing, but sorties of one pricing are much alike, and the next part's know of them.
   Once all this lowers the bound no more, the duals of the linear master ``max Σ_j f̄_j`` over
   the known sorties, with hulls and crews as flows from departure to departure, solved loosely
   by a primal-dual first-order method from where it last stood
   (``relaxed``), take the slopes' place; then all begins again with sorties that
   remember (``recall``), counted by what they find, or what they were priced at.
8. Plan: schedules are added hull by hull by path-aware pricing, where a visit
   earns ``w_j exp(−u_j) (1 − exp(−a))`` less what the same sortie has already
   searched or sighted, and of the ways to it the one is kept after which it earns most
   (``pathaware``, ``labels``); then one to three related sorties at a time are
   freed and planned anew, each at a few departures, under worth blurred by
   random factors. A plan given to begin with is filled first, and units whose schedules then
   are patched are planned anew. A change ``Δ`` for the worse is taken with probability
   ``exp(Δ / T)``, ``T`` falling to nothing as the time runs out (``search``).
   In large networks only the sorties of the best chain are priced along their
   path.
9. Requirements: slots of time and windows are targets too, of which one visit
   gives all; what is asked in part, or of many together, is a group ``g`` that
   adds ``p_g min(1, (d_g + Σ_j c_gj (1 − exp(−u_j))) / l_g)`` to the objective
   (``aims``). Then 5 bounds the whole objective, and by the same prices without
   those of what is asked, detection alone. All sorties known are chosen among
   at once, too, by an integer programme (``combine``).

where
    ``w_j`` weight of target ``j``; all weights sum to 1;
    ``u_rj`` exposure that sortie ``r`` gives to target ``j``;
    ``π_j, φ_j`` price of one unit of exposure of target ``j``, and of its detection by
    one visit alone;
    ``p_j, q_j`` what the best look at target ``j`` finds, and the least of those remembered;
    ``p_g, l_g, d_g, c_gj`` worth, level, what is done, and share of target ``j``;
    ``c_br`` what sortie ``r`` takes of budget ``b``: steps under way, or litres.

The fuel of a sortie is left out of pricing in 6, and in 5 a sortie takes of a unit's
fuel what its duration cannot do without, which only raises the bound. A visit may not
straddle the end of a window that matters in its cell; plan and bound share
that rule.

Sources: Koopman's random search for 3; column generation and its Lagrangian
bound for 5; Ropke and Pisinger (2006) for large neighbourhoods with annealing
in 8; in 7 Lacoste-Julien et al. (2013) for block-coordinate conditional gradients, Wentges
(1997) for the smoothing and Applegate et al. (2021, PDLP) for the first-order method;
Andersen, Hadzic, Hooker and Tiedemann (2007) for the relaxed decision diagrams in 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import overload

from planner.errors import SolveError
from planner.problem.arrays import FloatArray, Instance
from planner.solve.bound import Cut
from planner.solve.keep import Keep
from planner.solve.markov import MarkovResult, MarkovSearch, solve_markov
from planner.solve.solver import AGES_S, PROVEN, Progress, Result, plan_fleets
from planner.solve.sorties import Pool, Sortie

__all__ = [
    "PROVEN",
    "Cut",
    "Keep",
    "MarkovResult",
    "MarkovSearch",
    "Pool",
    "Progress",
    "Result",
    "Sortie",
    "solve",
]


@overload
def solve(
    problem: Instance,
    *,
    time_limit_s: float = 60.0,
    work_limit: int | None = None,
    gap: float = PROVEN,
    seed: int = 0,
    pool: Iterable[Sortie] = (),
    cuts: Sequence[Cut] = (),
    prices: Sequence[FloatArray] = (),
    start: Iterable[Sortie] = (),
    keep: Keep | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Result: ...


@overload
def solve(
    problem: MarkovSearch,
    *,
    time_limit_s: float = 60.0,
    work_limit: int | None = None,
    gap: float = PROVEN,
    seed: int = 0,
    threads: int = 2,
) -> MarkovResult: ...


def solve(
    problem: Instance | MarkovSearch,
    *,
    time_limit_s: float = 60.0,
    work_limit: int | None = None,
    gap: float = PROVEN,
    seed: int = 0,
    pool: Iterable[Sortie] = (),
    cuts: Sequence[Cut] = (),
    prices: Sequence[FloatArray] = (),
    start: Iterable[Sortie] = (),
    keep: Keep | None = None,
    progress: Callable[[Progress], None] | None = None,
    threads: int | None = None,
) -> Result | MarkovResult:
    """Plan a problem of either kind, with a proven bound.

    Parameters
    ----------
    problem
        Fleets that sail from bases against stationary targets and sampled
        tracks (the method above), or searchers on a network against one
        Markov target (the method of :mod:`planner.solve.markov`).
    time_limit_s
        Wall-clock seconds of the search. The result comes within about a
        second of it; the first run on a machine compiles the inner loops
        before the clock starts.
    work_limit
        Instead of the clock, all in one thread: so many neighbourhoods, then
        as many rounds of the bound; for a Markov target so many nodes. The
        same problem, seed and work give the same result, digit by digit.
    gap
        Stop once the gap is proven to be no larger.
    seed
        Of the search.
    pool
        Sorties known from an earlier run over the same network and targets.
    cuts
        What an earlier run proved for another number of hulls or crews of
        the same units; worthless, and wrong, for other networks or targets.
    prices
        Guesses, (2, n_targets) each, of what one unit of exposure of every target
        is worth, and its detection by one visit alone, such as those of an earlier
        plan: where the bound starts from. They are not trusted for anything.
    start
        A feasible plan to begin from, such as that of a smaller fleet.
    keep
        Sorties of ``start`` of which so many at least stay in the plan. The
        bound does not mind: it holds over plans without them, too.
    progress
        Called about twice a second.
    threads
        For a Markov target: parts of the tree searched side by side, 2 unless
        said otherwise. Fleets have one thread for the plan and one for the bound.

    Raises
    ------
    SolveError
        If ``start`` breaks a capacity row, the bound's thread failed, or
        something was given that the problem's kind does not take.
    """
    if isinstance(problem, Instance):
        if threads is not None:
            raise SolveError("threads are for a Markov target; leave them out for fleets")
        return plan_fleets(
            problem,
            time_limit_s=time_limit_s,
            work_limit=work_limit,
            gap=gap,
            seed=seed,
            pool=pool,
            cuts=cuts,
            prices=prices,
            start=start,
            keep=keep,
            progress=progress,
        )
    given = any(list(known) for known in (pool, cuts, prices, start))
    if progress is not None or keep is not None or given:
        raise SolveError("a search for a Markov target takes no pool, cuts, prices or start")
    by_clock = work_limit is None
    return solve_markov(
        problem,
        time_limit_s=time_limit_s if by_clock else AGES_S,
        node_limit=work_limit,
        gap=gap,
        seed=seed,
        threads=(threads or 2) if by_clock else 1,
    )
