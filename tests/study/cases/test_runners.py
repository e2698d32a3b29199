"""Where runs are worked: processes that die, clients that die, and a cluster."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from planner.errors import ScenarioError
from planner.study.cases import Layout, cluster, run_cases
from planner.study.cases.address import Options
from planner.study.cases.runners import Runner, cluster_seats, here, processes, searches_for
from planner.study.cases.turns import turn
from planner.study.cases.work import Done, Failed, Outcome, Task
from tests.study.cases.tiny import GRID, write_study, write_tiny

Laid = Callable[[str], Layout]

OPTIONS = Options("joint", 0, 1.0, None, 0.0, 0)


def mortal(task: Task) -> Outcome:
    """Die when asked to: always, or once for each file that is not there yet."""
    how, _, path = task.key.partition(":")
    if how == "always":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "once" and not Path(path).exists():
        Path(path).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return Done(task.key, b"done")


def worked(runner: Runner, keys: list[str]) -> dict[str, Outcome]:
    """Return the outcome of each task."""
    found: dict[str, Outcome] = {}
    left = list(keys)
    while len(found) < len(keys):
        while left and len(keys) - len(left) - len(found) < runner.seats:
            # the scenario is of no interest to these workers
            runner.begin(Task(left.pop(0), None, OPTIONS))  # type: ignore[arg-type]
        found |= {outcome.key: outcome for outcome in runner.outcomes()}
    return found


def test_a_process_that_dies_loses_only_its_run(tmp_path: Path) -> None:
    """It is begun again in another; one that always dies is told, and no other suffers."""
    keys = [f"once:{tmp_path / 'seen'}", "always", "a"]
    with processes(1, mortal) as runner:
        found = worked(runner, keys)
    assert isinstance(found.pop("always"), Failed)
    assert all(isinstance(outcome, Done) for outcome in found.values())


def searching(task: Task) -> Outcome:
    """Wait for a turn, die in it when asked to, and say from when until when it was had."""
    with turn():
        began = time.monotonic()
        outcome = mortal(task)
        time.sleep(0.05)
        spans = f"{began} {time.monotonic()}".encode()
    return Done(outcome.key, spans)


def test_of_several_processes_no_more_search_than_may(tmp_path: Path) -> None:
    """Three processes with one turn between them search one after the other, though one dies."""
    keys = [f"once:{tmp_path / 'seen'}", *"abcdef"]
    with processes(3, searching, searches=1) as runner:
        found = worked(runner, keys)
    assert set(found) == set(keys)
    spans = []
    for outcome in found.values():
        assert isinstance(outcome, Done)
        spans.append([float(text) for text in outcome.content.split()])
    for (_, end), (begin, _) in pairwise(sorted(spans)):
        assert end <= begin


@pytest.mark.parametrize(("threads", "by_work"), [(2, False), (1, True)])
def test_cores_are_kept_busy_and_no_more(threads: int, by_work: bool) -> None:
    """A solve by the clock has two threads; what is asked for is granted."""
    from planner.study.cases.runners import cores

    assert searches_for(None, by_work=by_work) == max(1, cores() // threads)
    assert searches_for(7, by_work=by_work) == 7


CLIENT = """
import sys
from planner.study.cases import lay_out, load_cases, run_cases

if __name__ == "__main__":
    run_cases(sys.argv[1], sys.argv[2], workers=1)
"""


def test_a_killed_client_loses_only_the_runs_in_hand(tmp_path: Path) -> None:
    """Its workers end with it, what is done is found whole, and the next call goes on."""
    study = write_study(write_tiny(tmp_path / "study"), GRID)
    script, out = tmp_path / "client.py", tmp_path / "out"
    script.write_text(CLIENT, encoding="utf-8")
    client = subprocess.Popen([sys.executable, str(script), str(study), str(out)])
    until = time.monotonic() + 120
    while not list(out.glob("runs/[!.]*.zip")):
        assert time.monotonic() < until
        assert client.poll() is None
        time.sleep(0.02)
    workers = children(client.pid)
    client.kill()
    client.wait()
    assert workers
    while any(alive(worker) for worker in workers):
        assert time.monotonic() < until
        time.sleep(0.05)
    done = len(list(out.glob("runs/[!.]*.zip")))
    outcomes = run_cases(study, out, runner=here())
    assert outcomes.worked.before == done
    assert outcomes.complete
    assert outcomes.worked.damaged == 0


def children(pid: int) -> list[int]:
    """Return processes that a process started, as Linux tells them."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def alive(pid: int) -> bool:
    """Whether a process still runs: one that ended and waits to be counted does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[int]]]:
    """Start a Dask scheduler and two workers on the loopback; give its address and theirs."""
    pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("dask")
    told = folder / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    dask = (sys.executable, "-m")
    begin = ("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0")
    join = ("distributed.cli.dask_worker", "--scheduler-file", str(told), "--no-nanny")
    where = ("--scheduler-file", str(told), "--no-dashboard")
    each = ("--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard")
    with ExitStack() as stack:
        started = [subprocess.Popen([*dask, *begin, *where], **quiet)]  # type: ignore[call-overload]
        started += [
            subprocess.Popen([*dask, *join, *each], **quiet)  # type: ignore[call-overload]
            for _ in range(2)
        ]
        for process in started:
            stack.callback(process.wait)
            stack.callback(process.kill)
        yield address_of(told), [process.pid for process in started[1:]]


def address_of(told: Path) -> str:
    """Return the scheduler's address when both workers have joined it."""
    import json

    from distributed import Client

    until = time.monotonic() + 60
    while not told.exists() or not told.read_text():
        assert time.monotonic() < until
        time.sleep(0.05)
    address = str(json.loads(told.read_text())["address"])
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    return address


def test_a_cluster_gives_the_results_of_this_machine(
    scheduler: tuple[str, list[int]], laid: Laid, tmp_path: Path
) -> None:
    """Byte by byte, whoever is done first; and it skips what this machine has done."""
    layout = laid(GRID)
    there = run_cases(layout, tmp_path / "there", scheduler=scheduler[0])
    assert there.complete
    run_cases(layout, tmp_path / "here", runner=here())
    for run in layout.runs:
        name = f"runs/{run.key}.zip"
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()
    again = run_cases(layout, tmp_path / "here", scheduler=scheduler[0])
    assert again.worked.before == len(layout.runs)


def test_a_cluster_worker_that_dies_loses_only_its_run(
    scheduler: tuple[str, list[int]], tmp_path: Path
) -> None:
    """The run is begun again on the worker that is left."""
    with cluster(scheduler[0], do=mortal) as runner:
        assert runner.seats == cluster_seats(scheduler[0]) == 2
        found = worked(runner, ["a", f"once:{tmp_path / 'seen'}", "b"])
    assert all(isinstance(outcome, Done) for outcome in found.values())


def test_no_cluster_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address at which nothing answers is told in one line, with the remedy."""
    monkeypatch.setattr("planner.study.cases.runners.CONNECT_S", 1)
    with (
        pytest.raises(ScenarioError, match="no scheduler answers") as caught,
        cluster("tcp://127.0.0.1:9"),
    ):
        pass
    assert len(str(caught.value).splitlines()) == 1
