"""Two plans compared: figures, sorties, and whether one is proven to find more."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from planner.present.compare.figures import Line, lines, same_law
from planner.present.compare.sides import Side, check_alike, remarks
from planner.present.compare.sorties import Matched, match
from planner.present.compare.targets import Alike, alike, extent_words
from planner.present.text import percent

if TYPE_CHECKING:
    import pandas as pd

Proof = Literal["proven", "found", "equal", "none"]

ROUNDING = 1e-9
"""Limits nearer to nothing than this touch it."""

NOTHING = 5e-5
"""Detections that differ by less are equal: it would not show."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two plans of one area, start and length.

    Attributes
    ----------
    a, b
        The two plans.
    alike
        Both plans with what both watch for.
    remarks
        What was asked otherwise, a sentence each; none where the same was asked.
    lines
        The figures.
    sorties
        Which are the same, moved, or of one only.
    notes
        What could not be compared besides, a sentence each.
    """

    a: Side
    b: Side
    alike: Alike
    remarks: tuple[str, ...]
    lines: tuple[Line, ...]
    sorties: Matched
    notes: tuple[str, ...] = ()

    @property
    def detection(self) -> tuple[float, float]:
        """Detection of A and of B, of what both watch for."""
        line = self.lines[0]
        assert line.a is not None
        assert line.b is not None
        return line.a, line.b

    @property
    def gain(self) -> float:
        """What B detects more than A, a share from −1 to 1."""
        return self.detection[1] - self.detection[0]

    @property
    def best_gain(self) -> tuple[float, float] | None:
        """Proven limits of what the best plan as B was asked finds more than the best as A.

        None where the bounds are not of the same targets.
        """
        if self.alike.extent != "all":
            return None
        if not self.remarks:
            return 0.0, 0.0
        (found_a, found_b), a, b = self.detection, self.a.plan.solver, self.b.plan.solver
        return found_b - a.bound, b.bound - found_a

    @property
    def proof(self) -> Proof:
        """``proven`` where all that one could find lies beyond what the other could.

        That is, where ``[found, bound]`` of one lies wholly beyond that of the
        other. Else ``found``, ``equal``, or ``none`` where bounds cannot be compared.
        """
        limits = self.best_gain
        if limits is None:
            return "none"
        if self.remarks and (limits[0] > ROUNDING or limits[1] < -ROUNDING):
            return "proven"
        return "equal" if abs(self.gain) < NOTHING else "found"

    @property
    def verdict(self) -> str:
        """What the difference in detection is worth, in a sentence or two."""
        if abs(self.gain) < NOTHING:
            said = "A and B find the same."
        else:
            more, less = ("B", "A") if self.gain > 0 else ("A", "B")
            said = f"{more} finds {points(abs(self.gain))} more than {less}"
            said += {
                "proven": ", and that is proven: ",
                "found": "; that is found, not proven: ",
            }.get(self.proof, ".")
            if self.proof == "proven":
                return said + self._proven(more, less)
            if self.proof == "found":
                return said + self._found(more, less)
        return " ".join(part for part in (said, extent_words(self.alike)) if part)

    def _proven(self, more: str, less: str) -> str:
        better, worse = (self.b, self.a) if more == "B" else (self.a, self.b)
        return (
            f"no plan made as {less} was asked finds more than {percent(worse.plan.solver.bound)}, "
            f"and {more} finds {percent(better.plan.solver.detection)}. {self._best()}"
        )

    def _found(self, more: str, less: str) -> str:
        if not self.remarks:
            bound = min(one.plan.solver.bound for one in (self.a, self.b))
            return (
                "both were asked the same, so a longer search can find for "
                f"{less} what {more} has. No plan finds more than {percent(bound)}, the lower of "
                "the two bounds."
            )
        worse = self.a if less == "A" else self.b
        return (
            f"a better plan as {less} was asked could find up to "
            f"{percent(worse.plan.solver.bound)}. {self._best()} "
            "A longer --time-limit narrows that."
        )

    def _best(self) -> str:
        assert self.best_gain is not None
        low, high = self.best_gain
        return f"The best plans differ by {signed(low)} to {signed(high)} points (B less A)."

    def frame(self) -> pd.DataFrame:
        """The figures as a tidy table: one row a figure, shares from 0 to 1."""
        import pandas as pd

        rows = [asdict(line) | {"difference": line.difference} for line in self.lines]
        return pd.DataFrame(rows)

    def _repr_html_(self) -> str:
        from planner.present.compare.page import comparison_page
        from planner.present.notebook import framed_page

        return framed_page(comparison_page(self), f"{self.a.called} – {self.b.called}")

    def __repr__(self) -> str:
        return f"<Comparison of {self.a.called} and {self.b.called}: {self.verdict}>"

    def write(self, path: str | Path) -> Path:
        """Write the comparison as one page that opens anywhere, and return its path.

        Raises
        ------
        OSError
            The folder cannot be written.
        """
        from planner.present.compare.page import write_comparison

        return write_comparison(self, Path(path))


def compare(a: Side, b: Side) -> Comparison:
    """Compare two plans of the same area, start and length.

    Raises
    ------
    PlanError
        The plans are of different areas, starts or lengths, or have no threat in common.
    """
    check_alike(a, b)
    found = alike(a, b)
    return Comparison(
        a,
        b,
        found,
        remarks(a, b),
        lines(a, b, found),
        match(a.plan, b.plan),
        (*_laws(a, b), *_served(a, b)),
    )


def _laws(a: Side, b: Side) -> tuple[str, ...]:
    if a.trial is not None and b.trial is not None and same_law(a, b) is None:
        return ("The simulations detect by different laws, so they are not compared.",)
    return ()


def _served(a: Side, b: Side) -> tuple[str, ...]:
    """Whose bounds are of plans that serve requirements no less."""
    served = [one.letter for one in (a, b) if one.plan.solver.served > 0]
    if not served:
        return ()
    whose = {1: f"{served[0]}’s bound holds"}.get(len(served), "The bounds hold")
    return (f"{whose} for plans that serve the requirements no less than the plan compared.",)


def points(share: float) -> str:
    """A difference of shares as ``1.2 points``."""
    return f"{100 * share:.1f} points"


def signed(share: float) -> str:
    """A difference of shares in points with its sign: ``+1.2``, ``−0.3``."""
    return f"{100 * share:+.1f}".replace("-", "−")
