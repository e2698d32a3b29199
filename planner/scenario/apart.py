"""What is not safe to do here is done in another process, which may end or hang.

One process serves all files; it is begun with the first and ends with this one. If it does
not answer in time, or is gone, the file is damaged, and the next gets a new process.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

PROBE = Path(__file__).with_name("probe.py")

ANSWER_S = 20.0
"""Seconds in which a sound file of any size is gone through: its values are not read."""


class Prober:
    """The process that looks through files."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None
        self._owner = 0

    def ask(self, path: Path) -> dict[str, Any]:
        """What :func:`planner.scenario.probe.looked_through` says of a file.

        ``error`` says so where it could not.
        """
        with self._lock:
            child = self._running()
            assert child.stdin is not None and child.stdout is not None
            over = threading.Timer(ANSWER_S, child.kill)
            over.start()
            try:
                child.stdin.write(json.dumps(str(path)) + "\n")
                child.stdin.flush()
                answer = child.stdout.readline()
            except OSError:
                answer = ""
            finally:
                over.cancel()
            if answer:
                found: dict[str, Any] = json.loads(answer)
                return found
            self._end()
        return {"error": "it is damaged", "elsewhere": None, "longest": ["", 0]}

    def _running(self) -> subprocess.Popen[str]:
        """The process; a new one where there is none, or it is that of a parent."""
        if self._child is None or self._owner != os.getpid() or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(
                [sys.executable, "-P", str(PROBE)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="ascii",
            )
            self._owner = os.getpid()
        return self._child

    def _end(self) -> None:
        """End the process, unless it is a parent's."""
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        if self._owner == os.getpid():
            child.kill()
            child.wait()
        else:
            child.returncode = 0  # it is another's to wait for

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()


PROBER = Prober()
atexit.register(PROBER.close)
