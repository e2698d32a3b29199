"""Re-planning: what one plan taught the optimiser, kept beside it for the next.

A plan's folder holds ``learned.npz`` (``file``): the best sorties found, the
plan's own among them, and the prices and bounds found last, with fingerprints
of what they were found for (``parts``). After a change of the scenario

1. every sortie is laid anew on the changed problem: cells by their H3 index,
   units by class and base, times by the calendar; what does not fit is left
   out (``refit``). Nothing of the file is believed: times are worked out
   again, exposures are priced again;
2. what is left of the earlier plan, without the units whose sorties lost their
   worth, is the plan to begin with (``start``);
3. prices are carried over target by target, as a guess (``prices``);
4. bounds are taken over only where they still hold: same cells, times,
   threats and units, whatever the number of hulls and crews (``cuts``).
"""

from __future__ import annotations

from planner.reuse.file import LEARNED_FILE, check_folder, read_learned, write_learned
from planner.reuse.learn import learn
from planner.reuse.model import Learned
from planner.reuse.recall import Recalled, recall, resume

__all__ = [
    "LEARNED_FILE",
    "Learned",
    "Recalled",
    "check_folder",
    "learn",
    "read_learned",
    "recall",
    "resume",
    "write_learned",
]
