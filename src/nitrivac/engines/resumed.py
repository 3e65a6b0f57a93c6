"""Tasks run by an engine with a journal: what was done before is not done again, and what is done is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from nitrivac.engines.record_keys import RecordKeys
from nitrivac.engines.tasks import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nitrivac.engines.journal import Journal
    from nitrivac.engines.tasks import Engine

__all__ = ["Done", "Keyed", "resumed"]


class Keyed(Protocol):
    """A task with the name of its record: whatever its result depends on."""

    @property
    def key(self) -> str:
        """`KEY_DIGITS` hexadecimal digits."""
        ...


Task = TypeVar("Task", bound=Keyed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a task, in this run or an earlier one.

    Attributes:
        value: its result, plain data; None where it failed.
        failure: why it failed, else None.
        seconds: CPU time of the worker that did it.
        now: whether it was done in this run.
    """

    value: dict[str, Any] | None
    failure: Failure | None
    seconds: float
    now: bool


def resumed(
    function: Callable[[Task], dict[str, Any]],
    tasks: Sequence[Task],
    *,
    engine: Engine,
    journal: Journal | None,
    again: Callable[[Done], bool] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> dict[str, Done]:
    """The outcomes of tasks by their keys; those that the journal has are not computed again.

    Args:
        function: makes plain data for JSON of a task.
        tasks: each with its key.
        engine: where the work is done.
        journal: what is done before and where it is kept; None keeps nothing.
        again: which of the outcomes that the journal has are computed again, by default none.
        progress: told after each task how many are done, and of how many.

    Raises:
        OutputError: the journal cannot be written; what is done is kept.
    """
    keys = RecordKeys.of(engine.limits)
    done: dict[str, Done] = {}
    for task in tasks:
        place = keys.find(journal, task.key) if journal is not None else None
        if journal is not None and place is not None:
            one = _read(journal.read(place))
            if again is None or not again(one):
                done[task.key] = one
    todo = list({task.key: task for task in tasks if task.key not in done}.values())
    if progress is not None:
        progress(len(done), len(done) + len(todo))
    for outcome in engine(function, todo, expected=len(todo)) if todo else ():
        one = Done(value=outcome.value, failure=outcome.failure, seconds=round(outcome.seconds, 4), now=True)
        if journal is not None:
            journal.append(keys.under(outcome.task.key, one.failure), _record(one))
        done[outcome.task.key] = one
        if progress is not None:
            progress(len(done), len({task.key for task in tasks}))
    if journal is not None:
        journal.sync()
    return done


def _record(done: Done) -> dict[str, Any]:
    failed = done.failure
    failure = None if failed is None else {"error": failed.error, "message": failed.message}
    return {"value": done.value, "failure": failure, "cpu_seconds": done.seconds}


def _read(record: dict[str, Any]) -> Done:
    failure = record["failure"]
    return Done(
        value=record["value"],
        failure=None if failure is None else Failure(**failure),
        seconds=record["cpu_seconds"],
        now=False,
    )
