"""Tasks with a journal: done once, whatever ends the run, and failures as the engine makes them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from nitrivac.engines.journal import open_journal
from nitrivac.engines.resumed import resumed
from nitrivac.engines.tasks import Failure, Limits, Outcome


@dataclass(frozen=True)
class Number:
    """A task that doubles a number."""

    value: int

    @property
    def key(self):
        return f"{self.value:032x}"


class Counting:
    """An engine in this process that counts what it does, fails at some numbers, and breaks off after some tasks."""

    def __init__(self, *, bad=(), error="Crash", after=None, seconds=None):
        self.bad, self.error, self.after, self.did = bad, error, after, []
        self.limits = Limits(seconds=seconds)

    def __call__(self, function, tasks, *, expected=None):  # noqa: ARG002 - as engines are called
        for task in tasks:
            if self.after is not None and len(self.did) == self.after:
                raise KeyboardInterrupt
            self.did.append(task.value)
            if task.value in self.bad:
                yield Outcome(task=task, failure=Failure(error=self.error, message="bad"))
            else:
                yield Outcome(task=task, value=function(task), seconds=0.5)


def double(task):
    return {"twice": 2 * task.value}


TASKS = [Number(value) for value in (3, 1, 2, 3)]


def run(tmp_path, engine, **options):
    with open_journal(tmp_path / "j") as journal:
        return resumed(double, TASKS, engine=engine, journal=journal, **options)


def test_each_task_is_done_once_and_found_again(tmp_path):
    first, second = Counting(), Counting()
    found, again = run(tmp_path, first), run(tmp_path, second)
    assert (first.did, second.did) == ([3, 1, 2], [])
    assert [found[task.key].value for task in TASKS] == [{"twice": 2 * task.value} for task in TASKS]
    assert {key: one.value for key, one in again.items()} == {key: one.value for key, one in found.items()}
    assert [one.now for one in again.values()] == [False] * 3
    assert again[TASKS[0].key].seconds == 0.5


def test_what_was_done_before_an_interrupt_is_kept(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, Counting(after=2))
    rest = Counting()
    run(tmp_path, rest)
    assert rest.did == [2]


def test_failures_of_limits_hold_within_them_and_others_for_one_run(tmp_path):
    run(tmp_path, Counting(bad=[1], error="TimeLimit", seconds=5))
    same, longer = Counting(seconds=5), Counting(seconds=50)
    assert run(tmp_path, same)[TASKS[1].key].failure == Failure(error="TimeLimit", message="bad")
    assert run(tmp_path, longer)[TASKS[1].key].value == {"twice": 2}
    assert (same.did, longer.did) == ([], [1])
    (tmp_path / "j").unlink()
    run(tmp_path, Counting(bad=[1], error="ValueError"))
    assert run(tmp_path, again := Counting())[TASKS[1].key].failure is None
    assert again.did == [1]


def test_what_is_asked_for_again_is_done_again(tmp_path):
    run(tmp_path, Counting())
    again = Counting()
    run(tmp_path, again, again=lambda done: done.value == {"twice": 4})
    assert again.did == [2]


def test_without_a_journal_everything_is_done(tmp_path):
    told = []
    engine = Counting()
    found = resumed(double, TASKS, engine=engine, journal=None, progress=lambda *now: told.append(now))
    assert len(found) == 3
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert not list(tmp_path.iterdir())
