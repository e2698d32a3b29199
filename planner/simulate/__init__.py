"""An independent trial of a plan: targets drawn at random, hulls sailing, finds counted.

The plan promises ``F = Σ w (1 − exp(−u))``, cell by cell. Here nothing knows of
cells' exposures: targets lie and run in continuous space and time, hulls follow
the legs of the plan, and a target is found when a hull that searches looks at
it. How the two compare says how far the promise can be believed.

A target is drawn by its threat's share of the weight. Of an ``area`` threat it
lies anywhere in the threat's water within the cells of the area, for one window
of the threat's persistence; of a ``transit`` threat it runs along the shortest
navigable path, departing at any moment at which some of the run falls within
the plan. Two laws of detection (B. O. Koopman, *Search and Screening*, OEG
Report 56, 1946; Pergamon, 1980) stand for the two ends of how a sensor sees:

``definite``
    Found as soon as it is within half the sweep width ``W``, never beyond.
``inverse-cube``
    Found at the rate ``K / r³`` at distance ``r``, with ``K = v W² / 8π`` for a
    sensor of sweep width ``W`` at its search speed ``v``. A long straight pass
    at distance ``x`` then finds with ``p(x) = 1 − exp(−W² / (4π x²))``, whose
    integral over ``x`` is ``W``.

Where units are not always available, hulls break down as well
(:mod:`planner.simulate.breakdowns`); what is found then stands beside what is found if
none does.

Left out, as in the plan: weather, time lost to a find, false contacts. Hulls do
not leave their tracks for what they find. Whether the hull that detects could
reach the target before it is gone, straight and at its top speed, is told apart
as *intercepted*; land between them, fuel and endurance are not looked at.
"""

from planner.simulate.draws import Draws
from planner.simulate.file import SIMULATION_FILE, read_simulation, write_simulation
from planner.simulate.model import Simulation
from planner.simulate.run import simulate, trial

__all__ = [
    "SIMULATION_FILE",
    "Draws",
    "Simulation",
    "read_simulation",
    "simulate",
    "trial",
    "write_simulation",
]
