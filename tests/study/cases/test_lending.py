"""Who learns from whom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planner.study.cases.lending import LENDERS, distance, lenders, rows_of


@given(st.integers(0, 200))
def test_rows_hold_each_number_once(count: int) -> None:
    """The first stands alone, and rows grow to twice as many at most."""
    rows = rows_of(count)
    assert sorted(number for row in rows for number in row) == list(range(count))
    if count:
        assert rows[0] == [0]
        assert all(len(row) <= 2**k for k, row in enumerate(rows[1:]))


@given(st.lists(st.sampled_from(["a", "b", None]), max_size=40))
def test_runs_learn_within_their_group_and_without_rings(groups: list[str | None]) -> None:
    """All but the first of a group learn from some; nobody from itself, however far around."""
    found = lenders(groups, [{"n": k} for k in range(len(groups))])
    for run, own in enumerate(found):
        assert len(own) <= LENDERS
        assert all(groups[other] == groups[run] for other in own)
        first = groups[run] is None or groups.index(groups[run]) == run
        assert bool(own) != first
    for run in range(len(found)):
        reached, todo = set[int](), list(found[run])
        while todo:
            other = todo.pop()
            if other not in reached:
                reached.add(other)
                todo += found[other]
        assert run not in reached


def test_the_nearest_lend() -> None:
    """The number of paths that differ counts before how much they do."""
    settings = [
        {"n": 1, "x": 0},
        {"n": 2, "x": 0},
        {"n": 9, "x": 0},
        {"n": 10, "x": 0},
        {"n": 1, "x": 5},
    ]
    assert distance(settings[0], settings[4]) < distance(settings[1], settings[4])
    assert lenders(["a"] * 5, settings) == [(), (0, 2), (3, 0), (0,), (0,)]


def test_a_case_of_its_own_learns_from_what_it_changes() -> None:
    """Of cases that change one thing each, every one learns from the scenario as it is."""
    settings = [dict.fromkeys("abcd", 0) | {path: 1} for path in ("", *"abcd")]
    settings = [{path: row.get(path, 0) for path in "abcd"} for row in settings]
    assert all(own[0] == 0 for own in lenders(["g"] * 5, settings)[1:])
