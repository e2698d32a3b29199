"""Studies of cases: one scenario, its variations, and what each is worth, with proof.

A study's file (``model``) names cases and a grid of overrides (``paths``), months
and seeds. ``expand`` makes points of them, each a scenario that is checked;
``layout`` makes runs of the points, each known by a hash of all that its result
follows from (``address``), and says which learns from which (``lending``).

``engine`` works the runs by ``runners``: processes of this machine, or a Dask
cluster. ``work`` is one run, with the sea and the problem kept from the last
(``seas``), agencies apart or in turn (``arranged``); its result (``record``) is one
file (``parcel``, ``store``).

``points`` says what is known of each point, and what of its difference from the
reference is proven; ``curves`` where a curve bends and what is enough; ``prices`` what
is known of the prices of hulls, ``purchases`` what each point of detection cost;
``tables`` gives all of it as columns and as a cube. :func:`run_cases` is all of this.

A run that differs from another only in what plans do not know of (how often hulls are
down) takes its plan, and tries it anew.
"""

from __future__ import annotations

from planner.study.cases.expand import Plot, Point, load_cases
from planner.study.cases.layout import Layout, lay_out
from planner.study.cases.model import CaseStudy
from planner.study.cases.points import Difference, Standing
from planner.study.cases.record import Record
from planner.study.cases.run import Outcomes, run_cases
from planner.study.cases.runners import cluster, here, processes

__all__ = [
    "CaseStudy",
    "Difference",
    "Layout",
    "Outcomes",
    "Plot",
    "Point",
    "Record",
    "Standing",
    "cluster",
    "here",
    "lay_out",
    "load_cases",
    "processes",
    "run_cases",
]
