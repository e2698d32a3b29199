"""OR-Tools routing: optional nodes whose drop penalties are the prizes."""

from __future__ import annotations

from itertools import pairwise

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from tests.benchmarks.encoding import Orienteering
from tests.benchmarks.repair import Stop

Routes = list[list[Stop]]

SCALE = 10_000
"""Prizes are rounded to whole numbers; the largest becomes this."""

LAMBDA = 10.0
"""Weight of guided local search's penalties, as arcs (steps) cost little beside prizes."""


def route(problem: Orienteering, time_limit_s: float, seed: int) -> Routes:
    """Stops of every slot, in order."""
    n, slots = problem.cell.size, problem.slots
    if n == 0:
        return [[] for _ in slots]
    manager = pywrapcp.RoutingIndexManager(n + 1, len(slots), 0)
    model = pywrapcp.RoutingModel(manager)
    transit = {
        fleet: model.RegisterTransitMatrix(problem.durations(fleet).tolist())
        for fleet in problem.fleets
    }
    for k, slot in enumerate(slots):
        model.SetArcCostEvaluatorOfVehicle(transit[slot.fleet], k)
    model.AddDimensionWithVehicleTransits(
        [transit[slot.fleet] for slot in slots],
        problem.task.instance.n_steps,
        problem.task.instance.n_steps,
        False,
        "time",
    )
    clock = model.GetDimensionOrDie("time")
    for k, slot in enumerate(slots):
        clock.CumulVar(model.Start(k)).SetRange(slot.depart, slot.depart)
        clock.CumulVar(model.End(k)).SetRange(slot.depart, slot.end)
    for k in range(n):
        index = manager.NodeToIndex(k + 1)
        starts = problem.starts(k)
        clock.CumulVar(index).SetRange(starts[0][0], starts[-1][1])
        for (_, end), (begin, _) in pairwise(starts):
            clock.CumulVar(index).RemoveInterval(end + 1, begin - 1)
        prize = max(1, round(SCALE * problem.prize[k] / problem.prize.max()))
        model.AddDisjunction([index], prize)
    solution = model.SolveWithParameters(_parameters(time_limit_s))
    if solution is None:
        return [[] for _ in slots]
    routes: Routes = []
    for k in range(len(slots)):
        stops, index = [], solution.Value(model.NextVar(model.Start(k)))
        while not model.IsEnd(index):
            client = manager.IndexToNode(index) - 1
            at = solution.Min(clock.CumulVar(index))
            stops.append(Stop(int(problem.cell[client]), at, float(problem.prize[client])))
            index = solution.Value(model.NextVar(index))
        routes.append(stops)
    return routes


def _parameters(time_limit_s: float) -> pywrapcp.DefaultRoutingSearchParameters:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    first = routing_enums_pb2.FirstSolutionStrategy
    parameters.first_solution_strategy = first.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    parameters.guided_local_search_lambda_coefficient = LAMBDA
    parameters.time_limit.FromMilliseconds(max(1, int(1000 * time_limit_s)))
    return parameters
