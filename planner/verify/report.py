"""What a verification found: violations, counts of checks, detection recomputed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True)
class Figure:
    """The value found and the value it had to meet, in one unit.

    ``word`` says what the second is: a ``limit``, or the value ``due``.
    """

    value: float
    limit: float
    unit: str = ""
    word: str = "limit"

    def __str__(self) -> str:
        """Value and limit, as ``17.2 kn, limit 15 kn``."""
        unit = f" {self.unit}" if self.unit else ""
        value, limit = _told_apart(self.value, self.limit)
        return f"{value}{unit}, {self.word} {limit}{unit}"


@dataclass(frozen=True)
class Violation:
    """One rule broken at one place of the plan.

    ``sortie`` and ``time`` are None where the rule is about the plan as a
    whole; ``figure`` is None where nothing is measured (an unknown hull).
    """

    rule: str
    sortie: str | None
    time: datetime | None
    figure: Figure | None
    message: str

    def __str__(self) -> str:
        """One line: rule, sortie, time, message, figure."""
        where = [f"sortie {self.sortie}"] if self.sortie is not None else []
        if self.time is not None:
            where.append(self.time.isoformat(timespec="minutes"))
        place = f"{', '.join(where)}: " if where else ""
        figure = f": {self.figure}" if self.figure is not None else ""
        return f"{self.rule}: {place}{self.message}{figure}"


@dataclass(frozen=True)
class Report:
    """The outcome of verifying one plan.

    Attributes
    ----------
    violations
        In the order of the rules, then of the plan.
    checks
        How many checks were made, by rule; a rule with nothing to check
        (closures where nothing is closed) counts 0.
    detection
        ``F`` recomputed from the paths, whatever the plan states.
    stated
        ``F`` as the plan states it.
    """

    violations: tuple[Violation, ...]
    checks: dict[str, int]
    detection: float
    stated: float
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether no rule is broken."""
        return not self.violations

    @property
    def broken(self) -> dict[str, int]:
        """Number of violations by rule, broken rules only."""
        return dict(Counter(violation.rule for violation in self.violations))

    def lines(self, most: int = 10) -> Iterator[str]:
        """Plain lines for a terminal, at most ``most`` violations of a rule."""
        shown: Counter[str] = Counter()
        for violation in self.violations:
            shown[violation.rule] += 1
            if shown[violation.rule] <= most:
                yield str(violation)
        for rule, number in shown.items():
            if number > most:
                yield f"{rule}: and {number - most:,} more"
        size = ", ".join(f"{number:,} {what}" for what, number in self.counts.items())
        made = f"{sum(self.checks.values()):,} checks of {len(self.checks)} rules"
        found = f"{len(self.violations):,} violations" if self.violations else "no violation"
        yield f"{size}; {made}; {found}" if size else f"{made}; {found}"
        yield f"detection {self.detection:.4f} recomputed, {self.stated:.4f} stated"


class Tally:
    """Counts checks and collects violations while the rules run.

    Every comparison is written so that NaN fails it.
    """

    def __init__(self) -> None:
        self.violations: list[Violation] = []
        self.checks: Counter[str] = Counter()

    def count(self, rule: str, number: int = 1) -> None:
        """Note ``number`` checks of a rule (also 0: the rule ran)."""
        self.checks[rule] += number

    def fail(
        self,
        rule: str,
        message: str,
        *,
        figure: Figure | None = None,
        sortie: str | None = None,
        time: datetime | None = None,
    ) -> None:
        """Note a violation without counting a check."""
        self.violations.append(Violation(rule, sortie, time, figure, message))

    def holds(
        self,
        rule: str,
        condition: bool,
        message: str,
        *,
        sortie: str | None = None,
        time: datetime | None = None,
    ) -> bool:
        """Check a condition that has no figure."""
        self.count(rule)
        if not condition:
            self.fail(rule, message, sortie=sortie, time=time)
        return condition

    def at_most(
        self,
        rule: str,
        message: str,
        figure: Figure,
        *,
        slack: float = 0.0,
        sortie: str | None = None,
        time: datetime | None = None,
    ) -> bool:
        """Check ``value <= limit + slack``."""
        self.count(rule)
        good = figure.value <= figure.limit + slack
        if not good:
            self.fail(rule, message, figure=figure, sortie=sortie, time=time)
        return good

    def agrees(
        self,
        rule: str,
        message: str,
        figure: Figure,
        *,
        slack: float,
        sortie: str | None = None,
        time: datetime | None = None,
    ) -> bool:
        """Check ``|value - limit| <= slack``; the limit is the value due."""
        self.count(rule)
        good = abs(figure.value - figure.limit) <= slack
        if not good:
            figure = replace(figure, word="due")
            self.fail(rule, message, figure=figure, sortie=sortie, time=time)
        return good


def _told_apart(value: float, limit: float) -> tuple[str, str]:
    """Both numbers with as few digits as tell them apart, four at least."""
    for digits in range(4, 13):
        pair = f"{value:.{digits}g}", f"{limit:.{digits}g}"
        if pair[0] != pair[1]:
            return pair
    return f"{value:.4g}", f"{limit:.4g}"
