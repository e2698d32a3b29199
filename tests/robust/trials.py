"""One trial: an input goes to what reads it, and something sound comes out, or lines that help."""

from __future__ import annotations

import faulthandler
import re
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from planner.errors import PlannerError, ProblemsError
from planner.study.cases.parcel import Damaged

DEADLINE_S = 30.0
"""Seconds of this process: longer than this no input may take, on any machine that is not slow."""

HANGS_S = 900.0
"""Seconds by the clock after which the trials end, and say where they hang."""

LONGEST_LINE = 700
"""Characters of a problem, at most."""

UNHELPFUL = ("Traceback", "input should", "Input should", "pydantic", "NoneType", "object has no",
             "not subscriptable", "__", "0x7f", "unexpected keyword")  # fmt: skip
"""What no message to a duty officer holds."""

REMEDIES = ("; ",)
"""What parts a message from its remedy."""


class Broken(AssertionError):
    """An input that was not handled as promised."""


@dataclass
class Tally:
    """What came of the trials: how many of each kind, and each message with one example."""

    tried: Counter[str] = field(default_factory=Counter)
    sound: Counter[str] = field(default_factory=Counter)
    messages: dict[str, str] = field(default_factory=dict)
    broken: dict[str, tuple[str, Any]] = field(default_factory=dict)
    slowest: dict[str, tuple[float, Any]] = field(default_factory=dict)

    def add(self, kind: str, give: Callable[[], object], given: Any = None) -> bool:
        """Try one input; keep what is to be known of it. Whether it was taken as sound."""
        self.tried[kind] += 1
        began = time.process_time()
        try:
            lines = told(give)
        except Broken as error:
            self.broken.setdefault(f"{kind}: {template(str(error))}"[:400], (str(error), given))
            return False
        finally:
            took = time.process_time() - began
            if took > self.slowest.get(kind, (0.0, None))[0]:
                self.slowest[kind] = took, given
        for line in lines:
            self.messages.setdefault(template(line), line)
        self.sound[kind] += not lines
        return not lines

    def words(self) -> str:
        """The tally as lines."""
        rows = [
            f"{kind:<28} {count:>7,} tried, {self.sound[kind]:>7,} sound, "
            f"slowest {self.slowest[kind][0]:6.2f} s"
            for kind, count in sorted(self.tried.items())
        ]
        total = f"{'all':<28} {self.tried.total():>7,} tried, {self.sound.total():>7,} sound"
        faults = [f"BROKEN {key}" for key in self.broken]
        return "\n".join([*rows, total, f"{len(self.messages)} different messages", *faults])


def told(give: Callable[[], object]) -> tuple[str, ...]:
    """Lines that an input led to; none if it was taken as sound.

    Raises
    ------
    Broken
        If it led to any other exception, took too long, or the lines do not help.
    """
    began = time.process_time()
    faulthandler.dump_traceback_later(HANGS_S, exit=True)
    try:
        give()
        lines: tuple[str, ...] = ()
    except Damaged as error:
        lines = (f"{error}; done again",)
    except PlannerError as error:
        lines = tuple(str(error).split("\n"))
        check_lines(lines, many=isinstance(error, ProblemsError))
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in where if "/planner/" in frame.filename] or where
        at = f"{own[-1].filename.rpartition('/planner/')[2]}:{own[-1].lineno}"
        raise Broken(f"{type(error).__name__} at {at}: {error}") from error
    finally:
        faulthandler.cancel_dump_traceback_later()
    took = time.process_time() - began
    if took > DEADLINE_S:
        raise Broken(f"took {took:.0f} s")
    return lines


def told_of(line: str) -> str:
    """A message without its file and without what it quotes of an input."""
    return re.sub(r"'[^']*'", "''", re.sub(r"^/[^:]*: ", "", line))


def check_lines(lines: tuple[str, ...], *, many: bool = True) -> None:
    """Each line names a place and a remedy, is readable, and no longer than a line may be.

    Raises
    ------
    Broken
        If one is not.
    """
    for line in lines:
        if not line.strip():
            raise Broken("an empty line")
        if len(line) > LONGEST_LINE:
            raise Broken(f"a line of {len(line)} characters: {line[:200]}")
        found = [word for word in UNHELPFUL if word in told_of(line)]
        if found:
            raise Broken(f"{found[0]!r} in a message: {line}")
        if not any(mark in line for mark in REMEDIES):
            raise Broken(f"no remedy in a message: {line}")
    if many and len(set(lines)) < len(lines):
        twice = Counter(lines).most_common(1)[0][0]
        raise Broken(f"told twice: {twice}")


def template(line: str) -> str:
    """A message without what is particular to one input."""
    line = re.sub(r"^(/[^:]*|[\w./-]+\.\w+): ", "FILE: ", line)
    line = re.sub(r"/\S*/(\w)", r"\1", line)
    line = re.sub(r"'[^']*'", "'…'", line)
    line = re.sub(r"\[[^\]]*\]", "[…]", line)
    line = re.sub(r"[-+]?\d[\d,.:T+e-]*", "9", line)
    return line
